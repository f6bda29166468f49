"""What an OpenDocument spreadsheet holds, found out before a reader makes room for it.

A cell or a row may be repeated any number of times by one number.
"""

from __future__ import annotations

from xl_addin.limits import Limits
from xl_addin.ooxml.markup import local
from xl_addin.returns.figure import NOT_CALCULATED, is_error
from xl_addin.sources.sheet import (
    Errors,
    refuse_cells,
    refuse_long_texts,
    refuse_rows,
    refuse_wide_reach,
)
from xl_addin.sources.streamed import StreamedPart
from xl_addin.table import CellError
from xl_addin.values import field, value_type

_ENOUGH = 100  # of one error repeated: the first is enough to refuse the return
_CELLS = ("table-cell", "covered-table-cell")


@value_type(frozen=False)
class _Cell:
    """A cell that is being read: how often it is repeated and what it shows so far."""

    repeated: int
    formula: bool
    has_value: bool
    filled: bool
    characters: int
    shown: list[str] = field(default_factory=list)

    @property
    def error(self) -> CellError | None:
        """The error a formula's cell shows; each program writes its kind in its own way."""
        if not self.formula:
            return None
        shown = "".join(self.shown).strip()
        if is_error(shown):
            return CellError(shown)
        return None if self.has_value or shown else NOT_CALCULATED


class Tables(StreamedPart):
    """How far the sheets of a document reach, and their cells in error.

    ``errors`` are those of each sheet by its name. Raises ReturnRefused as soon as there is
    more than is read, of all sheets together: the reader reads them all at once. A table
    inside a cell is not one of the sheets, but takes room too.
    """

    def __init__(self, file: str, limits: Limits) -> None:
        super().__init__()
        self._parser.EndElementHandler = self._ended
        self._parser.CharacterDataHandler = self._said
        self.errors: dict[str, Errors] = {}
        self._file, self._limits = file, limits
        self._name = ""
        self._depth = self._aside = self._in_text = 0
        self._cell: _Cell | None = None
        self._row = self._column = 0
        self._repeated = self._repeated_inside = 1
        self._row_errors: list[tuple[int, CellError]] = []
        self._last_row = self._last_column = 0
        self._elsewhere = self._rows = self._characters = 0

    def started(self, name: str, attributes: dict[str, str]) -> None:
        """Tables hold rows, rows hold cells, cells hold paragraphs."""
        if name == "table":
            self._begin_table("".join(_values(attributes, "name")[:1]))
        elif name == "table-row":
            self._begin_row(_times(attributes, "number-rows-repeated"))
        elif name in _CELLS:
            self._begin_cell(attributes)
        elif self._cell:
            self._cell.filled = True
            self._cell.characters += _times(attributes, "c") if name == "s" else 0
            self._in_text += name in ("p", "span")
            self._aside += name == "annotation"

    def _begin_table(self, name: str) -> None:
        self._depth += 1
        if self._depth == 1:
            self._name = name
            self.errors.setdefault(name, Errors())
            self._row = self._last_row = self._last_column = 0

    def _begin_row(self, repeated: int) -> None:
        if self._depth == 1:
            self._repeated, self._column = repeated, 0
        else:
            self._repeated_inside = repeated * self._repeated

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        repeated = _times(attributes, "number-columns-repeated")
        if self._depth > 1:
            self._elsewhere += repeated * self._repeated_inside
            refuse_cells(self._file, self._elsewhere, self._limits)
            return
        has_value = bool(_values(attributes, "value-type"))
        formula = bool(_values(attributes, "formula"))
        characters = sum(map(len, _values(attributes, "string-value")))
        self._cell = _Cell(repeated, formula, has_value, has_value, characters)
        self._in_text = self._aside = 0

    def _said(self, text: str) -> None:
        if self._cell:
            self._cell.characters += len(text)
            if self._in_text and not self._aside:
                self._cell.shown.append(text)

    def _ended(self, tag: str) -> None:
        name = local(tag)
        if name == "table":
            self._depth -= 1
            if self._depth == 0:
                self._elsewhere += self._last_row * self._last_column
        elif self._depth != 1:
            return
        elif name == "table-row":
            self._end_row()
        elif name in _CELLS and self._cell:
            self._end_cell(self._cell)
        elif self._cell:
            self._in_text -= name in ("p", "span")
            self._aside -= name == "annotation"

    def _end_cell(self, cell: _Cell) -> None:
        self._cell = None
        if error := cell.error:
            copies = min(cell.repeated, _ENOUGH)
            self._row_errors += [(self._column + copy, error) for copy in range(copies)]
        self._column += cell.repeated
        self._characters += cell.characters * cell.repeated * self._repeated
        refuse_long_texts(self._file, self._characters, self._limits)
        if cell.filled:
            self._last_row = self._row + self._repeated
            self._last_column = max(self._last_column, self._column)
            refuse_wide_reach(self._file, self._last_row, self._last_column, self._limits)
            together = self._elsewhere + self._last_row * self._last_column
            refuse_cells(self._file, together, self._limits)

    def _end_row(self) -> None:
        for copy in range(min(self._repeated, _ENOUGH) if self._row_errors else 0):
            for column, error in self._row_errors:
                self.errors[self._name].add(self._row + copy, column, error)
        self._row += self._repeated
        self._rows += self._repeated if self._last_row == self._row else 0
        refuse_rows(self._file, self._rows, self._limits)
        self._row_errors, self._repeated = [], 1


def _values(attributes: dict[str, str], name: str) -> list[str]:
    """An attribute, whatever its prefix; a second one of another prefix must not hide the first."""
    return [value for key, value in attributes.items() if local(key) == name]


def _times(attributes: dict[str, str], name: str) -> int:
    """How often something is repeated, by whichever attribute says the most."""
    return max(map(int, _values(attributes, name)), default=1)
