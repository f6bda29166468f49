"""The XML of a workbook's parts: parsing it safely, writing it back, text in it."""

from __future__ import annotations

import re
from typing import Any
from xml.parsers.expat import ExpatError, ParserCreate

from lxml import etree

from xl_addin.patterns import pattern

Element = Any
"""An element of lxml, which has no published types."""

XmlError = etree.XMLSyntaxError
NotXml = ExpatError
"""What parsers raise for what is no XML: one that builds a tree, and one that goes through."""


class Malformed(Exception):
    """A part holds what a part of its kind must hold."""


_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
_CLEANER = etree.XMLParser(
    resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True, huge_tree=True
)
_ROOT = pattern(rb"<(?![?!])")
_DECLARATION = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_UTF8 = (None, "UTF-8", "UTF8", "US-ASCII", "ASCII")


def parse(data: bytes) -> Element:
    """The root element of a part. Raises XmlError for what is no XML, or has a DTD.

    Parts may not hold a DTD (ECMA-376, part 2), which is also how entity bombs come in.
    """
    root = etree.fromstring(data, _PARSER)
    _refuse_type_of(root)
    return root


def _refuse_type_of(root: Element) -> None:
    if root.getroottree().docinfo.doctype:
        raise XmlError("a document type is not allowed here", 0, 0, 0)


def refuse_document_type(*_: object) -> None:
    """What a parser does at one: entities, of which a few lines make gigabytes, stand in it."""
    raise Malformed("a document type is not allowed here")


def local_name(element: Element) -> str:
    """The name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def local(name: str) -> str:
    """A name without its prefix.

    >>> local("table:table-cell")
    'table-cell'
    """
    return name.rpartition(":")[2]


def refuse_broken(data: bytes) -> None:
    """Make sure that a part is well-formed XML, without building a tree. Raises Malformed."""
    parser = ParserCreate()
    parser.StartDoctypeDeclHandler = refuse_document_type
    try:
        parser.Parse(data, True)
    except ExpatError as error:
        raise Malformed(f"a part was not written well: {error}") from error


def serialise(root: Element, original: bytes) -> bytes:
    """The bytes of a part, opening as the original did."""
    text: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=False)
    encoding = root.getroottree().docinfo.encoding
    start = _ROOT.search(original)
    if start is None or (encoding and encoding.upper()) not in _UTF8:
        return _DECLARATION + text
    return original[: start.start()] + text


def normalised(data: bytes) -> bytes:
    """The same XML as UTF-8 with double quotes, without comments and CDATA sections."""
    root = etree.fromstring(data, _CLEANER)
    _refuse_type_of(root)
    text: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=False)
    return _DECLARATION + text


def namespace(element: Element) -> str:
    """The namespace of an element, in braces: what its own kind of tag begins with."""
    return str(element.tag).partition("}")[0] + "}"


_ESCAPE = pattern(r"_x([0-9A-Fa-f]{4})_")
_NEEDS_ESCAPE = pattern("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_ENTITY = pattern(r"&(?:#x([0-9A-Fa-f]+)|#(\d+)|(\w+));")
_ENTITIES = {"lt": "<", "gt": ">", "quot": '"', "apos": "'", "amp": "&"}
_NAMED = {f"&{name};": letter for name, letter in _ENTITIES.items()}


def escape(text: str) -> str:
    """Text as a cell stores it: what XML cannot hold as ``_xHHHH_``, as Excel does.

    >>> escape("a\\x07b"), escape("_x0041_")
    ('a_x0007_b', '_x005F_x0041_')
    """
    if "_x" not in text and text.replace("\n", "").isprintable():
        return text
    return _NEEDS_ESCAPE.sub(lambda match: f"_x{ord(match[0]):04X}_", text)


def unescape(text: str) -> str:
    """Text as a person reads it, from what a cell stores.

    >>> unescape("a_x000a_b")
    'a\\nb'
    """
    if "_x" not in text:
        return text
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)


def escape_attribute(text: str) -> str:
    """A table heading as its attribute stores it, line breaks escaped too."""
    return escape(text).replace("\n", "_x000a_").replace("\t", "_x0009_")


def entities(text: str) -> str:
    """Text with the characters XML reserves written as entities."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def plain(text: str) -> str:
    """Text with its XML entities resolved.

    >>> plain("&lt;5 &amp; &#x2191;")
    '<5 & ↑'
    """
    if "&" not in text:
        return text
    if sum(map(text.count, _NAMED)) < text.count("&"):
        return _ENTITY.sub(_resolved, text)
    for entity, letter in _NAMED.items():
        text = text.replace(entity, letter)
    return text


def _resolved(match: re.Match[str]) -> str:
    if match[1]:
        return chr(int(match[1], 16))
    return chr(int(match[2])) if match[2] else _ENTITIES[match[3]]
