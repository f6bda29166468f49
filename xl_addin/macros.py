"""What the buttons and the ribbon start: the month's work on the open workbook, asked and told
in message boxes. Nothing is decided here, and no traceback reaches an officer.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from xl_addin.boxes import TITLE, Desk
from xl_addin.commands import choose_return as choosing
from xl_addin.commands import compute as computing
from xl_addin.commands import doctor as visiting
from xl_addin.commands import settle_hand_edits as settling
from xl_addin.commands import show
from xl_addin.commands.book import occasion
from xl_addin.commands.check import accept_history_of, check_book, is_history_changed
from xl_addin.commands.commentary import ALL, take_over_in
from xl_addin.commands.notes import sync_notes_in
from xl_addin.commands.records import Asked
from xl_addin.commands.refresh import Compute, HowToRefresh, refresh_book
from xl_addin.commands.undo import undo
from xl_addin.commands.upgrade import upgrade_book
from xl_addin.errors import Problem, XlAddinError, grouped, visible
from xl_addin.excel import error_log
from xl_addin.excel.choose_file import choose_file
from xl_addin.excel.find_open import calling_book
from xl_addin.excel.live.com import WARILY, show_bare_box, told_when_busy
from xl_addin.excel.lock import one_at_a_time
from xl_addin.excel.once_idle import is_waited_for, start_once_idle, wait_for_the_button
from xl_addin.excel.opened import OpenBook
from xl_addin.excel.whole_list import keep_list
from xl_addin.period import Month
from xl_addin.questions import About, Answers, Question, Reply
from xl_addin.returns.hand_edits import HandEdits
from xl_addin.share_boxes import share_from_the_ribbon

if TYPE_CHECKING:
    from xlwings import main


_BY_HAND = (
    "Shall these changes be recorded? Yes records them, No puts the recorded figures back, "
    "Cancel leaves everything as it is."
)

_ABOUT_ALL = (
    "{count} figures of the return are older than what is recorded. Yes keeps all that is "
    "recorded, No asks for each, Cancel changes nothing."
)

_ABOUT_UPGRADE = (
    "Shall it get what is new first? All you put in it stays. Yes upgrades it (Excel closes it and "
    "opens it again), No refreshes it as it is, Cancel does nothing."
)

_ABOUT_HISTORY = (
    "Recorded figures were changed outside xl-addin. Are they right as they stand? Yes says so in "
    "the log, No and Cancel change nothing."
)


Work = Callable[[OpenBook, Desk], object]


def refresh_month(book: main.Book | None = None) -> None:
    """Bring in the return named in Settings, or what stands on the Monthly return sheet."""
    _serve("Refresh month", book, _refresh)


def show_month(book: main.Book | None = None, *, month: str) -> None:
    """Move the page to a month that is recorded, such as "2015-03"."""

    def move(opened: OpenBook, desk: Desk) -> None:
        show.show_month(opened, Month.parse(month), occasion(), tell=desk.tell)

    _serve("Show month", book, move)


def choose_return(book: main.Book | None = None) -> None:
    """Remember in Settings which file is the return."""
    _serve("Choose return", book, _choose)


def import_dataset(book: main.Book | None = None) -> None:
    """Bring in the figures of an existing workbook or CSV file."""
    _serve("Bring in an old dataset", book, _import)


def compute_figures(book: main.Book | None = None, *, month: str) -> None:
    """Compute a month's return, such as "2015-06", from children's records, and bring it in."""

    def compute(opened: OpenBook, desk: Desk) -> None:
        _compute(opened, desk, Month.parse(month))

    _serve("Compute figures", book, compute)


def settle_hand_edits(book: main.Book | None = None) -> None:
    """Record figures that were changed by hand on the page, or put back what is recorded."""
    _serve("Changes by hand", book, _settle)


def check_workbook(book: main.Book | None = None) -> None:
    """List what is wrong with the workbook; change nothing.

    Where History was changed outside xl-addin, it asks whether the log is to accept that.
    """
    _serve("Check", book, _check)


def sync_notes(book: main.Book | None = None) -> None:
    """Bring the data notes and their markers in line with the page."""
    _serve("Sync notes", book, _sync)


def share_copy(book: main.Book | None = None) -> None:
    """Make a copy to send out, beside the workbook; with small counts hidden, or as it is."""
    _serve("Share copy", book, share_from_the_ribbon)


def upgrade_workbook(book: main.Book | None = None) -> None:
    """Bring the workbook to the present edition; Excel closes it and opens it again."""
    _serve_once_idle("Upgrade", book, _upgrade, "upgrade_workbook")


def undo_last_change(book: main.Book | None = None) -> None:
    """Bring back what the workbook was before its last change; undo again takes that back."""
    _serve_once_idle("Undo last change", book, _undo, "undo_last_change")


def take_over_commentary(book: main.Book | None = None) -> None:
    """Say of this month what was said of measures last month, where nothing is said yet."""
    _serve("Take over commentary", book, _take_over)


def doctor(book: main.Book | None = None) -> None:
    """Say what on this computer or in the workbook's file keeps it from working; change nothing."""
    _serve("Doctor", book, _visit)


def _visit(opened: OpenBook, desk: Desk) -> None:
    for line in visiting.in_short(visiting.visit(opened.path)):
        desk.tell(line)


def _take_over(opened: OpenBook, desk: Desk) -> None:
    agree = partial(desk.agree, "Take it over?")
    take_over_in(opened, (ALL,), occasion(), tell=desk.tell, agree=agree)


def _choose(opened: OpenBook, desk: Desk) -> None:
    if file := choose_file(opened.book.app, "Which file is the return?", opened.folder):
        choosing.choose_return(opened, file, occasion(), tell=desk.tell)


def _import(opened: OpenBook, desk: Desk) -> None:
    from xl_addin.commands.bring_rows import RowsFile, bring_in_rows

    if file := choose_file(opened.book.app, "Which file holds the figures?", opened.folder):
        agree = partial(desk.agree, "Bring these figures in?")
        if bring_in_rows(opened, RowsFile(file), occasion(), tell=desk.tell, agree=agree) is None:
            _refresh(opened, desk, file)


def _compute(opened: OpenBook, desk: Desk, month: Month) -> None:
    title = "Which file holds the children's records?"
    if file := choose_file(opened.book.app, title, opened.folder):
        asked = Asked((file,), (month,))
        _refresh(opened, desk, computed=computing.computed_return(asked, desk.mention))


def _settle(opened: OpenBook, desk: Desk) -> None:
    decide = partial(_about_hand_edits, desk=desk)
    settling.settle_hand_edits(opened, occasion(), tell=desk.tell, decide=decide)


def _refresh(
    opened: OpenBook, desk: Desk, file: Path | None = None, computed: Compute | None = None
) -> None:
    refresh_book(
        opened,
        occasion(),
        tell=desk.tell,
        agree=lambda: desk.agree("Refresh the workbook?"),
        how=HowToRefresh(
            file=file,
            computed=computed,
            hand_edits=lambda edits: _about_hand_edits(edits, desk),
            upgrade_first=lambda edition: _upgrade_first(edition, opened, desk),
            ask=lambda questions: _answers(questions, desk),
        ),
    )


def _answers(questions: Sequence[Question], desk: Desk) -> Answers | None:
    """Ask what only an officer can decide; None leaves all as it is.

    Several figures that may stay as they are take one answer, or one each.
    """
    usual = {question.key: Reply.NO for question in questions if question.default is Reply.NO}
    if len(usual) == len(questions) > 1:
        for question in questions:
            desk.tell(f"• {question.text}")
        answer = desk.ask(_ABOUT_ALL.format(count=len(questions)), "yes_no_cancel")
        if answer != "no":
            return usual if answer == "yes" else None
    answers: dict[tuple[About, str], Reply] = {}
    for question in questions:
        for line in question.lines:
            desk.tell(f"• {line}")
        answer = desk.ask(_about(question), "yes_no_cancel")
        if answer == "cancel" or (answer == "no" and question.default is None):
            return None
        answers[question.key] = Reply(answer)
    return answers


def _about(question: Question) -> str:
    """A question with what each button does."""
    return f"{question.text} Yes {question.yes}, No {question.no}, Cancel changes nothing."


def _upgrade_first(edition: int, opened: OpenBook, desk: Desk) -> bool:
    """Offer the upgrade of an older workbook, and say whether the work ends here for now."""
    desk.tell(f"This workbook was made by an older xl-addin (edition {edition}).")
    answer = desk.ask(_ABOUT_UPGRADE, "yes_no_cancel")
    if answer == "yes" and is_waited_for(sys.argv):
        start_once_idle("upgrade_workbook", sys.argv)
    elif answer == "yes" and upgrade_book(opened, occasion(), tell=desk.tell, agree=lambda: True):
        desk.tell("Now choose Refresh month again.")
    return answer != "no"


def _about_hand_edits(edits: Sequence[Problem], desk: Desk) -> HandEdits | None:
    """Ask what to do with figures changed by hand on the page; None leaves all as it is."""
    desk.tell("Figures were changed by hand on the page:")
    for problem in edits:
        desk.tell(f"• {problem.place}: {problem.found}")
    answer = desk.ask(_BY_HAND, "yes_no_cancel")
    return {"yes": HandEdits.RECORD, "no": HandEdits.PUT_BACK}.get(answer)


def _check(opened: OpenBook, desk: Desk) -> None:
    for problem in grouped(finding.problem for finding in check_book(opened, occasion())):
        desk.tell(f"• {problem}")
    if not desk.has_told:
        desk.tell("Nothing is wrong.")
    if is_history_changed(opened) and desk.ask(_ABOUT_HISTORY, WARILY) == "yes":
        accept_history_of(opened, occasion(), tell=desk.tell)


def _sync(opened: OpenBook, desk: Desk) -> None:
    sync_notes_in(
        opened,
        occasion(),
        tell=desk.tell,
        agree=lambda: desk.agree("Change the data notes?"),
    )


def _upgrade(opened: OpenBook, desk: Desk) -> None:
    upgrade_book(
        opened,
        occasion(),
        tell=desk.tell,
        agree=lambda: desk.agree("Upgrade it? Excel closes the workbook and opens it again."),
    )


def _undo(opened: OpenBook, desk: Desk) -> None:
    undo(
        opened,
        occasion().when,
        tell=desk.tell,
        agree=lambda: desk.agree("Bring it back? Excel closes the workbook and opens it again."),
    )


def _serve_once_idle(doing: str, book: main.Book | None, task: Work, macro: str) -> None:
    """Do a task for which Excel closes the workbook: not before the macro that asks has ended.

    Excel would end that macro with its workbook. So another process does it, and has no macro to
    tell what it could not do.
    """
    if is_waited_for(sys.argv):
        start_once_idle(macro, sys.argv)
        return
    wait_for_the_button(sys.argv)
    try:
        _serve(doing, book, task)
    except SystemExit as end:
        show_bare_box(str(end), TITLE)
        raise


def _serve(doing: str, book: main.Book | None, task: Work) -> None:
    """Do a task on the calling workbook; whatever happens reaches the officer in sentences."""
    try:
        opened = OpenBook(book) if book else OpenBook(*calling_book(sys.argv))
        desk = Desk(opened.app, partial(_keep, opened, doing))
        try:
            with one_at_a_time(opened.path), told_when_busy():
                task(opened, desk)
        except Exception as error:
            outcome = getattr(error, "outcome", XlAddinError.outcome)
            desk.refuse(_sentences(error), outcome, _log(doing, error))
        else:
            desk.close()
    except Exception as error:
        sys.exit("\n".join([*_sentences(error), _log(doing, error)]))


def _keep(opened: OpenBook, doing: str, lines: Sequence[str]) -> Path:
    heading = f"{doing}, {datetime.now():%d/%m/%Y %H:%M}, {opened.name}"
    return keep_list(opened.path, heading, [visible(line) for line in lines])


def _sentences(error: Exception) -> list[str]:
    if isinstance(error, XlAddinError):
        return [f"• {problem}" for problem in grouped(error.problems)]
    found = "Something happened that xl-addin does not know how to deal with."
    remedy = "Save the workbook, start Excel anew and try again. If it happens again, send the log "
    remedy += "to whoever looks after xl-addin with you."
    return [f"• {Problem(TITLE, found, remedy)}"]


def _log(doing: str, error: Exception) -> str:
    try:
        return f"A log is kept: {error_log.record(doing, error)}"
    except OSError as failure:
        return f"A log could not be kept: {failure.strerror}."
