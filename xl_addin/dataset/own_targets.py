"""The targets of a workbook, which go along with the measures that were renamed."""

from __future__ import annotations

from xl_addin.dataset.renames import former_refs
from xl_addin.dataset.targets import KnownTargets, read_targets
from xl_addin.dataset.workbook import Workbook
from xl_addin.layout import Targets


def targets_of(workbook: Workbook) -> KnownTargets:
    """The targets of a workbook; one that names a measure by a former ref is its."""
    catalogue = workbook.catalogue
    former = {**former_refs(catalogue, workbook.history), **workbook.carried.renames}
    return read_targets(workbook.tables[Targets.TABLE], catalogue, former)
