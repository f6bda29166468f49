"""What is put on single cells of the open workbook: it goes with the heading of its column.

What there is, is read from a copy that Excel saves: so it is the same as in a closed workbook.
Excel itself moves it, comments with their writers. Only what leaves and comes back is made anew.
None of it is checked without Excel.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xl_addin import ooxml
from xl_addin.excel.live.cells import write_contents, written_cell
from xl_addin.excel.live.com import says
from xl_addin.excel.live.looks import put_look
from xl_addin.excel.live.quiet import Undo
from xl_addin.excel.live.rules_of_cells import slide_rules, take_rules_off
from xl_addin.excel.live.table import Place
from xl_addin.ooxml.area import Area
from xl_addin.ooxml.beside import entered
from xl_addin.ooxml.cell_rules import shift_rule
from xl_addin.ooxml.kept import comes_back as comes_back_in_a_file
from xl_addin.ooxml.kept import kept_parts
from xl_addin.ooxml.looks import look_of_difference
from xl_addin.ooxml.markup import Element, parse
from xl_addin.ooxml.put_on import Restyled, Slide, plan_slide
from xl_addin.ooxml.refusals import refusing_damage
from xl_addin.table import Formula
from xl_addin.update import WHOLE_ROW, Back, Kind, OnCells, PutOn, SetRows

if TYPE_CHECKING:
    from xlwings import main

_PASTE_COMMENTS, _PASTE_VALIDATION = -4144, 6
"""XlPasteType."""

_VALIDATIONS = ("none", "whole", "decimal", "list", "date", "time", "textLength", "custom")
_ALERTS = ("stop", "warning", "information")
_OPERATORS = (
    *("between", "notBetween", "equal", "notEqual"),
    *("greaterThan", "lessThan", "greaterThanOrEqual", "lessThanOrEqual"),
)
_RULES = {"cellIs": 1, "expression": 2}
"""XlDVType and XlDVAlertStyle by their place; XlFormatConditionOperator from 1; and the types of
conditional formats that are made anew in an open workbook."""

_CLOSE_FIRST = (
    "Not put back: {items}. Excel takes it back only while the workbook is closed.",
    "Close it and show the month by xl-addin show, or put it on by hand and delete its row.",
)
_AS_YOURS = (
    "Excel takes {items} as written by you, now: so each text begins with who wrote it.",
    "To have the writers themselves, undo, close the workbook and show the month by xl-addin show.",
)

Corner = tuple[int, int]


def read_copy(book: main.Book, called: str) -> bytes | None:
    """The workbook of that name as Excel would save it now; None where it cannot save a copy."""
    save_copy = says(book.api, "SaveCopyAs")
    if save_copy is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"copy{Path(called).suffix}")
        save_copy(str(path))
        return path.read_bytes()


def comes_back(thing: PutOn) -> Back:
    """What of a thing can be made anew in an open workbook; what cannot stays kept."""
    back = comes_back_in_a_file(thing)
    if back.found:
        return back
    if thing.kind is Kind.RULE and not _can_be_made(thing):
        return Back(None, *_CLOSE_FIRST)
    return Back(thing, *_AS_YOURS) if thing.kind is Kind.CONVERSATION else back


def _can_be_made(thing: PutOn) -> bool:
    rules = list(parse(kept_parts(thing.kept)["rule"].encode()).iter("{*}cfRule"))
    if len(rules) != 1 or rules[0].find("{*}formula") is None:
        return False  # one of the form of Excel 2010 has its formulas elsewhere
    return rules[0].get("type") in _RULES


def slide_put_on(undo: Undo, book: main.Book, place: Place, change: SetRows) -> None:
    """Move what is put on cells of columns that are renamed to where their headings go."""
    if change.put_on is None or not change.headings:
        return
    path = Path(book.name)
    data = read_copy(book, path.name)
    if data is None:
        return
    with refusing_damage(path):
        planned = plan_slide(ooxml.open_workbook(path, data), change)
    sheet = place.whole.sheet
    goes = {corner: _new_place(planned, corner) for corner in _in_order(planned)}
    slide_rules(undo, sheet, goes, _rules_that_leave(sheet, planned))
    for corner, new in goes.items():
        _Thing(undo, sheet, corner).go(new, planned.things[corner])
    for one in planned.restyled:
        _restyle(undo, sheet, one)
    if planned.things:
        book.app.api.CutCopyMode = False


def _new_place(planned: Slide, corner: Corner) -> Corner | None:
    column = planned.goes[corner[1]]
    return None if column is None else (corner[0], column)


def _rules_that_leave(sheet: main.Sheet, planned: Slide) -> dict[Corner, Undo]:
    """What puts conditional formats back on their cells, by the cell."""
    return {
        corner: [
            partial(_put_at, sheet, corner, thing) for thing in things if thing.kind is Kind.RULE
        ]
        for corner, things in planned.things.items()
    }


def _in_order(planned: Slide) -> Sequence[Corner]:
    """The cells that things move from, so that each has left before another comes there."""
    leftwards = any(new is not None and new < old for old, new in planned.goes.items())
    leaving = [at for at in planned.things if planned.goes[at[1]] is None]
    moving = [at for at in planned.things if planned.goes[at[1]] is not None]
    return [*leaving, *sorted(moving, key=lambda at: at[1] if leftwards else -at[1])]


def _restyle(undo: Undo, sheet: main.Sheet, one: Restyled) -> None:
    cell = _cell(sheet, one.corner)
    undo.append(lambda: put_look(cell, one.before))
    put_look(cell, one.after)


def _cell(sheet: main.Sheet, corner: Corner) -> Any:
    return sheet.range(corner).api


class _Thing:
    """What is put on a cell, on its way to another or off the page."""

    def __init__(self, undo: Undo, sheet: main.Sheet, corner: Corner) -> None:
        self._undo, self._sheet, self._corner = undo, sheet, corner
        self._cell = _cell(sheet, corner)

    def go(self, new: Corner | None, things: Sequence[PutOn]) -> None:
        """Move it to another cell, or take it off."""
        for thing in (thing for thing in things if thing.kind is not Kind.RULE):
            moved: list[Corner] = []
            self._undo.append(self._back(new, thing, moved))
            if new is not None:
                _move(self._cell, _cell(self._sheet, new), thing)
                moved.append(new)
            _take_off(self._cell, thing)

    def _back(self, new: Corner | None, thing: PutOn, moved: list[Corner]) -> Callable[[], None]:
        """What puts it back; until it has ``moved`` its own cell still has it."""

        def put_back() -> None:
            if new is None:
                _take_off(self._cell, thing)
                put_thing(self._cell, self._corner, thing)
                return
            there = _cell(self._sheet, new)
            if moved:
                _take_off(self._cell, thing)
                _move(there, self._cell, thing)
                moved.clear()
            _take_off(there, thing)

        return put_back


def _move(cell: Any, to: Any, thing: PutOn) -> None:
    """Put on another cell what is put on a cell."""
    match thing.kind:
        case Kind.COMMENT | Kind.CONVERSATION:
            cell.Copy()
            to.PasteSpecial(_PASTE_COMMENTS)
        case Kind.LIST:
            cell.Copy()
            to.PasteSpecial(_PASTE_VALIDATION)
        case Kind.LINK:
            _put_link(to, kept_parts(thing.kept))


def _take_off(cell: Any, thing: PutOn) -> None:
    match thing.kind:
        case Kind.COMMENT | Kind.CONVERSATION:
            cell.ClearComments()
        case Kind.LIST:
            cell.Validation.Delete()
        case Kind.LINK:
            cell.ClearHyperlinks()
        case Kind.RULE:
            take_rules_off(cell)
        case Kind.ENTRY:
            cell.ClearContents()


def put_back_things(undo: Undo, place: Place, back: OnCells, rows: Mapping[int, int]) -> None:
    """Put things on cells of a table's body; ``rows`` gives the row of the body by the new row."""
    for (number, heading), things in back.items():
        row = place.body.row + rows[number] if number >= 0 else place.header.row
        for column in _columns(place, heading):
            corner = row, place.body.column + column
            at = place.whole.sheet.range(corner)
            for thing in things:
                undo.append(_taking_off(at.api, thing))
                if thing.kind is Kind.ENTRY:
                    _put_entry(at, corner, thing)
                else:
                    put_thing(at.api, corner, thing)


def _columns(place: Place, heading: str) -> range:
    if heading == WHOLE_ROW:
        return range(len(place.headings))
    at = place.headings.index(heading)
    return range(at, at + 1)


def _taking_off(cell: Any, thing: PutOn) -> Callable[[], None]:
    if thing.kind is not Kind.LOOK:
        return lambda: _take_off(cell, thing)
    return lambda: put_look(cell, dict.fromkeys(kept_parts(thing.kept), ""))


def _put_at(sheet: main.Sheet, corner: Corner, thing: PutOn) -> None:
    put_thing(_cell(sheet, corner), corner, thing)


def put_thing(cell: Any, corner: Corner, thing: PutOn) -> None:
    """Make a thing anew on a cell; not an entry, which is a value of the cell itself."""
    match thing.kind:
        case Kind.LOOK:
            put_look(cell, kept_parts(thing.kept))
        case Kind.COMMENT:
            cell.AddComment(thing.says)
        case Kind.CONVERSATION:
            _put_conversation(cell, thing)
        case Kind.LINK:
            _put_link(cell, kept_parts(thing.kept))
        case Kind.LIST:
            _put_validation(cell, _rule_at(corner, thing))
        case Kind.RULE:
            _put_rule(cell, _rule_at(corner, thing), kept_parts(thing.kept)["looks"])


def _put_entry(at: main.Range, corner: Corner, thing: PutOn) -> None:
    entry = entered(kept_parts(thing.kept), corner)
    write_contents(at, [[entry.text if isinstance(entry, Formula) else written_cell(entry)]])


def _put_conversation(cell: Any, thing: PutOn) -> None:
    """Put a comment with its replies on a cell, each text with who wrote it in front.

    An Excel that knows no replies gets all as one text.
    """
    add = says(cell, "AddCommentThreaded")
    texts = thing.says.split("\n")
    if add is None or len(texts) != len(kept_parts(thing.kept).get("thread", ())):
        (add or cell.AddComment)(thing.says)
        return
    comment = add(texts[0])
    for text in texts[1:]:
        comment.AddReply(text)


def _put_link(cell: Any, kept: Mapping[str, str]) -> None:
    """Put a link on a cell; Excel writes it into one that is blank, which is no figure."""
    said = kept.get("target", ""), kept.get("location", ""), kept.get("tooltip", "")
    was_blank = cell.Formula == ""
    cell.Worksheet.Hyperlinks.Add(cell, *said)
    if was_blank:
        cell.ClearContents()


def _rule_at(corner: Corner, thing: PutOn) -> Element:
    kept = kept_parts(thing.kept)
    element = parse(kept["rule"].encode())
    at = Area.parse(kept["at"])
    shift_rule(element, at[:2] if at else corner, corner)
    return element


def _put_validation(cell: Any, xml: Element) -> None:
    kind = _VALIDATIONS.index(xml.get("type", "none"))
    alert = 1 + _ALERTS.index(xml.get("errorStyle", "stop"))
    operator = 1 + _OPERATORS.index(xml.get("operator", "between"))
    formulas = [_formula(text) for text in _formulas_of(xml)]
    cell.Validation.Delete()
    cell.Validation.Add(kind, alert, operator, *formulas)
    for attribute, name in (("errorTitle", "ErrorTitle"), ("error", "ErrorMessage")):
        if text := xml.get(attribute):
            setattr(cell.Validation, name, text)
    for attribute, name in (("promptTitle", "InputTitle"), ("prompt", "InputMessage")):
        if text := xml.get(attribute):
            setattr(cell.Validation, name, text)


def _formulas_of(xml: Element) -> Iterator[str]:
    names = ("{*}formula1", "{*}formula2", "{*}formula")
    return ("".join(element.itertext()).strip() for element in xml.iter(*names))


def _formula(text: str) -> str:
    """A formula as Excel takes it: a list of words stands without quotes."""
    return text[1:-1].replace('""', '"') if text.startswith('"') else f"={text}"


def _put_rule(cell: Any, xml: Element, looks: Mapping[str, str]) -> None:
    (rule,) = xml.iter("{*}cfRule")
    operator = 1 + _OPERATORS.index(rule.get("operator", "between"))
    formulas = [f"={text}" for text in _formulas_of(rule)]
    made = cell.FormatConditions.Add(_RULES[rule.get("type")], operator, *formulas)
    if text := looks.get(rule.get("dxfId")):
        put_look(made, look_of_difference(parse(text.encode())))
