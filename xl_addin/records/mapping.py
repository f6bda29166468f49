"""The mapping file: which of the analyst's sheets and headings are which list and column.

What patterns cannot match is written there with what was found, the analyst edits it, and it is
read back the next time.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from xl_addin.definitions.lists import LISTS
from xl_addin.errors import Problem, RecordsRefused
from xl_addin.values import value_type

HEADER = """\
# Which sheets (or files) and headings of {source} are which list and column.
# Put each heading, as it stands in your file, between the quotation marks; leave "" where there
# is none.
"""


@value_type
class SourceMapping:
    """For each list, the sheet or file it is, and the heading of each column."""

    sheets: Mapping[str, str]
    columns: Mapping[str, Mapping[str, str]]


NOTHING_MAPPED = SourceMapping({}, {})


@value_type
class Unmatched:
    """A list of which columns were not found, the headings that are there, and its rows' table."""

    list: str
    sheet: str
    found: Mapping[str, str]
    missing: Sequence[str]
    headings: Sequence[str]
    rows: str = ""


def mapping_beside(source: Path) -> Path:
    """Where the mapping of a source stands."""
    return source.with_name(f"{source.stem} mapping.toml")


def read_mapping(path: Path) -> SourceMapping:
    """Read a mapping; one that is not there maps nothing. Raises RecordsRefused for no TOML."""
    if not path.exists():
        return NOTHING_MAPPED
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        remedy = "Put each heading between quotation marks, or delete the file to have it anew."
        raise RecordsRefused(
            [Problem(path.name, f"It cannot be read: {error}.", remedy)]
        ) from error
    lists = {name: one for name, one in said.items() if name in LISTS and isinstance(one, dict)}
    columns = {
        name: {c: h for c, h in one.items() if c != "sheet" and _is_said(h)}
        for name, one in lists.items()
    }
    sheets = {name: one["sheet"] for name, one in lists.items() if _is_said(one.get("sheet"))}
    return SourceMapping(sheets, columns)


def _is_said(value: object) -> bool:
    return isinstance(value, str) and value != ""


def write_mapping(
    path: Path, source: str, unmatched: Iterable[Unmatched], before: SourceMapping
) -> None:
    """Write what was matched and what was not, to be filled in; what was filled in stays.

    A list that several files lack columns of is asked for once.
    """
    lines = [HEADER.format(source=source)]
    asked = {one.list: one for one in reversed(list(unmatched))}
    for name in before.columns.keys() - asked.keys():
        said = [f"{key} = {_quoted(text)}" for key, text in _said(before, name)]
        lines += [f"[{name}]", *said, ""]
    for one in asked.values():
        lines += [f"[{one.list}]", f"sheet = {_quoted(one.sheet)}"]
        for column in LISTS[one.list][2:]:
            wanted = "  # needed" if column.name in one.missing else ""
            lines.append(f"{column.name} = {_quoted(one.found.get(column.name, ''))}{wanted}")
        lines += [f"# Headings there: {', '.join(map(_quoted, one.headings))}", ""]
    path.write_text("\n".join(lines), encoding="utf-8")


def _said(mapping: SourceMapping, name: str) -> Iterator[tuple[str, str]]:
    """What a mapping says of a list."""
    if name in mapping.sheets:
        yield "sheet", mapping.sheets[name]
    yield from mapping.columns.get(name, {}).items()


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'"{escaped}"'
