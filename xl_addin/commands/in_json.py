"""What a command did, as JSON for scripts: the same form for every command (docs/scripts.md)."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from xl_addin import __version__
from xl_addin.checks.finding import Finding, Severity, weighed
from xl_addin.console import say
from xl_addin.errors import XlAddinError
from xl_addin.values import field, value_type

FORM = 1
"""Counts up when a name in it changes its meaning or goes; new names may come at any time."""

REFUSED = "refused"
NOTHING_NEW = "nothing new"


@value_type(frozen=False)
class Told:
    """What became of a workbook: in a word, whether it was changed, what was said and found.

    ``prints`` is whether lines are printed at once, for people, and not gathered.
    """

    workbook: str
    return_: str | None = None
    outcome: str = ""
    changed: bool = False
    said: list[str] = field(default_factory=list)
    found: list[Finding] = field(default_factory=list)
    prints: bool = False

    def say(self, line: str) -> None:
        """Print a line, or keep it."""
        if self.prints:
            say(line)
        elif line:
            self.said.append(line)

    @property
    def as_data(self) -> dict[str, Any]:
        """The same in the form that is printed."""
        return {
            "workbook": self.workbook,
            "return": self.return_,
            "outcome": self.outcome,
            "changed": self.changed,
            "said": self.said,
            "found": [
                {
                    "severity": finding.severity.value,
                    "place": finding.problem.place,
                    "found": finding.problem.found,
                    "remedy": finding.problem.remedy,
                }
                for finding in self.found
            ],
        }


def print_json(command: str, workbooks: Iterable[Told]) -> None:
    """Print what became of workbooks."""
    told = [each.as_data for each in workbooks]
    form = {"form": FORM, "version": __version__, "command": command, "workbooks": told}
    print(json.dumps(form, ensure_ascii=False, indent=2), flush=True)


@contextmanager
def telling(command: str, book: Path, *, as_json: bool) -> Iterator[Told]:
    """Tell what becomes of a workbook: line by line, or as JSON in the end, a refusal too.

    JSON ends with exit code 1 where an error was found.
    """
    told = Told(book.name, prints=not as_json)
    try:
        yield told
    except XlAddinError as refusal:
        if not as_json:
            raise
        told.outcome, told.changed = REFUSED, False
        told.found += weighed(Severity.ERROR, refusal.problems)
    if as_json:
        print_json(command, [told])
        if any(finding.severity is Severity.ERROR for finding in told.found):
            sys.exit(1)
