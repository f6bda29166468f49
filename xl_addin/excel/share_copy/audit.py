"""The leak audit: what a finished share copy must not hold, looked for in its bytes.

Nothing is taken from what was meant: the package is unzipped, every part is read, every cell,
chart and description is compared with the copy as it was decided, and the equations are solved
again from the figures in the file alone. A finding refuses the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import zip_longest

from lxml import etree

from xl_addin.dataset.columns import DERIVED, Derived, Role
from xl_addin.dataset.derived import is_number
from xl_addin.dataset.printing import printed
from xl_addin.disclosure.intervals import Seen, SeenRow, too_narrow
from xl_addin.disclosure.published import (
    Cell,
    Mark,
    SharedCopy,
    SharedRow,
    Shown,
)
from xl_addin.disclosure.rule import Rule
from xl_addin.disclosure.unsafe_cells import unsafe_cells
from xl_addin.errors import Problem
from xl_addin.excel.share_copy.audit_signals import (
    signal_findings,
    signal_records,
    summary_records,
)
from xl_addin.excel.share_copy.finished_copy import ReadChart, ReadCopy, ReadSheet, read_copy
from xl_addin.layout import Dataset, Sheet
from xl_addin.measure import Catalogue
from xl_addin.patterns import pattern
from xl_addin.period import Month
from xl_addin.share.words import chart_heading, chart_in_words
from xl_addin.values import field, replace, value_type

REMEDY = (
    "The copy was not handed over. Where the words are yours (a title, a note, a description), "
    "reword them and share again. Where they are not, your workbook is right and this program is "
    "not: install the newest release with the command in its README; where that says the same, "
    "install the release that made your last copy (the Version column of the Refresh log has it)."
)
NARROW_REMEDY = (
    "The copy was not handed over. Raise the suppression threshold in Settings: then more is "
    "hidden around it."
)

_ALLOWED = pattern(
    r"\[Content_Types\]\.xml|_rels/\.rels|docProps/(?:app|core)\.xml|"
    r"xl/(?:workbook|styles|sharedStrings)\.xml|xl/theme/theme1\.xml|"
    r"xl/(?:worksheets/sheet|tables/table|charts/chart|drawings/drawing)\d+\.xml|"
    r"xl/_rels/workbook\.xml\.rels|xl/(?:worksheets|drawings)/_rels/\w+\.xml\.rels"
)
_THEME = "xl/theme/theme1.xml"
_NAMING = ("name", "displayName", "descr", "title", "Target", "codeName")
_FORBIDDEN: tuple[tuple[str, str], ...] = (
    (r"<(?:\w+:)?f[ >]", "a formula"),
    (r'state="(?:hidden|veryHidden)"', "a hidden sheet"),
    (r'<(?:row|col) [^>]*hidden="1"', "a hidden row or column"),
    (r'TargetMode="External"', "a link to another file"),
    (r"<mergeCell ", "merged cells"),
    (r"<dataValidation ", "a drop-down"),
    (r"<conditionalFormatting ", "a conditional format"),
    (r"<(?:legacyDrawing|oleObject|control)\b", "an object"),
    (r"\b(?:xr\d*:uid|rsid\w*|revisionPtr)\b", "a revision id"),
    (r"<(?:dc:creator|cp:lastModifiedBy)>[^<]", "a person's name"),
    (r"<(?:Company|Manager)>[^<]", "the name of a company"),
    (r"<definedName (?!name=\"_xlnm\.Print_Titles\")", "a defined name"),
)
_PATHS = pattern(r"[A-Za-z]:\\|file:/|\\\\[A-Za-z]|(?<![\w.])/(?:home|Users|tmp|root|mnt|srv)/")


@value_type
class Secrets:
    """What must not be found: account names, paths, and figures with all their digits."""

    names: frozenset[str] = frozenset()
    paths: frozenset[str] = frozenset()
    figures: frozenset[str] = frozenset()


@value_type
class Proof:
    """What is needed to solve the equations again.

    ``known`` was shown earlier, ``free`` need not be small; ``counted`` are the percentages that
    were recorded with their own counts. ``told_anyway`` comes out of earlier copies,
    which showed ``openly`` the percentages named. ``behind`` is what signals stand on: figures of
    months before the page, as a reader might work them back, or ``[c]``.
    """

    catalogue: Catalogue
    rule: Rule
    known: Mapping[Cell, float] = field(default_factory=dict)
    free: frozenset[Cell] = frozenset()
    counted: frozenset[Cell] = frozenset()
    told_anyway: frozenset[tuple[str, Month]] = frozenset()
    openly: frozenset[Cell] = frozenset()
    behind: Mapping[Cell, Shown] = field(default_factory=dict)


def findings_in(
    package: bytes, copy: SharedCopy, secrets: Secrets, proof: Proof | None = None
) -> tuple[Problem, ...]:
    """Everything a finished copy should not hold. With ``proof``, hidden figures are attacked."""
    read = read_copy(package)
    found = [
        *_part_findings(read.parts),
        *_secret_findings(read.parts, secrets),
        *_content_findings(read, copy),
    ]
    told = _narrow_findings(read, copy, proof) if proof and not found else ()
    return (
        *(Problem("Share copy", sentence, REMEDY) for sentence in found),
        *(Problem("Share copy", sentence, NARROW_REMEDY) for sentence in told),
    )


def _part_findings(parts: Mapping[str, bytes]) -> Iterator[str]:
    for name, content in parts.items():
        if not _ALLOWED.fullmatch(name):
            yield f"It holds a part that does not belong there: {name}."
        text = content.decode("utf-8", "replace")
        searched = _without_charts_own(text) if name.startswith("xl/charts/") else text
        for words, what in _FORBIDDEN:
            if re.search(words, searched):
                yield f"It holds {what} ({name})."


def _without_charts_own(text: str) -> str:
    """A chart's references to the cells it draws are no formulas."""
    return re.sub(r"<c:f>'Key measures'![$A-Z0-9:]+</c:f>", "", text)


def _secret_findings(parts: Mapping[str, bytes], secrets: Secrets) -> Iterator[str]:
    lengths = {len(figure) for figure in secrets.figures}
    for name, content in parts.items():
        text = content.decode("utf-8", "replace")
        if _PATHS.search(_without_namespaces(text)):
            yield f"It holds the path of a file ({name})."
        for path in secrets.paths:
            if path in text:
                yield f"It holds the path of the workbook ({name})."
        for _ in secrets.figures & _starts_of_numbers(text, lengths):
            yield f"It holds a figure with all its digits, not as it is published ({name})."
        words = "\n".join(_words(content)) if name != _THEME else ""
        for who in secrets.names:
            if has_name(who, words):
                yield f"It holds the account name “{who}” ({name})."


def has_name(who: str, words: str) -> bool:
    """Whether a name stands in words, in any capitals and not within a longer word.

    >>> has_name("j.okafor", "Ask J.Okafor."), has_name("lee", "Leeds")
    (True, False)
    """
    return bool(re.search(rf"(?<!\w){re.escape(who)}(?!\w)", words, re.IGNORECASE))


def _starts_of_numbers(text: str, lengths: Iterable[int]) -> set[str]:
    """The first so many letters of every number in a text: it is read once for all figures."""
    numbers = re.findall(r"(?<![\d.])[\d.][\d.eE+-]*", text)
    return {number[:length] for number in numbers for length in lengths}


def _words(content: bytes) -> Iterator[str]:
    """Every text in a part, and every name or description that it gives."""
    for element in etree.fromstring(content).iter():
        yield from (text for text in (element.text, element.tail) if text)
        yield from (str(value) for name, value in element.attrib.items() if str(name) in _NAMING)


def _without_namespaces(text: str) -> str:
    return re.sub(r'"https?://[^"]*"', '""', text)


def _content_findings(read: ReadCopy, copy: SharedCopy) -> Iterator[str]:
    names = [sheet.name for sheet in read.sheets]
    if names != list(copy.sheets):
        yield f"Its sheets are {', '.join(names)}."
        return
    sheets = dict(zip(names, read.sheets, strict=True))
    page, charts, notes = (sheets[n] for n in (Sheet.DATASET, Sheet.KEY_MEASURES, Sheet.DATA_NOTES))
    wanted = [dict(zip(copy.headings, copy.cells(row), strict=True)) for row in copy.rows]
    yield from _table_findings(page, wanted)
    yield from _table_findings(charts, list(_chart_records(copy)))
    if copy.signals:
        yield from _table_findings(sheets[Sheet.SUMMARY], summary_records(copy.signals))
        yield from _table_findings(sheets[Sheet.SIGNALS], signal_records(copy.signals))
        yield from signal_findings(sheets)
    yield from _table_findings(notes, None)
    if len(charts.charts) != len(copy.charts):
        yield f"It has {len(charts.charts)} charts, not {len(copy.charts)}."
    for number, (chart, ref) in enumerate(zip(charts.charts, copy.charts, strict=False), 1):
        yield from _chart_findings(chart, copy.row(ref), copy, number)


def _chart_records(copy: SharedCopy) -> Iterator[dict[str, float | str]]:
    labels = tuple(month.label for month in copy.months)
    for ref in copy.charts:
        row = copy.row(ref)
        texts = {Dataset.REF: row.measure.ref, "Key measure": chart_heading(row, labels)}
        yield texts | dict(zip(labels, row.months, strict=True))


def _table_findings(sheet: ReadSheet, wanted: list[dict[str, float | str]] | None) -> Iterator[str]:
    """What differs from the copy as decided, and figures that stand outside the table."""
    if len(sheet.tables) != 1:
        yield f"The sheet {sheet.name} has {len(sheet.tables)} tables."
        return
    table = sheet.tables[0]
    for place, cell in sheet.cells.items():
        if is_number(cell) and not table.first < place <= table.last:
            yield f"A figure stands outside the table of {sheet.name}."
    for number, (record, cells) in enumerate(zip_longest(sheet.records(table), wanted or ()), 1):
        if wanted and record != cells:
            yield f"Row {number} of {sheet.name} does not say what was decided."


def _chart_findings(
    chart: ReadChart, row: SharedRow, copy: SharedCopy, number: int
) -> Iterator[str]:
    labels = tuple(month.label for month in copy.months)
    points = {i: c for i, c in enumerate(row.months) if not isinstance(c, Mark)}
    if dict(chart.points) != points:
        yield f"Chart {number} keeps other figures than those it shows."
    if chart.in_words != chart_in_words(row, copy):
        yield f"Chart {number} is described in other words than were decided."
    ends = {printed(c, row.measure) for c in (row.months[0], row.months[-1])}
    figures = {f"{point}" for point in points.values()}
    marks = {cell.value for cell in row.months if isinstance(cell, Mark)}
    said = {row.measure.ref, row.measure.unit.kind.axis, chart_heading(row, labels)}
    allowed = {*labels, *ends, *figures, *marks, *said}
    if not {_plain(text) for text in chart.texts} <= allowed:
        yield f"Chart {number} keeps a text that was not decided."


def _plain(text: str) -> str:
    try:
        return f"{float(text)}" if "." in text else text
    except ValueError:
        return text


def seen_rows(read: ReadCopy, months: Iterable[Month]) -> list[SeenRow]:
    """The Dataset of a finished copy as a reader has it before her."""
    page = read.sheets[0]
    window = list(months)
    return [
        SeenRow(
            str(record[Dataset.REF]),
            {month: record[month.label] for month in window},
            {c.heading: record[c.heading] for c in DERIVED if c.heading in record},
        )
        for record in page.records(page.tables[0])
    ]


def _narrow_findings(read: ReadCopy, copy: SharedCopy, proof: Proof) -> Iterator[str]:
    rows = seen_rows(read, copy.months)
    yield from _derived_findings(rows, proof.catalogue)
    for told in unsafe_cells(proof.catalogue, rows, proof.rule, proof.counted):
        yield f"{told.ref} in {told.month.label} {told.why}."
    seen = Seen(proof.catalogue, rows, proof.rule, proof.known, proof.free, proof.openly)
    worked_back = [replace(seen, rows=list(_with_behind(rows, proof)))] if proof.behind else []
    narrows = {narrow.told: narrow for one in (seen, *worked_back) for narrow in too_narrow(one)}
    for narrow in narrows.values():
        if narrow.told in proof.told_anyway:
            continue
        yield (
            f"A hidden count can be worked out: {narrow.what} in {narrow.month.label} to within "
            f"{narrow.greatest - narrow.least + 1:g} whole values."
        )


def _with_behind(rows: Iterable[SeenRow], proof: Proof) -> Iterator[SeenRow]:
    """The rows with what signals stand on, as if it were printed beside the page."""
    months = sorted({month for _, month in proof.behind})
    for row in rows:
        more = {m: proof.behind.get((row.ref, m), Mark.NOT_AVAILABLE) for m in months}
        yield SeenRow(row.ref, {**more, **row.months}, {})


def _derived_findings(rows: Iterable[SeenRow], catalogue: Catalogue) -> Iterator[str]:
    """A hidden percentage must not be had back from what is derived from it.

    Nor any figure from a column that may tell anything: no equation knows it.
    """
    for row in rows:
        months, is_count = sorted(row.months), catalogue[row.ref].is_count
        hidden = {m for m in months if row.months[m] == Mark.HIDDEN}
        for column in DERIVED if hidden else ():
            told = row.derived.get(column.heading, Mark.HIDDEN)
            if told not in set(Mark) and hidden & set(column.over.months(months)):
                if column.role is Role.ANYTHING:
                    yield f"The {column.name} of {row.ref} may give a hidden figure away."
                elif not is_count and is_number(told):
                    yield from _percentage_findings(column, told, row.ref)


def _percentage_findings(column: Derived, told: float, ref: str) -> Iterator[str]:
    """That none is above its whole, or below nothing, is known without a column."""
    if column.role not in (Role.GREATEST, Role.LEAST):
        yield f"The {column.name} of {ref} gives a hidden percentage away."
    elif told < 1 if column.role is Role.GREATEST else told > 0:
        yield f"The {column.name} of {ref} bounds a hidden percentage."
