"""The console: what commands share: arguments, workbooks, what is printed and answered."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from xl_addin.command_line import Argument, Option
from xl_addin.errors import Problem, XlAddinError, grouped, visible

if TYPE_CHECKING:
    from xl_addin.checks.finding import Finding
    from xl_addin.commands.book import Agree
    from xl_addin.excel.opened import OpenBook
    from xl_addin.progress import BookWithProgress
    from xl_addin.questions import Answers, Ask, Question
    from xl_addin.refresh import Occasion


BookPath = Annotated[Path, Argument("BOOK", "The workbook.")]
DryRun = Annotated[bool, Option("--dry-run", "Say what would change; change nothing.")]
SheetName = Annotated[str | None, Option("--sheet", "The sheet of FILE to read.")]
Measures = Annotated[Path | None, Option("--measures", "Your own list of measures.", "FILE.toml")]
Replace = Annotated[
    bool, Option("--replace", "Replace a file of that name; it is backed up first.")
]
TakeOlder = Annotated[
    list[str] | None,
    Option(
        "--take-older",
        "Take a figure of the return though a newer one is recorded, such as “CP7 Jul 2015”; "
        "may be given several times; “all” takes all. Left out: what is recorded is kept.",
        "FIGURE",
    ),
]
PerCents = Annotated[bool, Option("--per-cents", "Percentages are typed as 39: read that as 39%.")]
MonthsAreRight = Annotated[
    bool,
    Option(
        "--months-are-right",
        "Bring in months that lie far from everything recorded, or restate a whole month.",
    ),
]
AsJson = Annotated[bool, Option("--json", "Say what was done as JSON, for scripts; ask nothing.")]
Yes = Annotated[bool, Option("--yes", "Do not ask before changing.")]
Title = Annotated[str | None, Option("--title", "The title on the first sheet.")]

NOT_UNDERSTOOD = 2
"""The exit code of a command that was not understood."""


def unquoted(words: Sequence[str]) -> str:
    """The name that lost its quotes: the first words next to each other that are no options.

    >>> unquoted(["Monthly", "Dataset.xlsm", "--yes"])
    '"Monthly Dataset.xlsm"'
    """
    name: list[str] = []
    for word in words:
        if word.startswith("-") and name:
            break
        name += [] if word.startswith("-") else [word]
    return f'"{" ".join(name)}"' if len(name) > 1 else ""


def answering(take_older: list[str] | None, **agreed: bool) -> "Ask":
    """The answers that options of the command line give to questions, by the options' names."""
    from xl_addin.questions import About, Reply

    said = {(About.OLDER, " ".join(item.split()).casefold()) for item in take_older or ()}
    said |= {(About(f"--{name.replace('_', '-')}"), "") for name, yes in agreed.items() if yes}

    def answers(questions: tuple["Question", ...]) -> "Answers":
        return {
            question.key: Reply.YES
            for question in questions
            if said & {(question.about, question.item.casefold()), (question.about, "all")}
        }

    return answers


def quoted(path: Path) -> str:
    """A path as it is typed on a command line."""
    return f'"{path}"' if " " in str(path) else str(path)


def say(line: str) -> None:
    """Print a line; what nobody would see in it is shown as what it is."""
    print(visible(line), flush=True)


def agreeing(yes: bool, question: str) -> "Agree":
    """What asks a question, unless the answer was given on the command line."""
    return lambda: yes or _confirm(question)


def _confirm(question: str) -> bool:
    import typer

    try:
        return typer.confirm(question)
    except typer.Abort:
        print("Aborted.", file=sys.stderr)
        sys.exit(1)


MOST_TOLD = 200
"""Sentences that are listed; whoever has more of them begins with these."""


def print_findings(found: Sequence["Finding"]) -> None:
    """Print what a check found as a table: errors stop a refresh, the rest wants a look."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    if not found:
        say("Nothing is wrong.")
        return
    table = Table(show_lines=True)
    for heading in ("", "Where", "What", "What to do"):
        table.add_column(heading)
    for severity in dict.fromkeys(finding.severity for finding in found):
        for problem in _first(grouped(f.problem for f in found if f.severity is severity)):
            said = (severity.value, problem.place, problem.found, problem.remedy)
            table.add_row(*(Text(visible(words)) for words in said))
    Console().print(table)


def tell_problems(problems: Iterable[Problem], outcome: str = XlAddinError.outcome) -> None:
    """List problems, one to a line, where errors go, and what became of the workbook."""
    for problem in _first(grouped(problems)):
        print(f"• {visible(str(problem))}", file=sys.stderr)
    print(outcome, file=sys.stderr)


def _first(problems: Sequence[Problem]) -> Sequence[Problem]:
    """The problems that are listed, and how many more there are."""
    if len(problems) <= MOST_TOLD:
        return problems
    more = f"{len(problems) - MOST_TOLD:,} more are not listed."
    return [*problems[:MOST_TOLD], Problem("And so on", more, "Correct these first.")]


def print_every_character() -> None:
    """See to it that arrows can be printed: Windows' own encoding for files has none."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            encoding = stream.encoding if stream.isatty() else "utf-8"
            stream.reconfigure(encoding=encoding, errors="replace")


def occasion() -> "Occasion":
    """Now, by whoever runs the command."""
    from xl_addin.commands import book

    return book.occasion()


@contextmanager
def closed(path: Path, *, to_change: bool = True) -> Iterator["BookWithProgress"]:
    """The workbook at a path, held while it is worked on, saying what takes long."""
    from xl_addin.excel.closed import held
    from xl_addin.progress import BookWithProgress

    with held(path, to_change=to_change) as book:
        yield BookWithProgress(book)


def unheld(path: Path) -> "BookWithProgress":
    """The workbook at a path, only to be read."""
    from xl_addin.excel.closed import ClosedBook
    from xl_addin.progress import BookWithProgress

    return BookWithProgress(ClosedBook(path))


@contextmanager
def opened(path: Path) -> Iterator["OpenBook"]:
    """The workbook at a path where it is open in Excel, held while it is worked on.

    What Excel itself fails at is put in a sentence, and in the log.
    """
    from xl_addin.excel import error_log
    from xl_addin.excel.find_open import open_book
    from xl_addin.excel.live.com import told_when_busy
    from xl_addin.excel.lock import one_at_a_time
    from xl_addin.excel.opened import OpenBook

    try:
        with one_at_a_time(path), told_when_busy():
            yield OpenBook(open_book(path))
    except Exception as error:
        if not hasattr(error, "hresult"):
            raise
        remedy = f"Start Excel anew and try again. A log is kept: {error_log.record('live', error)}"
        raise XlAddinError([Problem("Excel", "Excel stopped with an error.", remedy)]) from error
