"""What points at our cells × what moves: as LibreOffice has it when the same is done by hand."""

from __future__ import annotations

import re

import pytest

from tests.support import office
from tests.support.libreoffice.contents import to_excel
from tests.support.sample_files import PAGE, make
from xl_addin import ooxml
from xl_addin.excel import live
from xl_addin.update import AppendRows, Row, SetRows, Update

pytestmark = pytest.mark.libreoffice

COLUMNS = ("Measure Ref", "Jun 2015")
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
}  # fmt: skip
NAMES = {"Third": "=Dataset!$E$8", "Block": "=Dataset!$D$6:$E$9", "Apart": "=Dataset!$A$1"}


def book_of(tmp_path):
    def more(book, page):
        own = book.add_worksheet("Own")
        for row, formula in enumerate(POINTING.values(), 1):
            own.write_formula(row, 1, formula)
        page.write_formula("N8", "=E8+1")
        page.write_formula("N9", "=SUM(E$6:E9)")
        for name, reference in NAMES.items():
            book.define_name(name, reference)

    return make(tmp_path / "book.xlsx", more=more)


def own_formulas(shown):
    """The formulas of the officer's sheet; LibreOffice keeps the letters of a cell that is gone."""
    found = {name: shown.formulas["Own"].get((at, 2), "") for at, name in enumerate(POINTING, 2)}
    return {name: without_letters(formula) for name, formula in found.items()}


def without_letters(formula):
    return re.sub(r"(?:\$Dataset\.)?[$A-Z]*#REF!", "#REF!", formula)


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
    names = {name: without_letters(said.defined[name]) for name in NAMES}
    found = own_formulas(said) | beside | names
    return {name: as_in_excel(formula) for name, formula in found.items()}


def as_in_excel(formula):
    """LibreOffice's own form of a formula, whichever of two it is, as Excel's."""
    return to_excel(formula.replace("$Dataset.", "Dataset.").replace("$Own.", "Own."))


BESIDE = ((8, 14), (9, 14), (10, 14))


def done_open(calc, book, update):
    """The workbook as it is once that has been done to it while LibreOffice has it open."""
    told = live.apply(calc.open(book), update, file=book.read_bytes())
    copy = book.with_name("done.ods")
    calc.save_copy(str(copy))
    calc.close()
    return office.shown(copy), told


@pytest.mark.parametrize("move", MOVES)
def test_each_reference_is_what_libreoffice_makes_of_it(calc, tmp_path, move):
    rows, steps = MOVES[move]
    book = book_of(tmp_path)
    update = Update((SetRows("Dataset", COLUMNS, tuple(rows)),))
    by_hand = all_of(
        office.shown(book, rearrange=[(step, "Dataset", at, 1, len(PAGE)) for step, at in steps])
    )
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


@pytest.mark.parametrize("state", ["closed", "open"])
def test_what_covers_a_column_to_its_end_covers_rows_that_are_added(calc, tmp_path, state):
    book = book_of(tmp_path)
    update = Update((AppendRows("Dataset", COLUMNS, (("N1", 7.0), ("N2", 8.0))),))
    if state == "open":
        formulas = own_formulas(done_open(calc, book, update)[0])
    else:
        ooxml.apply(book, update)
        formulas = own_formulas(office.shown(book))
    grown = {"a whole column", "with its heading", "looking up"}
    for name, formula in POINTING.items():
        followed = formula.replace("9", "11") if name in grown else formula
        assert as_in_excel(formulas[name]) == followed.replace("'", "")
