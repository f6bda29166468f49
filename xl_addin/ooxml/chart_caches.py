"""The figures and texts that charts keep of the cells they draw: previews show these."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date

from xl_addin.ooxml.area import Area
from xl_addin.ooxml.cells import number_text, serial
from xl_addin.ooxml.follow import moved_by
from xl_addin.ooxml.markup import Element, entities, escape, namespace, parse, plain, serialise
from xl_addin.ooxml.number_format import shown_text
from xl_addin.ooxml.references import Setting, rewritten
from xl_addin.ooxml.sheet_values import NotCalculated, Read
from xl_addin.ooxml.usual_form import is_usual
from xl_addin.ooxml.workbook_file import Place, WorkbookFile
from xl_addin.patterns import pattern
from xl_addin.table import CellError, CellValue

_Points = Callable[[Place, bool], bytes]
"""What a chart keeps of the cells of a place, which are drawn as numbers or as texts."""

_CACHES = {"numRef": "numCache", "strRef": "strCache", "datalabelsRange": "dlblRangeCache"}


def refresh_charts(book: WorkbookFile) -> None:
    """Bring up to date what every chart keeps of cells that changed, officers' own too.

    A series that covered columns of a table to their end covers the rows it gained.
    """
    # Kept, as every series of a chart names the same months.
    points = functools.cache(functools.partial(_points, book))
    for part in _charts(book):
        original = book.package.part(part)
        if (now := _as_it_lies(book, original, points)) is not None:
            book.package.replace(part, now)
            continue
        root = parse(original)
        found = [_refresh(book, reference) for reference in list(root.iter("{*}f"))]
        if any(found):
            book.package.replace(part, serialise(root, original))


_KEPT = pattern(
    rb"<c:f>([^<]*)</c:f><c:(num|str)Cache>(<c:formatCode>[^<]*</c:formatCode>)?"
    rb'<c:ptCount val="\d+"/>(?:<c:pt idx="\d+"><c:v>[^<]*</c:v></c:pt>)*</c:\2Cache>'
)


def _as_it_lies(book: WorkbookFile, chart: bytes, points: _Points) -> bytes | None:
    """A chart brought up to date as its letters stand in the part; None where that cannot be."""
    if not is_usual(chart) or _has_moved(book, chart):
        return None
    return _kept_anew(book, chart, points)


def _has_moved(book: WorkbookFile, chart: bytes) -> bool:
    """Whether a chart names a sheet where rows have other places now, or may name it."""
    names = {rows.sheet.casefold() for rows in book.rearranged}
    if not names:
        return False
    may_be_spelt = b"&#" in chart or not _SPELT.isdisjoint("".join(names))
    told = chart.decode().casefold()
    return may_be_spelt or any(name in told for name in names)


_SPELT = frozenset("&<>'\"")
"""What XML may spell in more than one way."""


def _kept_anew(book: WorkbookFile, chart: bytes, points: _Points) -> bytes | None:
    """A chart's XML with what it keeps brought up to date, without taking it apart.

    None where it is not in the form that Excel and XlsxWriter give it throughout.
    """
    found = [*_KEPT.finditer(chart)]
    if not found or b"<f>" in chart or chart.count(b":f>") != 2 * len(found):
        return None
    pieces: list[bytes] = []
    end = 0
    for match in found:
        if (kept := _kept(book, match, points)) is not None:
            pieces += (chart[end : match.end(1)], b"</c:f>", kept)
            end = match.end()
    return b"".join((*pieces, chart[end:]))


def _kept(book: WorkbookFile, match: re.Match[bytes], points: _Points) -> bytes | None:
    """What a chart keeps of the cells of a reference now; None where they have not changed."""
    place = book.place_of(plain(match[1].decode()))
    if place is None or not _is_affected(book, place):
        return None
    count, kind = place.area.height * place.area.width, match[2]
    start = b'<c:%sCache>%s<c:ptCount val="%d"/>' % (kind, match[3] or b"", count)
    return b"".join((start, points(place, kind == b"num"), b"</c:%sCache>" % kind))


def _points(book: WorkbookFile, place: Place, numeric: bool) -> bytes:
    """What a chart keeps of the cells of a place, one after the other, as its XML says it."""
    texts = enumerate(_texts(book, place, numeric))
    points = (f'<c:pt idx="{n}"><c:v>{text}</c:v></c:pt>' for n, text in texts if text is not None)
    return "".join(points).encode()


def _texts(book: WorkbookFile, place: Place, numeric: bool) -> list[str | None]:
    """What a chart keeps of each cell of a place, as XML says it; None where it draws nothing."""
    known = book.calculated_at(place) if numeric else None
    if known is None:
        texts = (_point(book, place.sheet, cell, numeric) for cell in _cells(place.area))
        return [text and entities(escape(text)) for text in texts]
    said = {value: _number_said(value, book.epoch_1904) for value in set(known)}
    return [said[value] for value in known]


def _number_said(value: CellValue, epoch_1904: bool) -> str | None:
    number = serial(value, epoch_1904) if isinstance(value, date) else value
    return number_text(float(number), "") if isinstance(number, int | float) else None


def _charts(book: WorkbookFile) -> list[str]:
    kinds = ("drawingml.chart+xml", "chartex+xml")
    return [part for kind in kinds for part in book.package.parts_of_type(kind)]


def _refresh(book: WorkbookFile, reference: Element) -> bool:
    has_moved = _follow(book, reference)
    parent = reference.getparent()
    cache = _CACHES.get(str(parent.tag).rpartition("}")[2])
    place = book.place_of(reference.text or "") if cache else None
    if place is None or cache is None or not (has_moved or _is_affected(book, place)):
        return has_moved
    _fill(book, parent, cache, place)
    return True


def _follow(book: WorkbookFile, reference: Element) -> bool:
    """Let a reference of a chart point at where its cells stand now, and say whether it moved."""
    was = reference.text or ""
    for rows in book.rearranged:
        if rows.sheet.replace("'", "''").casefold() in was.casefold():
            moved = moved_by(book, rows, "A chart")
            reference.text = rewritten(reference.text or "", Setting(single_is_range=True), moved)
    return (reference.text or "") != was


def _is_affected(book: WorkbookFile, place: Place) -> bool:
    sheet = book.sheets_touched.get(place.sheet)
    return sheet is not None and place.area.holds_any(sheet.changed)


def _cells(area: Area) -> Iterator[tuple[int, int]]:
    return ((row, column) for row in area.rows for column in area.columns)


def _fill(book: WorkbookFile, parent: Element, name: str, place: Place) -> None:
    ns = namespace(parent)
    drawing = namespace(next(parent.iterancestors("{*}chartSpace")))
    cache = parent.find(f"{ns}{name}")
    if cache is None:
        cache = parent.makeelement(f"{ns}{name}")
        parent.insert(1, cache)
    count = _count_element(cache, drawing)
    count.set("val", str(place.area.height * place.area.width))
    texts = (_point(book, place.sheet, cell, name == "numCache") for cell in _cells(place.area))
    wanted = {str(number): text for number, text in enumerate(texts) if text is not None}
    points = list(cache.iterchildren("{*}pt"))
    if [point.get("idx") for point in points] != list(wanted):
        points = _rebuild(cache, points, cache.index(count) + 1, wanted)
    for point, text in zip(points, wanted.values(), strict=True):
        next(point.iterchildren("{*}v")).text = text


def _rebuild(
    cache: Element, points: list[Element], at: int, numbers: Iterable[str]
) -> list[Element]:
    """Points of these numbers in the place of others, each with the format its number had."""
    formats = {point.get("idx"): point.get("formatCode") for point in points}
    for point in points:
        cache.remove(point)
    drawing = namespace(cache[at - 1])
    cache[at:at] = made = [_point_element(cache, drawing, n, formats.get(n)) for n in numbers]
    return made


def _count_element(cache: Element, drawing: str) -> Element:
    count = cache.find("{*}ptCount")
    if count is None:
        count = cache.makeelement(f"{drawing}ptCount")
        cache.insert(1 if cache.find("{*}formatCode") is not None else 0, count)
    return count


def _point_element(cache: Element, drawing: str, number: str, code: str | None) -> Element:
    point = cache.makeelement(f"{drawing}pt")
    point.set("idx", number)
    if code:
        point.set("formatCode", code)
    point.append(point.makeelement(f"{drawing}v"))
    return point


def _point(book: WorkbookFile, sheet: str, cell: tuple[int, int], numeric: bool) -> str | None:
    """What a chart keeps of a cell; None where it draws nothing."""
    value: Read = book.value(sheet, *cell)
    if value is None or isinstance(value, NotCalculated | CellError):
        return None
    if numeric:
        if isinstance(value, str):
            return None
        number = serial(value, book.epoch_1904) if isinstance(value, date) else float(value)
        return number_text(number, "")
    if isinstance(value, str):
        return value
    return shown_text(value, book.number_format(sheet, *cell))
