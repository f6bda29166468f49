"""What points at our cells × what moves: as LibreOffice has it when the same is done by hand."""

from __future__ import annotations

import re

import pytest

from tests.support import office
from tests.support.libreoffice.contents import to_excel
from tests.support.sample_files import PAGE, edit, make
from xl_addin import ooxml
from xl_addin.excel import live
from xl_addin.layout import TABLES, DataNotes
from xl_addin.update import AppendRows, Row, SetRows, Update

pytestmark = pytest.mark.libreoffice

COLUMNS = ("Measure Ref", "Jun 2015")
NOTES = [
    Row((n, "M1", f"Note {n}", None, None, "active", "officer", None), n - 1) for n in range(1, 6)
]
MEASURES = [("M1", 1303.0), ("M2", 510.0), ("M3", 0.39), ("M5", None)]

POINTING = {
    "a cell": "=Dataset!E8",
    "a fixed cell": "=Dataset!$E$8",
    "half fixed": "=Dataset!E$8+Dataset!$E7",
    "a quoted sheet": "='Dataset'!E9*2",
    "the first": "=Dataset!E6",
    "the last": "=Dataset!E9",
    "a whole column": "=SUM(Dataset!$E$6:$E$9)",
    "with its heading": "=COUNTA(Dataset!E5:E9)",
    "from the top": "=SUM(Dataset!E6:E7)",
    "to the end": "=SUM(Dataset!E8:E9)",
    "the middle": "=SUM(Dataset!E7:E8)",
    "a block": "=SUM(Dataset!$D$7:$E$9)",
    "several": "=SUM(Dataset!E6,Dataset!E8:E9)",
    "a text like one": '="Dataset!E8 is "&Dataset!E8',
    "above the table": "=Dataset!A1&Dataset!$A$2",
    "beside the table": "=Dataset!N8",
    "a heading": "=Dataset!E5",
    "looking up": "=INDEX(Dataset!$E$6:$E$9,MATCH(\"M3\",Dataset!$A$6:$A$9,0))",
    "through a name": "=Third*2",
    "another sheet": "=Own!A1",
    "a note": "=Notes!C3",
    "a fixed note": "=Notes!$C$4",
    "a note's number": '=Notes!A4&". "&Notes!C4',
    "all notes": "=COUNTA(Notes!$C$2:$C$6)",
    "notes with their heading": "=COUNTA(Notes!C1:C6)",
    "a note looked up": "=INDEX(Notes!$C$2:$C$6,MATCH(3,Notes!$A$2:$A$6,0))",
    "a note by a name": "=Important",
    "figures on record": "=SUM(History!$F$2:$F$4)",
    "the last on record": "=History!F4",
}  # fmt: skip
POINTING_BELOW = {
    "a total": "=Dataset!E10*2",
    "a fixed total": "=Dataset!$D$10",
    "a column with its total": "=SUM(Dataset!$E$6:$E$10)",
    "the last and its total": "=SUM(Dataset!E9:E10)",
    "a total by a name": "=Total_shown",
}
"""In a workbook with a row of totals: what is below a table else is Excel's own affair."""

NAMES = {
    "Third": "=Dataset!$E$8",
    "Block": "=Dataset!$D$6:$E$9",
    "Apart": "=Dataset!$A$1",
    "Important": "=Notes!$C$5",
    "AllNotes": "=Notes!$A$2:$H$6",
    "Recorded": "=History!$F$2:$F$4",
}


def book_of(tmp_path, has_totals=False):
    """A workbook with formulas of the officer's, five notes and, where asked, a row of totals."""

    def more(book, page):
        own, notes = book.add_worksheet("Own"), book.add_worksheet("Notes")
        for row, formula in enumerate(POINTING.values(), 1):
            own.write_formula(row, 1, formula)
        for row, formula in enumerate(POINTING_BELOW.values() if has_totals else (), 1):
            own.write_formula(row, 2, formula)
        for row in NOTES:
            notes.write_row(row.was + 1, 0, row.cells)
        columns = [{"header": heading} for heading in DataNotes.COLUMNS]
        notes.add_table(0, 0, len(NOTES), 7, {"name": DataNotes.TABLE, "columns": columns})
        page.write_formula("N8", "=E8+1")
        page.write_formula("N9", "=SUM(E$6:E9)")
        if has_totals:
            page.write_formula("D10", "=SUBTOTAL(109,D6:D9)")
            page.write_formula("E10", "=SUM(E6:E9)")
            book.define_name("Total_shown", "=Dataset!$E$10")
        for name, reference in NAMES.items():
            book.define_name(name, reference)

    others = {name: columns for name, columns in TABLES.items() if name != DataNotes.TABLE}
    path = make(tmp_path / "book.xlsx", more=more, tables=others)
    if has_totals:
        totals = ('ref="A5:K9" totalsRowShown="0"', 'ref="A5:K10" totalsRowCount="1"')
        edit(path, "xl/tables/table1.xml", totals)
    return path


def own_formulas(shown):
    """The formulas of the officer's sheet; LibreOffice keeps the letters of a cell that is gone."""
    columns = ((2, POINTING), (3, POINTING_BELOW))
    return {
        name: without_letters(shown.formulas["Own"].get((at, column), ""))
        for column, names in columns
        for at, name in enumerate(names, 2)
    }


def without_letters(formula):
    return re.sub(r"(?:\$(?:Dataset|Notes)\.)?[$A-Z]*#REF!", "#REF!", formula)


KEPT = [Row(cells, was) for was, cells in enumerate(MEASURES)]
NEW = Row(("N1", 7.0))
MOVES = {
    "a measure put in before the third": ([*KEPT[:2], NEW, *KEPT[2:]], [("insert", 8)]),
    "before the last": ([*KEPT[:3], NEW, KEPT[3]], [("insert", 9)]),
    "two put in": ([KEPT[0], NEW, *KEPT[1:3], NEW, KEPT[3]], [("insert", 9), ("insert", 7)]),
    "the second taken out": ([KEPT[0], *KEPT[2:]], [("delete", 7)]),
    "the third taken out": ([*KEPT[:2], KEPT[3]], [("delete", 8)]),
    "one out, one in": ([KEPT[0], *KEPT[2:3], NEW, KEPT[3]], [("insert", 9), ("delete", 7)]),
}
WITH_TOTALS = ("two put in", "the third taken out", "one out, one in")
RENUMBERED = {
    "the last note is put first": (4, 0, 1, 2, 3),
    "notes turned round": (3, 4, 2, 0, 1),
}
"""The notes in their new order."""


def on_page(name, has_totals=False):
    rows, steps = MOVES[name]
    by_hand = [(step, "Dataset", at, 1, len(PAGE)) for step, at in steps]
    return SetRows("Dataset", COLUMNS, tuple(rows)), by_hand, has_totals


def of_notes(order):
    """Renumbered; by hand each note is cut, laid aside, and pasted where it is to stand."""
    rows = (NOTES[was] for was in order)
    numbered = (Row((n, *row.cells[1:]), row.was) for n, row in enumerate(rows, 1))
    aside = [("move", "Notes", 2 + n, 1, 8, 102 + n) for n in range(len(order))]
    back = [("move", "Notes", 102 + was, 1, 8, 2 + n) for n, was in enumerate(order)]
    return SetRows("DataNotes", DataNotes.COLUMNS, tuple(numbered)), [*aside, *back], False


CASES = {name: on_page(name) for name in MOVES}
CASES |= {f"{name}, with totals": on_page(name, True) for name in WITH_TOTALS}
CASES |= {name: of_notes(order) for name, order in RENUMBERED.items()}
"""What moves, in a workbook with totals or none, and how it is done by hand."""

AT_THE_EDGES = {
    "new ones at both ends": [NEW, *KEPT, NEW],
    "the last taken out": KEPT[:3],
    "the third put first": [KEPT[2], *KEPT[:2], KEPT[3]],
    "turned round, one new": [KEPT[2], KEPT[0], NEW, KEPT[3], KEPT[1]],
}
"""What has no one way of doing it by hand."""


def all_of(said):
    """The formulas of the officer's sheet, of the cells beside the table, and the names."""
    beside = {cell: without_letters(said.formulas["Dataset"].get(cell, "")) for cell in BESIDE}
    names = {name: without_letters(said.defined.get(name, "")) for name in (*NAMES, "Total_shown")}
    found = own_formulas(said) | beside | names
    return {name: as_in_excel(formula) for name, formula in found.items()}


def as_in_excel(formula):
    """LibreOffice's own form of a formula, whichever of two it is, as Excel's."""
    written = to_excel(re.sub(r"\$(Dataset|Own|Notes|History)\.", r"\1.", formula))
    return re.sub(r"(\w+!)([$\w]+:)\1", r"\1\2", written)


BESIDE = ((8, 14), (9, 14), (10, 14), *((row, column) for row in range(9, 13) for column in (4, 5)))
"""Cells beside the table and those that may be its totals."""


def done_open(calc, book, update):
    """The workbook as it is once that has been done to it while LibreOffice has it open."""
    told = live.apply(calc.open(book), update, file=book.read_bytes())
    copy = book.with_name("done.ods")
    calc.save_copy(str(copy))
    calc.close()
    return office.shown(copy), told


@pytest.mark.parametrize("case", CASES)
def test_each_reference_is_what_libreoffice_makes_of_it(calc, tmp_path, case):
    change, steps, has_totals = CASES[case]
    book, update = book_of(tmp_path, has_totals), Update((change,))
    by_hand = all_of(office.shown(book, rearrange=steps))
    opened, told = done_open(calc, book, update)
    assert told == ooxml.apply(book, update) == ()
    assert all_of(office.shown(book)) == by_hand
    assert all_of(opened) == by_hand


@pytest.mark.parametrize("move", AT_THE_EDGES)
def test_an_open_workbook_says_what_a_closed_one_says(calc, tmp_path, move):
    book = book_of(tmp_path)
    update = Update((SetRows("Dataset", COLUMNS, tuple(AT_THE_EDGES[move])),))
    opened, told = done_open(calc, book, update)
    assert told == ooxml.apply(book, update)
    assert all_of(opened) == all_of(office.shown(book))


GROWN = {"a whole column", "with its heading", "looking up", "a column with its total"}
GROWN |= {"Block", "Recorded", "figures on record"}
OF_TOTALS = {"a total", "a fixed total", "Total_shown"}


@pytest.mark.parametrize("has_totals", [False, True], ids=["", "with totals"])
@pytest.mark.parametrize("state", ["closed", "open"])
def test_what_covers_a_column_to_its_end_covers_rows_that_are_added(
    calc, tmp_path, state, has_totals
):
    book = book_of(tmp_path, has_totals)
    measures = AppendRows("Dataset", COLUMNS, (("N1", 7.0), ("N2", 8.0)))
    month = AppendRows("History", ("Measure Ref", "Value"), (("N1", 7.0), ("N2", 8.0)))
    if state == "open":
        said = done_open(calc, book, Update((measures, month)))[0]
    else:
        ooxml.apply(book, Update((measures, month)))
        said = office.shown(book)
    found = all_of(said)
    below = {**POINTING_BELOW, "Total_shown": "=Dataset!$E$10"} if has_totals else {}
    for name, formula in (POINTING | NAMES | below).items():
        assert found[name].lstrip("=") == grown(name, formula).replace("'", "")[1:], name
    if has_totals:
        assert said.formulas["Dataset"][12, 5] == "=SUM(E6:E11)"
        assert said.formulas["Dataset"][12, 4].replace(";", ",") == "=SUBTOTAL(109,D6:D11)"


def grown(name, formula):
    """What it is to say once there are two measures and two figures on record more."""
    if name in GROWN | OF_TOTALS or name == "the last and its total":
        for was, now in (("10", "12"), ("E$9", "E$11"), ("$A$9", "$A$11"), ("F$4", "F$6")):
            formula = formula.replace(was, now)
        return formula.replace("E9)", "E11)") if name in GROWN else formula
    return formula
