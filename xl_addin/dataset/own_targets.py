"""The targets and comparators of a workbook, which go along with the measures that were renamed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from xl_addin.dataset.page import Page
from xl_addin.dataset.renames import former_refs
from xl_addin.dataset.targets import KnownTargets, read_targets
from xl_addin.dataset.workbook import Workbook
from xl_addin.layout import Comparators, Targets
from xl_addin.table import is_blank
from xl_addin.values import replace

if TYPE_CHECKING:
    from xl_addin.dataset.comparators import KnownComparators


def targets_of(workbook: Workbook) -> KnownTargets:
    """The targets of a workbook; one that names a measure by a former ref is its."""
    return read_targets(workbook.tables[Targets.TABLE], workbook.catalogue, _former(workbook))


def comparators_of(workbook: Workbook) -> KnownComparators | None:
    """The comparators of a workbook; one that names a measure by a former ref is its.

    None where the table is blank, as it mostly is: then nothing of them is loaded.
    """
    table = workbook.tables[Comparators.TABLE]
    if all(map(is_blank, table.rows)):
        return None
    from xl_addin.dataset.comparators import read_comparators

    return read_comparators(table, workbook.catalogue, _former(workbook))


def _former(workbook: Workbook) -> Mapping[str, str]:
    catalogue = workbook.catalogue
    return {**former_refs(catalogue, workbook.history), **workbook.carried.renames}


def with_comparators(page: Page, known: KnownComparators | None) -> Page:
    """A page with what others had: beside each measure's latest figure, and for its chart."""
    if known is None:
        return page
    rows = (replace(row, others=known.beside(row.measure.ref, page.month)) for row in page.rows)
    return replace(page, rows=tuple(rows), compared=known.by_ref())
