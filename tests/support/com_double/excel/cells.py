"""Blocks of cells: what they hold, how they are shown, and how they move."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tests.support.com_double import variants
from tests.support.com_double.errors import refused
from tests.support.com_double.excel import on_cells
from tests.support.com_double.excel.moves import refuse_shift
from tests.support.com_double.members import ComObject, also, get, get_since, method, method_since
from tests.support.com_double.spreadsheet import Rect, model_range, shifted, typed
from tests.support.on_cells import Put

if TYPE_CHECKING:
    from tests.support.com_double.excel.application import Excel
    from tests.support.com_double.excel.tables import ListObject
    from tests.support.com_double.excel.worksheet import Worksheet

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384

SHIFT_DOWN, SHIFT_UP, SHIFT_RIGHT = -4121, -4162, -4161
"""XlInsertShiftDirection and XlDeleteShiftDirection."""

ORIGINS = {0: "format_from_left_or_above", 1: "format_from_right_or_below"}


class Range(ComObject):
    interface = "Range"
    iid = "{00020846-0000-0000-C000-000000000046}"
    default = "Item"

    def __init__(self, sheet: Worksheet, rect: Rect) -> None:
        super().__init__(sheet.excel)
        row, column, rows, columns = rect
        if min(row, column, rows, columns) < 1 or row + rows - 1 > LAST_ROW:
            raise refused()
        if column + columns - 1 > LAST_COLUMN:
            raise refused()
        self.sheet = sheet
        self._was, self._known = rect, len(sheet.book.shifts)

    @property
    def rect(self) -> Rect:
        """Where it stands by now: what was handed out goes with its cells."""
        return shifted(self._was, self.sheet.name, self.sheet.book.shifts[self._known :])

    def refuse_if_gone(self) -> None:
        self.sheet.refuse_if_gone()

    @property
    def model(self) -> Any:
        return model_range(self.sheet.book.memory, self.sheet.name, self.rect)

    def _corners(self) -> list[tuple[int, int]]:
        row, column, rows, columns = self.rect
        return [(r, c) for r in range(row, row + rows) for c in range(column, column + columns)]

    @get
    def application(self) -> Excel:
        return self.excel

    @get
    def worksheet(self) -> Worksheet:
        return self.sheet

    parent = also(worksheet, "Parent")

    @get
    def list_object(self) -> ListObject | None:
        """The table of its first cell; nothing where there is none (Microsoft's page)."""
        from tests.support.com_double.excel.tables import ListObject

        row, column = self.rect[:2]
        for name, sheet, (top, left, rows, columns), _ in self.sheet.book.memory.tables():
            is_inside = top <= row < top + rows and left <= column < left + columns
            if sheet == self.sheet.name and is_inside:
                return ListObject(self.sheet, name)
        return None

    @get
    def row(self) -> int:
        return self.rect[0]

    @get
    def column(self) -> int:
        return self.rect[1]

    @get
    def rows(self) -> Lines:
        return Lines(self, self.rect[2])

    @get
    def columns(self) -> Lines:
        return Lines(self, self.rect[3])

    @get
    def count(self) -> int:
        """More than a Long holds overflows (Microsoft's page): the cells of a whole sheet."""
        cells = self.rect[2] * self.rect[3]
        if cells >= 2**31:
            raise refused("Overflow")
        return cells

    @get
    def count_large(self) -> int:
        return self.rect[2] * self.rect[3]

    @get
    def cells(self) -> Range:
        return self

    @method
    def item(self, row_index: float, column_index: float | None = None) -> Range:
        """The cell so many rows down and columns across, from 1; also beyond the block."""
        row, column, _, columns = self.rect
        down, across = int(row_index), column_index
        if across is None:
            down, across = divmod(down - 1, columns)
            down, across = down + 1, across + 1
        return Range(self.sheet, (row + down - 1, column + int(across) - 1, 1, 1))

    @get
    def address(self) -> str:
        return self.model.address

    @method
    def get_address(
        self,
        row_absolute: Any = True,
        column_absolute: Any = True,
        reference_style: float = 1,
        external: Any = False,
    ) -> str:
        """With ``External`` the workbook and the sheet, in quotes where a name needs them.

        Microsoft, "Range.Address property": ``[Book1]Sheet1!$A$1``.
        """
        if not external:
            return self.model.address
        where = f"[{self.sheet.book.name}]{self.sheet.name}"
        if not re.fullmatch(r"\[[\w.]+\][^\W\d]\w*", where):
            where = "'" + where.replace("'", "''") + "'"
        return f"{where}!{self.model.address}"

    def _values(self, raw: bool) -> Any:
        memory, sheet = self.sheet.book.memory, self.sheet.name
        pairs = zip(memory.values(sheet, self.rect), memory.formats(sheet, self.rect), strict=True)
        utc = self.excel.utc
        rows = [
            tuple(
                variants.out(cell, code, raw=raw, utc=utc) for cell, code in zip(*pair, strict=True)
            )
            for pair in pairs
        ]
        return rows[0][0] if self.rect[2:] == (1, 1) else tuple(rows)

    @get
    def value(self) -> Any:
        return self._values(raw=False)

    @value.put
    def value(self, value: Any) -> None:
        """Text is read as if it had been typed; formats of single characters are lost.

        A cell that is formatted as text keeps a number as its text (Microsoft, "Format numbers
        as text"). A whole block is refused for one formula that is none.
        """
        self.sheet.refuse_if_protected()
        rows = variants.as_block(value, *self.rect[2:])
        for text in [cell for row in rows for cell in row if isinstance(cell, str)]:
            _refuse_if_no_formula(text)
        self.model.raw_value = self._as_text_where_text(rows)
        book = self.sheet.book
        book.rich -= {(self.sheet.name, at) for at in self._corners()} if book.rich else set()
        book.changed()

    def _as_text_where_text(self, rows: list[list[Any]]) -> list[list[Any]]:
        formats = self.sheet.book.memory.formats(self.sheet.name, self.rect)
        return [
            [
                _general(v) if code == "@" and type(v) is float else v
                for v, code in zip(*pair, strict=True)
            ]
            for pair in zip(rows, formats, strict=True)
        ]

    @get
    def value2(self) -> Any:
        return self._values(raw=True)

    @value2.put
    def value2(self, value: Any) -> None:
        self.value = value

    def _formulas(self) -> list[list[str]]:
        memory, sheet = self.sheet.book.memory, self.sheet.name
        held, values = memory.formulas(sheet, self.rect), memory.values(sheet, self.rect)
        return [
            [
                text if _is_formula(text, value) else _constant(value)
                for text, value in zip(*pair, strict=True)
            ]
            for pair in zip(held, values, strict=True)
        ]

    @get
    def formula(self) -> Any:
        """In English whatever Excel speaks; a constant as text, blank as "" (Microsoft's page)."""
        return self._bare(self._formulas())

    @formula.put
    def formula(self, value: Any) -> None:
        self.value = value

    @get
    def formula_local(self) -> Any:
        """In the words and with the separators of the officer's own Excel (Microsoft's page)."""
        local = self.excel.language.formula
        return self._bare([[local(text) for text in row] for row in self._formulas()])

    @get_since("365")
    def formula2(self) -> Any:
        """With dynamic arrays only: not in 2016 and 2019 (Microsoft's page)."""
        return self.formula

    @formula2.put
    def formula2(self, value: Any) -> None:
        self.value = value

    def _bare(self, rows: list[list[Any]]) -> Any:
        return rows[0][0] if self.rect[2:] == (1, 1) else tuple(map(tuple, rows))

    @get
    def number_format(self) -> str | None:
        """Null where the cells differ (Microsoft's page)."""
        return self.model.number_format

    @number_format.put
    def number_format(self, code: str) -> None:
        """Refused for a format of another language, such as "TT.MM.JJJJ" (Microsoft's page)."""
        self.sheet.refuse_if_protected()
        if code.count('"') % 2 or "JJ" in code.upper():
            raise refused("Unable to set the NumberFormat property of the Range class")
        self.model.number_format = code
        self.sheet.book.changed()

    @get
    def number_format_local(self) -> str | None:
        code = self.number_format
        return None if code is None else self.excel.language.number_format(code)

    @get
    def merge_cells(self) -> bool | None:
        """Null where only some cells are merged (Microsoft's page)."""
        memory = self.sheet.book.memory
        if not memory.merged(self.sheet.name, self.rect):
            return False
        if self.rect[2] * self.rect[3] > 10_000:
            return None
        alone = (memory.merged(self.sheet.name, (*at, 1, 1)) for at in self._corners())
        return True if all(alone) else None

    @method
    def insert(self, shift: float = SHIFT_DOWN, copy_origin: float = 0) -> None:
        self._shift(self.rect[2], lambda: self.model.insert("down", ORIGINS[int(copy_origin)]))

    @method
    def delete(self, shift: float = SHIFT_UP) -> None:
        self._shift(-self.rect[2], lambda: self.model.delete("up"))

    def _shift(self, by: int, act: Any) -> None:
        refuse_shift(self.sheet, self.rect, by)
        act()
        book, name = self.sheet.book, self.sheet.name
        puts = book.memory.puts
        book.memory.puts = {
            (s, _moved(at, self.rect, by) if s == name else at): put
            for (s, at), put in puts.items()
            if by > 0 or s != name or at not in self._corners()
        }
        book.rich = {(s, _moved(at, self.rect, by) if s == name else at) for s, at in book.rich}
        book.shifts.append((name, self.rect, by))
        book.changed()

    @method
    def copy(self, destination: Range | None = None) -> None:
        if destination is None:
            self.excel.copied = self
            return
        destination.sheet.refuse_if_protected()
        row, column = destination.rect[:2]
        to = (row, column, *self.rect[2:])
        self.sheet.book.memory.copy(self.sheet.name, self.rect, to)
        puts, name = self.sheet.book.memory.puts, self.sheet.name
        for at in self._corners():
            new = (at[0] + to[0] - self.rect[0], at[1] + to[1] - self.rect[1])
            if (name, at) in puts:
                puts[destination.sheet.name, new] = puts[name, at].copied()
        destination.sheet.book.changed()

    @method
    def cut(self, destination: Range) -> None:
        """Cells as dragged to another place: what points at them alone goes with them.

        Onto cells of their own size (Microsoft's page); what is put on them goes along.
        """
        self.sheet.refuse_if_protected()
        if destination.rect[2:] != self.rect[2:] or destination.sheet.name != self.sheet.name:
            raise refused()
        book, name = self.sheet.book, self.sheet.name
        book.memory.cut(name, self.rect, destination.rect)
        down, across = (to - at for to, at in zip(destination.rect, self.rect[:2], strict=False))
        new = {(name, at): (name, (at[0] + down, at[1] + across)) for at in self._corners()}
        book.memory.puts = {new.get(at, at): put for at, put in book.memory.puts.items()}
        book.rich = {new.get(at, at) for at in book.rich}
        book.changed()

    @method
    def clear_contents(self) -> None:
        self.value = None

    @property
    def put(self) -> Put:
        """What is put on its first cell."""
        return self.sheet.book.memory.puts.setdefault((self.sheet.name, self.rect[:2]), Put())

    def rules_inside(self) -> list[tuple[Range, dict[str, Any]]]:
        """The conditional formats of single cells in it, with the cells."""
        row, column, rows, columns = self.rect
        return [
            (Range(self.sheet, (*at, 1, 1)), rule)
            for (name, at), put in self.sheet.book.memory.puts.items()
            if name == self.sheet.name
            and row <= at[0] < row + rows
            and column <= at[1] < column + columns
            for rule in put.rules
        ]

    def change_put(self, **changes: Any) -> None:
        self.sheet.refuse_if_protected()
        for name, value in changes.items():
            setattr(self.put, name, value)
        self.sheet.book.changed()

    @method
    def paste_special(self, paste: float, *_: Any) -> None:
        if self.excel.copied is None:
            raise refused("PasteSpecial method of Range class failed")
        on_cells.pasted(self.excel.copied.put, self, int(paste))

    @method
    def clear_comments(self) -> None:
        self.change_put(comment="", replies=False)

    @method
    def add_comment(self, text: str = "") -> None:
        """Refused where there is one (Microsoft's page)."""
        if self.put.comment:
            raise refused()
        self.change_put(comment=text)

    @method_since("365")
    def add_comment_threaded(self, text: str) -> on_cells.CommentThreaded:
        if self.put.comment:
            raise refused()
        self.change_put(comment=text, replies=True)
        return on_cells.CommentThreaded(self)

    @method
    def clear_hyperlinks(self) -> None:
        """The format stays, which Hyperlinks.Delete would take away (Microsoft's page)."""
        self.change_put(link=("", ""))

    @get
    def validation(self) -> on_cells.Validation:
        return on_cells.Validation(self)

    @get
    def format_conditions(self) -> on_cells.FormatConditions:
        return on_cells.FormatConditions(self)

    @get
    def interior(self) -> on_cells.Interior:
        return on_cells.Interior(self)

    @get
    def font(self) -> on_cells.Font:
        return on_cells.Font(self)

    @get
    def borders(self) -> on_cells.Borders:
        return on_cells.Borders(self)


class Lines(ComObject):
    """``Range.Rows`` and ``Range.Columns``, of which only the number is asked."""

    interface = "Range"

    def __init__(self, cells: Range, count: int) -> None:
        super().__init__(cells.excel)
        self._cells, self._count = cells, count

    def refuse_if_gone(self) -> None:
        self._cells.refuse_if_gone()

    @get
    def count(self) -> int:
        return self._count


def _moved(at: tuple[int, int], rect: Rect, by: int) -> tuple[int, int]:
    row, column, rows, columns = rect
    first = row if by > 0 else row + rows
    return (at[0] + by, at[1]) if at[0] >= first and column <= at[1] < column + columns else at


def _is_formula(text: str, value: Any) -> bool:
    return isinstance(text, str) and text.startswith("=") and text != value


def _constant(value: Any) -> str:
    if isinstance(value, list):
        return value[1] if value[0] == "e" else _general(value[1])
    if isinstance(value, bool):
        return str(value).upper()
    return _general(value) if isinstance(value, int | float) else value or ""


def _general(number: float) -> str:
    """A number as its cell shows it in the formula bar: up to 15 digits."""
    return format(number, ".15g")


def _refuse_if_no_formula(text: str) -> None:
    """Error 1004 for a formula that cannot be read, and for one that is too long.

    Microsoft, "Excel specifications and limits": 8,192 characters.
    """
    is_formula = text.startswith("=") and typed(text, "General") != text
    if is_formula and (text.count("(") != text.count(")") or len(text) > 8192):
        raise refused()
