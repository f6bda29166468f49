"""The files of records: each kind gives its lists as rows of text in DuckDB."""

from __future__ import annotations

import csv
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder
from collections.abc import Callable, Iterator, Sequence
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from xl_addin.errors import Problem, RecordsRefused
from xl_addin.records import cin, ssda903
from xl_addin.records.cells import literal
from xl_addin.records.columns import (
    list_named,
    match_columns,
    names_child,
    not_found,
    number_in,
)
from xl_addin.records.mapping import SourceMapping, Unmatched
from xl_addin.records.tables import RawList, cannot_be_read
from xl_addin.table import text_of
from xl_addin.values import value_type

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FILES = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".csv", ".parquet", ".xml")
WINDOWS = "cp1252"
LOOKED_AT = " rows to look at"
"""How the name of the file ends that lists what is wrong with rows."""
MOST_HEADER_ROWS = 20
"""So many rows of a sheet are looked at for its headings."""


@value_type
class Found:
    """What a file holds: its lists, lists of which columns were not found, SSDA903 episodes.

    ``passed_over`` are sheets that could be a list by their names, and were not read.
    """

    lists: Sequence[RawList]
    unmatched: Sequence[Unmatched]
    episodes: Sequence[ssda903.Episodes] = ()
    passed_over: Sequence[str] = ()

    @property
    def tables(self) -> list[str]:
        """The tables that hold rows already; the others are still in the file."""
        lists = [one.rows for one in self.lists if one.is_table]
        return [*lists, *(one.table for one in self.episodes)]


def files_of(paths: Sequence[Path]) -> list[Path]:
    """The files named, and those in the folders named, by name.

    Raises RecordsRefused for what is not there, and where nothing can be read.
    """
    found: list[Path] = []
    for path in paths:
        if not path.exists():
            raise _refused(path, "There is no such file or folder.", "Check its name.")
        inside = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        found += [p for p in inside if _is_source(p)]
    if not found:
        remedy = "Name an Annex A workbook, SSDA903 or CIN files, or a folder of them."
        raise _refused(paths[0], "No file of children's records is there.", remedy)
    return found


def _is_source(path: Path) -> bool:
    """Not what Excel keeps beside an open file, nor what was written beside another source."""
    is_ours = path.stem.endswith(LOOKED_AT)
    return path.suffix.lower() in FILES and path.name[0] not in "~." and not is_ours


def read_file(engine: DuckDBPyConnection, path: Path, number: int, mapping: SourceMapping) -> Found:
    """Find a file's lists. What is a table already is so in tables that ``number`` keeps apart."""
    sheets = list(read_sheets(engine, path, f"raw_{number}"))
    episodes = [
        ssda903.Episodes(_kept(engine, sheet, f"raw_{number}"), path.name)
        for sheet in sheets
        if ssda903.is_episodes(sheet.headings)
    ]
    census = [_of_census(sheet, path) for sheet in sheets if sheet.list]
    others = [s for s in sheets if not s.list and not ssda903.is_episodes(s.headings)]
    named = [(sheet, name) for sheet in others if (name := _list_of(sheet.name, path, mapping))]
    lists, lacking = _matched(_sure(named, mapping), path, mapping)
    whole = {one.name for one in lists}
    unmatched = [one for one in lacking if one.list not in whole]
    read = {*(one.rows for one in lists), *(one.rows for one in unmatched)}
    over = [sheet.name for sheet, _ in named if sheet.rows not in read]
    found = Found([*census, *lists], unmatched, episodes, over)
    for sheet in sheets:
        if sheet.rows.isidentifier() and sheet.rows not in found.tables:
            engine.execute(f"drop table {sheet.rows}")
    return found


def _of_census(sheet: RawSheet, path: Path) -> RawList:
    columns = {heading: heading for heading in sheet.headings}
    return RawList(sheet.list, sheet.rows, path.name, columns, has_rows=True, kind=cin.KIND)


def _sure(
    named: Sequence[tuple[RawSheet, str]], mapping: SourceMapping
) -> Sequence[tuple[RawSheet, str]]:
    """The sheets that are lists, each with its list: where any has Annex A's number, those alone
    and those that the mapping names."""
    sure = [
        (sheet, name)
        for sheet, name in named
        if number_in(sheet.name) or sheet.name in mapping.sheets.values()
    ]
    return sure if any(number_in(sheet.name) for sheet, _ in named) else named


def _matched(
    named: Sequence[tuple[RawSheet, str]], path: Path, mapping: SourceMapping
) -> tuple[list[RawList], list[Unmatched]]:
    """The lists of which all columns that are needed were found, and the others."""
    lists: list[RawList] = []
    lacking: list[Unmatched] = []
    for sheet, name in named:
        columns = match_columns(name, sheet.headings, mapping.columns.get(name))
        if missing := not_found(name, columns):
            lack = Unmatched(name, sheet.name, columns, missing, sheet.headings, sheet.rows)
            lacking.append(lack)
        else:
            lists.append(RawList(name, sheet.rows, path.name, columns, sheet.first_row))
    return lists, lacking


def _kept(engine: DuckDBPyConnection, sheet: RawSheet, table: str) -> str:
    """The table of a sheet's rows: made of the file where they are still there."""
    if sheet.rows.isidentifier():
        return sheet.rows
    try:
        engine.execute(f"create or replace table {table} as from {sheet.rows}")
    except Exception as error:
        raise cannot_be_read(sheet.name, error) from error
    return table


def read_sheets(engine: DuckDBPyConnection, path: Path, table: str) -> Iterator[RawSheet]:
    """The sheets of a file, or the one table that it is. Raises RecordsRefused for no such file."""
    reader = _READERS.get(path.suffix.lower())
    if reader is None or not path.exists():
        remedy = f"It is one of {', '.join(FILES)}, beside what names it."
        raise _refused(path, "There is no such file of records.", remedy)
    return _of_text(path, reader(engine, path, table))


def _of_text(path: Path, sheets: Iterator[RawSheet]) -> Iterator[RawSheet]:
    """The same sheets; a file of which a heading holds a NUL is refused: no text has one."""
    for sheet in sheets:
        if any("\0" in heading for heading in sheet.headings):
            found = "A heading holds a character that is no text: the file is damaged."
            raise _refused(path, found, "Export it again.")
        yield sheet


def _list_of(sheet: str, path: Path, mapping: SourceMapping) -> str | None:
    mapped = {there: name for name, there in mapping.sheets.items()}
    return mapped.get(sheet) or list_named(sheet) or (list_named(path.stem) if not sheet else None)


@value_type
class RawSheet:
    """Rows of text, and the headings they stand under.

    ``rows`` is what DuckDB selects them from: a table, or the file. ``list`` is said by formats
    that name it; ``first_row`` is that of the first row of text.
    """

    name: str
    rows: str
    headings: Sequence[str]
    first_row: int = 2
    list: str = ""


def _read_csv(engine: DuckDBPyConnection, path: Path, table: str) -> Iterator[RawSheet]:
    encoding = _encoding(path)
    if encoding == WINDOWS:
        try:
            read = _windows_rows(path)
        except csv.Error as error:
            raise _refused(path, "It is not a table.", "Save it as CSV UTF-8.") from error
        at = _header_row(read) or 0
        yield RawSheet(path.stem, table, _store(engine, table, read[at], read[at + 1 :]), at + 2)
        return
    above = _lines_above(path, encoding)
    rows = (
        f"read_csv({literal(str(path))}, encoding = '{encoding}', all_varchar = true, "
        f"header = true, null_padding = true, strict_mode = false, skip = {above})"
    )
    yield RawSheet(path.stem, rows, _headings(engine, path, rows), above + 2)


def _lines_above(path: Path, encoding: str) -> int:
    """How many lines of a CSV file stand above the one with a heading of a child's ID."""
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        for above, line in enumerate(islice(file, MOST_HEADER_ROWS)):
            if any(names_child(cell) for cell in re.split("[,;\t|]", line)):
                return above
    return 0


def _encoding(path: Path) -> str:
    """How a CSV file is written: UTF-8, or as Excel's other two kinds of CSV are.

    Read bit by bit, for a file may be larger than memory.
    """
    decoder = getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        if file.read(2) in (BOM_UTF16_LE, BOM_UTF16_BE):
            return "utf-16"
        file.seek(0)
        try:
            while piece := file.read(1 << 20):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return WINDOWS
    return "utf-8"


def _windows_rows(path: Path) -> list[list[str]]:
    """The rows of a CSV file as Excel saves it unless it is asked for UTF-8, which DuckDB does not
    read: they are held as texts, each as long as the headings."""
    text = path.read_text(encoding=WINDOWS, errors="replace")
    delimiter = max(",;\t", key=text.count)
    rows = list(csv.reader(StringIO(text, newline=""), delimiter=delimiter))
    longest = max(map(len, rows), default=0)
    return [[*row, *[""] * (longest - len(row))] for row in rows]


def _read_parquet(engine: DuckDBPyConnection, path: Path, table: str) -> Iterator[RawSheet]:
    rows = f"(select cast(columns(*) as text) from read_parquet({literal(str(path))}))"
    yield RawSheet(path.stem, rows, _headings(engine, path, rows))


def _read_workbook(engine: DuckDBPyConnection, path: Path, table: str) -> Iterator[RawSheet]:
    from python_calamine import CalamineWorkbook

    try:
        workbook = CalamineWorkbook.from_path(str(path))
        sheets = [(name, workbook.get_sheet_by_name(name)) for name in workbook.sheet_names]
    except Exception as error:
        found = f"It cannot be read as a workbook ({type(error).__name__})."
        raise _refused(path, found, "Open it in Excel, save it as .xlsx, try again.") from error
    for place, (name, sheet) in enumerate(sheets):
        rows = sheet.to_python(skip_empty_area=False)
        at = _header_row(rows)
        if at is None:
            continue
        made = f"{table}_{place}"
        headings = _store(engine, made, rows[at], rows[at + 1 :])
        yield RawSheet(name, made, headings, at + 2)


def _header_row(rows: Sequence[Sequence[object]]) -> int | None:
    """The first row with a heading of a child's ID, or else with three texts.

    Above it may stand a title, and headings of several columns each.
    """
    above = list(enumerate(rows[:MOST_HEADER_ROWS]))
    named = [at for at, row in above if any(map(names_child, row))]
    return next(iter(named or (at for at, row in above if len(_texts(row)) >= 3)), None)


def _texts(row: Sequence[object]) -> list[str]:
    return [cell for cell in row if isinstance(cell, str) and cell.strip()]


def _store(
    engine: DuckDBPyConnection,
    table: str,
    header: Sequence[object],
    rows: Sequence[Sequence[object]],
) -> list[str]:
    """Put rows into a table as text; a heading that stands twice is numbered."""
    import pyarrow

    headings: list[str] = []
    for place, cell in enumerate(header, 1):
        name = text_of(cell).strip() or f"column {place}"  # type: ignore[arg-type]
        headings.append(name if name not in headings else f"{name} ({place})")
    columns = [[_text(row[at]) for row in rows] for at in range(len(headings))]
    arrays = [pyarrow.array(column, pyarrow.string()) for column in columns]
    stored = pyarrow.Table.from_arrays(arrays, names=headings)
    engine.register(f"{table}_given", stored)
    engine.execute(f"create or replace table {table} as select * from {table}_given")
    engine.unregister(f"{table}_given")
    return headings


def _text(cell: object) -> str:
    """A cell as text: a date as ISO 8601, a whole number without a point."""
    iso = getattr(cell, "isoformat", None)
    if iso is not None:
        return str(iso()).replace("T", " ").removesuffix(" 00:00:00")
    return text_of(cell)  # type: ignore[arg-type]


def _read_cin(engine: DuckDBPyConnection, path: Path, table: str) -> Iterator[RawSheet]:
    for name, rows in cin.read_census(path).items():
        if rows:
            made = f"{table}_{name}"
            headings = list(rows[0])
            _store(engine, made, headings, [list(row.values()) for row in rows])
            engine.execute(f'alter table {made} alter "row" type bigint')
            yield RawSheet(name, made, headings, list=name)


def _headings(engine: DuckDBPyConnection, path: Path, rows: str) -> list[str]:
    """The headings of a file. Raises RecordsRefused where it is no table."""
    try:
        found = engine.execute(f"describe from {rows}").fetchall()
    except Exception as error:
        raise cannot_be_read(path.name, error) from error
    return [row[0] for row in found]


_READERS: dict[str, Callable[[DuckDBPyConnection, Path, str], Iterator[RawSheet]]] = {
    ".csv": _read_csv,
    ".parquet": _read_parquet,
    ".xlsx": _read_workbook,
    ".xlsm": _read_workbook,
    ".xlsb": _read_workbook,
    ".xls": _read_workbook,
    ".ods": _read_workbook,
    ".xml": _read_cin,
}


def _refused(path: Path, found: str, remedy: str) -> RecordsRefused:
    return RecordsRefused([Problem(path.name, found, remedy)])
