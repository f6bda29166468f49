"""The package around the template: what XlsxWriter leaves to be said, and one order of parts."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from functools import partial

from xl_addin.excel.template.dataset import MACROS_OFF, MACROS_OFF_ALT_TEXT
from xl_addin.patterns import pattern

CONTENT_TYPES = "[Content_Types].xml"
_WORKBOOK, _APP = "xl/workbook.xml", "docProps/app.xml"

_SHEET = pattern(r"<sheet [^>]*/>")
_LOCAL = pattern(r'localSheetId="(\d+)"')
_TITLES = pattern(r"(<TitlesOfParts><vt:vector [^>]*>)")
_TABLE_TARGET = pattern(rb'Target="\.\./(tables/[^"]+)"')
_TABLE_ROWS = pattern(rb' ref="[A-Z]+(\d+):[A-Z]+(\d+)"')
_ROW = pattern(rb'<row r="(\d+)"[^>]*>')
_AS_TEXT = pattern(rb't="str"(><f t="array"[^>]*>[^<]*</f><v>#N/A)')
_ZERO = pattern(rb'( s="\d+")><v>0</v></c>')
_SHAPE_NAME = pattern(rf'name="[^"]*"(?= descr="{MACROS_OFF_ALT_TEXT}")')
_SHAPE_END = pattern(rf'(descr="{MACROS_OFF_ALT_TEXT}".*?)<xdr:clientData/>', re.DOTALL)

Parts = dict[str, bytes]


def read_parts(package: bytes) -> Parts:
    """Every part by its name."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pack(parts: Mapping[str, bytes]) -> bytes:
    """A package with its parts in one order and without the time of day."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(parts, key=lambda part: (part != CONTENT_TYPES, part)):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0
            archive.writestr(entry, parts[name])
    return packed.getvalue()


def name_macros_off(parts: Parts) -> None:
    """Give the line about macros the name its macro knows, and keep it off the paper."""
    for name, content in parts.items():
        if name.startswith("xl/drawings/drawing"):
            text = _SHAPE_NAME.sub(f'name="{MACROS_OFF}"', content.decode())
            text = _SHAPE_END.sub(r'\1<xdr:clientData fPrintsWithSheet="0"/>', text, count=1)
            parts[name] = text.encode()


def put_first(parts: Parts, sheet: str) -> None:
    """Let a sheet stand before all others; the one that is opened stays what it was.

    The parts keep their names, so what refers to them stays as it is.
    """
    text = parts[_WORKBOOK].decode()
    sheets = _SHEET.findall(text)
    (own,) = (element for element in sheets if f'name="{sheet}"' in element)
    at = sheets.index(own)
    text = text.replace(own, "").replace("<sheets>", f"<sheets>{own}")
    moved = partial(_moved_place, at)
    text = _LOCAL.sub(moved, text)
    parts[_WORKBOOK] = text.replace("<workbookView ", '<workbookView activeTab="1" ', 1).encode()
    title = f"<vt:lpstr>{sheet}</vt:lpstr>"
    titles = parts[_APP].decode().replace(title, "", 1)
    parts[_APP] = _TITLES.sub(rf"\1{title}", titles, count=1).encode()


def _moved_place(at: int, match: re.Match[str]) -> str:
    """The place of a sheet once the one at a place stands first."""
    was = int(match[1])
    now = 0 if was == at else was + (was < at)
    return f'localSheetId="{now}"'


def show_nothing_yet(parts: Parts) -> None:
    """Let every cell of an array formula show #N/A, as its first does: there are no figures."""
    for name, content in parts.items():
        if b't="array"' in content:
            content = _ZERO.sub(rb'\1 t="e"><v>#N/A</v></c>', content)
            parts[name] = _AS_TEXT.sub(rb't="e"\1', content)


def keep_date_axes(parts: Parts) -> None:
    """Let an axis of dates be one whatever its cells hold: without figures they hold #N/A.

    It counts in days, which Excel sees by itself. In months, LibreOffice would draw #N/A as 0.
    """
    for name, content in parts.items():
        if b"<c:dateAx>" in content:
            parts[name] = content.replace(b'<c:auto val="1"/>', b'<c:auto val="0"/>')


def let_rows_fit(parts: Parts) -> None:
    """Let Excel fit a table's rows to their text again whenever it is edited."""
    for sheet, rows in list(_table_rows(parts)):
        parts[sheet] = _ROW.sub(partial(_fitting, rows), parts[sheet])


def _fitting(rows: range, match: re.Match[bytes]) -> bytes:
    tag = match[0]
    return tag.replace(b' customHeight="1"', b"") if int(match[1]) in rows else tag


def _table_rows(parts: Parts) -> Iterator[tuple[str, range]]:
    """Each sheet with a table, and the numbers of the rows under the table's headings."""
    for name in parts:
        folder, file = posixpath.split(name)
        if folder != "xl/worksheets":
            continue
        links = parts.get(f"{folder}/_rels/{file}.rels", b"")
        for target in _TABLE_TARGET.findall(links):
            found = _TABLE_ROWS.search(parts[f"xl/{target.decode()}"])
            if found:
                yield name, range(int(found[1]) + 1, int(found[2]) + 1)
