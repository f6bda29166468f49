"""Compute figures from children's records: a return, or a comparison with what is on record.

Children's records stay on this computer: they are held in memory, and what names a child is
written only where the officer says, never in a workbook, a log or a message.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from xl_addin.command_line import Option
from xl_addin.commands.book import Tell
from xl_addin.commands.compare import differences, reconciled
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
from xl_addin.dataset.workbook import Workbook, parse_workbook
from xl_addin.definitions.figures import Computed, Records, Work, compute, covered
from xl_addin.definitions.measures import DEFINITIONS, Definition, Ratio
from xl_addin.errors import Problem, RecordsRefused
from xl_addin.excel.closed import ClosedBook
from xl_addin.layout import Return as Tidy
from xl_addin.measure import Catalogue
from xl_addin.observation import Observation
from xl_addin.period import Month
from xl_addin.progress import progress
from xl_addin.records.engine import connect, runner
from xl_addin.records.local import read_local
from xl_addin.records.read import read_records, records_in
from xl_addin.returns import Entry, Return
from xl_addin.values import replace, value_type

if TYPE_CHECKING:
    from ibis.backends import BaseBackend


@value_type
class Ready:
    """Records that were read, what can be computed from them, and the engine that has them."""

    engine: BaseBackend
    records: Records
    work: Work


def read_asked(asked: Asked, tell: Tell) -> Ready:
    """Read the records. Raises RecordsRefused where they cannot be read whole."""
    engine = connect(asked.engine)
    definitions: Mapping[str, Definition | Ratio] = DEFINITIONS
    if asked.local:
        definitions = {**definitions, **read_local(engine.con, asked.local, tell)}
    if asked.sources:
        records = read_records(engine, asked.sources, tell, asked.period)
    else:
        records = records_in(engine, asked.period)
    tell(
        f"The records cover {records.since.label} to {Month.of(records.extracted).label}; "
        f"the extract is of {records.extracted:%d/%m/%Y}."
    )
    if not covered(records, asked.months):
        found = f"They hold nothing for {asked.months[-1].label}."
        remedy = "Name a month that they cover, or say with --covers what they cover."
        raise RecordsRefused([Problem("Records", found, remedy)])
    return Ready(engine, records, Work(asked.months, asked.choices, runner(engine), definitions))


def compute_figures(asked: Asked, tell: Tell) -> list[Computed]:
    """The figures of the months asked for, and the choices they were made with."""
    return figures_of(read_asked(asked, tell), tell)


def figures_of(ready: Ready, tell: Tell) -> list[Computed]:
    """The figures of records that were read, and the choices they were made with."""
    figures = compute(ready.records, ready.work)
    for sentence in ready.work.choices.in_words():
        tell(sentence)
    return figures


def figures_otherwise(ready: Ready) -> Iterator[tuple[str, list[Computed]]]:
    """What the figures would be had one choice been made otherwise: its sentence, the figures."""
    for sentence, choices in ready.work.choices.otherwise():
        yield sentence, compute(ready.records, replace(ready.work, choices=choices))


def write_return(path: Path, figures: Iterable[Computed]) -> None:
    """Write figures as a tidy return that refresh takes.

    Percentages are written with all their digits beside their counts. Raises RecordsRefused
    where a file of that name is there already.
    """
    refuse_replacing(path)
    newest = _newest(figures := list(figures))
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(Tidy.COLUMNS)
        writer.writerows(_cells(one, newest) for one in figures)


def _newest(figures: Sequence[Computed]) -> Month | None:
    return max((one.month for one in figures), default=None)


def _cells(one: Computed, newest: Month | None) -> tuple[str, ...]:
    note = one.caution if one.month == newest and not one.reason else ""
    value = "" if one.value is None else f"{one.value:.15g}"
    counts = ("" if count is None else str(count) for count in (one.numerator, one.denominator))
    return (one.ref, f"{one.month.year}-{one.month.month:02}", *counts, value, one.reason, note)


def return_of(figures: Sequence[Computed], catalogue: Catalogue, source: str) -> Return:
    """Figures as a return, of those measures that the workbook has."""
    known = [one for one in figures if one.ref in catalogue]
    digest = sha256(repr(known).encode()).hexdigest()
    newest = _newest(known)
    return Return(tuple(_entry(one, newest) for one in known), source, digest)


def _entry(one: Computed, newest: Month | None) -> Entry:
    observation = Observation(
        one.ref, one.month, one.value, one.reason, one.numerator, one.denominator
    )
    note = one.caution if one.month == newest and not one.reason else ""
    return Entry(observation, f"Computed, {one.ref} {one.month.label}", note)


def computed_return(asked: Asked, tell: Tell) -> Callable[[Workbook], Return]:
    """What computes the return of a workbook from records, when the workbook has been read."""
    name = ", ".join(path.name for path in asked.sources) or "the database"

    def computed(workbook: Workbook) -> Return:
        return return_of(compute_figures(asked, tell), workbook.catalogue, f"Computed from {name}")

    return computed


def refuse_replacing(path: Path) -> None:
    """Raise RecordsRefused where a file of that name is there already."""
    if path.exists():
        remedy = "Choose another name, or move it away."
        raise RecordsRefused([Problem(path.name, "It is there already.", remedy)])


def computed(sources: list[Path] | None, month: str | None) -> Callable[[Workbook], Return]:
    """What computes the return of a refresh, as it was typed.

    Raises RecordsRefused where only one of records and month is given.
    """
    if not sources or not month:
        found = "A computed return needs both records and a month."
        raise RecordsRefused([Problem("Compute", found, "Give --compute SOURCE and --month.")])
    return computed_return(Asked(sources, (Month.parse(month),)), say)


Out = Annotated[Path | None, Option("--out", metavar="RETURN.csv")]
Months = Annotated[int, Option("--months", least=1, most=120)]
Against = Annotated[Path | None, Option("--against", "Say where a workbook differs.", "BOOK")]
Reconcile = Annotated[
    Path | None, Option("--reconcile", "Compare with other records' sums.", "SOURCE")
]


def command(
    month: MonthAsked,
    sources: Sources = None,
    out: Out = None,
    months: Months = 1,
    against: Against = None,
    reconcile: Reconcile = None,
    local: Local = None,
    engine: Engine = "",
    covers: Covers = "",
    choose: Choose = None,
) -> None:
    """Compute the month's figures from children's records, as a return that refresh takes."""
    wanted = Month.parse(month).window(months)
    asked = asked_of(sources, wanted, (engine, covers, local), choose)
    with progress(f"Computing {wanted[-1].label}"):
        ready = read_asked(asked, say)
        figures = figures_of(ready, say)
    if out:
        write_return(out, figures)
        say(f"{out} is ready for refresh: {len(figures)} figures and reasons.")
    if against:
        workbook = parse_workbook(ClosedBook(against).read())
        for line in differences(figures, workbook, figures_otherwise(ready)):
            say(line)
    if reconcile:
        others = asked_of([reconcile], wanted, ("", covers, None), choose)
        for line in reconciled(figures, compute_figures(others, say)):
            say(line)
    if not (out or against or reconcile):
        print_figures(figures)


def print_figures(figures: Iterable[Computed]) -> None:
    """Print figures as a table: each with its counts, or its reason."""
    from rich.console import Console
    from rich.table import Table

    table = Table("Measure", "Month", "Figure", "Of", "Note")
    for one in figures:
        value = "" if one.value is None else f"{one.value:.15g}"
        if one.denominator is not None:
            value = f"{one.value:.1%} ({one.numerator})"
        of = "" if one.denominator is None else str(one.denominator)
        table.add_row(one.ref, one.month.label, value, of, one.reason or one.caution)
    Console().print(table)
