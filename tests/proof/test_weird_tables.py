"""Lists of measures and tables of the workbook are taken as they are or refused in sentences."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.drawn import BOUNDED
from tests.support.properties.weird_tables import (
    a_list_is_taken_as_written_or_refused,
    assert_sentences,
    changed_tables_change_no_figure,
)
from tests.support.ready import ready_book, ready_bytes, refresh
from tests.support.weird_tables import CHANGES, LISTS, ODD_VALUES, written_list
from xl_addin.errors import CatalogueRefused, XlAddinError
from xl_addin.excel import dataset_file
from xl_addin.layout import History
from xl_addin.sources.catalogue import read_catalogue


@BOUNDED
@given(LISTS, st.one_of(st.just("Monthly dataset"), ODD_VALUES))
def test_a_list_of_measures_is_taken_as_written_or_refused(entries, title):
    a_list_is_taken_as_written_or_refused(entries, title)


def test_a_list_of_ten_thousand_measures_is_taken_or_refused(tmp_path):
    path = tmp_path / "measures.toml"
    entries = [{"ref": f"X{n}", "description": f"Measure {n}"} for n in range(10_000)]
    path.write_text(written_list(entries), encoding="utf-8")
    try:
        assert len(read_catalogue(path)[1]) == 10_000
    except CatalogueRefused as refusal:
        assert_sentences(refusal.problems)


@BOUNDED
@given(CHANGES)
def test_tables_changed_at_random_are_refused_or_change_no_figure(changes):
    changed_tables_change_no_figure(changes)


@pytest.mark.parametrize(
    "words", ["Awaiting " + "x" * 40_000, "Late \x01\x02 again", "=cmd|'/c calc'!A1"]
)
def test_words_no_cell_can_hold_are_refused_or_kept_and_run_nothing(tmp_path, words):
    book, path = ready_book(tmp_path), tmp_path / "June.csv"
    path.write_text(f'Ref,Month,Value\nM1,Jun 2015,"{words}"\nM2,Jun 2015,5\n', "utf-8")
    try:
        assert refresh(book, path)
    except XlAddinError as refusal:
        assert_sentences(refusal.problems)
        assert book.read_bytes() == ready_bytes()
        return
    table = dataset_file.read(book).tables[History.TABLE]
    kept = " ".join("".join(c for c in words if c.isprintable()).split())
    assert kept in {row[6] for row in table.rows}
