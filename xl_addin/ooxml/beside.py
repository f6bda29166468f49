"""What stands in the rows of a table beside its months, and leaves the page only with the row.

That is what officers wrote into columns of their own, what a single cell there looks like, and
the colour that someone gave a whole row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from xl_addin.ooxml.area import Area, address
from xl_addin.ooxml.cell_writer import CellWriter
from xl_addin.ooxml.cells import formula_cell, style_of, without_value
from xl_addin.ooxml.formulas import shifted
from xl_addin.ooxml.kept import kept_parts, kept_text
from xl_addin.ooxml.looks import NUMBER, OF_ROW, Look, look_of
from xl_addin.ooxml.pinned import Corner
from xl_addin.ooxml.table_part import TablePart
from xl_addin.ooxml.workbook_file import WorkbookFile
from xl_addin.table import CellError, CellValue, Formula, text_of
from xl_addin.update import Kind, PutOn
from xl_addin.values import value_type

Says = Callable[[str], bool]

_OF_A_WHOLE_ROW = ("fill", "font")
_BORDER = "border"


@value_type
class Beside:
    """The looks of a table's body, told apart: ``months`` and ``others`` are its columns.

    ``own`` are the columns among the others that are an officer's.
    """

    looks: Mapping[Corner, Look]
    rows: range
    months: Sequence[int]
    others: Sequence[int]
    own: frozenset[int]

    @classmethod
    def of(cls, book: WorkbookFile, table: TablePart, is_month: Says, is_own: Says) -> Beside:
        """The looks as they stand; headings say which columns are months and which officers'."""
        headed = list(zip(table.body.columns, table.headings, strict=True))
        months = [column for column, heading in headed if is_month(heading)]
        others = [column for column, heading in headed if not is_month(heading)]
        own = frozenset(column for column, heading in headed if is_own(heading))
        return cls(_looks(book, table), table.body.rows, months, others, own)

    def of_rows(self) -> Iterator[tuple[int, Look, Look]]:
        """Each row that has a colour or font of its own: the row, that, and what is usual."""
        names = {n for look in self._distinct() for n in look if _kind(n) in _OF_A_WHOLE_ROW}
        for row in self.rows:
            put, usual = {}, {}
            for name in sorted(names):
                value, share = self._of_row(row, name)
                if share >= OF_ROW and value != self._usual(name):
                    put[name], usual[name] = value, self._usual(name)
            if put:
                yield row, put, usual

    def of_cells(self) -> Iterator[tuple[Corner, Look, Look]]:
        """Each cell beside the months that looks otherwise: what it has, and what is usual."""
        for column in self.others:
            looks = [self.looks[row, column] for row in self.rows]
            names = sorted({name for look in looks for name in look})
            varying = [n for n in names if len({look.get(n, "") for look in looks}) > 1]
            usual = {name: _most(look.get(name, "") for look in looks)[0] for name in varying}
            for row in self.rows:
                if put := self._put((row, column), usual):
                    yield (row, column), put, {name: usual[name] for name in put}

    def _put(self, corner: Corner, usual: Look) -> dict[str, str]:
        look = self.looks[corner]
        found = {n: look.get(n, "") for n, value in usual.items() if look.get(n, "") != value}
        return {
            name: value
            for name, value in found.items()
            if not self._goes_without_saying(corner, name, value)
        }

    def _goes_without_saying(self, corner: Corner, name: str, value: str) -> bool:
        """Whether the row gives it the cell, or its measure: how many decimals it has."""
        is_ours = corner[1] not in self.own
        if name == NUMBER and is_ours:
            return True
        return _kind(name) in (*_OF_A_WHOLE_ROW, _BORDER) and (
            value == self._of_row(corner[0], name)[0]
        )

    def _of_row(self, row: int, name: str) -> tuple[str, float]:
        months = self.months[:-1] or self.months
        value, count = _most(self.looks[row, column].get(name, "") for column in months)
        return value, count / len(months)

    def _usual(self, name: str) -> str:
        rows, months = self.rows, self.months
        return _most(self.looks[row, column].get(name, "") for row in rows for column in months)[0]

    def _distinct(self) -> list[Look]:
        return list({id(look): look for look in self.looks.values()}.values())


def _looks(book: WorkbookFile, table: TablePart) -> dict[Corner, Look]:
    sheet, body = book.sheet(table.sheet), table.body
    styles = {(r, c): style_of(sheet.cell(r, c)) for r in body.rows for c in body.columns}
    looks = {style: look_of(book.styles, style) for style in {*styles.values()}}
    return {corner: looks[style] for corner, style in styles.items()}


def _kind(name: str) -> str:
    return name.partition(".")[0]


def _most(values: Iterable[str]) -> tuple[str, int]:
    return Counter(values).most_common(1)[0]


def read_entries(
    book: WorkbookFile, table: TablePart, columns: Iterable[int]
) -> Iterator[tuple[Corner, PutOn]]:
    """What officers wrote into cells of these columns, without formulas that fill all of one."""
    for column in columns:
        formulas = [*_formulas(book, table, column)]
        alike = Counter(like for _, _, like in formulas)
        for row, formula, like in formulas:
            if formula is None:
                value = book.value_in(book.sheet(table.sheet), row, column)
                if isinstance(value, str | int | float | date) and text_of(value):
                    yield (row, column), _entry(value)
            elif alike[like] < table.body.height:  # else a new row has it by itself
                kept = {"formula": formula, "at": address(row, column)}
                yield (row, column), PutOn(Kind.ENTRY, f"={formula}", kept_text(kept))


def _formulas(
    book: WorkbookFile, table: TablePart, column: int
) -> Iterator[tuple[int, str | None, str | None]]:
    """Each row of a column, its formula, and that formula as it would be in the first row."""
    sheet, first = book.sheet(table.sheet), table.body.first_row
    for row in table.body.rows:
        formula = sheet.formula(row, column)
        yield row, formula, None if formula is None else shifted(formula, first - row)


def _entry(value: CellValue) -> PutOn:
    if isinstance(value, date):
        return PutOn(Kind.ENTRY, text_of(value), kept_text({"day": value.isoformat()}))
    name = "error" if isinstance(value, CellError) else "value"
    return PutOn(Kind.ENTRY, text_of(value), kept_text({name: value}))


def entered(parts: Mapping[str, Any], corner: Corner) -> CellValue | Formula:
    """What an entry puts into a cell: a formula as Excel copies it there from where it stood."""
    if "formula" in parts:
        at = Area.parse(parts["at"])
        rows, columns = (corner[0] - at[0], corner[1] - at[1]) if at else (0, 0)
        return Formula(f"={shifted(parts['formula'], rows, columns)}", None)
    if "day" in parts:
        moment = datetime.fromisoformat(parts["day"])
        return moment if "T" in parts["day"] else moment.date()
    if "error" in parts:
        return CellError(parts["error"])
    value: CellValue = parts["value"]
    return value


def put_entry(book: WorkbookFile, sheet_name: str, corner: Corner, thing: PutOn) -> None:
    """Put an entry into its cell, which keeps its format."""
    sheet = book.sheet(sheet_name)
    value = entered(kept_parts(thing.kept), corner)
    if not isinstance(value, Formula):
        CellWriter(book, sheet).write(*corner, value, str)
        return
    style = style_of(sheet.cell(*corner))
    formula = Formula(value.text.removeprefix("="), None)
    cell = formula_cell(sheet.prefix, address(*corner), style, formula)
    sheet.put(*corner, without_value(cell))
