"""An older workbook as one of the present edition: what it lacks is taken from the template.

What later editions brought is grafted part by part; what officers made, and what they took out of
their own edition, stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from xl_addin import ooxml
from xl_addin.dataset.editions import lacks
from xl_addin.dataset.workbook import Workbook, parse_workbook
from xl_addin.errors import Problem, WorkbookRefused
from xl_addin.excel import dataset_file
from xl_addin.excel.template import build_template
from xl_addin.excel.upgrade.footers import bring_footers
from xl_addin.excel.upgrade.formats import bring_formats
from xl_addin.excel.upgrade.formulas import bring_formulas, offer_units
from xl_addin.excel.upgrade.macros import (
    has_functions,
    modules_naming,
    modules_of,
    upgrade_macros,
)
from xl_addin.excel.upgrade.monthly_return import bring_monthly_return, said_in
from xl_addin.excel.upgrade.places import place_of_name, renamed_sheets, sheet_after
from xl_addin.excel.upgrade.settings import bring_settings
from xl_addin.excel.upgrade.signals import bring_signals
from xl_addin.layout import TABLES, Dataset, History, Name, Return, Settings, Sheet, Signals
from xl_addin.ooxml import WorkbookFile
from xl_addin.ooxml.cell_writer import CellWriter
from xl_addin.ooxml.graft_column import add_column
from xl_addin.ooxml.graft_sheet import Graft
from xl_addin.ooxml.markup import parse, serialise
from xl_addin.ooxml.package import Package
from xl_addin.ooxml.refusals import refusing_damage
from xl_addin.ooxml.sheet_names import rename_sheet
from xl_addin.period import Month
from xl_addin.table import CellValue, Sheets, Table
from xl_addin.values import value_type

FIRST_HISTORY_SHEET = "History"
"""How the first edition called the sheet of the table History: Excel in English reserves that."""

_LEVEL_TEXT, _LEVEL_TEXT_NOW = b'rot="21600000"', b'rot="0"'
"""A chart axis whose text is level, as the first edition said it and as Excel does."""


@value_type
class Upgraded:
    """A workbook of the present edition: its bytes, and what is new in it, a line each."""

    data: bytes
    told: tuple[str, ...]


def upgrade(path: Path, data: bytes) -> Upgraded:
    """Bring a workbook to the present edition; one that is there already keeps its bytes.

    Raises WorkbookRefused for what is no workbook of ours, for a newer one, where something
    stands in the way of what is new, and where anything that was there would be lost.
    """
    before = dataset_file.parse(path, data)
    workbook = parse_workbook(before)
    with refusing_damage(path):
        book = ooxml.open_workbook(path, data, dataset_file.OURS)
        modules = modules_of(book)
        told = [*_bring_parts(book, workbook, modules), *upgrade_macros(book, modules)]
        book.store()
        changed = book.package.to_bytes() if book.package.changed else data
    if changed != data:
        _refuse_losses(path, before, changed)
    return Upgraded(changed, tuple(told))


def _bring_parts(
    book: WorkbookFile, workbook: Workbook, modules: Mapping[str, str]
) -> Iterator[str]:
    """Bring a workbook file all that is new but macros, and say what that is."""
    functions = has_functions(modules)
    made = build_template(workbook.title, workbook.catalogue, functions=functions)
    template = WorkbookFile(Package(made), dataset_file.OURS)
    sheets, lacked_signals = list(book.sheet_parts), Signals.TABLE not in book.tables
    yield from _rename_history(book, modules)
    graft = Graft(template, book, renamed_sheets(template, book))
    yield from bring_settings(graft, functions=functions)
    yield from bring_monthly_return(graft, workbook)
    yield from _bring_new(graft, workbook.edition)
    yield from bring_formats(graft, _new_columns(workbook.edition))
    yield from bring_formulas(book, workbook.month_headings)
    yield from bring_footers(graft, workbook.title)
    offer_units(book)
    _level_axes(book)
    ooxml.make_changes(book, bring_signals(book, workbook) if lacked_signals else ())
    if sheets != list(book.sheet_parts):
        _forget_titles(book)


def _rename_history(book: WorkbookFile, modules: Mapping[str, str]) -> Iterator[str]:
    if book.tables[History.TABLE].sheet != FIRST_HISTORY_SHEET:
        return
    if book.sheet_name(Sheet.HISTORY):
        found = f"There is a sheet “{Sheet.HISTORY}” already; the sheet History is to be called so."
        raise WorkbookRefused([Problem("Workbook", found, "Rename yours, then try again.")])
    in_texts = rename_sheet(book, FIRST_HISTORY_SHEET, Sheet.HISTORY)
    if book.value(Sheet.HISTORY, 1, 1) == FIRST_HISTORY_SHEET:
        CellWriter(book, book.sheet(Sheet.HISTORY)).write(1, 1, Sheet.HISTORY, str)
    yield f"The sheet {FIRST_HISTORY_SHEET} is called {Sheet.HISTORY}; its table is History still."
    in_texts += [f"macros, {name}" for name in modules_naming(modules, FIRST_HISTORY_SHEET)]
    if in_texts:
        yield f"What names the old sheet in a text stays; please look: {', '.join(in_texts)}."


def _new_columns(edition: int) -> list[str]:
    """The columns of the page that later editions have."""
    return [p[1] for p in lacks(edition) if isinstance(p, tuple) and p[0] == Dataset.TABLE]


def _bring_new(graft: Graft, edition: int) -> Iterator[str]:
    """Bring the sheets, columns and names that later editions have."""
    lacking = lacks(edition)
    for sheet in _new_sheets(graft, edition):
        graft.add_sheet(sheet, before=sheet_after(graft, sheet))
        yield f"New sheet: {sheet}"
    for part in lacking:
        if isinstance(part, tuple) and part[1] not in graft.target.tables[part[0]].headings:
            add_column(graft, *part)
            yield f"New column in {graft.target.tables[part[0]].sheet}: {part[1]}"
    for name, formula in _new_names(graft, edition):
        graft.define_name(name, formula)


def _new_sheets(graft: Graft, edition: int) -> list[str]:
    """The sheets a workbook lacks, in the template's order.

    One without a table is known by its name: it is there, ours or an officer's own.
    """
    tables = graft.source.tables.values()
    there = {table.sheet for table in tables if table.name in graft.target.tables}
    with_tables = {table.sheet for table in tables}
    there |= {s for s in graft.target.sheet_parts if s not in with_tables}
    wanted = {
        graft.source.tables[part].sheet if part in TABLES else part
        for part in lacks(edition)
        if isinstance(part, str)
    }
    return [sheet for sheet in graft.source.sheet_parts if sheet in wanted - there]


def _new_names(graft: Graft, edition: int) -> Iterator[tuple[str, str]]:
    for element in graft.source.defined_names:
        name = element.get("name")
        if name in lacks(edition) and name not in graft.target.names:
            yield name, place_of_name(graft, element.text or "")


def _level_axes(book: WorkbookFile) -> None:
    """Say as Excel does that the text of an axis is level, in the charts of Key measures."""
    place = book.names.get(Name.key_measure(1))
    for part in _charts_of(book, book.sheet_parts[place.sheet]) if place else ():
        data = book.package.part(part)
        book.package.replace(part, data.replace(_LEVEL_TEXT, _LEVEL_TEXT_NOW))


def _charts_of(book: WorkbookFile, sheet: str) -> list[str]:
    drawings = book.package.relationships(sheet, "drawing")
    return [
        chart.target
        for drawing in drawings
        for chart in book.package.relationships(drawing.target, "chart")
    ]


def _forget_titles(book: WorkbookFile) -> None:
    """Let go of the list of sheets in the file's properties: Excel writes it anew."""
    for relationship in book.package.relationships("", "extended-properties"):
        data = book.package.part(relationship.target)
        root = parse(data)
        for element in root.findall("{*}HeadingPairs") + root.findall("{*}TitlesOfParts"):
            root.remove(element)
        book.package.replace(relationship.target, serialise(root, data))


def _refuse_losses(path: Path, before: Sheets, data: bytes) -> None:
    """Make sure that every table and name says what it said, but for what is new."""
    after = dataset_file.parse(path, data)
    parse_workbook(after)
    for name, table in before.tables.items():
        if name != Settings.TABLE and _columns(after.tables[name], table) != _columns(table, table):
            raise _loss(path, f"the table {name}")
    for name, values in before.names.items():
        if after.names.get(name) != values:
            raise _loss(path, f"the name {name}")
    if _said(before) != _said(after):
        raise _loss(path, f"the table {Return.TABLE}")


def _columns(table: Table, before: Table) -> list[tuple[CellValue, ...]]:
    """The columns that a table had before, each with its heading."""
    moved = {Return.MONTH: Return.DESCRIPTION} if before.name == Return.TABLE else {}
    headings = [heading for heading in before.headings if heading not in moved]
    places = [table.headings.index(heading) for heading in headings if heading in table.headings]
    return [(table.headings[n], *(row[n] for row in table.rows)) for n in places]


def _said(sheets: Sheets) -> list[tuple[CellValue | Month, ...]]:
    cells = sheets.names.get(Name.RETURN_MONTH, ())
    return said_in(sheets.tables[Return.TABLE], cells[0][0] if cells else None)


def _loss(path: Path, what: str) -> WorkbookRefused:
    found = f"After the upgrade, {what} would not be as it was."
    remedy = "Go on with the workbook as it is: every command works on it."
    return WorkbookRefused([Problem(path.name, found, remedy)])
