"""The console: what the command line prints, and the answers that its options give."""

import sys
from collections.abc import Iterable, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import typer

from xl_addin.errors import Problem, XlAddinError, grouped, visible

if TYPE_CHECKING:
    from xl_addin.checks.finding import Finding
    from xl_addin.commands.refresh import Ask
    from xl_addin.questions import Answers, Question


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


def stop(*problems: Problem) -> NoReturn:
    """List what is wrong and end with exit code 1."""
    tell_problems(problems)
    raise typer.Exit(1)


def say(line: str) -> None:
    """Print a line; what nobody would see in it is shown as what it is."""
    typer.echo(visible(line))


MOST_TOLD = 200
"""Sentences that are listed; whoever has more of them begins with these."""


def print_findings(found: Sequence["Finding"]) -> None:
    """Print what a check found as a table: errors stop a refresh, the rest wants a look."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    if not found:
        typer.echo("Nothing is wrong.")
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
