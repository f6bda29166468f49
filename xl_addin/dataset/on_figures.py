"""What officers put on figures: it belongs to the month, leaves the page with it, and comes back.

Comments, colours, links and rules of one cell of the months are meant (of a figure, or of the
heading of a month). What leaves the page is kept in the table PutOnFigures until its month or its
measure is on the page again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date

from xl_addin.dataset.page import is_month_heading
from xl_addin.dataset.workbook import Workbook
from xl_addin.errors import MonthUnreadable, Problem
from xl_addin.layout import Dataset, PutOnFigures
from xl_addin.period import Month
from xl_addin.table import CellValue, is_blank, text_of
from xl_addin.update import Back, Carry, Kind, OnCells, PutOn, Row, SetRows, Update
from xl_addin.values import replace, value_type

_LONGEST_TEXT, _LONGEST_KEPT = 16_000, 32_000
"""Characters of what a cell is to hold; a longer comment is kept as far as that, as plain text."""

Figure = tuple[str, str]
"""A measure's ref ("" for the heading of a month) and the heading of a month."""


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
        ref, month = self.figure
        day = Month.parse(month).first_day
        says, kept = self.thing.says[:_LONGEST_TEXT], self.thing.kept
        cells = (ref or None, day, str(self.thing.kind), says, self.left, kept)
        return Row(cells, was=self.was)


def is_concerned(update: Update, workbook: Workbook) -> bool:
    """Whether an update moves figures on the page, or brings months or measures to it."""
    change = _page_of(update)
    return change is not None and _has_months(workbook) and _moves(change, workbook)


def _moves(change: SetRows, workbook: Workbook) -> bool:
    places = [row.was for row in change.rows]
    return bool(change.headings) or places != list(range(len(workbook.dataset.rows)))


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
    page = _PageToBe.of(change)
    old = dict(_on_figures(on_page, workbook))
    left = [Kept(f, _fitting(x), today) for f, xs in old.items() if not page.has(f) for x in xs]
    known = list(_read_kept(workbook))
    free = [one for one in _first_of_each(known) if page.has(one.figure) and _is_free(one, old)]
    ways = [(one, comes_back(one.thing)) for one in free]
    back = [replace(one, thing=way.thing) for one, way in ways if way.thing]
    changes = [*update.changes]
    if old or back:
        changes[changes.index(change)] = replace(change, put_on=page.carrying(back))
    if left or back or known != list(_as_they_stand(workbook)):
        came = {one.was for one in back}
        changes.append(_table_to_be(workbook, [o for o in known if o.was not in came], left))
    sheet = workbook.tables[PutOnFigures.TABLE].sheet
    told = (*update.summary, *_told(left, back, sheet))
    warned = (*_warned(ways, workbook), *update.warnings)  # what is lost now comes first
    return replace(update, changes=tuple(changes), summary=told, warnings=warned)


@value_type
class _PageToBe:
    """The figures that will be on the page: the row of each measure ("" is the headings')."""

    rows: Mapping[str, int]
    months: tuple[str, ...]

    @classmethod
    def of(cls, change: SetRows) -> _PageToBe:
        rows = {str(row.cells[0]): number for number, row in enumerate(change.rows)}
        return cls({**rows, "": -1}, tuple(filter(is_month_heading, change.columns)))

    def has(self, figure: Figure) -> bool:
        return figure[0] in self.rows and figure[1] in self.months

    def carrying(self, back: Iterable[Kept]) -> Carry:
        found: dict[tuple[int, str], tuple[PutOn, ...]] = {}
        for one in back:
            cell = self.rows[one.figure[0]], one.figure[1]
            found[cell] = (*found.get(cell, ()), one.thing)
        return Carry(self.months, found)


def _is_free(one: Kept, old: Mapping[Figure, tuple[PutOn, ...]]) -> bool:
    """Whether nothing of its kind has been put on the figure meanwhile."""
    return all(_sort(x.kind) != _sort(one.thing.kind) for x in old.get(one.figure, ()))


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
    return figure[0] in refs and figure[1] in workbook.month_headings


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
            yield Kept((text_of(ref), Month.parse(month).label), thing, left, number)
        except (MonthUnreadable, ValueError):
            continue


def _told(left: Sequence[Kept], back: Sequence[Kept], sheet: str) -> Iterator[str]:
    """What leaves and what comes back, a line for each month."""
    for month, words in _by_month(left):
        yield (
            f"What was put on figures of {month} leaves the page with them: {words}. It is kept "
            f"on the sheet “{sheet}” and comes back with them."
        )
    for month, words in _by_month(back):
        yield f"Back on figures of {month}: {words}."


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
    months = sorted({one.figure[1] for one in things}, key=Month.parse)
    for month in months:
        words = (f"{o.thing.kind} ({o.figure[0] or 'heading'})" for o in _of(month, things))
        yield month, ", ".join(dict.fromkeys(words))


def _of(month: str, things: Sequence[Kept]) -> Iterator[Kept]:
    return (one for one in things if one.figure[1] == month)
