"""The share copy: what it shows, in every reader, and what becomes of what cannot be shared."""

from __future__ import annotations

import io
import math
import random
import re
import shutil
import subprocess
import sys
import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from tests.support import office
from tests.support.books import with_cell
from tests.support.command_line import invoke
from tests.support.places import EDITIONS
from tests.support.printed_issue import WITHIN_ROUNDING, figure, printed_rows
from tests.support.share_data import (
    DAY,
    ISSUE,
    OCCASION,
    SHAPES,
    count,
    demo_folder,
    random_counts,
    recorded,
    seed,
    seed_copy,
    seed_file,
    seed_sheets,
    share,
    workbook,
)
from xl_addin.commands.refresh import HowToRefresh, refresh_book
from xl_addin.commands.share import copy_beside, share_book
from xl_addin.dataset.workbook import parse_workbook
from xl_addin.disclosure.hidden_month import Beside
from xl_addin.disclosure.published import Mark
from xl_addin.disclosure.redaction import Discretion
from xl_addin.disclosure.releases import EarlierCopies, EarlierCopy
from xl_addin.disclosure.rule import Rule
from xl_addin.disclosure.suppression import Suppression, suppress
from xl_addin.errors import ReturnRefused, WorkbookRefused
from xl_addin.excel.closed import ClosedBook
from xl_addin.excel.share_copy import pdf, write_share
from xl_addin.excel.share_copy.accessibility import barriers_in
from xl_addin.excel.template import write_template
from xl_addin.layout import DataNotes, Measures, Settings, SharedCopies
from xl_addin.measure import Catalogue, Measure, Unit
from xl_addin.notes import DataNote, Origin, note_row, targets
from xl_addin.period import Month
from xl_addin.share.copy import build_copy
from xl_addin.share.decision import ConsentNeeded, Wish
from xl_addin.table import Table
from xl_addin.update import Row, SetRows, Update
from xl_addin.values import replace

CHANGE = "% change from same period last year"
MONTHS = [month.label for month in ISSUE.window()]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "Monthly.xlsm"
    shutil.copy(next(demo_folder().glob("*.xlsm")), path)
    return path


def share_it(book: Path, out: Path, **wish) -> list[str]:
    said: list[str] = []
    share_book(ClosedBook(book), out, OCCASION, tell=said.append, wish=Wish(**wish))
    return said


def wanted() -> dict[str, list[float | str]]:
    """The printed page as the copy has to hold it: [x] for reasons, changes as numbers."""
    found: dict[str, list[float | str]] = {}
    for row in printed_rows():
        months = [c if isinstance(c := figure(t), float) else "[x]" for t in row.shown]
        change = "[x]" if row.change is None else float(row.change)
        found[row.ref] = [*months, change, figure(row.average), figure(row.maximum)]
    return found


def compared(grid: list[list[object]]) -> None:
    """Compare a grid of cells, headings first, with the print."""
    headings, *rows = grid
    places = [headings.index(h) for h in (*MONTHS, CHANGE)]
    places += [headings.index("12 month average"), headings.index("Max. value in last 12 months")]
    printed = wanted()
    assert [row[0] for row in rows] == list(printed)
    for row in rows:
        cells = [row[place] for place in places]
        expected = printed[str(row[0])]
        for heading, cell, printed_cell in zip(
            (headings[p] for p in places), cells, expected, strict=True
        ):
            if heading == CHANGE and row[0] in WITHIN_ROUNDING:
                assert abs(float(str(cell)) - float(printed_cell)) <= 1
            elif isinstance(printed_cell, str):
                assert cell == printed_cell
            else:
                assert math.isclose(float(str(cell)), printed_cell, abs_tol=1e-12), row[0]


def cut(rows: list[list[object]]) -> list[list[object]]:
    """The table of a sheet: from its heading row on."""
    start = next(i for i, row in enumerate(rows) if row and row[0] == "Measure Ref")
    return rows[start:]


def test_openpyxl_reads_the_printed_figures():
    sheet = openpyxl.load_workbook(io.BytesIO(seed_file()))["Dataset"]
    compared(cut([[cell.value for cell in row] for row in sheet.rows]))


def test_calamine_reads_the_printed_figures():
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(seed_file())).get_sheet_by_name("Dataset")
    compared(cut(sheet.to_python(skip_empty_area=False)))


@pytest.mark.libreoffice
def test_libreoffice_reads_the_printed_figures(tmp_path):
    path = tmp_path / "copy.xlsx"
    path.write_bytes(seed_file())
    found = office.shown(path)
    assert not any(found.formulas.values()) and not found.hidden
    cells = found.values["Dataset"]
    width, height = (max(place[i] for place in cells) for i in (1, 0))
    grid = [[cells.get((r, c)) for c in range(1, width + 1)] for r in range(1, height + 1)]
    compared(cut(grid))


def test_every_arrow_has_its_words_and_its_colour():
    sheet = openpyxl.load_workbook(io.BytesIO(seed_file()))["Dataset"]
    rows = list(sheet.rows)
    start = next(i for i, row in enumerate(rows) if row[0].value == "Measure Ref")
    headings = [cell.value for cell in rows[start]]
    change, words = headings.index(CHANGE), headings.index("Direction of travel")
    meaning = {"CP3-QL": "Decrease, negative change", "CP5-QL": "Decrease, positive change"}
    meaning |= {"EH4-QL": "Similar", "CP7": "Increase", "LAC5-QL": "Increase, positive change"}
    meaning |= {"M5": "[x]", "LAC8-QL": "Decrease, negative change"}
    for row, printed in zip(rows[start + 1 :], printed_rows(), strict=True):
        assert printed.arrow in row[change].number_format or printed.change is None
        if printed.ref in meaning:
            assert row[words].value == meaning[printed.ref]
    colour = {row[0].value: row[change].fill.fgColor.rgb for row in rows[start + 1 :]}
    assert colour["CP3-QL"] == colour["LAC8-QL"] != colour["CP5-QL"] == colour["LAC5-QL"]


def test_percentages_are_frozen_at_what_is_published():
    """510 of 1303 is 0.39140445…, which gives the counts away."""
    assert seed_copy().row("M3").months[0] == 0.39
    with zipfile.ZipFile(io.BytesIO(seed_file())) as package:
        parts = [package.read(name).decode() for name in package.namelist()]
    assert not any("0.3914" in part for part in parts)


def test_charts_keep_their_figures_and_say_them():
    package = zipfile.ZipFile(io.BytesIO(seed_file()))
    charts = [n for n in package.namelist() if n.startswith("xl/charts/")]
    assert len(charts) == 9
    described = package.read("xl/drawings/drawing1.xml").decode()
    assert "Column chart of M1, Jun 2014 to Jun 2015. Jun 2014: 1303; Jun 2015: 1363." in described
    assert "12 month average 1195, highest of the last 12 months 1363" in described
    assert "Without a bar: [x] in Nov 2014, Dec 2014" in described
    m5 = next(package.read(n).decode() for n in charts if b">M5<" in package.read(n))
    assert "(NOT UPDATED SINCE OCT 14)" in m5 and m5.count("<c:pt idx=") == 13 + 5 + 0


def test_reasons_go_to_the_notes_and_shorthand_is_explained():
    sheet = openpyxl.load_workbook(io.BytesIO(seed_file()))
    notes = [cell.value for cell in sheet["Data notes"]["C"]]
    assert "M5: Not updated pending data accuracy work (from Nov 2014)" in notes
    above = [sheet["Dataset"].cell(row, 1).value for row in range(1, 6)]
    assert any("[x] not available" in str(line) for line in above)
    assert not any("[c]" in str(line) or "[z]" in str(line) for line in above)


def test_the_same_copy_of_the_same_day_has_the_same_bytes():
    assert write_share(seed_copy(), DAY) == seed_file()


def test_the_copy_of_another_month_shows_that_month(book, tmp_path):
    share_it(book, tmp_path / "march.xlsx", month=Month(2015, 5))
    sheet = openpyxl.load_workbook(tmp_path / "march.xlsx")["Dataset"]
    assert sheet["A2"].value == "May 2015"
    assert [row[15].value for row in sheet.rows if row[0].value == "LAC4-QL"] == [3]


def test_a_share_changes_nothing_in_the_workbook_but_its_record_of_copies(book, tmp_path):
    before, bytes_before = ClosedBook(book).read(), book.read_bytes()
    share_it(book, tmp_path / "copy.xlsx", hide_small=True)
    after = ClosedBook(book).read()
    differ = {name for name, table in after.tables.items() if table != before.tables[name]}
    assert differ == {SharedCopies.TABLE} and after.names == before.names
    assert bytes_before in {file.read_bytes() for file in tmp_path.rglob("*.xlsm")}, "a backup"


def test_suppression_hides_the_seeds_small_counts_and_says_so_to_the_officer(book, tmp_path):
    said = share_it(book, tmp_path / "copy.xlsx", hide_small=True)
    sheet = openpyxl.load_workbook(tmp_path / "copy.xlsx")["Dataset"]
    rows = {row[0].value: [cell.value for cell in row] for row in sheet.rows}
    for printed in printed_rows():
        for cell, text in zip(rows[printed.ref][3:16], printed.shown, strict=True):
            if text.isdigit() and 1 <= int(text) <= 5:
                assert cell == "[c]"
    leaving = rows["LAC4-QL"][3:16]
    assert leaving[12] == "[c]", "6 of 11 leave 5"
    assert leaving[3] == 8 and rows["LAC5-QL"][3:16][3] == 0.32, "8 of 25 leave 17"
    assert rows["LAC4-QL"][16:20] == ["[c]"] * 4
    assert rows["M4"][19] == 15, "the maximum is a month that is shown"
    assert any("M4: a small count: Jul 2014, Aug 2014, Sep 2014, Mar 2015" in line for line in said)
    assert any("Nobody knows of how many CP5-QL, LAC8-QL are" in line for line in said)
    assert set(rows["CP5-QL"][3:16]) == {"[c]"}, "of new plans, which nobody counts"
    hidden = [i for i, cell in enumerate(rows["CP7"][3:16]) if cell == "[c]"]
    assert hidden == [5, 7, 11], "with CP6B they give the new plans beside CP4 of Nov, Jan, May"
    for sheet in (None, "Dataset"):
        how = HowToRefresh(file=tmp_path / "copy.xlsx", sheet=sheet)
        with pytest.raises(ReturnRefused, match="It is a copy to be sent out, in which small"):
            refresh_book(ClosedBook(book), OCCASION, tell=print, agree=lambda: True, how=how)


def refreshed(folder: Path, catalogue: Catalogue, rows: list[str]) -> Path:
    """A workbook of some measures with one return brought in."""
    new = folder / "new.xlsm"
    write_template(new, "New", catalogue)
    return_ = folder / "return.csv"
    return_.write_text("\n".join(["Measure Ref,Month,Value", *rows, ""]), encoding="utf-8")
    refresh_book(
        ClosedBook(new), OCCASION, tell=print, agree=lambda: True, how=HowToRefresh(file=return_)
    )
    return new


def test_a_copy_in_which_nothing_had_to_be_hidden_says_so(tmp_path):
    catalogue = Catalogue((Measure("M1", "MASH", "Contacts"),))
    new = refreshed(tmp_path, catalogue, ["M1,Jun 2015,1363"])
    said = share_it(new, tmp_path / "copy.xlsx", hide_small=True)
    assert "No figure had to be hidden." in said
    top = openpyxl.load_workbook(tmp_path / "copy.xlsx")["Dataset"]["A"][:5]
    assert not any("the data notes say why" in str(cell.value) for cell in top)


def test_the_record_beside_the_workbook_remembers(book, tmp_path):
    share_it(book, tmp_path / "first.xlsx", hide_small=True)
    record = tmp_path / "Monthly shared copies.csv"
    lines = record.read_text(encoding="utf-8-sig").splitlines()
    assert any(line.endswith("LAC4-QL,May 2015,[c]") for line in lines)
    assert not any("LAC4-QL,May 2015,3" in line for line in lines)
    assert [line.rpartition(",")[2] for line in lines if "CP4,Jan 2015," in line] == ["[c]"]
    said = share_it(book, tmp_path / "second.xlsx")
    assert any(
        "shows figures that earlier copies hid (CP4, CP5-QL, CP7, LAC4-QL" in line for line in said
    )
    said = share_it(book, tmp_path / "third.xlsx", hide_small=True)
    assert any("Earlier copies showed 56 of the figures" in line for line in said)


def kept(book) -> list[str]:
    """The files of the copies that a workbook knows of."""
    rows = ClosedBook(book).read().tables[SharedCopies.TABLE].records()
    return list(dict.fromkeys(str(row[SharedCopies.FILE]) for _, row in rows if row["File"]))


@pytest.mark.parametrize("place", ["Other name.xlsm", "MONTHLY.xlsm", "elsewhere/Monthly.xlsm"])
def test_a_workbook_that_was_renamed_or_moved_knows_its_copies(book, tmp_path, place):
    share_it(book, tmp_path / "first.xlsx", hide_small=True)
    (tmp_path / place).parent.mkdir(exist_ok=True)
    moved = book.rename(tmp_path / place)
    said = share_it(moved, tmp_path / "second.xlsx")
    assert any(
        "shows figures that earlier copies hid (CP4, CP5-QL, CP7, LAC4-QL" in line for line in said
    )
    assert any("1 earlier copies were missing in the record beside" in line for line in said)
    assert kept(moved) == ["first.xlsx", "second.xlsx"]
    beside = moved.with_name(f"{moved.stem} shared copies.csv").read_text(encoding="utf-8-sig")
    assert ",first.xlsx," in beside and ",second.xlsx," in beside


@pytest.mark.parametrize("left", [b"", None], ids=["emptied", "deleted"])
def test_a_record_beside_the_workbook_that_was_lost_is_made_good(book, tmp_path, left):
    share_it(book, tmp_path / "first.xlsx", hide_small=True)
    record = tmp_path / "Monthly shared copies.csv"
    whole = record.read_bytes()
    record.unlink() if left is None else record.write_bytes(left)
    share_it(book, tmp_path / "second.xlsx", hide_small=True)
    assert record.read_bytes().startswith(whole)


def test_a_workbook_that_was_brought_back_gets_the_copies_made_since(book, tmp_path):
    before = book.read_bytes()
    share_it(book, tmp_path / "first.xlsx", hide_small=True)
    book.write_bytes(before)
    share_it(book, tmp_path / "second.xlsx", hide_small=True)
    assert kept(book) == ["first.xlsx", "second.xlsx"]


def with_a_changed_row(book) -> Table:
    """The sheet Shared copies, with the second row's first hidden figure shown as 9."""
    table = ClosedBook(book).read().tables[SharedCopies.TABLE]
    at = table.headings.index(SharedCopies.FIGURES)
    row = next(n for n, r in enumerate(table.rows) if "[c]" in str(r[at]))
    rows = tuple(Row(r, was=n) for n, r in enumerate(table.rows))
    changed = (*table.rows[row][:at], str(table.rows[row][at]).replace("[c]", "9", 1))
    rows = (*rows[:row], Row((*changed, *table.rows[row][at + 1 :]), was=row), *rows[row + 1 :])
    ClosedBook(book).apply(Update((SetRows(SharedCopies.TABLE, table.headings, rows),)))
    return table


def test_a_row_changed_in_the_workbook_is_put_right_from_the_file_beside_it(book, tmp_path):
    share_it(book, tmp_path / "first.xlsx", hide_small=True)
    was = with_a_changed_row(book)
    said = share_it(book, tmp_path / "second.xlsx", hide_small=True)
    assert any("had been changed: the sheet was written anew" in line for line in said)
    now = ClosedBook(book).read().tables[SharedCopies.TABLE]
    assert now.rows[: len(was.rows)] == was.rows


def test_a_row_changed_in_the_workbook_stops_the_copy_where_nothing_else_has_it(book, tmp_path):
    share_it(book, tmp_path / "first.xlsx", hide_small=True)
    with_a_changed_row(book)
    (tmp_path / "Monthly shared copies.csv").unlink()
    with pytest.raises(WorkbookRefused, match=r"Shared copies, row \d+: .* was changed here"):
        share_it(book, tmp_path / "second.xlsx", hide_small=True)
    assert not (tmp_path / "second.xlsx").exists()


def test_a_row_changed_in_the_file_beside_the_workbook_is_named(book, tmp_path):
    share_it(book, tmp_path / "first.xlsx", hide_small=True)
    record = tmp_path / "Monthly shared copies.csv"
    record.write_bytes(record.read_bytes().replace(b",[c]\r\n", b",none\r\n", 1))
    with pytest.raises(WorkbookRefused, match=r"csv, row \d+: .*none” is no row of it.*move this"):
        share_it(book, tmp_path / "second.xlsx", hide_small=True)
    record.unlink()
    share_it(book, tmp_path / "second.xlsx", hide_small=True)


def test_the_record_follows_a_measure_that_was_renamed(book, tmp_path):
    share_it(book, tmp_path / "first.xlsx", hide_small=True)
    table = ClosedBook(book).read().tables[Measures.TABLE]
    rows = tuple(
        Row(tuple("Leavers" if cell == "LAC4-QL" else cell for cell in row), was=n)
        for n, row in enumerate(table.rows)
    )
    ClosedBook(book).apply(Update((SetRows(Measures.TABLE, table.headings, rows),)))
    said = share_it(book, tmp_path / "second.xlsx")
    assert any(
        "earlier copies hid (CP4, CP5-QL, CP7, LAC5-QL, LAC8-QL, Leavers" in line for line in said
    )
    restated(book, "M1,May 2015,1150")
    said = share_it(book, tmp_path / "third.xlsx")
    assert any(
        "earlier copies hid (CP4, CP5-QL, CP7, LAC5-QL, LAC8-QL, Leavers" in line for line in said
    )


def test_a_workbook_of_the_first_edition_is_told_where_its_record_stands(tmp_path):
    book = tmp_path / "Old.xlsm"
    shutil.copy(next((EDITIONS / "1").glob("*.xlsm")), book)
    said = share_it(book, tmp_path / "copy.xlsx", hide_small=True)
    assert any("Old.xlsm is of an older edition: the record of what was shared" in s for s in said)
    assert (tmp_path / "Old shared copies.csv").exists()


def with_threshold(book: Path, threshold: float) -> None:
    """An officer raises the threshold in Settings."""
    closed = ClosedBook(book)
    rows = closed.read().tables[Settings.TABLE].rows
    values = [threshold if row[0] == Settings.SMALL_COUNT else row[1] for row in rows]
    raised = tuple(Row((value,), was=at) for at, value in enumerate(values))
    closed.apply(Update((SetRows(Settings.TABLE, (Settings.VALUE,), raised),)))


def of_the_first_edition(folder: Path) -> Path:
    return Path(shutil.copy(EDITIONS / "1" / "demo.xlsm", folder / "Old.xlsm"))


def that_may_not_be_changed(folder: Path) -> Path:
    return refreshed(
        folder, Catalogue((count("W"), count("V"))), ["W,Jun 2015,585", "V,Jun 2015,9"]
    )


@pytest.mark.parametrize(
    ("made", "remedy"),
    [
        (of_the_first_edition, "Upgrade it first (xl-addin upgrade), then share."),
        (that_may_not_be_changed, "Share where the workbook may be changed."),
    ],
)
def test_what_needs_a_consent_is_not_shared_where_the_name_cannot_be_kept(tmp_path, made, remedy):
    """By a threshold of 5 a copy shows 6 to 9 children; by 10 that is a small count."""
    book = made(tmp_path)
    with_threshold(book, 5.0)
    share_it(book, tmp_path / "first.xlsx", hide_small=True)
    with_threshold(book, 10.0)
    if made is that_may_not_be_changed:
        book.chmod(0o444)
    with pytest.raises(ConsentNeeded, match="a copy already shared, with a lower one, shows it"):
        share_it(book, tmp_path / "second.xlsx", hide_small=True)
    with pytest.raises(WorkbookRefused) as refused:
        share_it(book, tmp_path / "second.xlsx", hide_small=True, consent="A. Lead")
    (problem,) = refused.value.problems
    assert problem.place == book.name
    assert problem.found.startswith("The workbook cannot keep the name of who agreed")
    assert problem.remedy == remedy
    assert not (tmp_path / "second.xlsx").exists()


def test_a_figure_of_every_unit_is_read_again_from_the_records_of_copies(tmp_path):
    """One "£1,345.68" of the first copy once kept every later copy from being made."""
    measures = Catalogue(
        tuple(Measure(f"A{n}", "", f"M {n}", unit=u, decimals=1) for n, u in enumerate(Unit))
    )
    book = tmp_path / "Units.xlsm"
    write_template(book, "Units", measures)
    given = "\n".join(f"{m.ref},Jun 2015,{1 if m.unit.is_percentage else 12345}" for m in measures)
    (source := tmp_path / "June.csv").write_text(f"Measure Ref,Month,Value\n{given}\n")
    how = HowToRefresh(file=source)
    refresh_book(ClosedBook(book), OCCASION, tell=print, agree=lambda: True, how=how)
    for number, hide in enumerate((False, True, True)):
        share_it(book, tmp_path / f"{number}.xlsx", hide_small=hide)
    (tmp_path / "Units shared copies.csv").unlink()
    said = share_it(book, tmp_path / "advice.xlsx", hide_small=True)
    (about,) = [line for line in said if "A3 (money)" in line]
    assert "A4 (days), A5 (rate per 10000), A6 (decimal) tell, so they are" in about
    assert "Denominator" not in about, "Measures refuses one beside money"
    share_it(book, tmp_path / "without the file beside.xlsx")


def test_a_record_that_was_changed_stops_the_copy(book, tmp_path):
    (tmp_path / "Monthly shared copies.csv").write_text("Shared,File\n")
    with pytest.raises(WorkbookRefused, match="record of earlier share copies has been changed"):
        share_it(book, tmp_path / "copy.xlsx")


BAD = {
    "copy.xlsm": "A share copy is an .xlsx file",
    "nowhere/copy.xlsx": "There is no such folder",
    "there.xlsx": "It is there already",
    "open.xlsx": "It is open in Excel",
}


@pytest.mark.parametrize("name", BAD)
def test_a_target_that_cannot_be_is_refused_before_anything_is_written(book, tmp_path, name):
    (tmp_path / "there.xlsx").write_bytes(b"sent out")
    (tmp_path / "~$open.xlsx").write_bytes(b"")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(WorkbookRefused, match=BAD[name]):
        share_it(book, tmp_path / name)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_workbook_without_figures_says_what_to_do_first(tmp_path):
    path = tmp_path / "new.xlsm"
    write_template(path, "New", SHAPES["alone"])
    with pytest.raises(WorkbookRefused, match=r"recorded yet\. Import or refresh first"):
        share_it(path, tmp_path / "copy.xlsx")
    assert not (tmp_path / "copy.xlsx").exists()


def test_a_month_that_is_not_recorded_is_refused(book, tmp_path):
    with pytest.raises(WorkbookRefused, match="Choose a month from Jun 2014 to Jun 2015"):
        share_it(book, tmp_path / "copy.xlsx", month=Month(2019, 1))


def test_a_threshold_that_hides_everything_is_refused():
    catalogue = SHAPES["alone"]
    counts = {(ref, month): 7.0 for ref in "AB" for month in ISSUE.window()}
    book = workbook(catalogue, recorded(catalogue, counts))
    hidden = suppress(catalogue, book.history, ISSUE.window(), Rule(10))
    with pytest.raises(WorkbookRefused, match="every figure is hidden"):
        build_copy(book, ISSUE, OCCASION, hidden)


def test_an_interval_that_no_small_count_can_have_is_refused():
    with pytest.raises(WorkbookRefused, match="has only 3 whole values"):
        suppress(SHAPES["alone"], seed().history, ISSUE.window(), Rule(3, 5))


def test_ratios_that_go_round_in_a_circle_are_refused():
    def percentage(ref, part, whole):
        return Measure(ref, "", ref, unit=Unit.PERCENTAGE, numerator=part, denominator=whole)

    circle = Catalogue(
        (count("A"), count("B"), percentage("P", "A", "B"), percentage("Q", "B", "A"))
    )
    with pytest.raises(WorkbookRefused, match="A is part of itself: its ratios go round"):
        suppress(circle, seed().history, ISSUE.window(), Rule())


def with_notes(*notes: DataNote) -> Table:
    rows = tuple(note_row(note) for note in notes)
    return Table(DataNotes.TABLE, "Data notes", DataNotes.COLUMNS, rows, 2)


NUMBERS = {
    "P: only 3 in June": True,
    "All four left in May": True,
    "down by half": True,
    "12%": True,
    "one of the forty-two": True,
    "a fifth were late": True,
    "all but a handful": True,
    "few were late": True,
    "twins": True,
    "only 2 Jan 2015 conferences were late": True,
    "P: 4 June 2015 leavers": True,
    "³ left": True,
    "③ left": True,
    "Ⅲ left": True,
    "⅗ left": True,
    "IV left": True,
    "三 left": True,
    "４ left": True,
    "thr\u00adee left": True,
    "ｔｈｒｅｅ left": True,
    "t\u200bwo left": True,
    "a trio": True,
    "a quartet": True,
    "a duo": True,
    "his sole carer": True,
    "a solo placement": True,
    "a lone child": True,
    "thrice": True,
    "treble what it was": True,
    "a triple": True,
    "doubled": True,
    "siblings": True,
    "Counted otherwise since 1 April 2015, until 31 May 2015": False,
    "Reviewed on 1 April 2015 (dated 3 Jun 2015)": False,
    "P counts what is done within 45 working days": False,
    "Figures before Jun 2015 were counted otherwise": False,
    "For children aged 13+": False,
    "End reasons E43, E44": False,
}


@pytest.mark.parametrize("text", NUMBERS)
@pytest.mark.parametrize("origin", [Origin.OFFICER, Origin.AUTOMATIC])
def test_a_note_near_a_hidden_figure_is_withheld_where_it_holds_a_number(text, origin):
    """An officer's note on a measure with a hidden figure is withheld whatever it says."""
    catalogue = SHAPES["one ratio"]
    counts = {(ref, month): v for ref, v in (("W", 50.0), ("P", 3.0)) for month in ISSUE.window()}
    for about in ("P", "R", "W", "something unknown"):
        note = DataNote(1, about, text)
        book = workbook(catalogue, recorded(catalogue, counts))
        hidden = suppress(catalogue, book.history, ISSUE.window(), Rule())
        named = targets(note, catalogue).refs
        told = Discretion(catalogue, hidden).safe(replace(note, origin=origin), named).text
        is_on_hidden = about != "W" and origin is Origin.OFFICER
        assert (told != text) is (NUMBERS[text] or is_on_hidden)


def test_a_withheld_note_stands_where_the_officer_has_marked_it_as_safe(book, tmp_path):
    catalogue = SHAPES["one ratio"]
    counts = {(ref, month): v for ref, v in (("W", 50.0), ("P", 3.0)) for month in ISSUE.window()}
    notes = with_notes(DataNote(1, "P", "Counted by hand"), DataNote(2, "P", "As before"))
    made = workbook(catalogue, recorded(catalogue, counts), DataNotes=notes)
    hidden = suppress(catalogue, made.history, ISSUE.window(), Rule())
    copy = build_copy(made, ISSUE, OCCASION, hidden)
    assert [note.text for note in copy.withheld] == ["Counted by hand", "As before"]
    copy = build_copy(made, ISSUE, OCCASION, hidden, frozenset({2}))
    assert [note.text for note in copy.withheld] == ["Counted by hand"]
    assert copy.notes[1].text == "As before"
    assert build_copy(made, ISSUE, OCCASION).notes[0].text == "Counted by hand"


def test_the_officer_is_told_of_every_note_that_is_to_be_read(book, tmp_path):
    said = " ".join(share_it(book, tmp_path / "a.xlsx", hide_small=True))
    notes = openpyxl.load_workbook(tmp_path / "a.xlsx")["Data notes"]
    withheld = {
        row[0].value for row in notes.iter_rows() if "words of this note" in str(row[2].value)
    }
    assert withheld, "M4 has hidden figures, and a note"
    for number in withheld:
        assert f"--safe-note {str(number).strip('[note ]')}" in said


OF_A_WHOLE = Catalogue((count("W"), share("X", "W"), replace(count("M"), area="Elsewhere")))


@pytest.mark.parametrize("about", ["X", "W", "x; M", "Area", "Area and Elsewhere", "", "CiN"])
@pytest.mark.parametrize("few", [True, False])
def test_a_note_near_a_hidden_percentage_of_a_measure_is_withheld(about, few):
    counts = {(ref, m): v for ref, v in (("W", 42.0), ("M", 99.0)) for m in ISSUE.window()}
    counts |= {("X", month): 41.0 if few else 30.0 for month in ISSUE.window()}
    notes = with_notes(DataNote(1, about, "One of the 42 led to no plan"))
    book = workbook(OF_A_WHOLE, recorded(OF_A_WHOLE, counts), DataNotes=notes)
    hidden = suppress(OF_A_WHOLE, book.history, ISSUE.window(), Rule())
    assert bool(hidden.hidden) is few
    assert bool(build_copy(book, ISSUE, OCCASION, hidden).withheld) is few
    assert build_copy(book, ISSUE, OCCASION).notes[0].text == "One of the 42 led to no plan"


def test_what_a_note_applies_to_is_withheld_where_it_holds_a_figure():
    counts = {(ref, m): v for ref, v in (("W", 42.0), ("M", 99.0)) for m in ISSUE.window()}
    counts |= {("X", month): 41.0 for month in ISSUE.window()}
    notes = with_notes(
        DataNote(1, "X: 41 of 42", "Counted otherwise"), DataNote(2, "M; the 13+", "See above")
    )
    book = workbook(OF_A_WHOLE, recorded(OF_A_WHOLE, counts), DataNotes=notes)
    hidden = suppress(OF_A_WHOLE, book.history, ISSUE.window(), Rule())
    copy = build_copy(book, ISSUE, OCCASION, hidden)
    said = {note.applies_to for note in copy.notes}
    assert "Confidential [c]" in said and not any("41" in words for words in said)
    assert any("41 of 42" in note.applies_to for note in copy.withheld)
    assert "X: 41 of 42" in {note.applies_to for note in build_copy(book, ISSUE, OCCASION).notes}


def test_a_note_on_a_measure_that_an_earlier_copy_hid_figures_of_is_withheld():
    """The 41 of 42 are no longer among the 13 months, but a reader has the copy they were in."""
    long_ago = ISSUE.plus(-20)
    counts = {("W", m): 42.0 for m in ISSUE.window(30)}
    counts |= {("X", m): 41.0 if m == long_ago else 30.0 for m in ISSUE.window(30)}
    notes = with_notes(DataNote(1, "X", "At the worst 41 of 42 led to a plan"))
    book = workbook(OF_A_WHOLE, recorded(OF_A_WHOLE, counts), DataNotes=notes)
    earlier = EarlierCopies((EarlierCopy("then", "", 5, {("X", long_ago): "[c]"}),))
    hidden = suppress(OF_A_WHOLE, book.history, ISSUE.window(), Rule(), Beside(earlier))
    assert not hidden.hidden
    assert len(build_copy(book, ISSUE, OCCASION, hidden).withheld) == 1


def restated(book, *rows: str):
    """A return that changes figures of the workbook, brought in."""
    file = book.parent / "return.csv"
    file.write_text("\n".join(("Measure Ref,Month,Value", *rows)) + "\n")
    refresh_book(
        ClosedBook(book),
        replace(OCCASION, when=datetime(2015, 7, 5)),
        tell=lambda line: None,
        agree=lambda: True,
        how=HowToRefresh(file=file),
    )


def note_texts(path: Path) -> list[str]:
    return [str(cell.value) for cell in openpyxl.load_workbook(path)["Data notes"]["C"]]


def test_a_change_of_a_hidden_figure_is_not_told_at_all(book, tmp_path):
    restated(book, "LAC4-QL,May 2015,2", "M1,May 2015,1150")
    share_it(book, tmp_path / "copy.xlsx", hide_small=True)
    texts = note_texts(tmp_path / "copy.xlsx")
    assert not any("LAC4-QL: May 2015" in t for t in texts)
    assert any(
        "M1: May 2015 changed in the Jun 2015 issue; by how much was not" in t for t in texts
    )
    assert not any("1156" in t for t in texts), "no copy has shown it"


def test_a_change_is_told_with_its_figures_where_copies_show_both(book, tmp_path):
    share_it(book, tmp_path / "first.xlsx", hide_small=True)
    restated(book, "M1,May 2015,1150")
    share_it(book, tmp_path / "copy.xlsx", hide_small=True)
    texts = note_texts(tmp_path / "copy.xlsx")
    assert any("M1: May 2015 restated from 1156 to 1150 in the Jun 2015 issue" in t for t in texts)


CHANGES = {
    "both figures shown": ({"W": "50"}, "W: {} restated from 50 to 60 in the Jun 2015 issue", True),
    "the old one never shown": ({}, "W: {} restated from 50 to 60 in the Jun 2015 issue", False),
    "with more digits than shown": (
        {"R": "33%"},
        "R: {} restated from 32.6% to 33.3% in the Jun 2015 issue",
        False,
    ),
    "withdrawn": ({"W": "50"}, "W: {} withdrawn in the Jun 2015 issue, having been 50", True),
}


@pytest.mark.parametrize("case", CHANGES)
def test_the_figures_of_a_change_stand_only_where_copies_show_them(case):
    shown, words, kept = CHANGES[case]
    month = ISSUE.previous()
    text = words.format(month.label)
    earlier = EarlierCopies(
        (EarlierCopy("then", "", 5, {(ref, month): told for ref, told in shown.items()}),)
    )
    note = DataNote(1, text[0], text, origin=Origin.AUTOMATIC)
    discretion = Discretion(
        SHAPES["one ratio"], Suppression(Rule(), {}, {}, earlier), {("W", month): "60"}
    )
    assert discretion.stands(note, (text[0],))
    assert (discretion.safe(note, (text[0],)).text == text) is kept


def test_the_command_makes_the_copy_and_tells_problems_in_sentences(book, tmp_path):
    done = invoke("share", book, "--out", tmp_path / "a.xlsx")
    assert done.exit_code == 0 and "Jun 2015, audited" in done.output
    refused = invoke("share", book, "--out", tmp_path / "a.xlsx")
    assert isinstance(refused.exception, WorkbookRefused)


def test_without_the_solver_the_remedy_is_said_and_nothing_is_written(tmp_path, monkeypatch):
    """Only where more than two counts are linked at once does it take a solver."""
    monkeypatch.setitem(sys.modules, "highspy", None)
    catalogue = Catalogue((count("T", sum_of="A; B; C"), *map(count, "ABC")))
    figures = {"T": 50, "A": 20, "B": 27, "C": 3}
    new = refreshed(tmp_path, catalogue, [f"{ref},Jun 2015,{n}" for ref, n in figures.items()])
    with pytest.raises(
        WorkbookRefused, match="with the command in its README: that brings highspy"
    ):
        share_it(new, tmp_path / "copy.xlsx", hide_small=True)
    assert not (tmp_path / "copy.xlsx").exists()
    share_it(new, tmp_path / "copy.xlsx")


def test_without_libreoffice_the_xlsx_is_made_and_the_pdf_has_a_remedy(book, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(pdf, "_USUAL_PLACES", ())
    with pytest.raises(WorkbookRefused, match=r"The .xlsx is made. Install LibreOffice"):
        share_it(book, tmp_path / "copy.xlsx", formats=("pdf",))
    assert (tmp_path / "copy.xlsx").exists()


@pytest.mark.libreoffice
def test_the_pdf_shows_the_page_in_its_pages(book, tmp_path):
    share_it(book, tmp_path / "copy.xlsx", formats=("pdf",))
    text = subprocess.run(
        ["pdftotext", "-layout", str(tmp_path / "copy.pdf"), "-"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    words, blocks = text.split(), re.split(r"\n\s*\n", text)
    for row in printed_rows():
        line = next(t for t in blocks if re.search(rf"^ *{row.ref} ", t, re.MULTILINE))
        shown = [t for t in row.shown if not t.startswith("Not")]
        assert all(t in line.split() for t in shown), row.ref
    assert "[x]" in words and "Sheet" not in text
    info = subprocess.run(
        ["pdfinfo", str(tmp_path / "copy.pdf")], capture_output=True, text=True, check=True
    ).stdout
    assert "Title:           Children and Families Monthly Dataset, Jun 2015" in info
    assert "Tagged:          yes" in info and "Author" not in info
    assert "Pages:           6" in info, "Dataset, Summary, two of charts, Signals, Data notes"
    assert b"/Outlines" in (tmp_path / "copy.pdf").read_bytes()


def test_a_dataset_without_key_measures_and_with_blanks_is_shared():
    catalogue = Catalogue((Measure("A", "", "Number of A"), Measure("B", "X", "Number of B")))
    counts = random_counts(catalogue, ISSUE.window(), random.Random(1))
    counts = {cell: None if cell[0] == "B" else value for cell, value in counts.items()}
    book = workbook(catalogue, recorded(catalogue, counts))
    copy = build_copy(book, ISSUE, OCCASION)
    assert copy.row("B").derived["12 month average"] == Mark.NOT_AVAILABLE
    assert copy.row("A").texts[1] == Mark.NOT_APPLICABLE
    assert [str(p) for p in barriers_in(write_share(copy, DAY))] == []


def test_a_copy_beside_the_workbook_never_takes_the_name_of_another(book, tmp_path):
    names = []
    for _ in range(3):
        names.append(copy_beside(ClosedBook(book)).name)
        share_it(book, tmp_path / names[-1])
    assert names == [f"Monthly Jun 2015 share copy{more}.xlsx" for more in ("", " 2", " 3")]


def test_figures_changed_by_hand_on_the_page_stop_the_copy():
    edited = parse_workbook(with_cell(seed_sheets(), "Dataset", "M1", "Jun 2015", 9.0))
    with pytest.raises(WorkbookRefused, match="M1"):
        build_copy(edited, ISSUE, OCCASION)
