"""Bring targets or comparators of a file into their table: what that changes in a workbook."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from xl_addin.dataset.comparators import Period, read_comparators
from xl_addin.dataset.derived import is_number
from xl_addin.dataset.renames import former_refs
from xl_addin.dataset.targets import read_targets
from xl_addin.dataset.workbook import Workbook
from xl_addin.errors import Problem, ReturnRefused
from xl_addin.layout import Comparators, Targets
from xl_addin.measure import Measure, Polarity
from xl_addin.refresh import Occasion, log_of, logged, sync_notes
from xl_addin.report import for_log
from xl_addin.returns.brought import COLUMNS, Brought
from xl_addin.table import CellValue, Formula, Table, is_blank, same_value, text_of
from xl_addin.update import Row, SetRows, Update
from xl_addin.values import replace, value_type

Cells = tuple[CellValue, ...]
VALUE_AT = 3
"""Where both tables have the figure: Target, Value."""


@value_type
class _Merged:
    """The rows a table is to have; what is new, and what takes the place of what."""

    rows: tuple[Row, ...]
    added: int
    replaced: tuple[str, ...]


def bring_rows(
    workbook: Workbook, brought: Brought, source: str, digest: str, occasion: Occasion
) -> Update:
    """The table with the rows of a file, and what page and summary say by them; logged.

    A row for the same measure, who and period (or months) takes the place of one there was with
    another figure; others stay. Raises ReturnRefused with every problem, and then nothing is to be
    changed; an Update without changes says the table holds all of it already.
    """
    if problems := brought.problems or _problems(workbook, brought):
        raise ReturnRefused(problems)
    table = workbook.tables[brought.table]
    merged = _merge(workbook, table, brought)
    if not merged.added and not merged.replaced:
        return Update()
    change = SetRows(table.name, COLUMNS[table.name], merged.rows)
    after = replace(table, rows=tuple(_as_read(table, row) for row in merged.rows))
    told = replace(workbook, tables={**workbook.tables, table.name: after})
    if wrong := [*_new_problems(workbook, told, table.name)]:
        raise ReturnRefused(wrong)
    shown = _shown(told, occasion)
    log = log_of(occasion, workbook.month, f"{table.name} from {source}")
    log = replace(log, digest=digest, warnings=for_log(shown.warnings))
    row = logged(workbook, Update(), log)
    summary = (*_in_words(table.name, merged), *shown.summary)
    return Update((change, *shown.changes, *row), summary, shown.warnings)


def _shown(workbook: Workbook, occasion: Occasion) -> Update:
    """What the page and the summary say by the table; after a rename, the next refresh says it."""
    if workbook.month is None or workbook.carried.renames:
        return Update()
    return sync_notes(workbook, occasion)


def _problems(workbook: Workbook, brought: Brought) -> tuple[Problem, ...]:
    """What is wrong with the rows by themselves, each called by its row in the file."""
    if not brought.rows:
        found = f"It holds no {brought.table.lower()} that can be taken."
        return (Problem(brought.place, found, "Fill in a row, or choose another file."),)
    by_line, first = dict(brought.rows), brought.rows[0][0]
    lines = range(first, brought.rows[-1][0] + 1)
    blank = (None,) * len(COLUMNS[brought.table])
    rows = tuple(by_line.get(line, blank) for line in lines)
    table = Table(brought.table, brought.place, COLUMNS[brought.table], rows, first)
    return _known_problems(workbook, table)


def _former(workbook: Workbook) -> Mapping[str, str]:
    return {**former_refs(workbook.catalogue, workbook.history), **workbook.carried.renames}


def _known_problems(workbook: Workbook, table: Table) -> tuple[Problem, ...]:
    """What makes rows of a table count for nothing: a target without a polarity is shown."""
    catalogue, former = workbook.catalogue, _former(workbook)
    if table.name == Comparators.TABLE:
        return read_comparators(table, catalogue, former).problems
    known = read_targets(table, catalogue, former)
    neutral = {t.place for t in known.targets if catalogue[t.ref].polarity is Polarity.NEUTRAL}
    return tuple(
        p for p in known.problems if p.place not in neutral or "no Polarity" not in p.found
    )


def _new_problems(before: Workbook, after: Workbook, name: str) -> Iterator[Problem]:
    """What is wrong with the table only once the rows stand in it: two targets for a month."""
    known = {problem.found for problem in _known_problems(before, before.tables[name])}
    problems = _known_problems(after, after.tables[name])
    return (problem for problem in problems if problem.found not in known)


def _merge(workbook: Workbook, table: Table, brought: Brought) -> _Merged:
    """The rows of the table in their order, each as the file has it, then what is new."""
    key_of, former = _KEYS[table.name], _former(workbook)
    places = [table.headings.index(heading) for heading in COLUMNS[table.name]]
    read = enumerate(tuple(row[place] for place in places) for row in table.rows)
    stand = {number: cells for number, cells in read if not is_blank(table.rows[number])}
    by_key = {key_of(cells): number for number, cells in stand.items()}
    new: dict[object, Row] = {}
    replaced: list[str] = []
    for _, (first, *others) in brought.rows:
        ref = former.get(text_of(first), text_of(first))
        cells, measure = (ref, *others), workbook.catalogue[ref]
        at = by_key.get(key_of(cells))
        if at is None:
            new[key_of(cells)] = Row(cells, number_formats=_format(table.name, measure))
        elif not all(map(same_value, stand[at][: VALUE_AT + 1], cells)):
            replaced.append(_replaced(stand[at], cells, measure))
            stand[at] = cells
    rows = tuple(Row(cells, was=number) for number, cells in stand.items())
    return _Merged((*rows, *new.values()), len(new), tuple(replaced))


def _as_read(table: Table, row: Row) -> Cells:
    """A row as it is read once it stands in the table."""
    old = table.rows[row.was] if row.was is not None else (None,) * len(table.headings)
    now = {h: _value(cell) for h, cell in zip(COLUMNS[table.name], row.cells, strict=True)}
    return tuple(now.get(h, was) for h, was in zip(table.headings, old, strict=True))


def _value(cell: CellValue | Formula) -> CellValue:
    return cell.value if isinstance(cell, Formula) else cell


def _comparator(cells: Sequence[CellValue]) -> object:
    period, who = Period.parse(cells[2]), " ".join(text_of(cells[1]).casefold().split())
    return text_of(cells[0]), who, period[:2] if period else cells[2]


def _target(cells: Sequence[CellValue]) -> object:
    return text_of(cells[0]), text_of(cells[1])[:10], text_of(cells[2])[:10]


_KEYS: Mapping[str, Callable[[Sequence[CellValue]], object]] = {
    Comparators.TABLE: _comparator,
    Targets.TABLE: _target,
}
"""What a table has one row for."""


def _format(table: str, measure: Measure) -> dict[str, str]:
    """How the figure of a new row is shown: that of others with one decimal more."""
    decimals = measure.decimals + (table == Comparators.TABLE and not measure.unit.kind.is_whole)
    return {COLUMNS[table][VALUE_AT]: measure.unit.number_format(decimals)}


def _replaced(was: Cells, now: Cells, measure: Measure) -> str:
    before, after = (_figure(cells[VALUE_AT], measure) for cells in (was, now))
    whose = f"{text_of(now[1])} {text_of(now[2])}" if len(now) > 4 else "Target"
    return f"{measure.ref}, {whose}: was {before}, is {after}."


def _figure(cell: CellValue, measure: Measure) -> str:
    if not is_number(cell):
        return text_of(cell) or "blank"
    return measure.unit.printed(cell, measure.decimals + (not measure.unit.kind.is_whole))


def _in_words(table: str, merged: _Merged) -> Iterator[str]:
    if merged.added:
        yield f"{table}: {merged.added} {'row is' if merged.added == 1 else 'rows are'} added."
    yield from merged.replaced
