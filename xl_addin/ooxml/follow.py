"""What points at a table's rows follows them, in the closed file as in Excel.

That is: formulas of cells, names, drop-downs, conditional formats, sparklines and links of all
sheets, text boxes and form controls, sources of pivot tables. (Charts follow where their figures
are brought up to date.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from xl_addin.errors import Problem
from xl_addin.ooxml.area import Area, address
from xl_addin.ooxml.cells import formula_text, shared_index, with_formula_text
from xl_addin.ooxml.markup import Element, entities, parse, serialise
from xl_addin.ooxml.references import Moved, Setting, rewritten
from xl_addin.ooxml.sheet import Sheet
from xl_addin.ooxml.workbook_file import Rearranged, Unclear, WorkbookFile
from xl_addin.patterns import pattern

_FORMULAS = ("{*}formula1", "{*}formula2", "{*}formula", "{*}f")
_LINKED = {"drawing+xml": ("textlink",), "controlproperties+xml": ("fmlaLink", "fmlaRange")}
_SPELT_ONE_WAY = pattern(r"[A-Za-z0-9 _-]+")
_PIVOTS = "pivotCacheDefinition+xml"


def follow(book: WorkbookFile, rows: Rearranged) -> None:
    """Let all that points at the rows of a table point at where they are to stand.

    To be called before the rows themselves are moved. A reference of which it is not certain
    what Excel would make stays, and is noted in the book's ``unclear``.
    """
    book.rearranged.append(rows)
    for name in book.sheet_parts:
        sheet = book.sheet(name)
        if name == rows.sheet or sheet.mentions(_in_formulas(rows.sheet)):
            _follow_cells(book, name, sheet, rows)
            _follow_rules(book, name, sheet, rows)
    _follow_names(book, rows)
    for ending, attributes in _LINKED.items():
        for part in book.package.parts_of_type(ending):
            _follow_attributes(book, part, attributes, rows)
    for part in book.package.parts_of_type(_PIVOTS):
        _follow_pivot(book, part, rows)


def _in_formulas(sheet: str) -> bytes:
    """A sheet's name as formulas in cells spell it: with each apostrophe twice."""
    return entities(sheet.replace("'", "''")).encode()


def left_alone(unclear: Iterable[tuple[str, str]]) -> tuple[Problem, ...]:
    """The references that stay as they are, because their rows no longer stand together.

    ``unclear`` gives of each where it stands and the cells it points at.
    """
    return tuple(
        Problem(
            place,
            f"It points at {cells}, whose rows do not stand together any more.",
            "It was left as it is: see whether it still means what it should.",
        )
        for place, cells in dict.fromkeys(unclear)
    )


def moved_by(book: WorkbookFile, rows: Rearranged, place: str) -> Moved:
    """Where areas stand once rows are moved; ``place`` is where a reference to them stands."""

    def moved(sheet: str, area: Area, is_range: bool) -> Area | None:
        if book.sheet_name(sheet) != rows.sheet:
            return area
        try:
            return rows.followed(area, is_range)
        except Unclear:
            book.unclear.append((place, f"{rows.sheet}!{area}"))
            return area

    return moved


def _follow_cells(book: WorkbookFile, name: str, sheet: Sheet, rows: Rearranged) -> None:
    if not sheet.has_formulas:
        return
    sheet.unshare(set(_shared_that_point(sheet, Setting(name), moved_by(book, rows, name))))
    mark = b"f>" if name == rows.sheet else _in_formulas(rows.sheet)
    for number in sheet.rows_with_formula(mark):
        row = sheet.row(number)
        for column, xml in list(row.cells.items() if row else ()):
            if formula := formula_text(xml):
                place = f"Sheet {name}, cell {address(number, column)}"
                new = rewritten(formula, Setting(name), moved_by(book, rows, place))
                if new != formula:
                    sheet.put(number, column, with_formula_text(xml, new))


def _shared_that_point(sheet: Sheet, setting: Setting, moved: Moved) -> Iterator[str]:
    """The formulas shared by cells of which any points at rows that move."""
    for number, column, xml in sheet.shared_cells():
        text = sheet.formula(number, column) or ""
        if rewritten(text, setting, moved) != text:
            yield shared_index(xml) or ""


def _follow_rules(book: WorkbookFile, name: str, sheet: Sheet, rows: Rearranged) -> None:
    """Rules, drop-downs, sparklines and links around the cells of a sheet."""
    moved = moved_by(book, rows, f"Sheet {name}, a rule or link")
    for element in sheet.shell.iter(*_FORMULAS):
        setting = _setting_of(element, name, rows)
        if setting and element.text and _reset(element, setting, moved):
            sheet.shell_changed()
    for element in sheet.shell.iter("{*}hyperlink", "{*}cfvo"):
        attribute = "location" if "location" in element.attrib else "val"
        if _reset_attribute(element, attribute, Setting(only_fixed=attribute == "val"), moved):
            sheet.shell_changed()


def _setting_of(element: Element, sheet: str, rows: Rearranged) -> Setting | None:
    """How the formula of a rule is meant; None for a sparkline of a row that moves.

    The formula of a rule for many cells is meant for the first of them, and for each of the
    others as if it were copied there.
    """
    owner = next(e for e in element.iterancestors() if _areas_of(e) or e.getparent() is None)
    areas = _areas_of(owner)
    is_inside = sheet == rows.sheet and any(area.overlaps(rows.body) for area in areas)
    if str(owner.tag).endswith("}sparkline"):
        return None if is_inside else Setting(sheet)
    is_one_cell = len(areas) == 1 and areas[0].height == areas[0].width == 1
    return Setting(sheet, only_fixed=is_inside or not is_one_cell)


def _areas_of(element: Element) -> list[Area]:
    text = element.get("sqref") or element.findtext("{*}sqref") or ""
    return [area for piece in text.split() if (area := Area.parse(piece))]


def _follow_names(book: WorkbookFile, rows: Rearranged) -> None:
    spelt = rows.sheet.replace("'", "''").casefold()
    for element in book.defined_names:
        if spelt not in (element.text or "").casefold():
            continue
        moved = moved_by(book, rows, f"The name {element.get('name')}")
        if _reset(element, Setting(only_fixed=True, single_is_range=True), moved):
            book.changed()
            book.__dict__.pop("names", None)


def _follow_attributes(
    book: WorkbookFile, part: str, attributes: tuple[str, ...], rows: Rearranged
) -> None:
    moved = moved_by(book, rows, "A text box or control")
    if _may_name(book.package.part(part), rows.sheet):
        _change_part(
            book,
            part,
            lambda root: [
                _reset_attribute(element, attribute, Setting(), moved)
                for element in root.iter()
                for attribute in attributes
                if isinstance(element.tag, str)
            ],
        )


def _may_name(part: bytes, sheet: str) -> bool:
    """Whether a part may name a sheet: surely not where a name spelt in one way is not in it."""
    is_spelt_one_way = _SPELT_ONE_WAY.fullmatch(sheet) and b"\0" not in part  # as in UTF-16
    return not is_spelt_one_way or sheet.lower().encode() in part.lower()


def _follow_pivot(book: WorkbookFile, part: str, rows: Rearranged) -> None:
    def change(root: Element) -> list[bool]:
        return [
            _reset_attribute(source, "ref", Setting(source.get("sheet", "")), moved)
            for source in root.iter("{*}worksheetSource")
        ]

    moved = moved_by(book, rows, "The source of a pivot table")
    _change_part(book, part, change)


def _change_part(book: WorkbookFile, part: str, change: Callable[[Element], list[bool]]) -> None:
    original = book.package.part(part)
    root = parse(original)
    if any(change(root)):
        book.package.replace(part, serialise(root, original))


def _reset(element: Element, setting: Setting, moved: Moved) -> bool:
    was, element.text = element.text, rewritten(element.text or "", setting, moved)
    return bool(element.text != (was or ""))


def _reset_attribute(element: Element, name: str, setting: Setting, moved: Moved) -> bool:
    if not (was := element.get(name)):
        return False
    element.set(name, now := rewritten(was, setting, moved))
    return bool(now != was)
