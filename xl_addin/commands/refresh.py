"""Refresh a workbook: bring in a return, after saying what will change and asking."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from xl_addin.checks.page import changed_by_hand
from xl_addin.commands.book import Agree, Book, Tell, carrying, change_book, in_lines
from xl_addin.commands.find_return import find_return, refuse_another_return, return_path
from xl_addin.commands.upgrade import offer
from xl_addin.dataset.editions import PRESENT
from xl_addin.dataset.workbook import Workbook, parse_workbook, without_record
from xl_addin.errors import Problem, ReturnRefused
from xl_addin.layout import Name
from xl_addin.layout import Return as ReturnTable
from xl_addin.period import Month
from xl_addin.questions import NO_ANSWERS, Answers, Ask, Question, Reply, about_per_cents, unfitting
from xl_addin.refresh import Occasion, questions, refresh
from xl_addin.returns import Return
from xl_addin.returns.hand_edits import HandEdits, find_hand_edits
from xl_addin.table import is_blank
from xl_addin.update import SetName, Update
from xl_addin.values import value_type

BY_HAND = "Changes by hand on the page"
"""What the log names as the source of a refresh that only settles them."""


UpgradeFirst = Callable[[int], bool]
"""Whether a workbook of an older edition has been upgraded instead: then it has been closed."""

Decide = Callable[[tuple[Problem, ...]], HandEdits | None]
"""What to do with the figures changed by hand that are listed; None leaves the workbook alone."""


Compute = Callable[[Workbook], Return]
"""What makes a return for a workbook that has been read."""


@value_type
class HowToRefresh:
    """What return is brought in, and how what only an officer can decide is decided.

    ``file`` is a file or a folder, ``sheet`` one of its sheets; None means the one in Settings, or
    else the sheet for the monthly return; ``computed`` makes the return for the workbook instead.
    ``hand_edits`` may be a question, asked only where figures were changed by hand; ``ask``
    answers the others; ``take_older`` are the figures it was told to go back to.
    ``upgrade_first`` is asked of an older workbook; without it the upgrade is only offered in a
    sentence. ``decided`` is given what a return changes, before it is told. A ``dry_run`` changes
    nothing.
    """

    file: Path | None = None
    sheet: str | None = None
    computed: Compute | None = None
    hand_edits: HandEdits | Decide = HandEdits.LIST
    ask: Ask = lambda _: NO_ANSWERS
    take_older: tuple[str, ...] = ()
    upgrade_first: UpgradeFirst | None = None
    decided: Callable[[Update], None] = lambda _: None
    dry_run: bool = False


AS_USUAL = HowToRefresh()


def refresh_book(
    book: Book, occasion: Occasion, *, tell: Tell, agree: Agree, how: HowToRefresh = AS_USUAL
) -> bool:
    """Bring a return into a workbook, and say whether anything was changed.

    Raises XlAddinError with every problem; then nothing is changed.
    """
    workbook = parse_workbook(book.read())
    if _is_upgraded(book, workbook, tell, how.upgrade_first):
        return False
    mode = _decided(how.hand_edits, workbook)
    if mode is None:
        return False
    return_ = _return_for(workbook, book.folder, mode, how)
    if return_ and (unknown := tuple(unfitting(workbook, return_, how.take_older))):
        raise ReturnRefused(unknown)
    update = _decided_update(workbook, return_, occasion, mode, how.ask) if return_ else None
    update = carrying(book, workbook, update, occasion) if update else None
    if return_ is None or update is None:
        return False
    how.decided(update)
    if not is_agreed(book, update, tell, agree, how.dry_run):
        return False
    if not how.computed:
        path = return_path(workbook, book.folder, how.file)
        refuse_another_return(return_, path, workbook.settings.limits)
    workbook = without_record(workbook)  # so that there is room for all that is written
    done = f"Refresh month{shown_after(workbook, update)}"
    for line in change_book(book, workbook, update, occasion.when, done):
        tell(line)
    return True


def _return_for(
    workbook: Workbook, folder: Path, mode: HandEdits, how: HowToRefresh
) -> Return | None:
    """The return that is brought in; None leaves the workbook alone."""
    if how.computed:
        return how.computed(workbook)
    if mode is not HandEdits.LIST and _has_only_hand_edits(workbook, folder, how.file):
        return Return((), BY_HAND, "")
    return _read_as_typed(partial(find_return, workbook, folder, how.file, how.sheet), how.ask)


def _is_upgraded(
    book: Book, workbook: Workbook, tell: Tell, upgrade_first: UpgradeFirst | None
) -> bool:
    """Whether a workbook of an older edition was upgraded instead; else the upgrade is offered."""
    if workbook.edition >= PRESENT:
        return False
    if upgrade_first is None:
        tell(offer(book.name, workbook.edition))
        return False
    return upgrade_first(workbook.edition)


def _decided_update(
    workbook: Workbook, return_: Return, occasion: Occasion, mode: HandEdits, ask: Ask
) -> Update | None:
    """What a return changes, as an officer answered; None leaves the workbook alone."""
    answers = _answered(ask, lambda given: questions(workbook, return_, occasion, mode, given))
    return None if answers is None else refresh(workbook, return_, occasion, mode, answers)


def is_agreed(book: Book, update: Update, tell: Tell, agree: Agree, dry_run: bool) -> bool:
    """Say what an update changes, and ask; whether there is anything to do, and it is wanted."""
    for line in in_lines(update):
        tell(line)
    if update.is_empty:
        tell(f"{book.name} holds all of this already. Nothing was changed.")
        return False
    if dry_run or not agree():
        tell("Nothing was changed.")
        return False
    return True


def _read_as_typed(read: Callable[..., Return], ask: Ask) -> Return | None:
    """The return, its percentages as an officer says they are typed; None leaves all as it is."""
    return_ = read()
    question = about_per_cents(return_)
    replies = ask((question,)) if question else NO_ANSWERS
    if replies is None:
        return None
    says_yes = question and replies.get(question.key) is Reply.YES
    return read(per_cents=True) if says_yes else return_


def _answered(ask: Ask, left: Callable[[Answers], tuple[Question, ...]]) -> Answers | None:
    """The answers to everything that is asked: an answer may lead to another question."""
    answers: Answers = NO_ANSWERS
    while asked := left(answers):
        replies = ask(asked)
        if replies is None:
            return None
        if not {question.key for question in asked} & replies.keys():
            return answers
        answers = {**answers, **replies}
    return answers


def _has_only_hand_edits(workbook: Workbook, folder: Path, file: Path | None) -> bool:
    """Whether no return is named, the sheet for one is blank, and the page was changed by hand."""
    if return_path(workbook, folder, file) is not None or not find_hand_edits(workbook):
        return False
    named = (ReturnTable.REF, ReturnTable.DESCRIPTION, ReturnTable.MONTH)
    records = (record for _, record in workbook.tables[ReturnTable.TABLE].records())
    return all(is_blank(tuple(r[h] for h in r if h not in named)) for r in records)


def _decided(hand_edits: HandEdits | Decide, workbook: Workbook) -> HandEdits | None:
    if isinstance(hand_edits, HandEdits):
        return hand_edits
    edits = tuple(changed_by_hand(edit) for edit in find_hand_edits(workbook))
    return hand_edits(edits) if edits else HandEdits.LIST


def shown_after(workbook: Workbook, update: Update) -> str:
    """The month that the page shows after an update, as it is added to what was done."""
    month = workbook.month
    for change in update.changes:
        if isinstance(change, SetName) and change.name == Name.MONTH:
            month = Month.parse(change.values[0][0])
    return f", {month.label}" if month else ""
