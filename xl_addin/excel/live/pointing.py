"""What formulas and names point at, once rows of our tables have moved in the open workbook.

Excel lets them follow rows that come, go and are cut. At the ends of a table it does otherwise than
is done in a closed workbook: a sum of a whole column would leave out a measure that is put first.
So the formulas and names that point at rows which move are remembered, and written where they do
not say afterwards what they would say there. They are looked for in the file as it was saved just
before: an Excel in which nothing points there is asked nothing.

Charts, rules, links and the like follow as Excel makes them follow. None of it is checked in Excel.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial, reduce
from pathlib import Path
from typing import TYPE_CHECKING

from xl_addin import ooxml
from xl_addin.errors import Problem, WorkbookRefused
from xl_addin.excel.live.cells import read_formulas
from xl_addin.excel.live.moves import Corner, LeftToExcel, Move
from xl_addin.excel.live.names import refers_to_of
from xl_addin.ooxml.area import Area, address
from xl_addin.ooxml.cells import is_array
from xl_addin.ooxml.follow import left_alone
from xl_addin.ooxml.references import Setting, rewritten
from xl_addin.ooxml.refusals import refusing_damage
from xl_addin.ooxml.workbook_file import Unclear, WorkbookFile
from xl_addin.values import field, value_type

if TYPE_CHECKING:
    from xlwings import main

_SAVED = Path("Saved.xlsm")
_OF_A_NAME = Setting(only_fixed=True, single_is_range=True)

Said = Mapping[Corner, str]
Unclears = list[tuple[str, str]]


@value_type
class Pointing:
    """What points at rows that are about to move, as Excel says it before: formulas, names.

    ``arrays`` are the cells whose formula is not written alone.
    """

    book: main.Book
    moves: Sequence[Move] = ()
    cells: Mapping[str, Said] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    arrays: frozenset[tuple[str, Corner]] = frozenset()
    is_unread: bool = False


def remember(book: main.Book, moves: Sequence[Move], file: bytes | None) -> Pointing:
    """What points at rows that are about to move.

    ``file`` holds the workbook as it is; where there is none, nothing is remembered.
    """
    if not moves or file is None:
        return Pointing(book)
    try:
        with refusing_damage(_SAVED):
            saved = ooxml.open_workbook(_SAVED, file)
            arrays = dict(_cells_pointing(saved, moves))
            names = list(_names_pointing(saved, moves))
    except WorkbookRefused:
        return Pointing(book, is_unread=any(move.displaces for move in moves))
    sheets = dict.fromkeys(sheet for sheet, _ in arrays)
    cells = {sheet: _said(book, sheet, [at for s, at in arrays if s == sheet]) for sheet in sheets}
    of_names = {name: refers_to_of(book.names, name) for name in names}
    return Pointing(book, moves, cells, of_names, frozenset(at for at in arrays if arrays[at]))


def _cells_pointing(
    saved: WorkbookFile, moves: Sequence[Move]
) -> Iterator[tuple[tuple[str, Corner], bool]]:
    """The cells whose formulas point at rows that move, and whether they are array formulas.

    Those that a change writes itself are left out.
    """
    for name in saved.sheet_parts:
        sheet = saved.sheet(name)
        for number in sheet.rows_with(b"f>") if sheet.has_formulas else ():
            row = sheet.row(number)
            for column, xml in row.cells.items() if row else ():
                text = sheet.formula(number, column)
                is_ours = any(move.writes(name, (number, column)) for move in moves)
                if text and not is_ours and _points(text, Setting(name), moves):
                    yield (name, (number, column)), is_array(xml)


def _names_pointing(saved: WorkbookFile, moves: Sequence[Move]) -> Iterator[str]:
    """The names of the whole workbook that point at rows that move."""
    for element in saved.defined_names:
        is_of_a_sheet = element.get("localSheetId") is not None
        if not is_of_a_sheet and _points(element.text or "", _OF_A_NAME, moves):
            yield str(element.get("name"))


def _points(formula: str, setting: Setting, moves: Sequence[Move]) -> bool:
    found: list[bool] = []

    def look(sheet: str, area: Area, is_range: bool) -> Area:
        found.append(any(move.concerns(sheet, area) for move in moves))
        return area

    rewritten(formula, setting, look)
    return any(found)


def _said(book: main.Book, sheet: str, corners: Iterable[Corner]) -> Said:
    """The formulas of some cells of a sheet, read in one block around them."""
    wanted = list(corners)
    if not wanted:
        return {}
    around = reduce(Area.joined, (Area(*at, *at) for at in wanted))
    rows = read_formulas(book.sheets[sheet].range(around.absolute))
    return {at: rows[at[0] - around[0]][at[1] - around[1]] for at in wanted}


def put_back(pointing: Pointing) -> None:
    """Let all say what it said before, once its rows are back."""
    for sheet, texts in pointing.cells.items():
        own = {at: said for at, said in texts.items() if (sheet, at) not in pointing.arrays}
        for at, _ in _differing(pointing.book, sheet, own):
            _write(pointing.book, sheet, at, own[at])
    _set_names(pointing.book, pointing.names)


def settle(pointing: Pointing) -> tuple[Problem, ...]:
    """Write what does not say, now that all has moved, what it would say in a closed workbook.

    Gives what to look at: references that stay as they were, because their rows do not stand
    together any more, and array formulas, which stay as Excel has them.
    """
    if pointing.is_unread:
        found = "It could not be seen which formulas of yours point at rows that have moved."
        return (Problem(pointing.book.name, found, "See whether they mean what they should."),)
    unclear: Unclears = []
    told = [p for sheet in pointing.cells for p in _settle_cells(pointing, sheet, unclear)]
    due = {
        name: _due(said, _OF_A_NAME, pointing.moves, partial(_note, unclear, f"The name {name}"))
        for name, said in pointing.names.items()
    }
    _set_names(pointing.book, due)
    return *left_alone(unclear), *told


def _settle_cells(pointing: Pointing, sheet: str, unclear: Unclears) -> Iterator[Problem]:
    """The cells of one sheet, each where it stands now."""
    due: dict[Corner, str] = {}
    was: dict[Corner, Corner] = {}
    for corner, said in pointing.cells[sheet].items():
        note = partial(_note, unclear, _place(sheet, corner))
        text = _due(said, Setting(sheet), pointing.moves, note)
        now = _place_now(pointing.moves, sheet, corner)
        if text and now:
            due[now], was[now] = text, corner
    for at, says in _differing(pointing.book, sheet, due):
        if (sheet, was[at]) in pointing.arrays or not says.startswith("="):
            yield _left_as_it_is(_place(sheet, at), says)
        else:
            _write(pointing.book, sheet, at, due[at])


def _differing(book: main.Book, sheet: str, due: Said) -> Iterator[tuple[Corner, str]]:
    """The cells that do not say what they are to say, and what they say."""
    return ((at, says) for at, says in _said(book, sheet, due).items() if says != due[at])


def _write(book: main.Book, sheet: str, at: Corner, formula: str) -> None:
    book.sheets[sheet].range(at).formula = formula


def _set_names(book: main.Book, due: Mapping[str, str]) -> None:
    for name, text in due.items():
        if text and refers_to_of(book.names, name) != text:
            book.names.impl(name).refers_to = text


def _left_as_it_is(place: str, says: str) -> Problem:
    found = f"Its formula points at rows that have moved, and now reads {says}."
    return Problem(place, found, "See whether it still means what it should.")


def _place(sheet: str, corner: Corner) -> str:
    return f"Sheet {sheet}, cell {address(*corner)}"


def _note(unclear: Unclears, place: str, cells: str) -> None:
    unclear.append((place, cells))


def _place_now(moves: Sequence[Move], sheet: str, corner: Corner) -> Corner | None:
    at: Corner | None = corner
    for move in moves:
        at = at and move.place_of(sheet, at)
    return at


def _due(said: str, setting: Setting, moves: Sequence[Move], note: Callable[[str], None]) -> str:
    """What a formula is to say; blank where that is Excel's own affair, or it is none any more."""
    if not said.startswith("="):
        return ""
    try:
        for move in moves:
            said = rewritten(said, setting, partial(_moved, move, note))
    except LeftToExcel:
        return ""
    return said


def _moved(
    move: Move, note: Callable[[str], None], sheet: str, area: Area, is_range: bool
) -> Area | None:
    try:
        return move.followed(sheet, area, is_range)
    except Unclear:
        note(f"{move.rows.sheet}!{area}")
        return area
