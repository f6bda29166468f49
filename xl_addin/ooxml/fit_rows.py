"""Heights of the rows whose text changed, for readers that do not fit rows on opening."""

from __future__ import annotations

from xl_addin.ooxml.cells import style_of
from xl_addin.ooxml.row_heights import fitted_height
from xl_addin.ooxml.sheet import Sheet
from xl_addin.ooxml.sheet_values import read_cell
from xl_addin.ooxml.workbook_file import WorkbookFile

_PIXELS_PER_WIDTH = 7
_USUAL_WIDTH = 64


def fit_rows(book: WorkbookFile) -> None:
    """Give each row whose text changed, and wraps, the height it needs if it has none."""
    for sheet in book.sheets_touched.values():
        rows = sorted(sheet.text_changed)
        if rows and (_wraps(book, sheet, rows[0]) or _wraps(book, sheet, rows[-1])):
            widths = _widths(sheet)
            for row in rows:
                _fit(book, sheet, row, widths)


def _wraps(book: WorkbookFile, sheet: Sheet, number: int) -> bool:
    row = sheet.row(number)
    cells = row.cells.values() if row else ()
    return any(book.styles.text(style_of(xml))[1] for xml in cells)


def _fit(book: WorkbookFile, sheet: Sheet, number: int, widths: dict[int, int]) -> None:
    row = sheet.row(number)
    if row is None or sheet.row_attribute(number, "ht"):
        return
    cells = [(column, xml, *book.styles.text(style_of(xml))) for column, xml in row.cells.items()]
    wrapping = [
        (_text_in(book, xml), widths.get(column, _USUAL_WIDTH), size)
        for column, xml, size, wraps in cells
        if wraps
    ]
    if wrapping:
        one_line = ("", _USUAL_WIDTH, max(size for _, _, size, _ in cells))
        height = fitted_height([one_line, *wrapping])
        sheet.set_row_attributes(number, {"ht": f"{height:g}"})


def _text_in(book: WorkbookFile, xml: bytes) -> str:
    value = read_cell(xml, book.reader)
    return value if isinstance(value, str) else ""


def _widths(sheet: Sheet) -> dict[int, int]:
    """The width of each column that has one of its own, in pixels."""
    found: dict[int, int] = {}
    for columns in sheet.shell.iterfind("{*}cols/{*}col"):
        if width := columns.get("width"):
            first, last = int(columns.get("min", 1)), int(columns.get("max", 1))
            pixels = round(float(width) * _PIXELS_PER_WIDTH)
            found |= dict.fromkeys(range(first, min(last, first + 500) + 1), pixels)
    return found
