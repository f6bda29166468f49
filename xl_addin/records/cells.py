"""Cells: text as it lies in a file becomes dates, numbers, answers and codes, in DuckDB's words.

The usual way of writing is tried first, for there may be millions of cells. What is written and is
no date, or no number, becomes a value that stands for that, so that one look at a column tells
whether anything in it could not be read.
"""

from __future__ import annotations

from collections.abc import Mapping

from xl_addin.definitions.lists import Kind

DATES = (
    "%d/%m/%y",
    "%d/%m/%Y",
    "%Y-%m-%d",
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%Y-%m-%d %H:%M:%S",
    "%d-%b-%Y",
    "%d %b %Y",
    "%d %B %Y",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M:%S.%f",
    "%d/%m/%Y %I:%M %p",
    "%d/%m/%Y %I:%M:%S %p",
    "%Y/%m/%d",
    "%d-%m-%Y",
    "%d.%m.%Y",
)
"""How dates are written: the day first, or as ISO 8601. Two digits of a year are tried first:
four would be read into them as the year 15."""

UNREADABLE: Mapping[Kind, str] = {
    Kind.DATE: "date '0001-01-01'",
    Kind.NUMBER: "cast(-9007199254740993 as bigint)",
}
"""What stands for a cell that holds something which is no date, or no number: no date of a child's
life, though one that some systems write where they know none."""

SQL_TYPES = {
    Kind.TEXT: "text",
    Kind.ANSWER: "text",
    Kind.CODE: "text",
    Kind.DATE: "date",
    Kind.NUMBER: "bigint",
}


def value_of(cell: str, kind: Kind) -> str:
    """A cell as what its column holds: empty where it is blank, UNREADABLE where it is neither."""
    read = {
        Kind.TEXT: _text,
        Kind.DATE: _date,
        Kind.NUMBER: _number,
        Kind.ANSWER: _answer,
        Kind.CODE: _code,
    }[kind]
    return f"cast({read(cell)} as {SQL_TYPES[kind]})"


def _text(cell: str) -> str:
    """Text without spaces around it. Most cells have none, and looking is faster than cutting:
    in plain ASCII (as many bytes as characters) no other sign is a space."""
    is_trimmed = (
        f"strlen({cell}) = length({cell}) "
        f"and not starts_with({cell}, ' ') and not ends_with({cell}, ' ')"
    )
    return f"nullif(case when {is_trimmed} then {cell} else trim({cell}) end, '')"


def _date(cell: str) -> str:
    """A date however written. Only what has digits: DuckDB would read “epoch” as a date too."""
    is_usual = (
        f"strlen({cell}) = 10 and not starts_with({cell}, ' ') and not ends_with({cell}, ' ')"
    )
    usual = f"case when {is_usual} then try_strptime({cell}, '%d/%m/%Y') end"
    written = f"try_strptime(trim({cell}), {list(DATES)})"
    other = f"case when regexp_matches({cell}, '\\d') then {written} end"
    return f"coalesce({usual}, {other}, {_serial(cell)}, {_unless_blank(cell, Kind.DATE)})"


def _serial(cell: str) -> str:
    """A date that lost its format in Excel, and shows as the number of its day: 42160."""
    number = f"cast(floor(try_cast({cell} as double)) as integer)"
    is_serial = f"regexp_full_match(trim({cell}), '[1-6]\\d{{4}}([.]\\d+)?')"
    return f"case when {is_serial} then date '1899-12-30' + {number} end"


def _number(cell: str) -> str:
    """A whole number; a category before it is left out."""
    other = f"cast(try_cast({_plain(cell)} as double) as bigint)"
    return f"coalesce(try_cast({cell} as bigint), {other}, {_unless_blank(cell, Kind.NUMBER)})"


def _unless_blank(cell: str, kind: Kind) -> str:
    return f"case when trim({cell}) <> '' then {UNREADABLE[kind]} end"


def _plain(cell: str) -> str:
    """Text without a category before it: "a) Yes" and "1 - Yes" are Yes."""
    return rf"regexp_replace(nullif(trim({cell}), ''), '^([A-Za-z]\)|[A-Za-z0-9] ?[-:])\s*', '')"


def _answer(cell: str) -> str:
    """Yes and no, however written; anything else that is said is kept as it is."""
    plain = _plain(cell)
    return (
        f"case when {cell} = 'Yes' then 'yes' when {cell} = 'No' then 'no' "
        f"when lower({plain}) in ('yes', 'y', '1', 'true') then 'yes' "
        f"when lower({plain}) in ('no', 'n', '0', 'false') then 'no' else {plain} end"
    )


def _code(cell: str) -> str:
    """A code such as E11, in capitals and without the words after it."""
    first = f"regexp_extract(upper({_plain(cell)}), '^([A-Z]\\d[A-Z0-9]*)', 1)"
    is_usual = f"regexp_full_match({cell}, '[A-Z]\\d[A-Z0-9]*')"
    return f"case when {is_usual} then {cell} when {cell} <> '' then nullif({first}, '') end"


def quoted(name: str) -> str:
    """A name as SQL writes it, whatever characters it holds."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"
