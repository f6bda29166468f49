"""Check: everything there is to say about a workbook and a return, and change nothing."""

from __future__ import annotations

from collections.abc import Iterator

from xl_addin.checks.answered import unanswered
from xl_addin.checks.figures import missing_figures
from xl_addin.checks.finding import Finding, Severity, weighed
from xl_addin.checks.leaving import against_measures
from xl_addin.checks.months import gaps
from xl_addin.checks.page import (
    as_shown,
    changed_chart_cells,
    changed_derived_cells,
    misplaced_markers,
    odd_figures,
    reworded,
    without_chart,
)
from xl_addin.checks.tables import odd_rows
from xl_addin.dataset.commentary import commentary_on_nothing, unseen_commentary
from xl_addin.dataset.seals import changed_records
from xl_addin.dataset.workbook import Workbook
from xl_addin.errors import Problem
from xl_addin.layout import DataNotes
from xl_addin.refresh import (
    Merged,
    Occasion,
    page_of,
    problems_of,
    refresh,
    sync_page_notes,
)
from xl_addin.returns import Return
from xl_addin.returns.hand_edits import find_hand_edits
from xl_addin.update import Update


def check(workbook: Workbook, return_: Return | None, occasion: Occasion) -> tuple[Finding, ...]:
    """Everything there is to say about a workbook, and about a return: errors first.

    A return is judged as a refresh would: what is unusual or missing, and what would change.
    """
    errors = problems_of(workbook, return_, occasion)
    update = refresh(workbook, return_, occasion) if return_ and not errors else Update()
    warnings = [
        *update.warnings,
        *(return_.warnings if return_ else ()),
        *changed_records(workbook),
        *_page_findings(workbook, return_, occasion),
    ]
    changes = [Problem(return_.source, line, "") for line in update.summary] if return_ else []
    return (
        *weighed(Severity.ERROR, errors),
        *weighed(Severity.WARNING, warnings),
        *weighed(Severity.CHANGE, changes),
    )


def _page_findings(
    workbook: Workbook, return_: Return | None, occasion: Occasion
) -> Iterator[Problem]:
    """What looks odd about the page. The derived cells follow a figure changed by hand."""
    if workbook.month is None:
        return
    page = page_of(workbook, workbook.history, workbook.month)
    brought = {entry.observation.month for entry in return_.entries} if return_ else set()
    yield from gaps(workbook.history.months() | brought)
    yield from reworded(workbook)
    yield from without_chart(workbook.catalogue, workbook.slots)
    # Excel has worked out the derived cells anew where a figure was changed by hand, or not yet.
    recorded = set(changed_derived_cells(page, workbook.dataset))
    shown = changed_derived_cells(as_shown(page, workbook.dataset), workbook.dataset)
    yield from (problem for problem in shown if problem in recorded)
    yield from (moved := [*against_measures(workbook)])
    # The charts follow Measures, not the page.
    yield from [] if moved or find_hand_edits(workbook) else changed_chart_cells(page, workbook)
    unmerged = Merged((), (), workbook.history)
    notes, about_notes = sync_page_notes(workbook, unmerged, page, occasion, None)
    odd = (*missing_figures(page), *odd_figures(page))
    yield from unanswered(odd, notes.notes, workbook.catalogue, page, (workbook.history, ()))
    yield from about_notes
    yield from odd_rows(workbook)
    yield from (*commentary_on_nothing(workbook), *unseen_commentary(workbook))
    for line in notes.changed:
        yield Problem(workbook.tables[DataNotes.TABLE].sheet, line, "Sync notes does it.")
    yield from misplaced_markers(notes.markers, workbook.dataset)
