"""Cleaning: what is wrong with the rows of a list is found, listed, and kept from the figures.

Nothing is dropped in silence. A date that cannot be read, or lies in the future, is empty, a row
whose dates cannot be is set aside, of rows that are exact copies the first counts: each is in the
table of findings. What is rare is looked for by one look at the list that counts it; only where
there is any are the rows asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from xl_addin.definitions.lists import BORN, CHILD, LISTS, SPANS, STARTS, Column, Kind
from xl_addin.records.cells import UNREADABLE, literal, quoted, value_of
from xl_addin.records.tables import PLACE, ListTable, RawList, Tell, read_table

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FINDINGS = "findings"
"""The table of what was found: list, source, row, child_id, found, done."""

TWICE = "The row stands there more than once."
SET_ASIDE = "The row is set aside."
COUNTS_ONCE = "The first of them counts."
LEFT_EMPTY = "It counts as not given."
NEWER = "A newer file has this row otherwise."
NEWER_COUNTS = "That one counts."
KEPT = "The row counts."


def make_findings(engine: DuckDBPyConnection) -> None:
    """Make the table of findings, where it is not there yet."""
    columns = "list text, source text, row bigint, child_id text, found text, done text"
    engine.execute(f"create table if not exists {FINDINGS} ({columns})")


def clean(
    engine: DuckDBPyConnection,
    name: str,
    raw: Sequence[RawList],
    tell: Tell,
    columns: Sequence[Column] | None = None,
) -> None:
    """Make the list from the rows of every file that has it; findings are added.

    ``columns`` are those of LISTS where they are not given. Raises RecordsRefused for a file
    that cannot be read.
    """
    made = read_table(engine, name, LISTS[name] if columns is None else columns, raw, tell)
    _leave_blank_rows(made)
    _empty_unreadable(made)
    _empty_future(made)
    impossible = list(_impossible(made))
    nameless = f"{CHILD.name} is null"
    *there, without = made.count([*(test for test, _ in impossible), nameless])
    for (test, said), number in zip(impossible, there, strict=True):
        if number:
            _set_aside(made, f"select {PLACE} from {made.rows} where {test}", said, SET_ASIDE)
    if _has_copies(made):
        _set_aside(made, _copies(made), TWICE, COUNTS_ONCE)
    if len(raw) > 1 and name in STARTS:
        _set_aside(made, _older(made), NEWER, NEWER_COUNTS)
    if without:
        _add(made, literal("There is no child ID."), KEPT, nameless)


def _leave_blank_rows(made: ListTable) -> None:
    """Rows of which no cell is filled are no rows: Excel saves such at the end of a sheet."""
    blank = " and ".join(f"{column.name} is null" for column in made.own)
    if made.count([blank]) != [0]:
        made.engine.execute(
            f"insert into {made.aside} select {PLACE} from {made.rows} where {blank}"
        )


def _add(made: ListTable, said: str, done: str, test: str) -> None:
    """Add a finding for each row that a condition holds for; ``said`` is an expression."""
    made.engine.execute(
        f"insert into {FINDINGS} select '{made.name}', source, row, child_id, {said}, "
        f"{literal(done)} from {made.rows} where {test}"
    )


def _set_aside(made: ListTable, places: str, said: str, done: str) -> None:
    """Take rows out of a list, and say so of each."""
    made.engine.execute(f"create or replace temp table leaving as {places}")
    _add(made, literal(said), done, f"{PLACE} in (from leaving)")
    made.engine.execute(f"insert into {made.aside} from leaving")


def _has_copies(made: ListTable) -> bool:
    """Whether the hash of any row is that of another: then ``same_hash`` has those hashes.

    Sorted as numbers, for that takes a twentieth of the time of grouping them.
    """
    from numpy import unique

    hashes = made.engine.execute(f"select {_hash(made)} as hash from {made.rows}")
    found = hashes.fetchnumpy()["hash"]
    found.sort()
    again = unique(found[1:][found[1:] == found[:-1]]).tolist()
    made.engine.execute("create or replace temp table same_hash (hash ubigint)")
    if again:
        made.engine.execute("insert into same_hash select unnest(?)", [again])
    return bool(again)


def _hash(made: ListTable) -> str:
    return f"hash({_own(made)})"


def _own(made: ListTable) -> str:
    return ", ".join(column.name for column in made.own)


def _copies(made: ListTable) -> str:
    """The rows that stand in a list already; only rows whose hash is not alone are compared."""
    return (
        f"select {PLACE} from (select {PLACE}, "
        f"row_number() over (partition by {_own(made)} order by source, row) as copy "
        f"from {made.rows} where {_hash(made)} in (from same_hash)) where copy > 1"
    )


def _older(made: ListTable) -> str:
    """The rows of which a newer file has another version: the same child, and the same start.

    A child is known by ID and date of birth: two authorities may use one ID. The newest file is
    that with the latest day.
    """
    days = [column.name for column in made.own if column.kind is Kind.DATE and column != BORN]
    same = (CHILD.name, BORN.name, STARTS[made.name])
    return (
        f"with newest as (select file, max(greatest({', '.join(days)})) as day from {made.rows} "
        f"group by file), dated as (select {PLACE}, {', '.join(same)}, "
        f"coalesce(authority, '') as whose, day from {made.rows} join newest using (file) "
        f"where {' is not null and '.join(same)} is not null) "
        f"select {PLACE} from dated "
        f"qualify day < max(day) over (partition by {', '.join(same)}, whose)"
    )


def _empty_unreadable(made: ListTable) -> None:
    """List the cells that hold something which is no date, or no number; they become empty."""
    tests = {c: f"{c.name} = {UNREADABLE[c.kind]}" for c in made.own if c.kind in UNREADABLE}
    numbers = made.count(list(tests.values()))
    found = [column for column, number in zip(tests, numbers, strict=True) if number]
    for raw in made.raw:
        if there := [column for column in found if column.name in raw.columns]:
            _find_unreadable(made, raw, there)
    for column in found:
        _empty(made, column, tests[column])


def _empty(made: ListTable, column: Column, test: str) -> None:
    made.engine.execute(f"update {made.table} set {column.name} = null where {test}")


def _find_unreadable(made: ListTable, raw: RawList, columns: Sequence[Column]) -> None:
    """What those cells hold: their file is read again."""
    row = '"row"' if raw.has_rows else f"row_number() over () + {raw.first_row - 1}"
    cells = [quoted(raw.columns[column.name]) for column in columns]
    child = quoted(raw.columns[CHILD.name])
    listed = ", ".join(f"{cell} as cell_{n}" for n, cell in enumerate(cells))
    found = f"(select {row} as row, trim({child}) as child, {listed} from {raw.rows})"
    tests = [
        f"{value_of(f'cell_{n}', column.kind)} = {UNREADABLE[column.kind]}"
        for n, column in enumerate(columns)
    ]
    made.engine.execute(
        f"create or replace temp table unreadable as from {found} where {' or '.join(tests)}"
    )
    for n, (column, test) in enumerate(zip(columns, tests, strict=True)):
        kind = "date" if column.kind is Kind.DATE else "number"
        said = f"'“' || trim(cell_{n}) || '” is no {kind} ({_words(column)}).'"
        made.engine.execute(
            f"insert into {FINDINGS} select '{made.name}', {literal(raw.source)}, row, child, "
            f"{said}, {literal(LEFT_EMPTY)} from unreadable where {test}"
        )


def _empty_future(made: ListTable) -> None:
    """List the days that have not come yet; they become empty: a planned end is no end.

    A child may be about to be born.
    """
    today = f"date '{date.today():%Y-%m-%d}'"
    dates = [column for column in made.own if column.kind is Kind.DATE and column != BORN]
    numbers = made.count([f"{column.name} > {today}" for column in dates])
    for column, number in zip(dates, numbers, strict=True):
        if number:
            test = f"{column.name} > {today}"
            day = f"'“' || strftime({column.name}, '%d/%m/%Y')"
            said = f"{day} || '” has not come yet ({_words(column)}).'"
            _add(made, said, LEFT_EMPTY, test)
            _empty(made, column, test)


def _words(column: Column) -> str:
    return column.name.replace("_", " ")


def _impossible(made: ListTable) -> Iterator[tuple[str, str]]:
    """What dates cannot be, as a condition and a sentence."""
    if span := SPANS.get(made.name):
        start, end = (column.replace("_", " ") for column in span)
        yield f"{span[1]} < {span[0]}", f"The {end} comes before the {start}."
    for column in made.own:
        if column.kind is Kind.DATE and column != BORN and BORN in made.own:
            said = f"The {_words(column)} comes before the child's birth."
            # A contact or referral may be about a child not born yet.
            yield f"{column.name} < {BORN.name} - interval 10 month", said
