"""Read records: files of any of the known kinds become the lists that measures are defined on."""

from __future__ import annotations

import csv
import time
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from statistics import median_low
from typing import TYPE_CHECKING, Any

from xl_addin.definitions.figures import Records
from xl_addin.definitions.lists import BORN, CARE, HAPPENED, LISTS, list_in_words
from xl_addin.definitions.local import DAY
from xl_addin.errors import Problem, RecordsRefused
from xl_addin.period import Month
from xl_addin.records.cleaning import FINDINGS, clean, make_findings
from xl_addin.records.engine import lists_in, within_memory
from xl_addin.records.mapping import Unmatched, mapping_beside, read_mapping, write_mapping
from xl_addin.records.sources import LOOKED_AT, files_of, read_file
from xl_addin.records.ssda903 import Episodes, periods_of_care
from xl_addin.records.tables import RawList, Tell
from xl_addin.values import value_type

if TYPE_CHECKING:
    from ibis.backends import BaseBackend
    from ibis.expr.types import Table


@value_type
class Period:
    """The months a source covers, where the analyst says so; None is found out."""

    since: Month | None = None
    extracted: date | None = None


FOUND_OUT = Period()


def parse_period(text: str) -> Period:
    """What records cover, as it is typed: "2015-01..2015-06-30"; blank leaves it to be found out.

    Raises RecordsRefused for what is neither.

    >>> parse_period("2015-01..2015-06-30").extracted
    datetime.date(2015, 6, 30)
    """
    if not text:
        return FOUND_OUT
    first, _, last = text.partition("..")
    try:
        return Period(Month.parse(first), date.fromisoformat(last.strip()))
    except ValueError as error:
        found = f"“{text}” is not a first month and a last day."
        remedy = "Write it as 2015-01..2015-06-30."
        raise RecordsRefused([Problem("What the records cover", found, remedy)]) from error


@within_memory()
def read_records(
    engine: BaseBackend, paths: Sequence[Path], tell: Tell, period: Period = FOUND_OUT
) -> Records:
    """Read the files and folders named. What is wrong with rows is written beside the first.

    Raises RecordsRefused where a list has no known column for what it needs: then a mapping
    file is written beside the source, to be filled in; where files of two kinds give a list; and
    where they take more memory than there is.
    """
    duck = engine.con
    make_findings(duck)
    gathered = _gathered(duck, paths, tell)
    if mixed := [_told_twice(name, parts) for name, parts in gathered.items() if _kinds(parts)[1:]]:
        raise RecordsRefused(mixed)
    for name, parts in gathered.items():
        clean(duck, name, parts, tell)
        for part in parts:
            if part.is_table:
                duck.execute(f"drop table {part.rows}")
    _write_findings(duck, paths[0], tell)
    return records_in(engine, period)


def _gathered(duck: Any, paths: Sequence[Path], tell: Tell) -> dict[str, list[RawList]]:
    """The files' lists by name, as they lie there. Raises RecordsRefused for unknown columns."""
    gathered: dict[str, list[RawList]] = defaultdict(list)
    unmatched: list[Unmatched] = []
    episodes: list[Episodes] = []
    mapping_path = mapping_beside(paths[0])
    mapping = read_mapping(mapping_path)
    for number, path in enumerate(files_of(paths)):
        start = time.perf_counter()
        found = read_file(duck, path, number, mapping)
        if tables := found.tables:
            rows = sum(duck.table(table).count("*").fetchone()[0] for table in tables)
            tell(f"{path.name}: {rows:,} rows read in {time.perf_counter() - start:.1f} s.")
        for sheet in found.passed_over:
            tell(f"{path.name}: “{sheet}” is not read, for other sheets are the lists.")
        unmatched += found.unmatched
        episodes += found.episodes
        for raw in found.lists:
            gathered[raw.name].append(raw)
    if unmatched:
        write_mapping(mapping_path, paths[0].name, unmatched, mapping)
        raise RecordsRefused(_about(one, mapping_path) for one in unmatched)
    if episodes:
        gathered[CARE].append(periods_of_care(duck, episodes))
    return gathered


def records_in(engine: BaseBackend, period: Period = FOUND_OUT) -> Records:
    """The records that an engine holds as lists under their own names."""
    lists = lists_in(engine)
    if not lists:
        found = "None of the lists that measures are made from is there."
        remedy = f"They are called {', '.join(LISTS)}."
        raise RecordsRefused([Problem("Records", found, remedy)])
    looks = [_look(engine, name, table) for name, table in lists.items()]
    extracted = period.extracted or max((day for look in looks for day in look.last), default=None)
    if extracted is None:
        raise RecordsRefused([Problem("Records", "They hold no dates.", "Export them again.")])
    firsts = sorted(look.first for look in looks if look.first)
    since = period.since or Month.of(median_low(firsts) if firsts else extracted)
    filled = {name: look.filled for name, look in zip(lists, looks, strict=True)}
    spans = {} if period.since else {n: _span(k) for n, k in zip(lists, looks, strict=True)}
    return Records(lists, since, extracted, filled, spans)


def _span(look: Look) -> tuple[Month, Month] | None:
    """The months that a list knows of."""
    if look.first is None or not look.last:
        return None
    return Month.of(look.first), Month.of(max(look.last))


def _kinds(parts: Sequence[RawList]) -> list[str]:
    return sorted({part.kind for part in parts})


def _told_twice(name: str, parts: Sequence[RawList]) -> Problem:
    """Of a list that files of two kinds give: their children cannot be told from each other."""
    found = f"It stands in {' and in '.join(_kinds(parts))}: each child would count twice."
    remedy = "Name the files of one kind, and compare the others by --reconcile."
    return Problem(list_in_words(name), found, remedy)


def _about(one: Unmatched, mapping: Path) -> Problem:
    missing = ", ".join(name.replace("_", " ") for name in one.missing)
    found = f"No heading of {list_in_words(one.list)} is known as: {missing}."
    remedy = f"Fill in “{mapping.name}”, which was written beside it, and try again."
    return Problem(one.sheet, found, remedy)


@value_type
class Look:
    """What one look at a list tells: its first day, the last of each date, what is filled."""

    first: date | None
    last: Sequence[date]
    filled: frozenset[str]


def _look(engine: BaseBackend, name: str, table: Table) -> Look:
    """The first day that something of a list happened on, and the last day it knows of."""
    days = [column for column, kind in table.schema().items() if kind.is_date()]
    counts = {f"count_{column}": table[column].count() for column in table.columns}
    lasts = {f"last_{column}": table[column].max() for column in days}
    first = table[HAPPENED.get(name, DAY.name)].min()
    seen = engine.to_pyarrow(table.aggregate(first=first, **counts, **lasts)).to_pylist()[0]
    return Look(
        seen["first"],
        [day for name in days if name != BORN.name and (day := seen[f"last_{name}"])],
        frozenset(column for column in table.columns if seen[f"count_{column}"]),
    )


def _write_findings(duck: Any, source: Path, tell: Tell) -> None:
    """Write what is wrong with rows beside the source, with the rights of its folder."""
    rows = duck.execute(f"select * from {FINDINGS} order by list, source, row, found").fetchall()
    path = source.with_name(f"{source.stem}{LOOKED_AT}.csv")
    if not rows:
        path.unlink(missing_ok=True)
        return
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("List", "File", "Row", "Child", "What was found", "What was done"))
        writer.writerows((list_in_words(name), *rest) for name, *rest in rows)
    number = "1 row wants" if len(rows) == 1 else f"{len(rows):,} rows want"
    tell(f"{number} a look: they are listed in “{path.name}”, beside the source.")
