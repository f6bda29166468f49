"""Refresh: decide everything that a return changes in a workbook, and change nothing.

The same function serves the button, the command line and the tests. What comes out is an
Update, plain data that excel/ applies to a closed or an open workbook.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from xl_addin import report
from xl_addin.checks import leaving
from xl_addin.checks.answered import unanswered as unanswered_by_notes
from xl_addin.checks.figures import averages_of_some, blanks, missing_figures, unusual_arrivals
from xl_addin.checks.months import empty_columns, not_recorded
from xl_addin.checks.notes import reported
from xl_addin.checks.page import odd_figures, page_problems, reworded, without_chart
from xl_addin.checks.returns import left_over, no_figures, return_problems
from xl_addin.checks.tables import odd_rows
from xl_addin.dataset.history import Arrival, History, Outcome, Revision
from xl_addin.dataset.log_row import LogRow
from xl_addin.dataset.own_targets import comparators_of, targets_of, with_comparators
from xl_addin.dataset.page import Page, build_page
from xl_addin.dataset.page_changes import page_changes
from xl_addin.dataset.ratio import with_ratios
from xl_addin.dataset.renames import in_words
from xl_addin.dataset.seals import changed_records, end_of, sealed
from xl_addin.dataset.wording import find_reworded, with_wording
from xl_addin.dataset.workbook import Workbook
from xl_addin.errors import Problem, ReturnRefused, WorkbookRefused
from xl_addin.layout import DataNotes, Name, RefreshLog
from xl_addin.layout import History as HistoryTable
from xl_addin.notes import (
    NotedPage,
    NoteSync,
    Record,
    Restatement,
    ReturnedNote,
    breaks_without_month,
    note_row,
    read_notes,
    rebases_of,
    rename_refs,
    sync,
)
from xl_addin.observation import State
from xl_addin.period import Month
from xl_addin.questions import (
    NO_ANSWERS,
    About,
    Answers,
    Question,
    Reply,
    questions_of,
    unanswered,
    without_older,
)
from xl_addin.returns import Return
from xl_addin.returns.hand_edits import (
    HandEdits,
    edited_return,
    find_hand_edits,
    put_back_in_words,
)
from xl_addin.returns.own_sheet import follow_measures
from xl_addin.summary_table import word_changes
from xl_addin.table import CellValue, Table, is_blank
from xl_addin.update import AppendRows, Change, Row, SetName, SetRows, Update, stands_already
from xl_addin.values import replace, value_type

RENAMED = "Measures renamed"
ACCEPTED = "History accepted as it stands"
"""What the log names as the source where there is no return."""


@value_type
class Occasion:
    """When a refresh takes place, who does it, and with which version of xl-addin."""

    when: datetime
    who: str
    version: str


@value_type
class Merged:
    """Returns met with what was recorded: what became of each figure, and History after."""

    arrivals: tuple[Arrival, ...]
    revisions: tuple[Revision, ...]
    history: History


def refresh(
    workbook: Workbook,
    return_: Return,
    occasion: Occasion,
    hand_edits: HandEdits = HandEdits.LIST,
    answers: Answers = NO_ANSWERS,
) -> Update:
    """Everything that a return changes: History, the page, the notes, the charts, the log.

    The month shown is the newest that the return has a figure or a reason for, never earlier
    than the one already shown. Figures changed by hand on the page stop a refresh, are
    recorded before the return's, or give way to what is recorded. ``answers`` are an officer's
    to questions_of. Raises ReturnRefused with every problem of the return and of the page; then
    nothing is to be changed. An Update without changes says the workbook holds all of it already.
    """
    if problems := problems_of(workbook, return_, occasion, hand_edits, answers):
        raise ReturnRefused(problems)
    wording: tuple[Change, ...] = ()
    if answers.get((About.WORDING, "")) is Reply.YES and find_reworded(workbook):
        workbook, carried_over = with_wording(workbook)
        wording = (carried_over,)
    newer, kept = without_older(_as_edited(workbook, occasion, hand_edits), return_, answers)
    told = (*kept, *left_over(return_, workbook), *return_.warnings)
    return_ = replace(return_, warnings=told)
    merged = _merge(workbook, _returns(workbook, newer, occasion, hand_edits), occasion)
    page = page_of(workbook, merged.history, _month_to_show(workbook, merged), return_)
    update = _bring_in_line(workbook, merged, page, occasion, return_)
    update = replace(update, changes=(*wording, *update.changes))
    if update.is_empty:
        return update
    log = log_of(occasion, page.month, return_.source)
    warnings = report.for_log(update.warnings, report.refined(workbook, merged.arrivals))
    log = replace(log, digest=return_.digest, warnings=warnings)
    log = report.with_counts(log, merged.arrivals, page)
    changes = (*update.changes, *logged(workbook, update, log))
    put_back = find_hand_edits(workbook) if hand_edits is HandEdits.PUT_BACK else ()
    said = (*report.summary(workbook, merged.arrivals, page), *put_back_in_words(put_back))
    return replace(update, changes=changes, summary=(*said, *update.summary))


def show(workbook: Workbook, month: Month, occasion: Occasion) -> Update:
    """Move the page to a month that is recorded, with the notes that applied then.

    Raises WorkbookRefused for a month that is not, and for a page with figures changed by hand.
    """
    if problems := [*_not_recorded(workbook.history, month), *page_problems(workbook)]:
        raise WorkbookRefused(problems)
    page = page_of(workbook, workbook.history, month)
    update = _bring_in_line(workbook, Merged((), (), workbook.history), page, occasion)
    if _recorded(update):
        log = log_of(occasion, month, RENAMED)
        update = replace(update, changes=(*update.changes, *logged(workbook, update, log)))
    return replace(update, summary=(f"The page shows {month.label}.", *update.summary))


def accept_history(workbook: Workbook, occasion: Occasion) -> Update:
    """Record in the log that History is right as it stands, whatever was changed in it."""
    if not changed_records(workbook):
        return Update()
    log = log_of(occasion, workbook.month, ACCEPTED)
    rows = [row for row in _rows_of(workbook.tables[HistoryTable.TABLE]) if not is_blank(row)]
    row = sealed(log.cells, rows, workbook.tables[RefreshLog.TABLE], whole=True)
    summary = (f"What is recorded is accepted as it stands: {len(rows)} figures.",)
    return Update(_added_to_log(workbook, row), summary)


def _rows_of(history: Table) -> Iterator[tuple[CellValue, ...]]:
    places = [history.headings.index(heading) for heading in HistoryTable.COLUMNS]
    return (tuple(row[place] for place in places) for row in history.rows)


def sync_notes(workbook: Workbook, occasion: Occasion) -> Update:
    """Bring the data notes and their markers in line with the page as it stands."""
    if workbook.month is None:
        remedy = "Import or refresh first."
        raise WorkbookRefused([Problem("Dataset", "No month is shown yet.", remedy)])
    update = show(workbook, workbook.month, occasion)
    told = update.summary[1:]
    if not told and not update.is_empty:
        told = ("The page, its notes and charts come in line with each other.",)
    return replace(update, summary=told)


def problems_of(
    workbook: Workbook,
    return_: Return | None,
    occasion: Occasion,
    hand_edits: HandEdits = HandEdits.LIST,
    answers: Answers = NO_ANSWERS,
) -> tuple[Problem, ...]:
    """Everything that stops a refresh, each problem once; without a return, of the page alone.

    A return without figures is none, save where figures changed by hand are there to settle.
    """
    edited = _as_edited(workbook, occasion, hand_edits)
    newer = without_older(edited, return_, answers)[0] if return_ else None
    returns = _returns(workbook, newer, occasion, hand_edits)
    today = Month.of(occasion.when)
    of_returns = [p for each in returns for p in return_problems(each, workbook, today)]
    of_returns += unanswered(edited, return_, answers, today) if return_ else []
    has_hand_edits = hand_edits is not HandEdits.LIST and find_hand_edits(workbook)
    if return_ and not (return_.entries or return_.problems or has_hand_edits):
        of_returns.append(no_figures(return_))
    return tuple(dict.fromkeys([*of_returns, *page_problems(workbook, hand_edits)]))


def _returns(
    workbook: Workbook, return_: Return | None, occasion: Occasion, hand_edits: HandEdits
) -> list[Return]:
    """What is to be recorded, in this order: changes by hand where they are, then the return."""
    edited = edited_return(workbook, occasion.who) if hand_edits is HandEdits.RECORD else None
    by_hand = [edited] if edited and (edited.entries or edited.problems) else []
    return [*by_hand, *([return_] if return_ else [])]


def questions(
    workbook: Workbook,
    return_: Return,
    occasion: Occasion,
    hand_edits: HandEdits = HandEdits.LIST,
    answers: Answers = NO_ANSWERS,
) -> tuple[Question, ...]:
    """What an officer is to be asked before a refresh, and has not answered yet."""
    edited = _as_edited(workbook, occasion, hand_edits)
    return questions_of(edited, return_, answers, Month.of(occasion.when))


def _as_edited(workbook: Workbook, occasion: Occasion, hand_edits: HandEdits) -> Workbook:
    """The workbook once changes by hand are recorded, where they are to be."""
    by_hand = _returns(workbook, None, occasion, hand_edits)
    if not by_hand:
        return workbook
    return replace(workbook, history=_merge(workbook, by_hand, occasion).history)


def _not_recorded(history: History, month: Month) -> Iterator[Problem]:
    if month not in history.months():
        yield not_recorded(history, month)


def _merge(workbook: Workbook, returns: Iterable[Return], occasion: Occasion) -> Merged:
    merged = Merged((), (), workbook.history)
    for return_ in returns:
        given = (entry.observation for entry in return_.entries)
        complete = with_ratios(given, workbook.catalogue, merged.history)
        arrivals = merged.history.merge(complete, workbook.catalogue)
        revisions = merged.history.revisions(arrivals, occasion.when, return_.source)
        merged = Merged(
            (*merged.arrivals, *arrivals),
            (*merged.revisions, *revisions),
            merged.history.grown(revisions),
        )
    return merged


def _month_to_show(workbook: Workbook, merged: Merged) -> Month:
    seen = [arrival.observation for arrival in merged.arrivals]
    reported = {one.month for one in seen if one.state is not State.MISSING}
    shown = {workbook.month} if workbook.month else set()
    return max(reported | shown or {one.month for one in seen})


def _bring_in_line(
    workbook: Workbook,
    merged: Merged,
    page: Page,
    occasion: Occasion,
    return_: Return | None = None,
) -> Update:
    """Make History, the page, the charts and the notes say what was decided."""
    notes, about_notes = sync_page_notes(workbook, merged, page, occasion, return_)
    new = (*workbook.carried.revisions, *merged.revisions)
    rows = tuple(revision.cells for revision in new)
    changes = [
        *_append(HistoryTable.TABLE, HistoryTable.COLUMNS, rows),
        *page_changes(workbook, page, notes.markers),
        *_note_changes(workbook.tables[DataNotes.TABLE], notes),
        *filter(None, [follow_measures(workbook)]),
    ]
    changes += word_changes(workbook, page, merged.history, always=bool(changes))
    of_return = return_.warnings if return_ else ()
    told = [*_warnings(workbook, merged, page, of_return)]
    record = merged.history, merged.arrivals
    left = unanswered_by_notes(told, notes.notes, workbook.catalogue, page, record)
    # A note on the month's figure does not tell of those that an average leaves out.
    told = [*left, *averages_of_some(page), *about_notes, *odd_rows(workbook)]
    warnings = tuple(dict.fromkeys(told))
    moved = leaving.in_words(workbook) if changes else ()
    said = (*moved, *in_words(workbook.carried.renames), *notes.changed)
    return Update(tuple(changes), said, warnings)


def _warnings(
    workbook: Workbook, merged: Merged, page: Page, of_return: Iterable[Problem]
) -> Iterator[Problem]:
    """What wants a look, the most pressing first: a wrong figure in what just came."""
    yield from unusual_arrivals(merged.arrivals, workbook.catalogue, merged.history, page)
    yield from leaving.perhaps_renamed(workbook)
    yield from of_return
    yield from blanks(merged.arrivals, page)
    yield from missing_figures(page)
    yield from empty_columns(workbook.month, page)
    yield from reworded(workbook)
    yield from without_chart(workbook.catalogue, workbook.slots)
    yield from odd_figures(page)


def sync_page_notes(
    workbook: Workbook,
    merged: Merged,
    page: Page,
    occasion: Occasion,
    return_: Return | None,
) -> tuple[NoteSync, tuple[Problem, ...]]:
    """The data notes as the page needs them, and what is to be said of them."""
    read, unread = read_notes(workbook.tables[DataNotes.TABLE])
    renames = workbook.carried.renames
    notes, _ = rename_refs(read, renames, workbook.catalogue)
    history = merged.history
    record = Record.of(history.months(), history.revisions_of)
    today = occasion.when.date()
    noted = NotedPage(workbook.catalogue, page.months, record, page.month, today)
    brought = tuple(_returned_notes(return_)) if return_ else ()
    synced = sync(notes, noted, tuple(_restatements(merged.arrivals)), brought)
    _, mentions = rename_refs(synced.notes, renames, workbook.catalogue)
    return synced, (*unread, *mentions, *breaks_without_month(read), *reported(synced))


def page_of(
    workbook: Workbook, history: History, month: Month, return_: Return | None = None
) -> Page:
    """The page of a month; its signals start anew where a note, or one of a return, says so."""
    brought = tuple(_returned_notes(return_)) if return_ else ()
    rebases, targets = rebases_of(workbook, brought), targets_of(workbook)
    page = build_page(workbook.catalogue, history, month, rebases, targets)
    return with_comparators(page, comparators_of(workbook))


def _restatements(arrivals: Iterable[Arrival]) -> Iterator[Restatement]:
    for arrival in arrivals:
        if arrival.outcome is Outcome.RESTATED and arrival.before:
            seen = arrival.observation
            yield Restatement(seen.ref, seen.month, arrival.before, seen)


def _returned_notes(return_: Return) -> Iterator[ReturnedNote]:
    for entry in return_.entries:
        if entry.note:
            yield ReturnedNote(entry.observation.ref, entry.observation.month, entry.note)


def _append(
    table: str, columns: tuple[str, ...], rows: tuple[tuple[CellValue, ...], ...]
) -> list[Change]:
    return [AppendRows(table, columns, rows)] if rows else []


def _recorded(update: Update) -> list[tuple[CellValue, ...]]:
    """The rows that History gains by an update."""
    changes = (change for change in update.changes if isinstance(change, AppendRows))
    return [row for c in changes if c.table == HistoryTable.TABLE for row in c.rows]


def logged(workbook: Workbook, update: Update, log: LogRow) -> tuple[Change, ...]:
    """The row of the log for an update, with its seal of the rows that History gains."""
    row = sealed(log.cells, _recorded(update), workbook.tables[RefreshLog.TABLE])
    return _added_to_log(workbook, row)


def _added_to_log(workbook: Workbook, row: tuple[CellValue, ...]) -> tuple[Change, ...]:
    """Add a sealed row to the log; Settings says that the log ends with it, if it can."""
    append = AppendRows(RefreshLog.TABLE, RefreshLog.COLUMNS, (row,))
    if workbook.log_end is None:
        return (append,)
    return append, SetName(Name.LOG_END, ((end_of(row),),))


def _note_changes(table: Table, notes: NoteSync) -> list[Change]:
    rows = tuple(Row(note_row(note), was=note.was) for note in notes.notes)
    if not rows or stands_already(table, DataNotes.COLUMNS, rows):
        return []
    return [SetRows(DataNotes.TABLE, DataNotes.COLUMNS, rows)]


def log_of(occasion: Occasion, month: Month | None, source: str) -> LogRow:
    """The row of the log for work that no return came in with."""
    first_day = month.first_day if month else None
    return LogRow(occasion.when, occasion.who, first_day, source, version=occasion.version)
