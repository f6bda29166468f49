"""What README says of adding a thing is so: each is done in a copy of the package, and works."""

from __future__ import annotations

import json
import re
from pathlib import Path

import openpyxl
import pytest

from tests.support.copied_package import CopiedPackage
from tests.support.places import README, ROOT
from tests.support.ready import ready_book


@pytest.fixture
def copied(tmp_path) -> CopiedPackage:
    return CopiedPackage.made_in(tmp_path)


def done(copied: CopiedPackage, *words: object) -> str:
    """What a command of the copy says once it has worked."""
    answer = copied.run(*words)
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


def cell(book: Path, ref: str, heading: str) -> object:
    """A cell of the Dataset as openpyxl reads it."""
    sheet = openpyxl.load_workbook(book, data_only=True)["Dataset"]
    headings, *rows = [[c.value for c in row] for row in sheet[sheet.tables["Dataset"].ref]]
    return next(row[headings.index(heading)] for row in rows if row[0] == ref)


READER = '''
import json

from xl_addin.limits import Limits
from xl_addin.sources.sheet import SourceSheet


def list_sheets(file: str, data: bytes, limits: Limits) -> tuple[SourceSheet, ...]:
    """A list of rows in JSON, the first its headings."""
    rows = tuple(map(tuple, json.loads(data)))
    return (SourceSheet("", True, lambda: rows),)
'''


def test_a_source_format_is_a_file_and_a_line(copied, tmp_path):
    copied.write("sources/json_rows.py", READER)
    copied.add("sources/__init__.py", '    ".csv": "delimited",\n', '    ".json": "json_rows",\n')
    book, file = ready_book(tmp_path), tmp_path / "June.json"
    file.write_text(json.dumps([["Ref", "Jun 2015"], ["M1", 1363], ["M2", "393"]]))
    done(copied, "refresh", book, "--return", file, "--yes")
    assert (cell(book, "M1", "Jun 2015"), cell(book, "M2", "Jun 2015")) == (1363, 393)
    assert cell(book, "M3", "Jun 2015") == pytest.approx(393 / 1363)


MEASURE = """[[measure]]
ref = "EH9"
area = "Early Help"
description = "Family plans closed"

"""


def test_a_measure_is_an_entry_of_the_list(copied, tmp_path):
    copied.add("measures.toml", '[[measure]]\nref = "M1"\n', MEASURE)
    book, file = tmp_path / "Monthly.xlsm", tmp_path / "June.csv"
    file.write_text("Ref,Jun 2014,Jun 2015\nEH9,20,30\nM1,5,6\n", "utf-8")
    assert "23 measures" in done(copied, "new", book)
    done(copied, "refresh", book, "--return", file, "--yes", "--months-are-right")
    assert cell(book, "EH9", "Jun 2015") == 30
    assert cell(book, "EH9", "% change from same period last year") == 50


UNIT = """    VISITS = "visits", Kind(axis="Visits", after=" visits")
"""
OF_VISITS = """[[measure]]
ref = "V1"
area = "Visits"
description = "Visits to each child"
unit = "visits"
decimals = 1
key = true

"""


def test_a_unit_is_a_line_of_the_list(copied, tmp_path):
    copied.add("unit.py", '    DECIMAL = "decimal", Kind', UNIT)
    copied.add("measures.toml", '[[measure]]\nref = "M1"\n', OF_VISITS)
    book, file = tmp_path / "Monthly.xlsm", tmp_path / "June.csv"
    file.write_text("Ref,Jun 2014,Jun 2015\nV1,2.5,3.5\nM1,1303,1363\n", "utf-8")
    done(copied, "new", book)
    done(copied, "refresh", book, "--return", file, "--yes", "--months-are-right")
    sheets = openpyxl.load_workbook(book)
    offered = [v.formula1 for v in sheets["Measures"].data_validations.dataValidation]
    assert any("visits" in choices for choices in offered)
    page = {row[0].value: row for row in sheets["Dataset"].iter_rows()}
    assert page["V1"][15].number_format == '0.0" visits"'
    labels = openpyxl.load_workbook(book, data_only=True)["Key measures"]
    assert "3.5 visits" in [cell.value for row in labels.iter_rows() for cell in row]
    share = tmp_path / "June shared.xlsx"
    done(copied, "share", book, "--out", share, "--suppress")
    copy = openpyxl.load_workbook(share)["Dataset"]
    rows = {row[0].value: [cell.value for cell in row] for row in copy.iter_rows()}
    assert 3.5 not in rows["V1"]
    assert "[c]" in rows["V1"]
    done(copied, "share", book, "--out", tmp_path / "as it is.xlsx")
    book.with_name("Monthly shared copies.csv").unlink()
    done(copied, "share", book, "--out", tmp_path / "once more.xlsx", "--suppress")


CHECK = '''
from xl_addin.errors import Problem


def round_hundreds(row, page):
    """A figure of whole hundreds may be an estimate."""
    if isinstance(row.latest, float) and row.latest >= 100 and row.latest % 100 == 0:
        yield Problem(f"Dataset, {row.measure.ref}", "It is a round number.", "Is it counted?")
'''


def test_a_check_is_a_function_and_a_line(copied, tmp_path):
    copied.write("checks/round_numbers.py", CHECK)
    copied.add("checks/page.py", "from xl_addin.checks import counts", IMPORTED)
    copied.add("checks/page.py", "    figures.not_of_its_unit,\n", "    round_hundreds,\n")
    book, file = ready_book(tmp_path), tmp_path / "June.csv"
    file.write_text("Ref,Jun 2015\nM1,1400\nM2,393\n", "utf-8")
    said = done(copied, "refresh", book, "--return", file, "--yes")
    assert "It is a round number." in said
    assert "It is a round number." in done(copied, "check", book)


IMPORTED = "from xl_addin.checks.round_numbers import round_hundreds\n"

NOTE_RULE = '''
from xl_addin.errors import Problem
from xl_addin.notes.data_note import place_of


def shouted(synced):
    """A note in capitals alone."""
    for note in synced.after:
        if note.has_text and note.text.isupper():
            yield Problem(place_of(note), "It is in capitals.", "Write it as a sentence.")
'''


def test_a_rule_about_notes_is_a_function_and_a_line(copied, tmp_path):
    copied.write("checks/shouting.py", NOTE_RULE)
    rule = "from xl_addin.checks.shouting import shouted\n"
    copied.add("checks/notes.py", "from xl_addin.errors import Problem\n", rule)
    copied.add("checks/notes.py", "    _each_note,\n", "    shouted,\n")
    book, file = ready_book(tmp_path), tmp_path / "June.csv"
    rows = "M1,Jun 2015,1363,COUNTED ANEW\nM2,Jun 2015,393,Counted anew\n"
    file.write_text(f"Ref,Month,Value,Note\n{rows}", "utf-8")
    assert "It is in capitals." in done(copied, "refresh", book, "--return", file, "--yes")


FORMAT = '''
import openpyxl


def write(copy, text, book):
    """The page of a finished copy as lines of text."""
    sheet = openpyxl.load_workbook(copy)["Dataset"]
    lines = ["\\t".join(str(c.value or "") for c in row) for row in sheet.iter_rows()]
    text.write_text("\\n".join(lines), encoding="utf-8")
'''


def test_a_share_format_is_a_file_and_a_line(copied, tmp_path):
    copied.write("excel/share_copy/txt.py", FORMAT)
    copied.add("excel/share_copy/formats.py", '"pdf": "Print', '"txt": "Its page as text.", ')
    book, out = ready_book(tmp_path), tmp_path / "May.xlsx"
    said = done(copied, "share", book, "--out", out, "--txt")
    assert f"{out.with_suffix('.txt')} is ready." in said
    assert "May 2015" in out.with_suffix(".txt").read_text("utf-8")
    assert "Its page as text." in done(copied, "share", "--help")


COMMAND = '''
from xl_addin.console import BookPath, closed, say
from xl_addin.dataset.workbook import parse_workbook


def command(book: BookPath) -> None:
    """Count the measures."""
    with closed(book, to_change=False) as chosen:
        say(f"{len(parse_workbook(chosen.read()).catalogue)} measures")
'''


def test_a_command_is_a_file_and_a_line(copied, tmp_path):
    copied.write("commands/count.py", COMMAND)
    copied.add("cli.py", '    "demo": "demo",\n', '    "count": "count",\n')
    assert done(copied, "count", ready_book(tmp_path)) == "22 measures\n"
    assert "Count the measures." in done(copied, "--help")


def test_the_table_in_readme_names_a_test_for_each_thing():
    _, _, rows = README.read_text(encoding="utf-8").partition("| To add a … |")
    rows = [line for line in rows.partition("\n\n")[0].splitlines() if line.startswith("| ")]
    assert len(rows) == 10
    for row in rows:
        (shown,) = re.findall(r"`(tests/[\w/]+\.py)`", row)
        assert (ROOT / shown).is_file(), row
