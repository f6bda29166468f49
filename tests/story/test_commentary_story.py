"""What officers say of a month is kept, word by word, whatever is done with the workbook."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest

from tests.support import office
from tests.support.editions import copied, upgraded
from tests.support.places import EDITIONS
from xl_addin.check import check
from xl_addin.commands.refresh import HowToRefresh, refresh_book
from xl_addin.commands.show import show_month
from xl_addin.commands.summary import tell_summary
from xl_addin.commands.undo import undo
from xl_addin.dataset.workbook import parse_workbook
from xl_addin.excel.closed import ClosedBook, held
from xl_addin.excel.template import write_template
from xl_addin.layout import Commentary, Measures, Summary
from xl_addin.measure import Catalogue, Measure
from xl_addin.period import Month
from xl_addin.refresh import Occasion
from xl_addin.update import AppendRows, Row, SetRows, Update

FIRST = Month(2015, 6)
CATALOGUE = Catalogue((Measure("M1", "MASH", "Contacts"), Measure("M2", "MASH", "Referrals")))
BEGUN = datetime(2015, 7, 3, 9, 30)


def refreshed(path: Path, month: Month, rows: list[str], number: int) -> None:
    file = path.with_name(f"Return {month.label}.csv")
    file.write_text("\n".join(["Measure Ref,Month,Value", *rows]), "utf-8")
    occasion = Occasion(BEGUN + timedelta(days=31 * number), "officer", "0.1.0")
    how = HowToRefresh(file=file)
    with held(path) as book:
        assert refresh_book(book, occasion, tell=print, agree=lambda: True, how=how)


def write_commentary(path: Path, *rows) -> None:
    ClosedBook(path).apply(Update((AppendRows(Commentary.TABLE, Commentary.COLUMNS, rows),)))


def commentary(path: Path) -> list[tuple]:
    table = ClosedBook(path).read().tables[Commentary.TABLE]
    return [tuple(record.values()) for _, record in table.records()]


def rename(path: Path, old: str, new: str) -> None:
    table = ClosedBook(path).read().tables[Measures.TABLE]
    place = table.headings.index(Measures.REF)
    refs = (new if row[place] == old else row[place] for row in table.rows)
    rows = tuple(Row((ref,), was) for was, ref in enumerate(refs))
    ClosedBook(path).apply(Update((SetRows(Measures.TABLE, (Measures.REF,), rows),)))


def beside_sentences(path: Path, ref: str) -> list[tuple]:
    table = ClosedBook(path).read().tables[Summary.TABLE]
    return [
        (record[Summary.COMMENTARY], record[Summary.LAST])
        for _, record in table.records()
        if record[Summary.REF] == ref
    ]


def test_ten_months_of_commentary_are_kept_through_all_that_is_done(tmp_path):
    path = tmp_path / "Monthly.xlsm"
    write_template(path, "Monthly", CATALOGUE)
    earlier = [f"{ref},{m.label},100" for m in FIRST.window(14) for ref in ("M1", "M2")]
    refreshed(path, FIRST, earlier, 0)
    written, ref = [], "M1"
    for number in range(1, 11):
        month = FIRST.plus(number)
        restated = f"M2,{FIRST.plus(number - 1).label},{100 + number}"
        refreshed(
            path, month, [f"{ref},{month.label},900", f"M2,{month.label},100", restated], number
        )
        said = f"Month {number}: “why” & what we do <next>,\nline two"
        row = (month.first_day, ref, said, "A. Officer", f"Action {number}", date(2016, 1, number))
        write_commentary(path, row)
        written.append(row)
        if number == 5:
            rename(path, "M1", "C1")
            ref, written = "C1", [(r[0], "C1", *r[2:]) for r in written]
    with held(path) as book:
        show_month(book, FIRST.plus(8), Occasion(BEGUN, "officer", "0.1.0"), tell=print)
        assert same(commentary(path), written)
        undo(book, BEGUN + timedelta(days=999), tell=print, agree=lambda: True)
    assert same(commentary(path), written)
    with held(path) as book:
        show_month(book, FIRST.plus(7), Occasion(BEGUN, "officer", "0.1.0"), tell=print)
    shown = beside_sentences(path, "C1")
    assert shown and set(shown) == {(written[6][2], written[5][2])}


def same(found: list[tuple], written: list[tuple]) -> bool:
    return [(_plain(row[0]), *row[1:5], _plain(row[5])) for row in found] == written


def _plain(day) -> date:
    return date(day.year, day.month, day.day)


def test_what_is_said_of_no_measure_is_kept_and_told_by_check(tmp_path):
    path = tmp_path / "Monthly.xlsm"
    write_template(path, "Monthly", CATALOGUE)
    write_commentary(path, (FIRST.first_day, "OLD", "Closed.", None, None, None))
    file = path.with_name("Return.csv")
    file.write_text(f"Measure Ref,Month,Value\nM1,{FIRST.label},5\nM2,{FIRST.label},6\n", "utf-8")
    said: list[str] = []
    occasion = Occasion(BEGUN, "officer", "0.1.0")
    how = HowToRefresh(file=file)
    with held(path) as book:
        refresh_book(book, occasion, tell=said.append, agree=lambda: True, how=how)
    assert not any("OLD" in line for line in said)  # each month anew, it could not be silenced
    found = check(parse_workbook(ClosedBook(path).read()), None, occasion)
    about = "It is about “OLD”, which is no measure of the list. It is kept."
    assert any(one.problem.found == about for one in found)
    assert [row[2] for row in commentary(path)] == ["Closed."]


@pytest.mark.libreoffice
def test_an_upgraded_workbook_says_the_month_in_words_and_formulas_agree(tmp_path):
    path = copied(EDITIONS / "1" / "demo.xlsm", tmp_path)
    assert upgraded(path)
    workbook = parse_workbook(ClosedBook(path).read())
    month = workbook.month
    row = (month.first_day, "LAC1", "More came.", "J. Okafor", "Review", date(2015, 9, 1))
    before = (month.previous().first_day, "LAC1", "As in April.", None, None, None)
    write_commentary(path, row, before)
    with held(path) as book:
        show_month(book, month.previous(), Occasion(BEGUN, "officer", "0.1.0"), tell=print)
        show_month(book, month, Occasion(BEGUN, "officer", "0.1.0"), tell=print)
    assert beside_sentences(path, "LAC1") == [("More came.", "As in April.")]
    said: list[str] = []
    tell_summary(ClosedBook(path).read(), said.append)
    assert "  Commentary: More came. Action: Review (J. Okafor, due 1 Sep 2015)" in said
    assert "  Last month: As in April." in said
    worked_out = office.calculated(path)[Summary.TABLE]
    stored = openpyxl.load_workbook(path, data_only=True)[Summary.TABLE]
    for cells in stored.iter_rows(min_row=5):
        for cell in cells:
            if cell.column != 8:  # a day, which LibreOffice gives as a number
                now = worked_out.get((cell.row, cell.column))
                assert (cell.value or None) == (now or None), cell.coordinate
