"""Local extracts: a short TOML says which file, and which of its headings, give a measure.

[M4]
file = "exploitation.csv"      # beside the TOML; .csv, .xlsx or .parquet
date = "Date of referral"      # the day a row counts on
child = "Child ID"
counted = "CSE factor"         # yes or no; with it the figure is how many are yes
percentage = true              # … or of how many
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xl_addin.definitions.lists import CHILD
from xl_addin.definitions.local import ANSWER, COLUMNS, DAY, list_of, local_definition
from xl_addin.definitions.measures import Definition, Gives
from xl_addin.errors import Problem, RecordsRefused
from xl_addin.records.cleaning import clean, make_findings
from xl_addin.records.sources import read_sheets
from xl_addin.records.tables import RawList, Tell

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

KEYS = {"date": DAY.name, "child": CHILD.name, "counted": ANSWER.name}
"""What the TOML calls a column of a local list."""


def read_local(engine: DuckDBPyConnection, path: Path, tell: Tell) -> Mapping[str, Definition]:
    """Read the extracts that a TOML names into their lists; the definitions of their measures.

    Raises RecordsRefused, saying which entry, for what is not there or not known.
    """
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        remedy = "Write it as docs/records.md shows."
        raise RecordsRefused(
            [Problem(path.name, f"It cannot be read: {error}.", remedy)]
        ) from error
    make_findings(engine)
    return {ref: _read_one(engine, path, ref, entry, tell) for ref, entry in said.items()}


def _read_one(
    engine: DuckDBPyConnection, path: Path, ref: str, entry: Any, tell: Tell
) -> Definition:
    place = f"{path.name}, [{ref}]"
    _refuse_unless_said(place, entry)
    file = path.parent / entry["file"]
    sheet = next(iter(read_sheets(engine, file, f"raw_{list_of(ref)}")), None)
    headings = sheet.headings if sheet else []
    wrong = [entry[key] for key in KEYS if entry.get(key) and entry[key] not in headings]
    if wrong or sheet is None:
        found = f"{file.name} has no heading “{', '.join(wrong)}”."
        remedy = f"Its headings are: {', '.join(headings) or 'none'}."
        raise RecordsRefused([Problem(place, found, remedy)])
    columns = {column: entry[key] for key, column in KEYS.items() if entry.get(key)}
    raw = RawList(list_of(ref), sheet.rows, file.name, columns, sheet.first_row)
    clean(engine, list_of(ref), [raw], tell, COLUMNS)
    if raw.is_table:
        engine.execute(f"drop table {raw.rows}")
    return local_definition(ref, _gives(entry))


def _refuse_unless_said(place: str, entry: Any) -> None:
    """Raise RecordsRefused where an entry does not name, in texts, what it has to."""
    said = entry if isinstance(entry, Mapping) else {}
    needed = ("file", "date", "child", *(key for key in ("counted",) if key in said))
    if missing := [key for key in needed if not (isinstance(said.get(key), str) and said[key])]:
        remedy = "Name the file, and its headings of the date and the child."
        raise RecordsRefused([Problem(place, f"It does not say: {', '.join(missing)}.", remedy)])


def _gives(entry: Mapping[str, Any]) -> Gives:
    if entry.get("percentage"):
        return Gives.SHARE
    return Gives.COUNTED if entry.get("counted") else Gives.COUNT
