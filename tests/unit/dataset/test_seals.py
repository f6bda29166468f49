"""Seals: what was changed in History outside the tool is said, and nothing else."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import openpyxl
import pytest

from tests.support import office
from tests.support.books import applied, new_sheets
from tests.support.officer import CATALOGUE
from tests.support.ready import OCCASION, ready_book, refresh
from xl_addin.commands.check import check_book
from xl_addin.dataset import seals
from xl_addin.dataset.seals import MOST_MARKS, Seal, changed_records, changed_rows, sealed
from xl_addin.dataset.workbook import parse_workbook
from xl_addin.excel import dataset_file
from xl_addin.excel.closed import ClosedBook
from xl_addin.layout import History, Name, RefreshLog
from xl_addin.observation import Observation
from xl_addin.period import Month
from xl_addin.refresh import Occasion, accept_history, show
from xl_addin.refresh import refresh as decide
from xl_addin.returns import Entry, Return
from xl_addin.table import Sheets, Table
from xl_addin.values import replace

MAY, JUNE = Month(2015, 5), Month(2015, 6)


def recorded() -> Sheets:
    """Two refreshes: M1 and M2 for May, then for June."""
    sheets = new_sheets(CATALOGUE)
    for number, month in enumerate((MAY, JUNE)):
        entries = [
            Entry(Observation(ref, month, figure / 3), "row")
            for ref, figure in (("M1", 622.0 + number), ("M2", 230.0))
        ]
        when = Occasion(datetime(2015, 7 + number, 3, 9, 30), "Sam", "0.1.0")
        return_ = Return(tuple(entries), f"{month.label}.csv", "ab" * 32)
        sheets = applied(sheets, decide(parse_workbook(sheets), return_, when))
    return sheets


def said(sheets: Sheets) -> list[str]:
    return [str(p) for p in changed_rows(sheets.tables["History"], sheets.tables["RefreshLog"])]


def said_of_book(sheets: Sheets) -> list[str]:
    return [str(p) for p in changed_records(parse_workbook(sheets))]


def with_history(sheets: Sheets, change) -> Sheets:
    return with_rows(sheets, "History", change)


def with_rows(sheets: Sheets, name: str, change) -> Sheets:
    table = sheets.tables[name]
    rows = tuple(change(list(table.rows)))
    return replace(sheets, tables={**sheets.tables, name: replace(table, rows=rows)})


def edited(row: int, heading: str, value):
    """Rows with another value in one cell."""
    place = History.COLUMNS.index(heading)

    def change(rows):
        rows[row] = (*rows[row][:place], value, *rows[row][place + 1 :])
        return rows

    return change


def test_an_untouched_history_is_as_recorded_in_whatever_order():
    sheets = recorded()
    assert said(sheets) == []
    assert said(with_history(sheets, lambda rows: sorted(rows, key=lambda row: row[0]))) == []
    assert said(with_history(sheets, lambda rows: [*rows, (None,) * 9])) == []


def test_what_another_program_stores_otherwise_is_the_same_figure():
    def stored(rows):
        return [
            (ref, datetime(m.year, m.month, 1), int(n), num, den, float(f"{v:.15g}"), "", r, s)
            for ref, m, n, num, den, v, _, r, s in rows
        ]

    late = timedelta(microseconds=-3)
    assert said(with_history(recorded(), stored)) == []
    assert (
        said(with_history(recorded(), edited(0, "Recorded", datetime(2015, 7, 3, 9, 30) + late)))
        == []
    )


@pytest.mark.parametrize(
    ("heading", "value"),
    [
        ("Value", 207.3333),
        ("Value", None),
        ("Numerator", 5.0),
        ("Measure Ref", "M9"),
        ("Month", date(2015, 4, 1)),
        ("Revision", 2.0),
        ("Status", "Late"),
        ("Source", "x.csv"),
        ("Recorded", datetime(2015, 7, 3, 9, 31)),
        ("Value", True),
        ("Value", "622"),
    ],
)
def test_any_cell_changed_by_hand_is_told_with_its_row_and_when_it_was_recorded(heading, value):
    log, row = said(with_history(recorded(), edited(0, heading, value)))
    assert log.startswith(
        "RefreshLog, row 2: 1 of the 3 figures recorded on 03/07/2015 at 09:30 from May 2015.csv "
        "was changed or deleted since"
    )
    assert row.startswith("History, row 2: ")
    assert "is not as it was recorded" in row


def test_a_row_deleted_or_added_by_hand_is_told():
    (gone,) = said(with_history(recorded(), lambda rows: rows[1:]))
    assert "1 of the 3 figures recorded on 03/07/2015" in gone
    (more,) = said(with_history(recorded(), lambda rows: [*rows, rows[0]]))
    assert more.startswith("History, row ")


def test_a_changed_or_deleted_row_of_the_log_is_told():
    def other_count(rows):
        return [(*rows[0][:5], 99, *rows[0][6:]), *rows[1:]]

    (changed,) = said(with_rows(recorded(), "RefreshLog", other_count))
    assert changed.startswith("RefreshLog, row 2: This row of the log, or the one before it, was")
    deleted = said(with_rows(recorded(), "RefreshLog", lambda rows: rows[1:]))
    assert "RefreshLog, row 2: This row of the log, or the one before it" in deleted[0]
    lost = said(with_rows(recorded(), "RefreshLog", lambda rows: [(*rows[0][:-1], None), rows[1]]))
    assert "RefreshLog, row 2: This row of the log has lost its seal." in lost[0]


def without_newest(sheets: Sheets, rows: int = 1) -> Sheets:
    """The newest rows of the log deleted together with all that came with them."""
    sheets = with_history(sheets, lambda recorded: recorded[: -3 * rows])
    return with_rows(sheets, "RefreshLog", lambda logged: logged[:-rows])


def test_the_newest_row_of_the_log_deleted_with_its_figures_is_told():
    sheets = recorded()
    assert said_of_book(sheets) == []
    assert said(without_newest(sheets)) == []
    (told,) = said_of_book(without_newest(sheets))
    assert told.startswith("RefreshLog: It does not end as it did when xl-addin last added to it")
    assert said_of_book(without_newest(sheets, 2)) == [told]
    blank = [(None,) * len(RefreshLog.COLUMNS)]
    emptied = with_rows(without_newest(sheets, 2), "RefreshLog", lambda logged: blank)
    assert said_of_book(emptied) == [told]


def test_a_log_whose_end_was_told_is_accepted_as_it_stands():
    cut = without_newest(recorded())
    accepted = applied(cut, accept_history(parse_workbook(cut), OCCASION))
    assert said_of_book(accepted) == []
    assert said_of_book(without_newest(accepted)) != []


def test_what_settings_say_of_the_end_of_the_log_is_not_cleared_unnoticed():
    sheets = recorded()
    (told,) = said_of_book(replace(sheets, names={**sheets.names, Name.LOG_END: ((None,),)}))
    assert "“Refresh log ends with” was cleared" in told


def test_an_upgraded_workbook_whose_log_is_older_than_the_setting_is_not_accused():
    sheets = recorded()
    assert (
        said_of_book(replace(sheets, names={**sheets.names, Name.LOG_END: (("nothing yet",),)}))
        == []
    )
    older = {name: cells for name, cells in sheets.names.items() if name != Name.LOG_END}
    assert said_of_book(replace(sheets, names=older)) == []


def test_a_workbook_without_the_setting_is_refreshed_as_before():
    sheets = recorded()
    older = replace(sheets, names={n: c for n, c in sheets.names.items() if n != Name.LOG_END})
    late = Return((Entry(Observation("M2", JUNE, 99.0), "row"),), "Late.csv", "cd" * 32)
    after = applied(older, decide(parse_workbook(older), late, OCCASION))
    assert Name.LOG_END not in after.names and said_of_book(after) == []


def without_seals(rows):
    return [(*row[:-1], None) for row in rows]


def test_a_log_whose_seals_were_all_cleared_is_told_and_no_figure_is_accused():
    cleared = with_rows(recorded(), "RefreshLog", without_seals)
    (told,) = said(cleared)
    assert told.startswith("RefreshLog: No row of the log has its seal any more")
    late = Return((Entry(Observation("M2", JUNE, 99.0), "row"),), "Late.csv", "cd" * 32)
    after = applied(cleared, decide(parse_workbook(cleared), late, OCCASION))
    told = said(after)
    assert told and all("This row of the log has lost its seal" in words for words in told)
    changed = said(with_history(after, lambda rows: rows[:-1]))
    assert any("figures recorded on 03/07/2026" in words for words in changed)
    accepted = applied(cleared, accept_history(parse_workbook(cleared), OCCASION))
    assert said(accepted) == []


@pytest.mark.parametrize("accepts", [True, False], ids=["put there", "taken away"])
def test_the_mark_that_a_seal_vouches_for_all_is_under_the_digest(accepts):
    """Put before an ordinary seal, it would make the log pass over all that came before it."""
    sheets = recorded()
    if not accepts:
        sheets = with_history(sheets, edited(0, "Value", 1.0))
        sheets = applied(sheets, accept_history(parse_workbook(sheets), OCCASION))

    def marked(rows):
        seal = rows[-1][-1]
        return [*rows[:-1], (*rows[-1][:-1], f"all {seal}" if accepts else seal[len("all ") :])]

    told = said(with_rows(sheets, "RefreshLog", marked))
    assert any("This row of the log, or the one before it, was changed" in words for words in told)


def test_a_history_that_is_accepted_is_as_recorded_from_then_on_and_the_log_says_so():
    sheets = with_history(recorded(), edited(0, "Value", 1.0))
    update = accept_history(parse_workbook(sheets), OCCASION)
    accepted = applied(sheets, update)
    assert said(accepted) == []
    assert accepted.tables["RefreshLog"].rows[-1][3] == "History accepted as it stands"
    assert accept_history(parse_workbook(accepted), OCCASION).is_empty
    again = said(with_history(accepted, edited(1, "Value", 2.0)))
    assert again[0].startswith("RefreshLog, row 4: 1 of the 6 figures recorded on 03/07/2026")


def test_a_renamed_measure_is_no_change_from_outside():
    sheets = recorded()

    def renamed(rows):
        return [("M33", *row[1:]) if row[0] == "M3" else row for row in rows]

    sheets = with_rows(sheets, "Measures", renamed)
    shown = applied(sheets, show(parse_workbook(sheets), JUNE, OCCASION))
    assert len(shown.tables["History"].rows) == 8
    assert said(shown) == []


def table_of(rows, columns, name) -> Table:
    return Table(name, name, columns, tuple(rows), 2)


def test_very_many_rows_fit_into_a_cell_and_are_vouched_for_together():
    when = datetime(2015, 7, 3, 9, 30)
    rows = [
        (f"M{n}", date(2015, 6, 1), 1.0, None, None, n / 7, None, when, "Large.csv")
        for n in range(MOST_MARKS + 1)
    ]
    log = table_of((), RefreshLog.COLUMNS, "RefreshLog")
    for count in (MOST_MARKS, MOST_MARKS + 1):
        cells = (when, "Sam", None, "Large.csv", None, 1, 0, 0, 0, 0, "0.1.0")
        row = sealed(cells, rows[:count], log)
        assert len(row[-1]) < 8_240
        full = table_of([row], RefreshLog.COLUMNS, "RefreshLog")
        history = table_of(rows[:count], History.COLUMNS, "History")
        assert changed_rows(history, full) == ()
        changed = table_of(
            [*rows[1:count], (*rows[0][:5], 1.0, *rows[0][6:])], History.COLUMNS, "H"
        )
        assert f"of the {count} figures" in str(changed_rows(changed, full)[0])


@pytest.mark.parametrize(
    "text", ["", "x", "all", "1 ab cd -", "2 " + "a" * 64 + " " + "b" * 64 + " Zm9"]
)
def test_what_is_no_seal_is_none(text):
    assert Seal.parse(text) is None


def test_rows_whose_marks_are_the_same_raise_no_alarm(monkeypatch):
    monkeypatch.setattr(seals, "_mark", lambda print_: "abc")
    sheets = recorded()
    assert said(sheets) == []
    assert said(with_history(sheets, lambda rows: rows[::-1])) == []


def test_check_names_the_cell_someone_changed_in_a_file_and_refresh_goes_on(tmp_path):
    path = ready_book(tmp_path)
    refresh(path)
    assert not [f for f in check_book(ClosedBook(path), OCCASION) if "recorded" in str(f.problem)]
    sheets = dataset_file.read(path)
    history = sheets.tables["History"]
    place = next(n for n, row in enumerate(history.rows) if row[:2] == ("LAC1", date(2015, 5, 1)))
    sheets = with_history(sheets, edited(place, "Numerator", 600.0))
    where = f"Figures recorded, row {history.first_row + place}: LAC1 for May 2015 is not as it was"
    assert any(line.startswith(where) for line in said(sheets))
    workbook = parse_workbook(sheets)
    late = Return((Entry(Observation("LAC2", JUNE, 99.0), "row"),), "Late.csv", "cd" * 32)
    assert not decide(workbook, late, OCCASION).is_empty


def test_check_tells_of_a_file_whose_newest_refresh_was_wiped_from_the_log_and_history(tmp_path):
    path = ready_book(tmp_path)
    refresh(path)
    book = openpyxl.load_workbook(path, keep_vba=True)
    log, history = book["Refresh log"], book["Figures recorded"]
    newest = log.max_row
    source = log.cell(newest, 4).value
    for row in [log[newest], *(row for row in history.iter_rows(5) if row[8].value == source)]:
        for cell in row:
            cell.value = None
    book.save(path)
    found = [str(finding.problem) for finding in check_book(ClosedBook(path), OCCASION)]
    assert any(line.startswith("Refresh log: It does not end as it did") for line in found)


@pytest.mark.libreoffice
def test_a_workbook_saved_by_libreoffice_holds_what_was_recorded(tmp_path):
    path = ready_book(tmp_path)
    refresh(path)
    saved = office.save_as(path, tmp_path / "saved.xlsx", "Calc MS Excel 2007 XML")
    assert said(dataset_file.read(saved)) == []
