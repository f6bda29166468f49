"""What officers put on figures: it belongs to the month, leaves the page with it, and comes back.

Comments, colours, links and rules of one cell of the months are meant (of a figure, or of the
heading of a month). With a measure's row all leaves that stands in it beside the months too, and
what was written into columns of officers' own. What leaves the page is kept in the table
PutOnFigures until its month or its measure is on the page again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date

from xl_addin.dataset.beside_page import stays_outside
from xl_addin.dataset.page import is_month_heading
from xl_addin.dataset.workbook import Workbook
from xl_addin.errors import MonthUnreadable, Problem
from xl_addin.layout import Dataset, PutOnFigures
from xl_addin.period import Month
from xl_addin.table import CellValue, is_blank, text_of
from xl_addin.update import (
    OUTSIDE,
    WHOLE_ROW,
    Back,
    Carry,
    Kind,
    OnCells,
    PutOn,
    Row,
    SetRows,
    Update,
)
from xl_addin.values import replace, value_type

_LONGEST_TEXT, _LONGEST_KEPT = 16_000, 32_000
"""Characters of what a cell is to hold; a longer comment is kept as far as that, as plain text."""

_LONGEST_TOLD = 110

Figure = tuple[str, str]
"""A measure's ref ("" for the heading of a month) and the heading of a month, or of its column."""


@value_type
class Kept:
    """A row of the table: what was put on a figure; ``was`` is its row, None for a new one."""

    figure: Figure
    thing: PutOn
    left: CellValue
    was: int | None = None

    @property
    def row(self) -> Row:
        """What its row is to hold."""
        ref, heading = self.figure
        place = Month.parse(heading).first_day if self.is_of_month else heading
        says, kept = self.thing.says[:_LONGEST_TEXT], self.thing.kept
        cells = (ref or None, place, str(self.thing.kind), says, self.left, kept)
        return Row(cells, was=self.was)

    @property
    def is_of_month(self) -> bool:
        """Whether it belongs to a figure, not to what stands in its row beside the months."""
        return is_month_heading(self.figure[1])


def is_concerned(update: Update, workbook: Workbook) -> bool:
    """Whether an update moves figures on the page, or brings months or measures to it."""
    change = _page_of(update)
    return change is not None and _has_months(workbook) and _moves(change, workbook)


def _moves(change: SetRows, workbook: Workbook) -> bool:
    return bool(change.headings) or _moves_rows(change, workbook)


def moves_rows(update: Update, workbook: Workbook) -> bool:
    """Whether rows come to the page, leave it or change places, with all that stands in them."""
    change = _page_of(update)
    return change is not None and _moves_rows(change, workbook)


def _moves_rows(change: SetRows, workbook: Workbook) -> bool:
    return [row.was for row in change.rows] != list(range(len(workbook.dataset.rows)))


def _has_months(workbook: Workbook) -> bool:
    return not set(workbook.month_headings) & set(Dataset.UNNAMED_MONTHS)


def _page_of(update: Update) -> SetRows | None:
    pages = (c for c in update.changes if isinstance(c, SetRows) and c.table == Dataset.TABLE)
    return next(pages, None)


def with_put_on(
    update: Update,
    workbook: Workbook,
    on_page: OnCells,
    today: date,
    comes_back: Callable[[PutOn], Back],
) -> Update:
    """An update that carries along what is put on the figures of the page as it stands.

    ``comes_back`` says what becomes of each kept thing: what cannot be put back stays kept.
    """
    change = _page_of(update)
    if change is None or not is_concerned(update, workbook):
        return update
    page = _PageToBe.of(change, workbook)
    old = dict(_on_figures(on_page, workbook))
    left = [Kept(f, _fitting(x), today) for f, xs in old.items() if not page.has(f) for x in xs]
    known = list(_read_kept(workbook))
    comes = [one for one in _first_of_each(known) if page.has(one.figure)]
    free = [one for one in comes if _is_free(one, old) and _is_awaited(one, workbook)]
    ways = [(one, comes_back(one.thing)) for one in free]
    back = [replace(one, thing=way.thing) for one, way in ways if way.thing]
    changes = [*update.changes]
    if old or back:
        carry = replace(page.carrying(back), whole_rows=moves_rows(update, workbook))
        changes[changes.index(change)] = replace(change, put_on=carry)
    if left or back or known != list(_as_they_stand(workbook)):
        came = {one.was for one in back}
        changes.append(_table_to_be(workbook, [o for o in known if o.was not in came], left))
    sheet = workbook.tables[PutOnFigures.TABLE].sheet
    told = (*_row_left(left, sheet), *update.summary, *_told(left, back, sheet))
    lost = (*stays_outside(change, workbook, on_page), *_warned(ways, workbook))
    warned = (*lost, *update.warnings)  # what is lost now comes first
    return replace(update, changes=tuple(changes), summary=told, warnings=warned)


@value_type
class _PageToBe:
    """The figures that will be on the page: the row of each measure ("" is the headings')."""

    rows: Mapping[str, int]
    months: tuple[str, ...]
    others: tuple[str, ...]

    @classmethod
    def of(cls, change: SetRows, workbook: Workbook) -> _PageToBe:
        rows = {str(row.cells[0]): number for number, row in enumerate(change.rows)}
        others = (h for h in workbook.dataset.headings if not is_month_heading(h))
        months = tuple(filter(is_month_heading, change.columns))
        return cls({**rows, "": -1}, months, (*others, WHOLE_ROW))

    def has(self, figure: Figure) -> bool:
        return figure[0] in self.rows and figure[1] in (*self.months, *self.others)

    def carrying(self, back: Iterable[Kept]) -> Carry:
        found: dict[tuple[int, str], tuple[PutOn, ...]] = {}
        for one in back:
            cell = self.rows[one.figure[0]], one.figure[1]
            found[cell] = (*found.get(cell, ()), one.thing)
        return Carry(self.months, found)


def _is_free(one: Kept, old: Mapping[Figure, tuple[PutOn, ...]]) -> bool:
    """Whether nothing of its kind has been put on the figure meanwhile."""
    return all(_sort(x.kind) != _sort(one.thing.kind) for x in old.get(one.figure, ()))


def _is_awaited(one: Kept, workbook: Workbook) -> bool:
    """Whether its place comes to the page only now, where officers may have written meanwhile."""
    return one.is_of_month or not _is_on(workbook, one.figure)


def _sort(kind: Kind) -> Kind:
    """What a kind of thing takes the place of: a cell has one comment, with replies or without."""
    return Kind.COMMENT if kind is Kind.CONVERSATION else kind


def _first_of_each(known: Iterable[Kept]) -> Iterator[Kept]:
    """What is kept, but of each sort only the first on a figure; of rules a cell has several."""
    seen = set()
    for one in known:
        key = one.figure, _sort(one.thing.kind)
        if key not in seen or one.thing.kind is Kind.RULE:
            yield one
        seen.add(key)


def _is_on(workbook: Workbook, figure: Figure) -> bool:
    """Whether a figure is on the page as it stands."""
    at = workbook.dataset.headings.index(Dataset.REF)
    refs = {"", *(text_of(row[at]) for row in workbook.dataset.rows)}
    return figure[0] in refs and figure[1] in (*workbook.dataset.headings, WHOLE_ROW)


def _table_to_be(workbook: Workbook, staying: Iterable[Kept], left: Iterable[Kept]) -> SetRows:
    """The table of what is kept; a row of it that cannot be read stays as it is."""
    table = workbook.tables[PutOnFigures.TABLE]
    places = [table.headings.index(heading) for heading in PutOnFigures.COLUMNS]
    rows = {one.was: one.row for one in staying}
    read = {one.was for one in _as_they_stand(workbook)}
    for number, row in enumerate(table.rows):
        if number not in read and not is_blank(row):
            rows[number] = Row(tuple(row[place] for place in places), was=number)
    in_order = [rows[number] for number in sorted(n for n in rows if n is not None)]
    kept = (*in_order, *(one.row for one in left))
    return SetRows(PutOnFigures.TABLE, PutOnFigures.COLUMNS, kept)


def _on_figures(on_page: OnCells, workbook: Workbook) -> Iterator[tuple[Figure, tuple[PutOn, ...]]]:
    at = workbook.dataset.headings.index(Dataset.REF)
    for (row, heading), things in on_page.items():
        if heading == OUTSIDE:
            continue
        yield (text_of(workbook.dataset.rows[row][at]) if row >= 0 else "", heading), things


def _fitting(thing: PutOn) -> PutOn:
    """What a cell can hold: of a comment that is too long, its beginning as plain text."""
    return thing if len(thing.kept) <= _LONGEST_KEPT else replace(thing, kept="")


def _read_kept(workbook: Workbook) -> Iterator[Kept]:
    """What is kept, by the refs that measures have now."""
    renames = workbook.carried.renames
    for one in _as_they_stand(workbook):
        ref, month = one.figure
        yield replace(one, figure=(renames.get(ref, ref), month))


def _as_they_stand(workbook: Workbook) -> Iterator[Kept]:
    table = workbook.tables[PutOnFigures.TABLE]
    places = [table.headings.index(heading) for heading in PutOnFigures.COLUMNS]
    for number, row in enumerate(table.rows):
        ref, month, kind, says, left, kept = (row[place] for place in places)
        try:
            thing = PutOn(Kind(text_of(kind)), text_of(says), text_of(kept))
            yield Kept((text_of(ref), _heading(month, workbook)), thing, left, number)
        except (MonthUnreadable, ValueError):
            continue


def _heading(cell: CellValue, workbook: Workbook) -> str:
    """The heading that a row of the table names: of a column beside the months, or of a month."""
    text = text_of(cell)
    if text == WHOLE_ROW or (text in workbook.dataset.headings and not is_month_heading(text)):
        return text
    return Month.parse(cell).label


def _row_left(left: Sequence[Kept], sheet: str) -> Iterator[str]:
    """What leaves with a measure's row, told first: there may be words that stand nowhere else."""
    for ref, words in _by_row(left):
        yield (
            f"What stands beside the figures of {ref} leaves the page with its row: {words}. It is "
            f"kept on the sheet “{sheet}” and comes back with {ref}."
        )


def _told(left: Sequence[Kept], back: Sequence[Kept], sheet: str) -> Iterator[str]:
    """What leaves with its month and what comes back, a line for each month and each row."""
    for month, words in _by_month(left):
        yield (
            f"What was put on figures of {month} leaves the page with them: {words}. It is kept "
            f"on the sheet “{sheet}” and comes back with them."
        )
    for month, words in _by_month(back):
        yield f"Back on figures of {month}: {words}."
    for ref, words in _by_row(back):
        yield f"Back beside the figures of {ref}: {words}."


def _warned(ways: Iterable[tuple[Kept, Back]], workbook: Workbook) -> Iterator[Problem]:
    """What is lost of what comes back, and what stays kept though its figure is on the page.

    That is said when the figure comes to the page, and not as long as it stays there.
    """
    for one, way in ways:
        if way.found and not _is_on(workbook, one.figure):
            ref, month = one.figure
            item = f"{one.thing.kind} ({ref or 'heading'} {month})"
            sheet = workbook.tables[PutOnFigures.TABLE].sheet
            found = way.found.format(items=item)
            yield Problem(f"Sheet {sheet}", found, way.remedy, way.found, item)


def _by_month(things: Sequence[Kept]) -> Iterator[tuple[str, str]]:
    of_months = [one for one in things if one.is_of_month]
    for month in sorted({one.figure[1] for one in of_months}, key=Month.parse):
        of_month = (one for one in of_months if one.figure[1] == month)
        words = (f"{o.thing.kind} ({o.figure[0] or 'heading'})" for o in of_month)
        yield month, ", ".join(dict.fromkeys(words))


def _by_row(things: Sequence[Kept]) -> Iterator[tuple[str, str]]:
    beside = [one for one in things if not one.is_of_month]
    for ref in dict.fromkeys(one.figure[0] for one in beside):
        words = (_beside(one) for one in beside if one.figure[0] == ref)
        yield ref, ", ".join(dict.fromkeys(words))


def _beside(one: Kept) -> str:
    """A thing in words: what was written with its words, a colour by where it is."""
    kind, heading = one.thing.kind, one.figure[1].strip("()")
    if kind not in (Kind.ENTRY, Kind.COMMENT, Kind.CONVERSATION):
        return f"{kind} ({heading})"
    words = " ".join(one.thing.says[: 4 * _LONGEST_TOLD].split())
    cut = words if len(words) <= _LONGEST_TOLD else f"{words[: _LONGEST_TOLD - 1]}…"
    return f"{kind} “{cut}” ({heading})"
