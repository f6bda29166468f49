"""What points at our cells × what moves: as LibreOffice has it when the same is done by hand."""

from __future__ import annotations

import re

import pytest

from tests.support import office
from tests.support.sample_files import PAGE, make
from xl_addin import ooxml
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


@pytest.mark.parametrize("move", MOVES)
def test_each_reference_is_what_libreoffice_makes_of_it(tmp_path, move):
    rows, steps = MOVES[move]
    book = book_of(tmp_path)
    by_hand = office.shown(
        book, rearrange=[(step, "Dataset", at, 1, len(PAGE)) for step, at in steps]
    )
    ooxml.apply(book, Update((SetRows("Dataset", COLUMNS, tuple(rows)),)))
    ours = office.shown(book)
    assert own_formulas(ours) == own_formulas(by_hand)
    for name in NAMES:
        assert ours.defined[name] == without_letters(by_hand.defined[name])
    for cell in ((8, 14), (9, 14)):
        assert ours.formulas["Dataset"][cell] == without_letters(by_hand.formulas["Dataset"][cell])


def test_what_covers_a_column_to_its_end_covers_rows_that_are_added(tmp_path):
    book = book_of(tmp_path)
    ooxml.apply(book, Update((AppendRows("Dataset", COLUMNS, (("N1", 7.0), ("N2", 8.0))),)))
    formulas = own_formulas(office.shown(book))
    grown = {"a whole column", "with its heading", "looking up"}
    for name, formula in POINTING.items():
        followed = formula.replace("9", "11") if name in grown else formula
        said = formulas[name].replace("$Dataset.", "Dataset!").replace(";", ",")
        assert said.replace("$Own.", "Own!") == followed.replace("'", "")
