"""Putting a column of one workbook's table into the same table of another, at its right end."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from copy import deepcopy

from xl_addin.errors import Problem, WorkbookRefused
from xl_addin.ooxml.area import Area, address, letters
from xl_addin.ooxml.cells import blank_cell, style_of, value_cell
from xl_addin.ooxml.graft_sheet import Graft
from xl_addin.ooxml.markup import Element, namespace
from xl_addin.ooxml.sheet import Sheet
from xl_addin.ooxml.table_part import TablePart
from xl_addin.values import value_type

_BEFORE_VALIDATIONS = (
    *("sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData"),
    *("sheetCalcPr", "sheetProtection", "protectedRanges", "scenarios", "autoFilter"),
    *("sortState", "dataConsolidate", "customSheetViews", "mergeCells", "phoneticPr"),
    "conditionalFormatting",
)
"""What stands before dataValidations in a sheet (ECMA-376, part 1, 18.3.1.99)."""


def add_conditional_format(shell: Element, block: Element) -> None:
    """Add the rules for the look of an area of cells to a sheet, after those it has."""
    shell.insert(_after(shell, _BEFORE_VALIDATIONS), block)


def _after(shell: Element, before: Collection[str]) -> int:
    names = [str(child.tag).rpartition("}")[2] for child in shell]
    return 1 + max(place for place, name in enumerate(names) if name in before)


@value_type
class _NewColumn:
    """A column of the source's table, and where it comes to stand in the target's."""

    graft: Graft
    ours: TablePart
    theirs: TablePart
    from_column: int
    column: int

    @property
    def origin(self) -> Sheet:
        return self.graft.source.sheet(self.ours.sheet)

    @property
    def sheet(self) -> Sheet:
        return self.graft.target.sheet(self.theirs.sheet)

    def style(self, row: int) -> int:
        """How a cell of the source's column looks, as a format of the target."""
        return self.graft.styles.style(style_of(self.origin.cell(row, self.from_column)))

    def styles(self) -> Iterator[tuple[int, int]]:
        """Each row of the target's table with its look: that of the source's row of that name.

        A row that the source has not looks like its first.
        """
        named = self.ours.headings[0]
        of = self.ours.column(named), self.theirs.column(named)
        value, body = self.graft.source.value, self.ours.body
        rows = {value(self.ours.sheet, row, of[0]): row for row in body.rows}
        for row in self.theirs.body.rows:
            name = self.graft.target.value(self.theirs.sheet, row, of[1])
            yield row, self.style(rows.get(name, body.first_row))


def add_column(graft: Graft, table: str, heading: str) -> None:
    """Put a column in: its heading, width, drop-down, and the look of its cells, which are blank.

    Raises WorkbookRefused, and nothing has changed, where something stands beside the table.
    """
    ours, theirs = graft.source.table(table), graft.target.table(table)
    _refuse_without_room(graft, theirs, heading)
    new = _NewColumn(graft, ours, theirs, ours.column(heading), theirs.widen(heading))
    _write_cells(new, heading)
    _carry_width(new)
    _carry_drop_downs(new)
    new.sheet.shell_changed()


def _write_cells(new: _NewColumn, heading: str) -> None:
    sheet = new.sheet
    for row, style in new.styles():
        place = address(row, new.column)
        sheet.put(row, new.column, blank_cell(sheet.prefix, place, style))
    if new.theirs.has_headings:
        row = new.theirs.area.first_row
        style, place = new.style(new.ours.area.first_row), address(row, new.column)
        sheet.put(row, new.column, value_cell(sheet.prefix, place, style, heading))


def _refuse_without_room(graft: Graft, table: TablePart, heading: str) -> None:
    sheet = graft.target.sheet(table.sheet)
    column = table.area.last_column + 1
    wanted = Area(table.area.first_row, column, table.area.last_row, column)
    others = [t.area for t in graft.target.tables.values() if t.sheet == table.sheet]
    taken = any(area.overlaps(wanted) for area in (*others, *sheet.merged))
    filled = [row for row in wanted.rows if _holds_something(graft, table.sheet, row, column)]
    if taken or filled:
        place = address(filled[0] if filled else wanted.first_row, column)
        found = f"The new column “{heading}” of the table {table.name} needs column "
        found += f"{letters(column)}, where something stands ({place})."
        remedy = f"Move what stands there to the right (insert a column before {letters(column)})."
        raise WorkbookRefused([Problem(f"Sheet {table.sheet}", found, remedy)])


def _holds_something(graft: Graft, sheet: str, row: int, column: int) -> bool:
    cell = graft.target.sheet(sheet).cell(row, column)
    return bool(cell) and graft.target.value(sheet, row, column) is not None


def _carry_width(new: _NewColumn) -> None:
    """Give the column its width, unless the sheet has set one for it."""
    shell, column = new.sheet.shell, new.column
    widths = new.origin.shell.iterfind("{*}cols/{*}col")
    wanted = next((c for c in widths if _covers(c, new.from_column)), None)
    if wanted is None or any(_covers(c, column) for c in shell.iterfind("{*}cols/{*}col")):
        return
    cols = shell.find("{*}cols")
    if cols is None:
        cols = shell.makeelement(f"{namespace(shell)}cols")
        shell.insert(list(shell).index(shell.find("{*}sheetData")), cols)
    width = cols.makeelement(f"{namespace(shell)}col")
    for name, value in (("min", str(column)), ("max", str(column)), *wanted.items()):
        if name not in width.attrib and name != "style":
            width.set(name, value)
    cols.insert(sum(int(c.get("min", 0)) < column for c in cols), width)


def _covers(element: Element, column: int) -> bool:
    return int(element.get("min", 0)) <= column <= int(element.get("max", 0))


def _carry_drop_downs(new: _NewColumn) -> None:
    """Let the column's cells be checked as in the source, in as many rows below."""
    first = new.theirs.body.first_row
    for rule in new.origin.shell.iterfind("{*}dataValidations/{*}dataValidation"):
        area = Area.parse(rule.get("sqref", ""))
        if area is None or list(area.columns) != [new.from_column]:
            continue
        last = max(new.theirs.body.last_row, first + area.height - 1)
        copied = deepcopy(rule)
        copied.set("sqref", str(Area(first, new.column, last, new.column)))
        add_validation(new.sheet.shell, copied, new.graft.followed)


def add_validation(shell: Element, rule: Element, followed: Callable[[str], str]) -> None:
    """Add a rule for what cells may hold to a sheet, its formulas being ``followed``."""
    for formula in rule.iter("{*}formula1", "{*}formula2"):
        formula.text = followed(formula.text or "")
    rules = _validations(shell)
    rules.append(rule)
    rules.set("count", str(len(rules)))


def _validations(shell: Element) -> Element:
    found = shell.find("{*}dataValidations")
    if found is None:
        found = shell.makeelement(f"{namespace(shell)}dataValidations")
        shell.insert(_after(shell, _BEFORE_VALIDATIONS), found)
    return found
