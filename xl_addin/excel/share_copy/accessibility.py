"""Whether a finished share copy can be read by everybody.

Source of the rules: Government Analysis Function, making spreadsheets accessible; WCAG 2.1 AA
for contrast. Read from the bytes of the file, like the leak audit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lxml import etree

from xl_addin.disclosure.published import WORDS, Mark
from xl_addin.errors import Problem
from xl_addin.excel.share_copy.finished_copy import ReadCopy, ReadSheet, ReadTable, read_copy
from xl_addin.layout import DataNotes, Dataset, Sheet, Summary
from xl_addin.notes.rebases import BREAK
from xl_addin.patterns import pattern

REMEDY = (
    "The copy would not be readable by everybody. This is a mistake of the program: tell whoever "
    "looks after xl-addin with you."
)
LEAST_CONTRAST = 4.5

_MARKER = pattern(r"\[note (\d+)\]")
_SHORTHAND = (*Mark, BREAK)
_FREE_WORDS = {*Dataset.BEFORE_MONTHS, *Summary.COLUMNS, DataNotes.APPLIES_TO, DataNotes.TEXT}
"""The columns in which officers write what they like: a "[tbc]" or "n/a" there is theirs."""

_ARROWS = {"↑": "Increase", "↓": "Decrease", "→": "Similar"}


def barriers_in(package: bytes) -> tuple[Problem, ...]:
    """Every barrier in a finished share copy, each in a sentence."""
    read = read_copy(package)
    found = [*_document_barriers(read), *_note_barriers(read)]
    for sheet in read.sheets:
        found += _sheet_barriers(sheet)
    if read.sheets and read.sheets[0].tables:
        found += _direction_barriers(read, read.sheets[0])
    found += _contrast_barriers(read)
    return tuple(Problem("Share copy", sentence, REMEDY) for sentence in found)


def _document_barriers(read: ReadCopy) -> Iterator[str]:
    core = etree.fromstring(read.parts["docProps/core.xml"])
    for name in ("title", "language", "subject"):
        if not core.findtext(f"{{*}}{name}"):
            yield f"The document has no {name}."
    view = etree.fromstring(read.parts["xl/workbook.xml"]).find("{*}bookViews/{*}workbookView")
    if view is not None and view.get("activeTab", "0") != "0":
        yield "The file does not open on its first sheet."


def _sheet_barriers(sheet: ReadSheet) -> Iterator[str]:
    if not isinstance(sheet.cells.get((1, 1)), str):
        yield f"{sheet.name} has no title in A1."
    if sheet.xml.find("{*}mergeCells") is not None:
        yield f"{sheet.name} has merged cells."
    if _cursor(sheet) != "A1":
        yield f"In {sheet.name} the cursor does not stand in A1."
    for number, chart in enumerate(sheet.charts, 1):
        if not re.search(r"\d|\[", chart.in_words.partition(". ")[2]):
            yield f"Chart {number} of {sheet.name} is not described in figures."
    if len(sheet.tables) != 1:
        yield f"{sheet.name} has {len(sheet.tables)} marked-up tables, not one."
        return
    yield from _table_barriers(sheet, sheet.tables[0])


def _cursor(sheet: ReadSheet) -> str:
    """The cell the cursor stands in: that of the pane in use."""
    pane = sheet.xml.find("{*}sheetViews/{*}sheetView/{*}pane")
    in_use = pane.get("activePane", "topLeft") if pane is not None else "topLeft"
    for selection in sheet.xml.iterfind("{*}sheetViews/{*}sheetView/{*}selection"):
        if selection.get("pane", "topLeft") == in_use:
            return str(selection.get("activeCell", "A1"))
    return "A1"


def _table_barriers(sheet: ReadSheet, table: ReadTable) -> Iterator[str]:
    if table.heading_rows != 1:
        yield f"The table of {sheet.name} has {table.heading_rows} heading rows, not one."
    if len({heading.casefold().strip() for heading in table.headings}) < len(table.headings):
        yield f"Two headings of {sheet.name} are the same."
    columns = range(table.first[1], table.last[1] + 1)
    shown = tuple(str(sheet.cells.get((table.first[0], column), "")) for column in columns)
    if shown != table.headings:
        yield f"The headings of {sheet.name} are not those its table is marked up with."
    for row in range(table.first[0] + 1, table.last[0] + 1):
        if any(str(sheet.cells.get((row, column), "")).strip() == "" for column in columns):
            yield f"Row {row} of {sheet.name} has an empty cell."
    yield from _shorthand_barriers(sheet, table)


def _shorthand_barriers(sheet: ReadSheet, table: ReadTable) -> Iterator[str]:
    above = " ".join(str(c) for place, c in sheet.cells.items() if place[0] < table.first[0])
    within = " ".join(str(c) for place, c in sheet.cells.items() if place[0] > table.first[0])
    for mark in sorted(m for m in _SHORTHAND if m in within.casefold() and m not in above):
        yield f"{sheet.name} uses {mark} without saying above the table what it means."
    ours = (c for r in sheet.records(table) for h, c in r.items() if h not in _FREE_WORDS)
    if re.search(r"(?<![\w/])n/a(?![\w/])", " ".join(map(str, ours))):
        yield f"{sheet.name} says n/a; the shorthand is [z] or [x]."


def _direction_barriers(read: ReadCopy, page: ReadSheet) -> Iterator[str]:
    """Beside each arrow its words; a colour only where the words say what it means."""
    table = page.tables[0]
    formats, fills = _number_formats(read), _fills(read)
    change = table.first[1] + table.headings.index(Dataset.CHANGE)
    if WORDS not in table.headings:
        yield f"{page.name} has no column that says the direction in words."
        return
    words_at = table.first[1] + table.headings.index(WORDS)
    for row in range(table.first[0] + 1, table.last[0] + 1):
        style = page.styles.get((row, change), 0)
        words = str(page.cells.get((row, words_at), ""))
        arrow = next((a for a in _ARROWS if a in formats[style]), "")
        if arrow and not words.startswith(_ARROWS[arrow]):
            yield f"Row {row} of {page.name} shows {arrow} without the word for it."
        coloured = bool(fills[style]) and arrow != "→"
        if coloured != words.endswith("change"):
            yield f"Row {row} of {page.name} says by colour alone whether the change is good."


def _note_barriers(read: ReadCopy) -> Iterator[str]:
    page = next((s for s in read.sheets if s.name == Sheet.DATASET), None)
    notes = next((s for s in read.sheets if s.name == Sheet.DATA_NOTES), None)
    if not (page and notes and page.tables and notes.tables):
        yield "The notes of the Dataset cannot be found."
        return
    listed = [str(record.get("Note", "")) for record in notes.records(notes.tables[0])]
    if listed != [f"[note {number}]" for number in range(1, len(listed) + 1)]:
        yield "The data notes are not numbered in order."
    used = _first_appearances(page)
    if used != sorted(used):
        yield "The notes are not numbered as they first appear in the Dataset."
    for number in used:
        if f"[note {number}]" not in listed:
            yield f"The Dataset refers to note {number}, which is not among the data notes."


def _first_appearances(page: ReadSheet) -> list[int]:
    found: dict[int, None] = {}
    for record in page.records(page.tables[0]):
        found |= dict.fromkeys(map(int, _MARKER.findall(str(record.get(Dataset.NOTES, "")))))
    return list(found)


def _contrast_barriers(read: ReadCopy) -> Iterator[str]:
    pairs = _colours(read)
    for sheet in read.sheets:
        for style in sorted({sheet.styles[place] for place in sheet.cells}):
            ink, paper = pairs[style]
            if (ratio := contrast(ink, paper)) < LEAST_CONTRAST:
                yield f"{sheet.name} has text #{ink} on #{paper}: a contrast of {ratio:.1f} to 1."


def contrast(ink: str, paper: str) -> float:
    """The contrast of two colours as WCAG defines it, from 1 to 21.

    >>> contrast("000000", "FFFFFF")
    21.0
    """
    lighter, darker = sorted((_luminance(ink), _luminance(paper)), reverse=True)
    return round((lighter + 0.05) / (darker + 0.05), 2)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _styles(read: ReadCopy) -> etree._Element:
    return etree.fromstring(read.parts["xl/styles.xml"])


def _formats(styles: etree._Element) -> Sequence[etree._Element]:
    return list(styles.iterfind("{*}cellXfs/{*}xf"))


def _number_formats(read: ReadCopy) -> list[str]:
    styles = _styles(read)
    own = {f.get("numFmtId"): f.get("formatCode", "") for f in styles.iter("{*}numFmt")}
    return [str(own.get(xf.get("numFmtId"), "")) for xf in _formats(styles)]


def _fills(read: ReadCopy) -> list[str]:
    """The background of each style; blank where it is the paper's."""
    styles = _styles(read)
    fills = [_rgb(fill.find("{*}patternFill/{*}fgColor")) for fill in styles.iter("{*}fill")]
    return [fills[int(xf.get("fillId", "0"))] for xf in _formats(styles)]


def _colours(read: ReadCopy) -> list[tuple[str, str]]:
    styles = _styles(read)
    fonts = [_rgb(font.find("{*}color")) for font in styles.iterfind("{*}fonts/{*}font")]
    inks = [fonts[int(xf.get("fontId", "0"))] or "000000" for xf in _formats(styles)]
    return list(zip(inks, (fill or "FFFFFF" for fill in _fills(read)), strict=True))


def _rgb(colour: etree._Element | None) -> str:
    return str(colour.get("rgb", ""))[-6:] if colour is not None else ""
