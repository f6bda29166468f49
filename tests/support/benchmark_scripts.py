"""What others would write for the month's work: the scripts that the benchmark measures."""

WITH_PANDAS = """
import sys
import openpyxl
import pandas as pd

book, figures = sys.argv[1:]
given = pd.read_csv(figures, dtype=str, keep_default_na=False).set_index("Measure Ref").loc
labels = [d.strftime("%b %Y") for d in pd.date_range("2014-06-01", periods=13, freq="MS")]
"""

WITH_CSV = """
import csv
import sys
import openpyxl

book, figures = sys.argv[1:]
with open(figures, encoding="utf-8") as file:
    given = {row["Measure Ref"]: row for row in csv.DictReader(file)}
months = "Jun Jul Aug Sep Oct Nov Dec Jan Feb Mar Apr May Jun".split()
labels = [f"{month} {2014 + (place > 6)}" for place, month in enumerate(months)]
"""

FILL_CELLS = """
workbook = openpyxl.load_workbook(book, keep_vba=True)
sheet = workbook["Dataset"]
table = sheet.tables["Dataset"]
left, top, right, bottom = openpyxl.utils.range_boundaries(table.ref)
headings = [sheet.cell(top, column).value for column in range(left, right + 1)]
first = headings.index("May 2014") if "May 2014" in headings else 3
for place, label in enumerate(labels):
    sheet.cell(top, left + first + place, label)
    table.tableColumns[first + place].name = label
for row in range(top + 1, bottom + 1):
    figure = given[sheet.cell(row, left).value]
    for place in range(12):
        old = sheet.cell(row, left + first + place + 1).value
        sheet.cell(row, left + first + place, old)
    text = figure["Value"]
    value = float(text.strip("%")) / (100 if "%" in text else 1) if text else figure["Status"]
    sheet.cell(row, left + first + 12, value)
workbook.save(book)
"""

WITH_EXCELIZE = """
import csv
import sys
import excelize

book, figures = sys.argv[1:]
with open(figures, encoding="utf-8") as file:
    given = {row["Measure Ref"]: row for row in csv.DictReader(file)}
workbook = excelize.open_file(book)
(table,) = [t for t in workbook.get_tables("Dataset") if t.name == "Dataset"]
start, end = table.range.split(":")
left, top = excelize.cell_name_to_coordinates(start)
right, bottom = excelize.cell_name_to_coordinates(end)
rows = workbook.get_rows("Dataset", excelize.Options(raw_cell_value=True))
name = excelize.coordinates_to_cell_name
months = "Jun Jul Aug Sep Oct Nov Dec Jan Feb Mar Apr May Jun".split()
for place, month in enumerate(months):
    workbook.set_cell_value("Dataset", name(left + 3 + place, top), f"{month} {2014 + (place > 6)}")
for row in range(top + 1, bottom + 1):
    cells = rows[row - 1]
    figure = given[cells[left - 1]]
    for place in range(12):
        text = cells[left + 3 + place]
        value = float(text) if text.replace(".", "", 1).isdigit() else text
        workbook.set_cell_value("Dataset", name(left + 3 + place, row), value)
    text = figure["Value"]
    value = float(text.strip("%")) / (100 if "%" in text else 1) if text else figure["Status"]
    workbook.set_cell_value("Dataset", name(left + 15, row), value)
workbook.save()
workbook.close()
"""

ONLY_READ = """
import sys
from python_calamine import CalamineWorkbook

workbook = CalamineWorkbook.from_path(sys.argv[1])
for name in workbook.sheet_names:
    workbook.get_sheet_by_name(name).to_python()
"""

HISTORY_WITH_EXCELIZE = """
import csv
import sys
import excelize

book, figures = sys.argv[1:]
workbook = excelize.open_file(book)
sheet = next(
    name
    for name in workbook.get_sheet_list()
    if any(table.name == "History" for table in workbook.get_tables(name))
)
recorded = len(workbook.get_rows(sheet, excelize.Options(raw_cell_value=True)))
with open(figures, encoding="utf-8") as file:
    for number, row in enumerate(csv.DictReader(file), recorded + 1):
        cells = [row["Measure Ref"], row["Month"], 1, None, None, float(row["Value"] or 0)]
        workbook.set_sheet_row(sheet, f"A{number}", cells)
workbook.save()
workbook.close()
"""

COPY_THE_ZIP = """
import sys
import zipfile

book = sys.argv[1]
with zipfile.ZipFile(book) as old, zipfile.ZipFile(book + ".new", "w", zipfile.ZIP_DEFLATED) as new:
    for part in old.infolist():
        new.writestr(part, old.read(part))
"""
