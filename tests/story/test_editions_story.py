"""A workbook of an earlier edition goes on: as it is, and upgraded, with all that was put in it."""

from __future__ import annotations

import openpyxl
import pytest

from tests.support import office
from tests.support.editions import (
    KEPT,
    OCCASION,
    brought_in,
    called,
    copied,
    next_return,
    read,
    silent,
    upgraded,
)
from tests.support.independent import READERS
from xl_addin.commands.check import check_book
from xl_addin.commands.notes import sync_notes_in
from xl_addin.commands.share import share_book
from xl_addin.commands.show import show_month
from xl_addin.commands.undo import undo
from xl_addin.dataset.editions import PRESENT
from xl_addin.errors import WorkbookRefused
from xl_addin.excel.backups import read_backups
from xl_addin.excel.closed import ClosedBook, held
from xl_addin.layout import History, Sheet

EACH = pytest.mark.parametrize("kept", KEPT, ids=called)


def undone(path, copy=None) -> None:
    with held(path) as book:
        assert undo(book, OCCASION.when, tell=silent, agree=lambda: True, copy=copy)


def goes_on(path) -> int:
    """A month's work in a workbook: refresh, show, notes, check, share; the changes made."""
    changes = int(brought_in(path, next_return(path)))
    workbook = read(path)
    book = ClosedBook(path)
    changes += bool(show_month(book, workbook.month.plus(-2), OCCASION, tell=silent))
    assert read(path).month == workbook.month.plus(-2)
    changes += bool(show_month(book, workbook.month, OCCASION, tell=silent))
    sync_notes_in(book, OCCASION, tell=silent, agree=lambda: False)
    assert not [f for f in check_book(book, OCCASION) if f.severity.value == "error"]
    share_book(book, path.with_name("copy.xlsx"), OCCASION, tell=silent)
    copy = openpyxl.load_workbook(path.with_name("copy.xlsx"))
    assert copy.sheetnames[0] == Sheet.DATASET
    return changes


PUT_ON = ["1/lived_in.xlsm"]
"""Workbooks with a comment or a colour on a figure that leaves the page with its month."""


@pytest.mark.parametrize("kept", [k for k in KEPT if called(k) not in PUT_ON], ids=called)
def test_an_older_workbook_works_as_it_is_and_its_first_backup_is_what_it_was(kept, tmp_path):
    path = copied(kept, tmp_path)
    assert goes_on(path) == 3
    assert read(path).edition == int(kept.parent.name)
    undone(path, read_backups(tmp_path / f"{path.stem} backups")[0].copy)
    assert path.read_bytes() == kept.read_bytes()


@pytest.mark.parametrize("kept", [k for k in KEPT if called(k) in PUT_ON], ids=called)
def test_an_older_workbook_that_cannot_keep_what_is_on_a_figure_says_to_upgrade(kept, tmp_path):
    """It has no table for it; that it goes on once upgraded is shown below."""
    path = copied(kept, tmp_path)
    assert brought_in(path, next_return(path))
    was, beside = path.read_bytes(), sorted(tmp_path.rglob("*"))
    with pytest.raises(WorkbookRefused, match="Upgrade it first"):
        show_month(ClosedBook(path), read(path).month.plus(-2), OCCASION, tell=silent)
    assert path.read_bytes() == was and sorted(tmp_path.rglob("*")) == beside


@EACH
def test_an_upgraded_workbook_works_and_undo_leads_back_to_its_bytes(kept, tmp_path):
    path = copied(kept, tmp_path)
    assert upgraded(path)
    after = path.read_bytes()
    undone(path)
    assert path.read_bytes() == kept.read_bytes()
    undone(path)
    assert path.read_bytes() == after
    assert goes_on(path) == 3
    assert read(path).edition == PRESENT


@EACH
def test_upgrading_twice_changes_nothing(kept, tmp_path):
    path = copied(kept, tmp_path)
    upgraded(path)
    after = path.read_bytes()
    assert not upgraded(path)
    assert path.read_bytes() == after
    other = tmp_path / "other"
    other.mkdir()
    assert upgraded(copied(kept, other)) and (other / kept.name).read_bytes() == after


def as_laid_out_now(cells):
    """The first edition's sheet for the return, its descriptions beside the refs."""
    beside = {(row, 2): text for (row, column), text in cells.items() if column == 9 and row > 4}
    kept = {
        place: cell for place, cell in cells.items() if place[1] not in (2, 9) and place != (2, 1)
    }
    return kept | beside


@EACH
def test_every_reader_finds_in_an_upgraded_workbook_what_was_there(kept, tmp_path):
    import excelize
    from openxml_audit import OpenXmlValidator

    path = copied(kept, tmp_path)
    upgraded(path)
    assert not OpenXmlValidator().validate(str(path)).errors
    old_names, names = (openpyxl.load_workbook(p).sheetnames for p in (kept, path))
    for reader in READERS:
        old = dict(zip(old_names, reader(kept.read_bytes()), strict=True))
        new = dict(zip(names, reader(path.read_bytes()), strict=True))
        old[Sheet.HISTORY] = old.pop("History") | {(1, 1): Sheet.HISTORY}
        old[Sheet.MONTHLY_RETURN] = as_laid_out_now(old[Sheet.MONTHLY_RETURN])
        for name in old.keys() - {Sheet.SETTINGS}:
            assert old[name].items() <= new[name].items(), (reader.__name__, name)
    book = excelize.open_file(str(path))
    assert [table.name for table in book.get_tables(Sheet.HISTORY)] == [History.TABLE]


@pytest.mark.libreoffice
@EACH
def test_libreoffice_works_out_the_same_in_an_upgraded_workbook(kept, tmp_path):
    path = copied(kept, tmp_path)
    upgraded(path)
    old, new = office.shown(kept), office.shown(path)
    assert old.values["History"].pop((1, 1)) == "History"
    old.values[Sheet.MONTHLY_RETURN] = as_laid_out_now(old.values[Sheet.MONTHLY_RETURN])
    for name, values in old.values.items():
        now = new.values[Sheet.HISTORY if name == "History" else name]
        if name != Sheet.SETTINGS:
            assert values.items() <= now.items(), name
    assert old.hidden <= new.hidden
    assert office.to_pdf(path, tmp_path).stat().st_size > 10_000
