"""Cleaning: rows as text become dates, numbers, answers and codes; what is wrong is listed.

Nothing is dropped in silence. A date that cannot be read is empty, a row whose dates cannot be
is set aside, of rows that are exact copies the first counts: each is in the table of findings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import repeat
from typing import TYPE_CHECKING

from xl_addin.definitions.lists import BORN, CHILD, LISTS, ROW, SOURCE, SPANS, STARTS, Column, Kind
from xl_addin.values import value_type

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FINDINGS = "findings"
"""The table of what was found: list, source, row, child_id, found, done."""

DATES = (
    "%d/%m/%y",
    "%d/%m/%Y",
    "%Y-%m-%d",
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%Y-%m-%d %H:%M:%S",
    "%d-%b-%Y",
    "%d %b %Y",
    "%d-%m-%Y",
    "%d.%m.%Y",
)
"""How dates are written: the day first, or as ISO 8601. Two digits of a year are tried first:
four would be read into them as the year 15."""

TWICE = "The row stands there more than once."
SET_ASIDE = "The row is set aside."
COUNTS_ONCE = "The first of them counts."
LEFT_EMPTY = "It counts as not given."
NEWER = "A newer file has this row otherwise."
NEWER_COUNTS = "That one counts."
KEPT = "The row counts."


@value_type
class RawList:
    """Rows of a list as text, in a table of DuckDB: which column of it is which of the list.

    ``first_row`` is the row of the file in which the first of them stands, ``kind`` what kind of
    file it is, in words.
    """

    name: str
    table: str
    source: str
    columns: Mapping[str, str]
    first_row: int = 2
    has_rows: bool = False
    kind: str = "Annex A"


def make_findings(engine: DuckDBPyConnection) -> None:
    """Make the table of findings, where it is not there yet."""
    columns = "list text, source text, row bigint, child_id text, found text, done text"
    engine.execute(f"create table if not exists {FINDINGS} ({columns})")


def clean(
    engine: DuckDBPyConnection,
    name: str,
    raw: Sequence[RawList],
    columns: Sequence[Column] | None = None,
) -> None:
    """Make the table of a list from the rows of every file that has it; findings are added.

    ``columns`` are those of LISTS where they are not given.
    """
    columns = LISTS[name] if columns is None else columns
    own = ", ".join(column.name for column in columns if column not in (SOURCE, ROW))
    numbers = range(len(raw)) if len(raw) > 1 else (None,)
    parts = " union all by name ".join(map(_typed, repeat(columns), raw, numbers))
    engine.execute(
        f"create or replace table {name} as select *, hash({own}) as mark from ({parts})"
    )
    for one in raw:
        for column in columns[2:]:
            if column.kind in (Kind.DATE, Kind.NUMBER) and column.name in one.columns:
                _find_unreadable(engine, one, column)
    for test, said in _impossible(name, columns):
        _set_aside(engine, name, f"select rowid from {name} where {test}", said, SET_ASIDE)
    _set_aside(engine, name, _copies(name, own), TWICE, COUNTS_ONCE)
    if len(raw) > 1 and name in STARTS:
        _set_aside(engine, name, _older(name, columns), NEWER, NEWER_COUNTS)
    engine.execute(
        f"insert into {FINDINGS} select '{name}', source, row, child_id, "
        f"'There is no child ID.', '{KEPT}' from {name} where child_id is null"
    )
    for added in ("mark", "file") if len(raw) > 1 else ("mark",):
        engine.execute(f"alter table {name} drop column {added}")


def _set_aside(engine: DuckDBPyConnection, name: str, rows: str, said: str, done: str) -> None:
    """Take rows out of a list, and say so of each."""
    engine.execute(f"create or replace temp table set_aside as {rows}")
    if engine.execute("select count(*) from set_aside").fetchall() == [(0,)]:
        return
    engine.execute(
        f"insert into {FINDINGS} select '{name}', source, row, child_id, {literal(said)}, "
        f"'{done}' from {name} where rowid in (from set_aside)"
    )
    engine.execute(f"delete from {name} where rowid in (from set_aside)")


def _copies(name: str, own: str) -> str:
    """The rows that stand in a list already; only rows whose mark is not alone are compared."""
    return (
        f"select place from (select rowid as place, "
        f"row_number() over (partition by {own} order by source, row) as copy from {name} "
        f"where mark in (select mark from {name} group by mark having count(*) > 1)) "
        "where copy > 1"
    )


def _older(name: str, columns: Sequence[Column]) -> str:
    """The rows of which a newer file has another version: the same child, and the same start.

    A child is known by ID and date of birth: two authorities may use one ID. The newest file is
    that with the latest day.
    """
    days = [column.name for column in columns if column.kind is Kind.DATE and column != BORN]
    same = ("child_id", BORN.name, STARTS[name])
    return (
        f"with newest as (select file, max(greatest({', '.join(days)})) as day from {name} "
        f"group by file), dated as (select {name}.rowid as place, {', '.join(same)}, "
        f"coalesce(authority, '') as whose, day from {name} join newest using (file) "
        f"where {' is not null and '.join(same)} is not null) "
        "select place from dated "
        f"qualify day < max(day) over (partition by {', '.join(same)}, whose)"
    )


def _typed(columns: Sequence[Column], raw: RawList, number: int | None) -> str:
    """The rows of a file as the columns of the list, with the number of the file among several."""
    file = "" if number is None else f", {number} as file"
    return f"select {', '.join(_selected(columns, raw))}{file} from {raw.table}"


def _selected(columns: Sequence[Column], raw: RawList) -> Iterator[str]:
    own = raw.columns.get(SOURCE.name)
    yield f"{quoted(own) if own else literal(raw.source)} as {SOURCE.name}"
    yield f"{_row_of(raw)} as {ROW.name}"
    for column in columns[2:]:
        heading = raw.columns.get(column.name)
        value = _value(quoted(heading), column.kind) if heading else "null"
        yield f"cast({value} as {_SQL[column.kind]}) as {column.name}"


def _row_of(raw: RawList) -> str:
    return '"row"' if raw.has_rows else f"rowid + {raw.first_row}"


_SQL = {
    Kind.TEXT: "text",
    Kind.ANSWER: "text",
    Kind.CODE: "text",
    Kind.DATE: "date",
    Kind.NUMBER: "bigint",
}


def _value(cell: str, kind: Kind) -> str:
    """A cell as what its column holds; empty where it is blank or cannot be read."""
    text = f"nullif(trim({cell}), '')"
    plain = rf"regexp_replace({text}, '^[A-Za-z]\)\s*', '')"
    return {
        Kind.TEXT: text,
        Kind.DATE: _date(text),
        Kind.NUMBER: f"cast(try_cast({plain} as double) as bigint)",
        Kind.ANSWER: _answer(plain),
        Kind.CODE: f"nullif(regexp_extract(upper({plain}), '^([A-Z]\\d[A-Z0-9]*)', 1), '')",
    }[kind]


def _date(text: str) -> str:
    """A date however written; the usual way first, for there may be millions."""
    usual = f"case when length({text}) = 10 then try_strptime({text}, '%d/%m/%Y') end"
    return f"cast(coalesce({usual}, try_strptime({text}, {list(DATES)})) as date)"


def _answer(plain: str) -> str:
    """Yes and no, however written; anything else that is said is kept as it is."""
    return (
        f"case when lower({plain}) in ('yes', 'y', '1', 'true') then 'yes' "
        f"when lower({plain}) in ('no', 'n', '0', 'false') then 'no' else {plain} end"
    )


def _find_unreadable(engine: DuckDBPyConnection, raw: RawList, column: Column) -> None:
    """Cells that hold something which is no date, or no number."""
    cell = quoted(raw.columns[column.name])
    child = quoted(raw.columns[CHILD.name])
    given = f"select count(nullif(trim({cell}), '')) from {raw.table}"
    read = f"select count({column.name}) from {raw.name} where source = {literal(raw.source)}"
    if engine.execute(f"select ({given}) = ({read})").fetchall() == [(True,)]:
        return
    kind = "date" if column.kind is Kind.DATE else "number"
    words = column.name.replace("_", " ")
    engine.execute(
        f"insert into {FINDINGS} select '{raw.name}', {literal(raw.source)}, {_row_of(raw)}, "
        f"trim({child}), '“' || trim({cell}) || '” is no {kind} ({words}).', '{LEFT_EMPTY}' "
        f"from {raw.table} where trim({cell}) <> '' "
        f"and {_value(cell, column.kind)} is null"
    )


def _impossible(name: str, columns: Sequence[Column]) -> Iterator[tuple[str, str]]:
    """What dates cannot be, as a condition and a sentence."""
    if span := SPANS.get(name):
        start, end = (column.replace("_", " ") for column in span)
        yield f"{span[1]} < {span[0]}", f"The {end} comes before the {start}."
    for column in columns:
        if column.kind is Kind.DATE and column != BORN:
            said = f"The {column.name.replace('_', ' ')} comes before the child's birth."
            # A contact or referral may be about a child not born yet.
            yield f"{column.name} < {BORN.name} - interval 10 month", said


def quoted(name: str) -> str:
    """A name as SQL writes it, whatever characters it holds."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"
