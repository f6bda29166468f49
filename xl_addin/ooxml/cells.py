"""Cells of a worksheet part: what their XML holds, and the XML for what they are to hold.

A cell is kept as the bytes it has in the file, so that what is not changed stays as it was.
"""

from __future__ import annotations

import math
import re
from datetime import date, datetime, timedelta
from functools import cache

from xl_addin.errors import Problem, WorkbookRefused
from xl_addin.ooxml.markup import entities, escape, plain
from xl_addin.patterns import pattern
from xl_addin.table import CellError, CellValue, Formula

LONGEST_TEXT = 32_767
"""What a cell holds at most, in UTF-16 units."""

_TAG = pattern(rb"<((?:[\w.-]+:)?)\w++([^<>]*?)/?>")
_FORMULA = pattern(
    rb"<(?:[\w.-]+:)?f\b(?P<attributes>[^<>]*?)(?:/>|>(?P<text>[^<]*)</(?:[\w.-]+:)?f>)"
)
_METADATA = pattern(rb'\s(?:cm|vm)="[^"]*"')
_STYLE = pattern(rb'[^>]*?\ss="(\d+)"')
_PREDATES_LEAP_BUG = 60
_LAST_SERIAL = 2_958_466
_DAY = timedelta(days=1)


def attribute(tag: bytes, name: str) -> str | None:
    """An attribute of an element's opening tag, None where it has none."""
    match = _pattern_of(name).search(tag, 0, tag.index(b">"))
    return plain(match[1].decode()) if match else None


def with_attribute(xml: bytes, name: str, value: str | None) -> bytes:
    """An element with an attribute of its opening tag set, or taken out for None."""
    tag, rest = xml[: (end := xml.index(b">"))], xml[end:]
    old = _pattern_of(name)
    new = b"" if value is None else f' {name}="{value}"'.encode()
    if old.search(tag):
        return old.sub(lambda _: new, tag, count=1) + rest
    if tag.endswith(b"/"):
        return tag[:-1] + new + b"/" + rest
    return tag + new + rest


@cache
def _pattern_of(name: str) -> re.Pattern[bytes]:
    """An attribute with its value, as it stands in a tag."""
    return re.compile(rb"\s" + name.encode() + rb'="([^"]*)"')


def style_of(xml: bytes | None) -> int:
    """The number of a cell's format."""
    if xml and (at := xml.find(b' s="', 0, xml.index(b">"))) > 0:
        number = xml[at + 4 : xml.index(b'"', at + 4)]
        return int(number) if number.isdigit() else 0
    match = _STYLE.match(xml) if xml else None
    return int(match[1]) if match else 0


def formula_xml(xml: bytes | None) -> bytes | None:
    """The formula element of a cell, None where it has none."""
    match = _FORMULA.search(xml) if xml else None
    return match[0] if match else None


def formula_text(xml: bytes | None) -> str | None:
    """The formula a cell's own XML spells out, without the equals sign; None where it has none.

    A cell that shares the formula of another spells out nothing: "".
    """
    match = _FORMULA.search(xml) if xml else None
    return plain((match["text"] or b"").decode()) if match else None


def with_formula(xml: bytes, formula: str) -> bytes:
    """A cell with its formula spelt out as this one, its value as it was."""
    prefix = _prefix(xml)
    element = f"<{prefix}f>{entities(formula)}</{prefix}f>".encode()
    return _FORMULA.sub(lambda _: element, xml, count=1)


def without_value(xml: bytes) -> bytes:
    """A formula cell without what it last showed, and so without the kind of that."""
    value = rb"<((?:[\w.-]+:)?)v\b[^<>]*?(?:/>|>[^<]*</\1v>)"
    return with_attribute(re.sub(value, b"", xml), "t", None)


def blank_cell(prefix: str, address: str, style: int) -> bytes | None:
    """A cell that has a format and holds nothing; no cell at all for the standard format."""
    return f'<{prefix}c r="{address}" s="{style}"/>'.encode() if style else None


def value_cell(
    prefix: str, address: str, style: int, value: CellValue, epoch_1904: bool = False
) -> bytes | None:
    """A cell that holds a value. Text is kept in the cell itself, so that it stays text.

    Raises WorkbookRefused for text that is too long and for a number that is none.
    """
    if value is None or (isinstance(value, str) and not value):
        return blank_cell(prefix, address, style)
    start = f'<{prefix}c r="{address}"' + (f' s="{style}"' if style else "")
    if isinstance(value, str) and not isinstance(value, CellError):
        text = _text(value, address)
        space = ' xml:space="preserve"' if value != value.strip() or "\n" in value else ""
        inner = f"<{prefix}is><{prefix}t{space}>{text}</{prefix}t></{prefix}is>"
        return f'{start} t="inlineStr">{inner}</{prefix}c>'.encode()
    kind, shown = stored(value, address, epoch_1904)
    return f"{start}{kind}><{prefix}v>{shown}</{prefix}v></{prefix}c>".encode()


def formula_cell(
    prefix: str, address: str, style: int, formula: Formula, epoch_1904: bool = False
) -> bytes:
    """A cell that calculates as a formula of its row does, with what it shows meanwhile."""
    start = f'<{prefix}c r="{address}"' + (f' s="{style}"' if style else "")
    kind, shown = stored(formula.value, address, epoch_1904)
    inner = f"<{prefix}f>{entities(formula.text)}</{prefix}f><{prefix}v>{shown}</{prefix}v>"
    return f"{start}{kind}>{inner}</{prefix}c>".encode()


def with_cached(xml: bytes, value: CellValue, address: str, epoch_1904: bool = False) -> bytes:
    """A formula cell with another value to show; its formula and format as they were."""
    kind, shown = stored(value, address, epoch_1904)
    prefix, formula = _prefix(xml), formula_xml(xml) or b""
    tag = with_attribute(xml[: xml.index(b">") + 1], "t", None).rstrip(b"/>")
    inner = formula + f"<{prefix}v>{shown}</{prefix}v></{prefix}c>".encode()
    return tag + kind.encode() + b">" + inner


def stored(value: CellValue, address: str, epoch_1904: bool = False) -> tuple[str, str]:
    """How a value element holds a value: the cell's type attribute, and the text of it.

    Numbers are written so that they read back exactly.
    """
    if isinstance(value, CellError):
        return ' t="e"', entities(value)
    if value is None or isinstance(value, str):
        return ' t="str"', _text(value or "", address)
    if isinstance(value, bool):
        return ' t="b"', str(int(value))
    number = serial(value, epoch_1904) if isinstance(value, date) else value
    return "", number_text(number, address)


def number_text(number: float, address: str) -> str:
    """A number with all its digits, whole ones without a decimal point."""
    if not math.isfinite(number):
        found = f"{number} is to be written there, which Excel cannot hold."
        raise WorkbookRefused([Problem(f"Cell {address}", found, "Correct the figures.")])
    if float(number).is_integer() and abs(number) < 1e15:
        return str(int(number))
    return repr(float(number))


def _text(text: str, address: str) -> str:
    length = len(text)
    if not text.isascii():
        length += sum(letter > "\uffff" for letter in text)
    if length > LONGEST_TEXT:
        found = f"A text of {length:,} characters is to be written there (“{text[:40]}…”)."
        remedy = f"Shorten it: a cell holds {LONGEST_TEXT:,} at most."
        raise WorkbookRefused([Problem(f"Cell {address}", found, remedy)])
    return entities(escape(text))


def _prefix(xml: bytes) -> str:
    match = _TAG.match(xml)
    return match[1].decode() if match else ""


def with_formula_text(xml: bytes, formula: str) -> bytes:
    """A cell whose own formula says something else, of the same kind and with its value."""
    match = _FORMULA.search(xml)
    if match is None:
        return xml
    start, end = match.span("text")
    return xml[:start] + entities(formula).encode() + xml[end:]


def moved_cell(xml: bytes, place: str) -> bytes:
    """A cell at another address, its formula as it is."""
    xml = with_attribute(xml, "r", place)
    match = _FORMULA.search(xml)
    if match is None:
        return xml
    if b'ref="' in match["attributes"]:
        start, end = match.span("attributes")
        changed = re.sub(rb'ref="[^"]*"', f'ref="{place}"'.encode(), match["attributes"])
        xml = xml[:start] + changed + xml[end:]
    return xml


def is_array(xml: bytes) -> bool:
    """Whether a cell's formula is an array formula or a data table's."""
    match = _FORMULA.search(xml)
    return bool(match and re.search(rb't="(?:array|dataTable)"', match["attributes"]))


def shared_index(xml: bytes | None) -> str | None:
    """The number of the formula a cell shares with others, None where it shares none."""
    found = formula_xml(xml)
    return attribute(found, "si") if found and b't="shared"' in found else None


def serial(day: date, epoch_1904: bool = False) -> float:
    """The number Excel keeps for a day, its time of day as a fraction.

    Excel counts 29 February 1900, which never was, unless the workbook counts from 1904.

    >>> serial(date(2015, 6, 1)), serial(date(1900, 1, 1))
    (42156.0, 1.0)
    """
    moment = day if isinstance(day, datetime) else datetime(day.year, day.month, day.day)
    naive = moment.replace(tzinfo=None)
    if epoch_1904:
        return (naive - datetime(1904, 1, 1)) / _DAY
    days = (naive - datetime(1899, 12, 30)) / _DAY
    return days if days > _PREDATES_LEAP_BUG else days - 1


def day_of(number: float, epoch_1904: bool = False) -> date | float:
    """The day a number with a date format stands for; the number itself where it is none.

    A time of day makes a datetime, to the millisecond that Excel keeps.

    >>> day_of(42156.0), day_of(42156.5), day_of(0.5)
    (datetime.date(2015, 6, 1), datetime.datetime(2015, 6, 1, 12, 0), 0.5)
    """
    if not 1 <= number < _LAST_SERIAL or (not epoch_1904 and 60 <= number < 61):
        return number
    start = datetime(1904, 1, 1) if epoch_1904 else datetime(1899, 12, 30)
    if not epoch_1904 and number < _PREDATES_LEAP_BUG:
        start += _DAY
    whole, fraction = divmod(number, 1)
    try:
        moment = start + timedelta(days=whole, milliseconds=round(fraction * 86_400_000))
    except OverflowError:
        return number
    return moment if moment.time() != datetime.min.time() else moment.date()
