"""List the children behind a figure: who counts, who does not, and why.

It names children: what it finds is written only where the officer says.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

from xl_addin.command_line import Option
from xl_addin.commands.book import Tell
from xl_addin.commands.compute import read_asked, refuse_replacing
from xl_addin.commands.records import (
    Asked,
    Choose,
    Covers,
    Engine,
    Local,
    MonthAsked,
    Sources,
    asked_of,
)
from xl_addin.console import say
from xl_addin.definitions.calendar import build_calendar, numbered
from xl_addin.definitions.figures import Work
from xl_addin.definitions.measures import Definition
from xl_addin.errors import Problem, RecordsRefused
from xl_addin.period import Month
from xl_addin.progress import progress

SHOWN = ("month", "child_id", "authority", "source", "row", "from_date", "to_date")
"""What a list of children says of each, beside how it counts."""


def children_behind(asked: Asked, ref: str, tell: Tell) -> list[dict[str, Any]]:
    """The children behind a figure of the newest month asked for: each case and how it counts.

    Raises RecordsRefused for a measure that records cannot give.
    """
    ready = read_asked(asked, tell)
    definition = ready.work.definitions.get(ref)
    if not isinstance(definition, Definition):
        of = f" Ask for {definition.numerator} or {definition.denominator}." if definition else ""
        found = f"{ref} is not counted from records.{of}"
        remedy = f"Those that are: {', '.join(_counted(ready.work))}."
        raise RecordsRefused([Problem("Children", found, remedy)])
    calendar = build_calendar([asked.months[-1]])
    cases = definition.cases(ready.records.lists, calendar, asked.choices)
    rows = ready.work.run(cases.order_by("source", "row"))
    return [_shown(row) for row in rows]


def _shown(case: Mapping[str, Any]) -> dict[str, Any]:
    said = {"counts": _counts(case), **{name: case[name] for name in SHOWN}}
    return {**said, "month": numbered(case["month"]).first_day}


def write_children(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write a list of children into a file. Raises RecordsRefused where one is there already."""
    refuse_replacing(path)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(name.replace("_", " ").capitalize() for name in ("counts", *SHOWN))
        writer.writerows(row.values() for row in rows)


def _counted(work: Work) -> Iterator[str]:
    return (ref for ref, one in work.definitions.items() if isinstance(one, Definition))


def _counts(case: Mapping[str, Any]) -> str:
    if case["left_out"]:
        return f"left out: {case['left_out']}"
    return "yes" if case["is_counted"] else "no"


Ref = Annotated[str, Option("--measure", "Such as CP8-QL.")]
Out = Annotated[Path | None, Option("--out", metavar="FILE.csv")]


def command(
    measure: Ref,
    month: MonthAsked,
    sources: Sources = None,
    out: Out = None,
    local: Local = None,
    engine: Engine = "",
    covers: Covers = "",
    choose: Choose = None,
) -> None:
    """List the children behind a figure: who counts, who does not, who is left out and why.

    On the screen, or in a file of your own choice; it names children, so keep it to yourself.
    """
    asked = asked_of(sources, (Month.parse(month),), (engine, covers, local), choose)
    with progress(f"Looking for {measure}"):
        rows = children_behind(asked, measure, say)
    if out:
        write_children(out, rows)
        say(f"{out} has {len(rows)} rows, one for each case.")
        return
    for row in rows:
        say("\t".join("" if cell is None else str(cell) for cell in row.values()))
