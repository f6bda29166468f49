"""The settings of an older workbook: those it lacks are added with their usual values."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy

from xl_addin import ooxml
from xl_addin.dataset.editions import PRESENT
from xl_addin.dataset.settings import ROWS
from xl_addin.excel.upgrade.places import value_place
from xl_addin.layout import Settings
from xl_addin.ooxml.cell_writer import CellWriter
from xl_addin.ooxml.cells import style_of
from xl_addin.ooxml.graft_column import add_validation
from xl_addin.ooxml.graft_sheet import Graft
from xl_addin.table import CellValue
from xl_addin.update import AppendRows


def bring_settings(graft: Graft, *, functions: bool) -> Iterator[str]:
    """Add the settings a workbook lacks and say which; write down the present edition."""
    book = graft.target
    _write_edition(graft)
    lacking = [row for row in ROWS if not value_place(book, row[0])]
    new = [row for row in lacking if functions or row[0] != Settings.DERIVED]
    if not new:
        return
    ooxml.make_changes(book, [AppendRows(Settings.TABLE, Settings.COLUMNS, tuple(new))])
    for setting, value, _ in new:
        _look_alike(graft, setting, value)
        yield f"New in {book.tables[Settings.TABLE].sheet}: {setting}"


def _write_edition(graft: Graft) -> None:
    place = value_place(graft.target, Settings.FORMAT)
    assert place is not None, "the workbook has been read by its edition"
    writer = CellWriter(graft.target, graft.target.sheet(place.sheet))
    writer.write(place.area.first_row, place.area.first_column, PRESENT, str)


def _look_alike(graft: Graft, setting: str, value: CellValue) -> None:
    """Give a new setting the look of the template's, and let it be checked as there."""
    ours, theirs = value_place(graft.source, setting), value_place(graft.target, setting)
    if ours is None or theirs is None:
        return
    origin, sheet = graft.source.sheet(ours.sheet), graft.target.sheet(theirs.sheet)
    cell = origin.cell(ours.area.first_row, ours.area.first_column)
    style = graft.styles.style(style_of(cell))
    writer = CellWriter(graft.target, sheet)
    writer.write(theirs.area.first_row, theirs.area.first_column, value, str, style)
    for rule in origin.shell.iterfind("{*}dataValidations/{*}dataValidation"):
        if rule.get("sqref") == str(ours.area):
            copied = deepcopy(rule)
            copied.set("sqref", str(theirs.area))
            add_validation(sheet.shell, copied, graft.followed)
            sheet.shell_changed()
