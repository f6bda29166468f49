"""Editions: any workbook from the first to the present is read, a newer one is refused."""

from __future__ import annotations

import pytest

from tests.support.books import new_sheets, with_cell
from tests.support.places import EDITIONS, ROOT
from xl_addin.commands.book import refuse_beyond
from xl_addin.dataset.editions import FIRST, PRESENT, completed, edition_of, tables_of
from xl_addin.dataset.workbook import parse_workbook
from xl_addin.errors import WorkbookRefused
from xl_addin.excel import dataset_file
from xl_addin.layout import SINCE, TABLES, DataNotes, Dataset, Measures, Name, Sheet
from xl_addin.measure import Catalogue, Measure
from xl_addin.table import Sheets
from xl_addin.update import AppendRows, SetName, Update
from xl_addin.values import replace

TEMPLATE = ROOT / "workbook_template.xlsm"
CATALOGUE = Catalogue((Measure("M1", "MASH", "Contacts"), Measure("M2", "MASH", "Referrals")))


def test_the_workbooks_of_every_edition_are_kept_and_say_of_which_they_are():
    for edition in range(FIRST, PRESENT):
        kept = sorted(EDITIONS.joinpath(str(edition)).glob("*.xlsm"))
        assert {"demo.xlsm", "template.xlsm"} <= {path.name for path in kept}
        assert {edition_of(dataset_file.read(path)) for path in kept} == {edition}


def test_what_the_present_edition_is_stays_so_once_it_is_released():
    kept = EDITIONS / str(PRESENT) / "template.xlsm"
    assert not kept.exists() or kept.read_bytes() == TEMPLATE.read_bytes(), (
        f"Edition {PRESENT} is released: what is new belongs to edition {PRESENT + 1}. Raise "
        "WORKBOOK_FORMAT. To release an edition, copy workbook_template.xlsm and the "
        f"demonstration to tests/data/editions/{PRESENT}, and the digests of the macros to RELEASED"
        " in excel/upgrade/macros.py."
    )


def test_what_came_later_is_named_as_it_is_called():
    """A name of SINCE that nothing bears would never be brought to anyone."""
    names = {value for kind in (Name, Sheet) for value in vars(kind).values()}
    numbered = (Name.signal_measure, Name.signal_words)
    names |= {name(slot) for name in numbered for slot in range(1, 7)}
    columns = {(table, heading) for table, headings in TABLES.items() for heading in headings}
    columns |= {(Dataset.TABLE, heading) for heading in Dataset.AFTER_MONTHS}
    assert SINCE.keys() <= names | set(TABLES) | columns
    assert set(SINCE.values()) <= set(range(FIRST + 1, PRESENT + 1))


@pytest.fixture
def later(monkeypatch):
    """A table and a column that came with the present edition."""
    monkeypatch.setitem(TABLES, "Aims", ("Measure Ref", "Aim"))
    monkeypatch.setitem(TABLES, Measures.TABLE, (*Measures.COLUMNS, "Sum of"))
    monkeypatch.setitem(SINCE, "Aims", PRESENT)
    monkeypatch.setitem(SINCE, (Measures.TABLE, "Sum of"), PRESENT)
    monkeypatch.setitem(SINCE, "TargetYear", PRESENT)


def of_edition(edition: float | str, *without: str) -> Sheets:
    sheets = new_sheets(CATALOGUE)
    tables = {name: table for name, table in sheets.tables.items() if name not in without}
    return with_cell(Sheets(tables, sheets.names), "Settings", "Workbook format", "Value", edition)


def first_edition() -> Sheets:
    sheets = of_edition(FIRST, "Aims")
    measures = sheets.tables[Measures.TABLE]
    rows = tuple(row[: len(Measures.COLUMNS)] for row in measures.rows)
    shorter = replace(measures, headings=Measures.COLUMNS, rows=rows)
    return Sheets({**sheets.tables, Measures.TABLE: shorter}, sheets.names)


def refused(sheets: Sheets) -> str:
    with pytest.raises(WorkbookRefused) as refusal:
        parse_workbook(sheets)
    return str(refusal.value)


def test_a_workbook_says_of_which_edition_it_is():
    assert parse_workbook(of_edition(1.0)).edition == 1
    assert parse_workbook(of_edition(float(PRESENT))).edition == PRESENT
    assert edition_of(of_edition("two")) == PRESENT


def test_what_an_older_edition_lacks_is_blank(later):
    workbook = parse_workbook(first_edition())
    assert workbook.tables["Aims"].headings == ("Measure Ref", "Aim")
    assert workbook.tables["Aims"].rows == ()
    assert [r["Sum of"] for _, r in workbook.tables[Measures.TABLE].records()] == [None, None]
    assert workbook.catalogue == CATALOGUE


def test_an_officers_column_of_that_name_is_kept_as_it_is(later):
    sheets = first_edition()
    table = sheets.tables[Measures.TABLE]
    own = replace(
        table,
        headings=(*table.headings, "Sum of"),
        rows=tuple((*row, "mine") for row in table.rows),
    )
    found = completed(Sheets({**sheets.tables, Measures.TABLE: own}, sheets.names))
    assert found.tables[Measures.TABLE] == own


def test_what_the_present_edition_must_have_is_missed_in_it(later):
    present = of_edition(float(PRESENT), "Aims")
    assert "The table “Aims” is not there." in refused(present)
    assert "The column “Sum of” is not there." in refused(
        with_cell(first_edition(), "Settings", "Workbook format", "Value", float(PRESENT))
    )


def test_what_the_first_edition_had_is_missed_in_every_edition(later):
    for edition in (FIRST, PRESENT):
        sheets = of_edition(float(edition), DataNotes.TABLE)
        assert "The table “DataNotes” is not there." in refused(sheets)


def test_a_newer_edition_is_refused_with_one_sentence_whatever_else_is_in_it():
    newer = of_edition(PRESENT + 1.0, DataNotes.TABLE)
    assert refused(newer) == (
        f"Workbook: The workbook was made by a newer xl-addin (format {PRESENT + 1}; this one "
        f"knows format {PRESENT}). Install the newer xl-addin, then try again."
    )


def test_each_edition_has_what_the_one_before_had(later):
    assert tables_of(PRESENT) == TABLES
    first = tables_of(FIRST)
    assert "Aims" not in first
    of_the_first = tuple(h for h in Measures.COLUMNS if (Measures.TABLE, h) not in SINCE)
    assert first[Measures.TABLE] == of_the_first
    assert "Definition" in of_the_first and "Sum of" not in of_the_first


@pytest.mark.parametrize(
    ("change", "lacking"),
    [
        (AppendRows("Aims", ("Measure Ref",), (("M1",),)), "the table Aims"),
        (
            AppendRows(Measures.TABLE, ("Sum of",), (("M1",),)),
            "the column “Sum of” of the table Measures",
        ),
        (SetName("TargetYear", ((2015,),)), "the name TargetYear"),
    ],
)
def test_a_change_that_an_older_edition_has_no_place_for_is_refused(later, change, lacking):
    workbook = parse_workbook(first_edition())
    with pytest.raises(WorkbookRefused) as refusal:
        refuse_beyond("June.xlsm", workbook, Update((change,)))
    assert f"The workbook is of edition 1 and has not got {lacking}." in str(refusal.value)
    assert 'xl-addin upgrade "June.xlsm"' in str(refusal.value)
    refuse_beyond("June.xlsm", replace(workbook, edition=PRESENT), Update((change,)))
