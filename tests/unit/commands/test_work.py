"""The steps of the month's work on a closed workbook: where the return comes from, what is told."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path
from weakref import ref

import pytest

from xl_addin.commands.notes import sync_notes_in
from xl_addin.commands.refresh import HowToRefresh, refresh_book
from xl_addin.dataset.workbook import parse_workbook
from xl_addin.demo import HISTORY, RETURN
from xl_addin.errors import ReturnRefused, WorkbookRefused
from xl_addin.excel.closed import ClosedBook, held
from xl_addin.excel.template import write_template
from xl_addin.layout import Dataset, RefreshLog, Settings
from xl_addin.layout import Return as ReturnTable
from xl_addin.period import Month
from xl_addin.refresh import Occasion
from xl_addin.returns.hand_edits import HandEdits
from xl_addin.sources.catalogue import read_catalogue
from xl_addin.update import Row, SetRows, Update

OCCASION = Occasion(datetime(2026, 7, 3, 9, 30), "officer", "0.1.0")


@pytest.fixture(scope="module")
def started(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("work") / "Dataset.xlsm"
    write_template(path, *read_catalogue(None))
    refresh(ClosedBook(path), file=HISTORY)
    return path


@pytest.fixture
def book(started, tmp_path) -> ClosedBook:
    copy = tmp_path / started.name
    copy.write_bytes(started.read_bytes())
    return ClosedBook(copy)


def refresh(book, **more) -> list[str]:
    told: list[str] = []
    how = HowToRefresh(**more)
    refresh_book(book, OCCASION, tell=told.append, agree=lambda: True, how=how)
    return told


def workbook_of(book):
    return parse_workbook(book.read())


def type_return(book, *rows) -> None:
    """What an officer types on the Monthly return sheet."""
    cells = tuple(Row(cells, was=number) for number, cells in enumerate(rows))
    book.apply(Update((SetRows(ReturnTable.TABLE, ReturnTable.OF_TABLE, cells),)))


def set_return_path(book, path: str) -> None:
    table = book.read().tables[Settings.TABLE]
    rows = tuple(
        Row((row[0], path if row[0] == Settings.RETURN else row[1]), was=number)
        for number, row in enumerate(table.rows)
    )
    book.apply(Update((SetRows(Settings.TABLE, (Settings.SETTING, Settings.VALUE), rows),)))


def test_without_a_file_the_sheet_for_the_monthly_return_is_read(book):
    june = date(2015, 6, 1)
    type_return(
        book,
        ("M1", june, None, None, 1363.0, None, None),
        ("M2", june, None, None, 393.0, None, "Two days of figures came late."),
    )
    told = refresh(book)
    assert "19 measures have neither a figure nor a reason for Jun 2015: M4, M5" in told[1]
    assert "Jun 2015: 3 of 22 figures, 19 missing" in told
    workbook = workbook_of(book)
    assert workbook.history.observed("M3", Month(2015, 6)).value == 393 / 1363
    (note,) = [r for r in workbook.tables["DataNotes"].rows if r[2] and "came late" in r[2]]
    assert note[6] == "return"


def test_an_empty_monthly_return_is_told_with_its_sheet(book):
    before = book.path.read_bytes()
    with pytest.raises(ReturnRefused, match="Monthly return"):
        refresh(book)
    assert book.path.read_bytes() == before


def test_the_return_in_settings_is_looked_for_beside_the_workbook(book):
    folder = book.folder / "Returns"
    folder.mkdir()
    (folder / RETURN.name).write_bytes(RETURN.read_bytes())
    set_return_path(book, "Returns")
    refresh(book)
    assert workbook_of(book).month == Month(2015, 6)


def test_a_return_in_settings_that_is_gone_is_told(book):
    set_return_path(book, "gone.csv")
    with pytest.raises(ReturnRefused, match=r"gone\.csv"):
        refresh(book)


def test_the_log_has_a_row_for_each_refresh_with_the_digest_of_its_source(book):
    refresh(book, file=RETURN)
    log = book.read().tables["RefreshLog"]
    rows = [dict(zip(log.headings, row, strict=True)) for row in log.rows]
    assert [row["Source"] for row in rows] == [HISTORY.name, RETURN.name]
    assert [len(row["SHA-256"]) for row in rows] == [64, 64]
    assert rows[1]["Month"] == datetime(2015, 6, 1) or rows[1]["Month"] == date(2015, 6, 1)


def test_recorded_figures_are_no_longer_held_while_the_workbook_is_written(book, monkeypatch):
    read, written = [], []

    def parsed(sheets):
        workbook = parse_workbook(sheets)
        read.append(ref(workbook.history))
        return workbook

    def apply(self, update):
        written.append([history() for history in read])
        return ()

    monkeypatch.setattr("xl_addin.commands.refresh.parse_workbook", parsed)
    monkeypatch.setattr(ClosedBook, "apply", apply)
    refresh(book, file=RETURN)
    assert written == [[None]]


def test_no_backup_is_ever_replaced(book):
    refresh(book, file=RETURN)
    first = {p.name: p.read_bytes() for p in book.path.parent.glob("* backups/*.xlsm")}
    type_return(book, ("M1", date(2015, 6, 1), None, None, 1364.0, None, None))
    refresh(book)
    after = {p.name: p.read_bytes() for p in book.path.parent.glob("* backups/*.xlsm")}
    assert len(after) == len(first) + 1
    assert all(after[name] == content for name, content in first.items())


@pytest.mark.parametrize(
    ("mode", "said", "stands"),
    [
        (HandEdits.PUT_BACK, "  M1 May 2015: “1200” becomes “1156”", 1156),
        (HandEdits.RECORD, "  M1 May 2015: 1156 becomes 1200", 1200),
    ],
)
def test_figures_changed_by_hand_are_settled_without_waiting_for_a_return(book, mode, said, stands):
    change_by_hand(book)
    with pytest.raises(ReturnRefused, match="M1 May 2015 shows “1200”"):
        refresh(book)
    assert said in refresh(book, hand_edits=mode)
    (row,) = (r for _, r in workbook_of(book).dataset.records() if r["Measure Ref"] == "M1")
    assert row["May 2015"] == stands
    assert workbook_of(book).history.observed("M1", Month(2015, 5)).value == stands
    log = workbook_of(book).tables[RefreshLog.TABLE]
    assert [r[RefreshLog.SOURCE] for _, r in log.records()][-1] == "Changes by hand on the page"
    with pytest.raises(ReturnRefused, match="There is no figure in it"):
        refresh(book, hand_edits=mode)


def change_by_hand(book) -> None:
    table = book.read().tables[Dataset.TABLE]
    place = table.headings.index("May 2015")
    rows = tuple(
        Row((1200 if row[0] == "M1" else row[place],), number)
        for number, row in enumerate(table.rows)
    )
    book.apply(Update((SetRows(Dataset.TABLE, ("May 2015",), rows),)))


OPEN = {"~$Dataset.xlsm": b"\3Sam", ".~lock.Dataset.xlsm#": b",Sam,office,03.07.2026 09:30,x;"}


@pytest.mark.parametrize(("owner_file", "content"), OPEN.items(), ids=["Excel", "LibreOffice"])
@pytest.mark.parametrize("through", ["its name", "a link"])
def test_a_workbook_open_elsewhere_is_refused_before_the_plan_and_leaves_no_backup(
    book, tmp_path, owner_file, content, through
):
    before, path = book.path.read_bytes(), book.path
    (tmp_path / owner_file).write_bytes(content)
    if through == "a link":
        (tmp_path / "links").mkdir()
        path = tmp_path / "links" / "Link.xlsm"
        path.symlink_to(book.path)
    said = r"Dataset\.xlsm: It is open in \w+ \(Sam\)\. Close it there\."
    with pytest.raises(WorkbookRefused, match=said), held(path, to_change=True) as chosen:
        pytest.fail(f"the plan was shown: {refresh(chosen, file=RETURN)}")
    with pytest.raises(WorkbookRefused, match=said), held(path) as chosen:
        refresh(chosen, file=RETURN)
    assert book.path.read_bytes() == before
    assert not list(tmp_path.rglob("* backups"))


def test_a_change_that_is_refused_at_the_last_moment_leaves_no_backup(book, tmp_path):
    def saved_meanwhile():
        book.path.write_bytes(book.path.read_bytes() + b"\0")
        return True

    refresh(book, file=RETURN)
    kept = sorted(tmp_path.rglob("* backups/*"))
    type_return(book, ("M1", date(2015, 6, 1), None, None, 1364.0, None, None))
    with pytest.raises(WorkbookRefused, match="in the meantime"):
        refresh_book(book, OCCASION, tell=lambda line: None, agree=saved_meanwhile)
    assert sorted(tmp_path.rglob("* backups/*")) == kept


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
def test_a_workbook_reached_through_a_link_has_its_backups_beside_itself(book, tmp_path):
    (tmp_path / "links").mkdir()
    (link := tmp_path / "links" / "Link.xlsm").symlink_to(book.path)
    with held(link, to_change=True) as chosen:
        refresh(chosen, file=RETURN)
    assert [p.name for p in (tmp_path / "links").iterdir()] == ["Link.xlsm"]
    assert link.is_symlink()
    assert len(list((tmp_path / "Dataset backups").glob("*.xlsm"))) == 1


def test_a_sync_that_finds_nothing_to_do_says_only_that(book):
    told: list[str] = []
    sync_notes_in(book, OCCASION, tell=told.append, agree=lambda: True)
    assert "The page shows" not in "".join(told)
    assert told[-1] == "The data notes are in line with the page. Nothing was changed."
