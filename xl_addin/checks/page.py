"""The page as it stands in the workbook: its rows, its figures, its formulas and its markers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from xl_addin.checks import counts, figures
from xl_addin.dataset.columns import derived_among
from xl_addin.dataset.derived import is_number
from xl_addin.dataset.key_measures import calculated
from xl_addin.dataset.page import Page, PageRow, is_month_heading
from xl_addin.dataset.renames import standing_once
from xl_addin.dataset.wording import find_reworded
from xl_addin.dataset.workbook import Workbook, chosen
from xl_addin.errors import Problem
from xl_addin.layout import Dataset, Sheet
from xl_addin.layout import Measures as MeasuresTable
from xl_addin.measure import Catalogue
from xl_addin.returns.hand_edits import HandEdit, HandEdits, find_hand_edits
from xl_addin.table import CellValue, Table, is_blank, text_of
from xl_addin.values import replace

OF_A_ROW: tuple[Callable[[PageRow, Page], Iterator[Problem]], ...] = (
    figures.not_of_its_unit,
    figures.unusual_figure,
    figures.without_counts,
    figures.stale,
    counts.parts_above_wholes,
    counts.not_what_counts_give,
    counts.no_count_of_its_whole,
)
"""What is looked at in each row of the page, in this order."""


def odd_figures(page: Page) -> Iterator[Problem]:
    """Everything that looks odd about the figures of a page."""
    for row in page.rows:
        for look in OF_A_ROW:
            yield from look(row, page)
    yield from figures.copied_column(page)


def page_problems(workbook: Workbook, hand_edits: HandEdits = HandEdits.LIST) -> Iterator[Problem]:
    """What about the page stops a refresh."""
    yield from row_problems(workbook)
    yield from ref_problems(workbook)
    if hand_edits is HandEdits.LIST:
        yield from map(changed_by_hand, find_hand_edits(workbook))


def changed_by_hand(edit: HandEdit) -> Problem:
    """That a figure on the page is not the one recorded."""
    shown, was = edit.in_print
    return Problem(
        edit.place,
        f"{edit.ref} {edit.month.label} shows {shown}, but {was} is recorded.",
        "Say at the next refresh whether to record the change or to put the recorded figure "
        "back (on the command line: --hand-edits record, or --hand-edits put-back).",
    )


def row_problems(workbook: Workbook) -> Iterator[Problem]:
    """Rows of the page that a refresh cannot keep, because no measure stands behind them."""
    seen: Counter[str] = Counter()
    recorded = workbook.history.refs()
    for place, record in workbook.dataset.records():
        ref = text_of(record[Dataset.REF])
        seen[ref] += 1
        if not ref:
            remedy = "Give it the ref of a measure, or move it out of the table."
            yield Problem(place, "The row has no Measure Ref.", remedy)
        elif seen[ref] > 1:
            yield Problem(place, f"{ref} stands on the page twice.", "Delete one of the two rows.")
        elif ref not in workbook.catalogue and ref not in recorded and _has_figures(record):
            remedy = "Add it to the Measures table, or delete the row."
            yield Problem(place, f"{ref} is not in the Measures table.", remedy)


def _has_figures(record: Mapping[str, CellValue]) -> bool:
    return not is_blank(tuple(c for heading, c in record.items() if is_month_heading(heading)))


def ref_problems(workbook: Workbook) -> Iterator[Problem]:
    """Refs of the page that Measures now gives to a measure that stands there under another."""
    rows = list(workbook.dataset.records())
    was = {text_of(row[Dataset.REF]): text_of(row[Dataset.DESCRIPTION]) for _, row in rows}
    former = standing_once(was)
    recorded = workbook.history.refs()
    for place, row in rows:
        ref = text_of(row[Dataset.REF])
        now = workbook.catalogue[ref].description if ref in workbook.catalogue else was[ref]
        if now != was[ref] and (other := former.get(now)) and {ref, other} & recorded:
            yield Problem(
                place,
                f"{ref} was “{was[ref]}”, and Measures gives this ref to “{now}”, which was "
                f"{other}: the figures of the two would be mixed up.",
                "Give it a ref that has no figures yet.",
            )


def reworded(workbook: Workbook) -> Iterator[Problem]:
    """Descriptions and areas that were rewritten on the page: Measures' words go back there."""
    for found in find_reworded(workbook):
        yield Problem(
            f"{found.place}, “{found.heading}”",
            f"{found.ref} is called “{found.page}” here and “{found.measures}” in Measures.",
            "The next refresh puts Measures' words here. To keep these, write them in Measures "
            "(--keep-wording does it).",
        )


def as_shown(page: Page, table: Table) -> Page:
    """The page with the figures that its cells show, whoever put them there."""
    records = {text_of(record[Dataset.REF]): record for _, record in table.records()}
    return replace(page, rows=tuple(_row_as_shown(row, page, records) for row in page.rows))


def _row_as_shown(
    row: PageRow, page: Page, records: Mapping[str, Mapping[str, CellValue]]
) -> PageRow:
    record = records.get(row.measure.ref, {})
    cells = zip(page.labels, row.shown, strict=True)
    return replace(row, shown=tuple(record.get(label, cell) for label, cell in cells))


def changed_derived_cells(page: Page, table: Table) -> Iterator[Problem]:
    """Derived cells that show something else than their formula would."""
    rows = {row.measure.ref: row for row in page.rows}
    for place, record in table.records():
        row = rows.get(text_of(record[Dataset.REF]))
        for column in derived_among(table.headings) if row else ():
            shown = record[column.heading]
            if row and not _agree(shown, row.value(column)):
                yield Problem(
                    f"{place}, “{column.heading}”",
                    f"It shows {text_of(shown) or 'nothing'}, which its formula would not give.",
                    "The next refresh puts the formula back.",
                )


def changed_chart_cells(page: Page, workbook: Workbook) -> Iterator[Problem]:
    """Cells behind the charts that show something else than the page has."""
    rows = {row.measure.ref: row.shown for row in page.rows}
    slots = chosen(workbook.carried.slots, workbook.carried)
    due = calculated(workbook.catalogue, slots, page.labels, rows)
    wrong = [
        (text_of(shown) or "nothing", text_of(value) or "nothing")
        for part in due
        for line, values in zip(workbook.charted.get(part.name, ()), part.values, strict=False)
        for shown, value in zip(line, values, strict=False)
        if not _agree(shown, value)
    ]
    if wrong:
        how_many = "1 figure or text" if len(wrong) == 1 else f"{len(wrong)} figures and texts"
        yield Problem(
            Sheet.KEY_MEASURES,
            f"{how_many} behind the charts are not what the page has: {wrong[0][0]} stands there "
            f"for {wrong[0][1]}.",
            "Move a column of your own that stands between the months and “% change” behind "
            "Notes; where a formula was typed over, copy it from the cell beside it.",
        )


def without_chart(catalogue: Catalogue, slots: Sequence[str]) -> Iterator[Problem]:
    """Key measures that have no chart because no box is free."""
    others = [ref for ref in slots if ref in catalogue and not catalogue[ref].key]
    where = f"the chart of {others[0]}, which is not marked" if others else "a chart"
    remedy = f"Choose it in the box above {where}, or clear its “{MeasuresTable.KEY}” in Measures."
    for measure in catalogue.key_measures if slots else ():
        if measure.ref not in slots:
            yield Problem(
                Sheet.KEY_MEASURES,
                f"{measure.ref} is marked as a key measure, but no chart's box is free.",
                remedy,
                "{count} key measures have no chart, because no box is free: {items}.",
                measure.ref,
            )


def misplaced_markers(markers: Mapping[str, str], table: Table) -> Iterator[Problem]:
    """Rows of the page whose Notes cell is not the markers of the notes that apply to them."""
    for place, record in table.records():
        due = markers.get(text_of(record[Dataset.REF]))
        shown = text_of(record[Dataset.NOTES])
        if due is not None and shown != due:
            yield Problem(
                f"{place}, “{Dataset.NOTES}”",
                f"It shows {shown or 'nothing'}; the notes that apply are {due or 'none'}.",
                "Sync notes puts it right.",
            )


def _agree(cell: CellValue, due: CellValue) -> bool:
    if due is None:
        return not is_number(cell)
    if not is_number(due):
        return text_of(cell) == text_of(due)
    return is_number(cell) and abs(cell - due) <= 1e-9 * max(1.0, abs(due))
