"""Commentary: say what was said of each measure last month and this, and take last month's over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated

from xl_addin.command_line import Option
from xl_addin.commands.book import Agree, Book, Tell, change_book, in_lines
from xl_addin.commands.summary import commentary_of
from xl_addin.console import BookPath, DryRun, Yes, agreeing, closed, occasion, say
from xl_addin.dataset.commentary import commented_in
from xl_addin.dataset.workbook import Workbook, parse_workbook
from xl_addin.layout import Commentary
from xl_addin.refresh import Occasion
from xl_addin.take_over import take_over, to_take_over

ALL = "all"


def _nothing_left(workbook: Workbook) -> str:
    """Why there is nothing to take over: all of it has been, or there was none."""
    assert workbook.month is not None
    before = workbook.month.previous()
    listed = {ref.casefold() for ref in workbook.catalogue.refs}
    if listed & commented_in(workbook.tables[Commentary.TABLE], before):
        return (
            f"Every measure with commentary for {before.label} has some for "
            f"{workbook.month.label} too: nothing is left to take over."
        )
    return f"There is no commentary for {before.label} to take over."


def take_over_in(
    book: Book, wanted: Sequence[str], occasion: Occasion, *, tell: Tell, agree: Agree
) -> bool:
    """Take last month's commentary over as this month's, and say whether anything was changed.

    ``wanted`` are refs; "all" stands for every measure that has none this month. Raises
    WorkbookRefused for a ref without commentary last month, or with some this month.
    """
    workbook = parse_workbook(book.read())
    refs = to_take_over(workbook) if ALL in wanted else wanted
    update = take_over(workbook, refs, occasion.when.date())
    if update.is_empty:
        tell(f"{_nothing_left(workbook)} Nothing was changed.")
        return False
    tell("Taken over as this month's commentary:")
    for line in in_lines(update):
        tell(line)
    if not agree():
        tell("Nothing was changed.")
        return False
    for line in change_book(book, workbook, update, occasion.when, "Take over commentary"):
        tell(line)
    return True


def tell_commentary(workbook: Workbook, tell: Tell) -> None:
    """Say what is said of each measure this month and was last month."""
    offered = to_take_over(workbook)
    for line in _lines(workbook):
        tell(line)
    if offered:
        tell(f"To take last month's over: --take-over {offered[0]}, or --take-over {ALL}.")
    else:
        tell(_nothing_left(workbook))


def _lines(workbook: Workbook) -> Iterator[str]:
    assert workbook.month is not None
    for measure in workbook.catalogue:
        if said := [*commentary_of(workbook, measure.ref, workbook.month)]:
            yield f"{measure.ref}, {measure.heading}:"
            yield from said


TakeOver = Annotated[
    list[str] | None,
    Option(
        "--take-over",
        "Take last month's commentary on a measure over; may be given several times; “all” takes "
        "all that have none this month.",
        "REF",
    ),
]


def command(
    book: BookPath, take_over: TakeOver = None, dry_run: DryRun = False, yes: Yes = False
) -> None:
    """Show this month's commentary beside last month's; take last month's over where you say so."""
    with closed(book, to_change=bool(take_over) and not dry_run) as chosen:
        if not take_over:
            tell_commentary(parse_workbook(chosen.read()), say)
            return
        agree = (lambda: False) if dry_run else agreeing(yes, "Take it over?")
        take_over_in(chosen, take_over, occasion(), tell=say, agree=agree)
