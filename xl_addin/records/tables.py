"""Tables: the rows of a list in every file that has it, as typed columns in DuckDB's memory.

A file is read once, straight into the columns that a list has and the file gives: a list takes the
memory of its dates, IDs and codes and no more. Which file a row is from and which row of it follow
from its place. The list under its own name is a view of the table, without rows set aside.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from xl_addin.definitions.lists import ROW, SOURCE, Column
from xl_addin.errors import Problem, RecordsRefused
from xl_addin.records.cells import SQL_TYPES, literal, quoted, value_of
from xl_addin.values import value_type

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Tell = Callable[[str], None]

PLACE = "place"
"""The column that tells a list's rows from each other."""


@value_type
class RawList:
    """Rows of a list as text: which column of them is which of the list.

    ``rows`` is what DuckDB selects them from: a table, or a file itself. ``first_row`` is the row
    of the file in which the first of them stands, ``kind`` what kind of file it is, in words.
    """

    name: str
    rows: str
    source: str
    columns: Mapping[str, str]
    first_row: int = 2
    has_rows: bool = False
    kind: str = "Annex A"

    @property
    def is_table(self) -> bool:
        """Whether the rows are in a table already, rather than in a file to be read."""
        return self.rows.isidentifier()


@value_type
class ListTable:
    """The table of a list, its columns, and the files (in their order) that its rows are from.

    Columns that are not ``own`` are empty. ``rows`` has PLACE and ``file``, a file's number, too.
    """

    engine: DuckDBPyConnection
    name: str
    columns: Sequence[Column]
    raw: Sequence[RawList]

    @property
    def own(self) -> list[Column]:
        """What any of the files gives of a row: what makes it another than the next."""
        given = {name for one in self.raw for name in one.columns} - {SOURCE.name, ROW.name}
        return [column for column in self.columns if column.name in given]

    @property
    def names_source(self) -> bool:
        """Whether the rows say themselves which file they are from."""
        return SOURCE.name in self.raw[0].columns

    @property
    def table(self) -> str:
        """The table of everything that was read."""
        return f"read_{self.name}"

    @property
    def rows(self) -> str:
        """The view of the rows that are not set aside."""
        return f"rows_{self.name}"

    @property
    def aside(self) -> str:
        """The table of the places of rows set aside."""
        return f"aside_{self.name}"

    def select(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        return self.engine.execute(sql).fetchall()

    def count(self, tests: Sequence[str]) -> list[int]:
        """How many rows each of some conditions holds for, in one look at the list."""
        if not tests:
            return []
        counted = ", ".join(f"count(*) filter (where {test})" for test in tests)
        return list(self.select(f"select {counted} from {self.rows}")[0])


def read_table(
    engine: DuckDBPyConnection,
    name: str,
    columns: Sequence[Column],
    raw: Sequence[RawList],
    tell: Tell,
) -> ListTable:
    """Read the rows of a list out of every file that has it.

    Raises RecordsRefused for a file that cannot be read.
    """
    made = ListTable(engine, name, columns, raw)
    engine.execute(f"create or replace table {made.table} ({', '.join(_declared(made))})")
    engine.execute(f"create or replace table {made.aside} ({PLACE} bigint)")
    numbers = [_read(made, number, tell) for number in range(len(raw))]
    before = accumulate(numbers[:-1], initial=0)
    engine.execute(f"create or replace view {made.rows} as {_rows(made, list(before))}")
    names = ", ".join(column.name for column in columns)
    engine.execute(f"create or replace view {name} as select {names} from {made.rows}")
    return made


def _declared(made: ListTable) -> Iterator[str]:
    yield "file usmallint"
    if made.names_source:
        yield f"{SOURCE.name} text"
    if made.raw[0].has_rows:
        yield f"{quoted(ROW.name)} bigint"
    yield from (f"{column.name} {SQL_TYPES[column.kind]}" for column in made.own)


def _read(made: ListTable, number: int, tell: Tell) -> int:
    """Read one file's rows; how many there are."""
    from duckdb import Error

    raw, start = made.raw[number], time.perf_counter()
    values = ", ".join(_values(made, number))
    try:
        done = made.select(f"insert into {made.table} by name select {values} from {raw.rows}")
    except Error as error:
        raise cannot_be_read(raw.source, error) from error
    rows = int(done[0][0])
    if not raw.is_table:
        tell(f"{raw.source}: {rows:,} rows read in {time.perf_counter() - start:.1f} s.")
    return rows


def _values(made: ListTable, number: int) -> Iterator[str]:
    raw = made.raw[number]
    yield f"{number} as file"
    if made.names_source:
        yield f"{quoted(raw.columns[SOURCE.name])} as {SOURCE.name}"
    if raw.has_rows:
        yield f'cast("row" as bigint) as {quoted(ROW.name)}'
    for column in made.own:
        if heading := raw.columns.get(column.name):
            yield f"{value_of(quoted(heading), column.kind)} as {column.name}"


def cannot_be_read(source: str, error: Exception) -> RecordsRefused:
    """That a file cannot be read, in a sentence; that memory is short is raised as it is."""
    from duckdb import OutOfMemoryException

    if isinstance(error, OutOfMemoryException):
        raise error
    reason = str(error).splitlines()[0].partition(": ")[2] or "it is not a table"
    found = f"It cannot be read: {reason}"
    return RecordsRefused([Problem(source, found, "Save it as CSV UTF-8.")])


def _rows(made: ListTable, before: Sequence[int]) -> str:
    """All rows that are not set aside, with every column of the list."""
    own, table = made.own, made.table
    firsts = [str(one.first_row - n) for one, n in zip(made.raw, before, strict=True)]
    given = {c.name: f"cast(null as {SQL_TYPES[c.kind]})" for c in made.columns}
    given |= {column.name: f"{table}.{column.name}" for column in own}
    given[SOURCE.name] = _by_file([literal(one.source) for one in made.raw])
    if made.names_source:
        given[SOURCE.name] = f"{table}.{SOURCE.name}"
    given[ROW.name] = f"{table}.rowid + {_by_file(firsts)}"
    if made.raw[0].has_rows:
        given[ROW.name] = f"{table}.{quoted(ROW.name)}"
    listed = ", ".join(f"{value} as {quoted(name)}" for name, value in given.items())
    return (
        f"select {table}.rowid as {PLACE}, file, {listed} from {table} "
        f"anti join {made.aside} on {table}.rowid = {made.aside}.{PLACE}"
    )


def _by_file(values: Sequence[str]) -> str:
    """What is said of a row by its file: as it is where there is one file."""
    return values[0] if len(values) == 1 else f"([{', '.join(values)}])[file + 1]"
