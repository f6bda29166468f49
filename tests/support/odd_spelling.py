"""Odd but valid spellings of XML: quotes, spaces, prefixes, encodings, comments, escapes.

Each leaves every part with the same elements, attributes and text (XML 1.0). ``SPELLINGS`` come
after all other oddities, which read the parts as we spell them.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.support.odd_xml import MAIN, Oddity, Parts


def _respell(spell: Callable[[bytes], bytes], which: str = r".*\.(xml|rels)") -> Oddity:
    """An oddity that spells the XML of parts otherwise."""

    def oddity(parts: Parts) -> Parts:
        names = [n for n in parts if re.fullmatch(which, n)]
        return parts | {name: spell(parts[name]) for name in names}

    return oddity


SPREADSHEET = r"xl/(workbook|sharedStrings|styles|(worksheets|tables)/[^/]+)\.xml"
_TAG = re.compile(rb'<[^<>?!/](?:[^<>"]|"[^"]*")*>')
_ATTRIBUTE = re.compile(rb'\s([\w:.-]+)="([^"]*)"')


def _in_tags(change: Callable[[list[tuple[bytes, bytes]]], bytes]) -> Callable[[bytes], bytes]:
    """Write the attributes of every opening tag anew."""

    def tag(match: re.Match[bytes]) -> bytes:
        found = _ATTRIBUTE.findall(match[0])
        name = re.match(rb"<[\w:.-]+", match[0])
        end = b"/>" if match[0].endswith(b"/>") else b">"
        return name[0] + change(found) + end if found and name else match[0]

    return lambda data: _TAG.sub(tag, data)


def _single_quoted(found: list[tuple[bytes, bytes]]) -> bytes:
    return b"".join(
        b" %s='%s'" % (name, value.replace(b"'", b"&apos;").replace(b"&quot;", b'"'))
        for name, value in found
    )


def _spaced(found: list[tuple[bytes, bytes]]) -> bytes:
    return b"".join(b'\n\t%s = "%s"' % pair for pair in found) + b"\n"


def _reversed(found: list[tuple[bytes, bytes]]) -> bytes:
    return b"".join(b' %s="%s"' % pair for pair in reversed(found))


def _mixed(found: list[tuple[bytes, bytes]]) -> bytes:
    ways = (b' %s="%s"', b"  %s='%s'", b' %s ="%s"')
    return b"".join(
        ways[n % 3] % pair if b"'" not in pair[1] else b' %s="%s"' % pair
        for n, pair in enumerate(found)
    )


def _prefixed(data: bytes) -> bytes:
    if b'xmlns="' + MAIN.encode() not in data:
        return data
    data = re.sub(rb"<(/?)(?=[A-Za-z]+[\s/>])", rb"<\1x:", data)
    return data.replace(b'xmlns="' + MAIN.encode(), b'xmlns:x="' + MAIN.encode(), 1)


def _indented(data: bytes) -> bytes:
    return re.sub(rb">(?=<(?!/(?:[\w.-]+:)?(?:t|v|f|is|text)>))", b">\r\n  ", data)


def _commented(data: bytes) -> bytes:
    before = rb"(<(?:\w+:)?(?:row|c|si|tableColumn|sheet|sheetData)[\s>])"
    return re.sub(before, rb"<!-- <c> -->\1", data)


def _instructed(data: bytes) -> bytes:
    return re.sub(rb"(<(?:\w+:)?(?:row|c|si)[\s>])", rb'<?o <c r="A1"><v>9</v></c> ?>\1', data)


def _character_data(data: bytes) -> bytes:
    return re.sub(
        rb"(<(?:\w+:)?([tvf])(?:\s[^<>]*)?>)([^<&>]+)(</(?:\w+:)?\2>)", rb"\1<![CDATA[\3]]>\4", data
    )


def _referenced(data: bytes) -> bytes:
    """The first letter of each text and value by its number."""
    return re.sub(
        rb"(<(?:\w+:)?[tvf](?:\s[^<>]*)?>)([A-Za-z0-9])",
        lambda match: match[1] + b"&#x%X;" % ord(match[2]),
        data,
    )


def _greater(data: bytes) -> bytes:
    """A greater-than in text need not be escaped."""
    return data.replace(b"&gt;", b">")


def _bare(data: bytes) -> bytes:
    return re.sub(rb"^<\?xml[^>]*\?>\s*", b"", data)


def _encoded(encoding: str) -> Callable[[bytes], bytes]:
    def spell(data: bytes) -> bytes:
        text = f'<?xml version="1.0" encoding="{encoding}"?>' + _bare(data).decode()
        return text.encode(encoding, errors="xmlcharrefreplace")

    return spell


SPELLINGS: dict[str, Oddity] = {
    "prefixes": _respell(_prefixed, SPREADSHEET),
    "comments": _respell(_commented, SPREADSHEET),
    "instructions": _respell(_instructed, SPREADSHEET),
    "CDATA": _respell(_character_data, SPREADSHEET),
    "character references": _respell(_referenced, SPREADSHEET),
    "unescaped greater-than": _respell(_greater, SPREADSHEET),
    "attributes reversed": _respell(_in_tags(_reversed)),
    "single quotes": _respell(_in_tags(_single_quoted)),
    "spaces in tags": _respell(_in_tags(_spaced)),
    "mixed quotes": _respell(_in_tags(_mixed)),
    "indented": _respell(_indented, SPREADSHEET),
    "no declaration": _respell(_bare),
    "byte order mark": _respell(lambda data: b"\xef\xbb\xbf" + data),
    "UTF-16": _respell(_encoded("UTF-16")),
    "Latin letters": _respell(_encoded("ISO-8859-1")),
}

ENCODINGS = ("byte order mark", "UTF-16", "Latin letters")
