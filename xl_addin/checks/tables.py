"""What is wrong in what officers fill in beside the figures: targets, comparators, commentary."""

from __future__ import annotations

from collections.abc import Iterator

from xl_addin.checks.leaving import without_retired
from xl_addin.dataset.commentary import commentary_problems
from xl_addin.dataset.own_targets import comparators_of, targets_of
from xl_addin.dataset.workbook import Workbook
from xl_addin.errors import Problem


def odd_rows(workbook: Workbook) -> Iterator[Problem]:
    """Rows that cannot be used; none of them stops anything.

    One about a measure that has left is a record: it is told when the measure leaves.
    """
    workbook = without_retired(workbook)
    yield from targets_of(workbook).problems
    comparators = comparators_of(workbook)
    yield from comparators.problems if comparators else ()
    yield from commentary_problems(workbook)
