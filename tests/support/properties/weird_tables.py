"""Lists of measures and tables of a workbook are taken as they are, or refused in sentences."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from tests.support.ready import JUNE, NAME, OCCASION, ready_bytes
from tests.support.weird_tables import with_changes, written_list
from xl_addin.check import check
from xl_addin.dataset.workbook import parse_workbook
from xl_addin.errors import CatalogueRefused, Problem, XlAddinError
from xl_addin.excel import dataset_file
from xl_addin.layout import History, Measures
from xl_addin.refresh import refresh as decide
from xl_addin.sources import read_return
from xl_addin.sources.catalogue import read_catalogue
from xl_addin.table import Sheets
from xl_addin.update import AppendRows, Update


def assert_sentences(problems: tuple[Problem, ...]) -> None:
    assert problems
    assert all(p.place and p.found.endswith((".", "”")) and p.remedy for p in problems), problems


def a_list_is_taken_as_written_or_refused(entries: list[dict], title: object) -> None:
    """The property of measures.toml: every measure as it stands there, or what is wrong."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "measures.toml"
        path.write_text(written_list(entries, title), encoding="utf-8")
        try:
            found_title, catalogue = read_catalogue(path)
        except CatalogueRefused as refusal:
            assert_sentences(refusal.problems)
            return
    assert found_title == str(title).strip()
    assert [measure.ref for measure in catalogue] == [entry["ref"].strip() for entry in entries]
    refs = [measure.ref.casefold() for measure in catalogue]
    assert len(set(refs)) == len(refs)
    for measure, entry in zip(catalogue, entries, strict=True):
        assert measure.description == entry["description"].strip()
        assert (measure.decimals, measure.key) == (
            entry.get("decimals", 0),
            entry.get("key", False),
        )
        assert str(measure.unit) == entry.get("unit", "number")
        assert str(measure.polarity) == entry.get("polarity", "")
        for ref in filter(None, (measure.numerator, measure.denominator)):
            assert ref in catalogue


@cache
def sheets() -> Sheets:
    return dataset_file.parse(Path(NAME), ready_bytes())


def decided(changed: Sheets) -> Update | None:
    """What a refresh with June's return decides; None where it is refused in sentences."""
    try:
        workbook = parse_workbook(changed)
        assert all(f.problem.found and f.problem.remedy for f in check(workbook, None, OCCASION))
        return decide(workbook, read_return(JUNE, workbook.catalogue), OCCASION)
    except XlAddinError as refusal:
        assert_sentences(refusal.problems)
        return None


@cache
def recorded_plainly() -> dict:
    return recorded(decided(sheets()))


def recorded(update: Update) -> dict:
    return {
        row[0]: row[1:7]
        for change in update.changes
        if isinstance(change, AppendRows) and change.table == History.TABLE
        for row in change.rows
    }


def changed_tables_change_no_figure(changes: list) -> None:
    """The property of the officers' tables: refused, or the same figures for measures as before."""
    changed = with_changes(sheets(), changes)
    update = decided(changed)
    if update is None:
        return
    plain, now = recorded_plainly(), recorded(update)
    touched = {row % 22 for table, row, _, _ in changes if table == Measures.TABLE}
    rows = sheets().tables[Measures.TABLE].rows
    concerned = {rows[number][0] for number in touched}
    ratios = {row[0] for row in rows if {row[7], row[8]} & concerned}
    for ref in plain.keys() - concerned - ratios:
        assert now[ref] == plain[ref], ref
