"""The charts follow Measures: retired, renamed and new key measures."""

from __future__ import annotations

from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from tests.support.books import applied, new_sheets
from xl_addin.check import check
from xl_addin.dataset.key_measures import settled
from xl_addin.dataset.workbook import parse_workbook
from xl_addin.layout import Dataset, Name, Return
from xl_addin.measure import Catalogue, Measure
from xl_addin.refresh import Occasion, refresh
from xl_addin.returns import parse_return
from xl_addin.table import Grid
from xl_addin.values import replace

OCCASION = Occasion(datetime(2015, 7, 3), "officer", "test")


def measure(ref, *, key=True):
    return Measure(ref, "Area", f"Number of {ref}", key=key)


def sheets_with(before, after):
    """A workbook made for some measures, whose Measures an officer has edited since."""
    made, edited = new_sheets(Catalogue(tuple(before))), new_sheets(Catalogue(tuple(after)))
    tables = {**made.tables, "Measures": edited.tables["Measures"]}
    return replace(made, tables=tables)


def brought_in(sheets, ref):
    workbook = parse_workbook(sheets)
    grid = Grid("June.csv", (Return.COLUMNS, (ref, "Jun 2015", None, None, 5.0, None, None)))
    update = refresh(workbook, parse_return((grid,), workbook.catalogue, "June.csv", ""), OCCASION)
    return applied(sheets, update), [str(warning) for warning in update.warnings]


def boxes(sheets):
    names = (Name.key_measure(n) for n in range(1, 10))
    return [sheets.names[name][0][0] for name in names if name in sheets.names]


def test_the_box_of_a_retired_measure_goes_to_the_next_key_measure():
    before = [measure("A"), measure("B"), measure("C")]
    after = [measure("A"), measure("C"), measure("D")]
    sheets, told = brought_in(sheets_with(before, after), "A")
    assert boxes(sheets) == ["A", "D", "C"]
    assert not any("box" in warning for warning in told)


def test_with_none_left_the_box_of_a_retired_measure_is_blank_and_the_next_one_gets_it():
    sheets, _ = brought_in(sheets_with([measure("A"), measure("B")], [measure("B")]), "B")
    assert boxes(sheets) == [None, "B"]
    edited = new_sheets(Catalogue((measure("B"), measure("E")))).tables["Measures"]
    sheets, _ = brought_in(replace(sheets, tables={**sheets.tables, "Measures": edited}), "E")
    assert boxes(sheets) == ["E", "B"]


def test_a_box_takes_a_ref_in_any_capitals_as_excel_does():
    catalogue = Catalogue((measure("A"), measure("LAC1"), measure("C")))
    assert settled(catalogue, ["lac1", "C", ""]) == ("LAC1", "C", "A")


def test_a_key_measure_without_a_free_box_is_told():
    after = [measure("A"), measure("B", key=False), measure("C"), measure("D")]
    book = sheets_with([measure("A"), measure("B")], after)
    sheets, told = brought_in(book, "A")
    assert boxes(sheets) == ["A", "B"]
    assert [warning for warning in told if "box" in warning] == [
        f"Key measures: {ref} is marked as a key measure, but no chart's box is free. Choose it "
        "in the box above the chart of B, which is not marked, or clear its “Key measure” in "
        "Measures."
        for ref in "CD"
    ]
    found = check(parse_workbook(sheets), None, OCCASION)
    assert any("C is marked" in str(finding.problem) for finding in found)


def test_a_list_of_measures_typed_over_ours_is_the_one_that_every_sheet_shows():
    before = [measure(ref) for ref in ("M1", "M2", "M3")]
    after = [measure("R2", key=False), measure("R1"), measure("R3")]
    sheets, _ = brought_in(sheets_with(before, after), "R1")
    assert boxes(sheets) == ["R1", "R3", None]
    for table in (Dataset.TABLE, Return.TABLE):
        assert [row[0] for row in sheets.tables[table].rows] == ["R2", "R1", "R3"]


REFS = st.lists(st.sampled_from("ABCDEF"), unique=True, min_size=1)


@given(
    REFS,
    st.lists(st.sampled_from(["", *"ABCDEFXY"]), max_size=5),
    st.sets(st.sampled_from("ABCDEF")),
)
def test_no_measure_that_is_listed_loses_its_chart_and_none_that_is_not_keeps_one(
    refs, slots, keys
):
    catalogue = Catalogue(tuple(measure(ref, key=ref in keys) for ref in refs))
    after = settled(catalogue, slots)
    assert len(after) == len(slots)
    for was, now in zip(slots, after, strict=True):
        assert now == was if was in refs else now in {*refs, ""}
    waiting = [ref for ref in refs if ref in keys and ref not in after]
    assert not (waiting and "" in after)
