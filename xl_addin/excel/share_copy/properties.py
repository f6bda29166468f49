"""The package of a share copy: its language and subject said, and nobody's name in it."""

from __future__ import annotations

from datetime import date
from xml.sax.saxutils import escape

from xl_addin.disclosure.published import SharedCopy
from xl_addin.excel.template.packing import pack, read_parts
from xl_addin.patterns import pattern

CORE = "docProps/core.xml"
WORKBOOK = "xl/workbook.xml"
LANGUAGE = "en-GB"

_CALCULATION = pattern(rb"<calcPr[^>]*/>")

_CORE_XML = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
    'core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:dcmitype="http://purl.org/dc/dcmitype/" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    "<dc:title>{title}</dc:title><dc:subject>{subject}</dc:subject>"
    '<dcterms:created xsi:type="dcterms:W3CDTF">{day}T00:00:00Z</dcterms:created>'
    "<dc:language>{language}</dc:language></cp:coreProperties>"
)


def finished(package: bytes, copy: SharedCopy, day: date) -> bytes:
    """A package with the properties of a published document, in one order of parts."""
    parts = read_parts(package)
    parts[CORE] = _CORE_XML.format(
        title=escape(f"{copy.title}, {copy.month.label}"),
        subject=escape(f"Performance measures, {copy.months[0].label} to {copy.month.label}"),
        day=day.isoformat(),
        language=LANGUAGE,
    ).encode()
    for name, content in parts.items():
        if name.startswith(("xl/charts/", "xl/drawings/")):
            parts[name] = content.replace(b'"en-US"', f'"{LANGUAGE}"'.encode())
    parts[WORKBOOK] = _CALCULATION.sub(b"", parts[WORKBOOK])
    return pack(parts)
