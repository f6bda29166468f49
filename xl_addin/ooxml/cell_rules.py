"""Rules of single cells: drop-downs and checks of what is typed, and conditional formats."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy

from lxml import etree

from xl_addin.ooxml.area import Area
from xl_addin.ooxml.formulas import shifted
from xl_addin.ooxml.kept import kept_parts, kept_text
from xl_addin.ooxml.markup import Element, namespace, parse
from xl_addin.ooxml.pinned import Corner, Moved
from xl_addin.ooxml.sheet import Sheet
from xl_addin.ooxml.shell import insert_in_order
from xl_addin.ooxml.workbook_file import WorkbookFile
from xl_addin.update import Kind, PutOn

_KINDS = {"conditionalFormatting": Kind.RULE, "dataValidation": Kind.LIST}
_FORMULAS = ("{*}formula1", "{*}formula2", "{*}formula", "{*}f")
_CELLS = "{http://schemas.microsoft.com/office/excel/2006/main}sqref"
"""Where rules in the form of Excel 2010 name their cells; others do in an attribute."""


def read_rules(book: WorkbookFile, sheet: str) -> Iterator[tuple[Corner, PutOn]]:
    """The rules of single cells of a sheet, also where one rule is for several such cells."""
    for element in _elements(book.sheet(sheet)):
        areas = _areas(element)
        for area in areas:
            if area.height == area.width == 1:
                yield area[:2], _kept(book, element, areas[0], area)


def _elements(sheet: Sheet) -> list[Element]:
    return list(sheet.shell.iter(*(f"{{*}}{name}" for name in _KINDS)))


def _areas(element: Element) -> list[Area]:
    text = element.get("sqref") or element.findtext(_CELLS) or ""
    return [area for word in text.split() if (area := Area.parse(word))]


def _set_areas(element: Element, areas: Sequence[Area]) -> None:
    text = " ".join(map(str, areas))
    if (cells := element.find(_CELLS)) is not None:
        cells.text = text
    else:
        element.set("sqref", text)


def shift_rule(element: Element, old: Corner, new: Corner) -> None:
    """Let the formulas of a rule mean for one cell what they meant for another."""
    for formula in element.iter(*_FORMULAS):
        formula.text = shifted(formula.text or "", new[0] - old[0], new[1] - old[1])


def _of_cell(element: Element, base: Area, area: Area) -> Element:
    """A rule as it is for one of its cells; ``base`` is the cell its formulas are meant for."""
    alone = deepcopy(element)
    alone.tail = None
    _set_areas(alone, [area])
    shift_rule(alone, base[:2], area[:2])
    return alone


def _kept(book: WorkbookFile, element: Element, base: Area, area: Area) -> PutOn:
    alone = _of_cell(element, base, area)
    formats = book.styles.listed("dxfs")
    looks = {
        number: _xml(formats[int(number)])
        for rule in alone.iter("{*}cfRule")
        if (number := rule.get("dxfId")) and int(number) < len(formats)
    }
    name = _name(element)
    says = " ".join(formula.text or "" for formula in alone.iter(*_FORMULAS))
    kept = {"at": str(area), "rule": _xml(alone), "looks": looks}
    return PutOn(_KINDS[name], says.strip(), kept_text(kept))


def _xml(element: Element) -> str:
    return str(etree.tostring(element, encoding="unicode", with_tail=False))


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def move_rules(book: WorkbookFile, sheet_name: str, moved: Moved) -> None:
    """Move rules of single cells with their cells, or take them out."""
    sheet = book.sheet(sheet_name)
    for element in _elements(sheet):
        areas = _areas(element)
        alone = [a for a in areas if a.height == a.width == 1 and moved(*a[:2]) != a[:2]]
        if alone:
            _move(element, areas, alone, moved)
            sheet.shell_changed()


def _move(element: Element, areas: Sequence[Area], alone: Sequence[Area], moved: Moved) -> None:
    apart = [(_of_cell(element, areas[0], area), area, moved(*area[:2])) for area in alone]
    parent, place = element.getparent(), element.getparent().index(element) + 1
    for number, (copied, area, new) in enumerate(apart):
        if new is not None:
            _set_areas(copied, [Area(*new, *new)])
            shift_rule(copied, area[:2], new)
            if len(areas) > 1:
                _make_distinct(copied, element)
            parent.insert(place + number, copied)
    if left := [area for area in areas if area not in alone]:
        _set_areas(element, left)
        shift_rule(element, areas[0][:2], left[0][:2])
    else:
        _take_out(element)
    _count(parent)


def _make_distinct(copied: Element, element: Element) -> None:
    """Give the rules of a copy their own rank and their own id."""
    from uuid import NAMESPACE_OID, uuid5

    root = element.getroottree().getroot()
    for rule in copied.iter("{*}cfRule"):
        rule.set("priority", str(_next_priority(root)))
        if rule.get("id"):
            rule.set("id", f"{{{str(uuid5(NAMESPACE_OID, _xml(copied))).upper()}}}")


def _next_priority(root: Element) -> int:
    return 1 + max([0, *(int(rule.get("priority", 0)) for rule in root.iter("{*}cfRule"))])


def _take_out(element: Element) -> None:
    """Take a rule out, and what held only it."""
    parent = element.getparent()
    parent.remove(element)
    while parent.getparent() is not None and not len(parent):
        element, parent = parent, parent.getparent()
        parent.remove(element)


def _count(parent: Element) -> None:
    if parent.get("count") is not None:
        parent.set("count", str(len(parent)))


def put_rule(book: WorkbookFile, sheet_name: str, corner: Corner, thing: PutOn) -> None:
    """Put a rule on a cell."""
    kept = kept_parts(thing.kept)
    element = parse(kept["rule"].encode())
    at = Area.parse(kept["at"])
    sheet = book.sheet(sheet_name)
    _set_areas(element, [Area(*corner, *corner)])
    shift_rule(element, at[:2] if at else corner, corner)
    for rule in element.iter("{*}cfRule"):
        rule.set("priority", str(_next_priority(sheet.shell)))
        if xml := kept["looks"].get(rule.get("dxfId")):
            rule.set("dxfId", str(book.styles.place_of("dxfs", parse(xml.encode()))))
    _insert(sheet.shell, element)
    sheet.shell_changed()


def _insert(shell: Element, element: Element) -> None:
    if namespace(element) != namespace(shell):
        _insert_later_form(shell, element)
    elif _name(element) == "conditionalFormatting":
        insert_in_order(shell, element)
    else:
        _insert_in(shell, shell, element)


_URIS = {
    "conditionalFormatting": "{78C0D931-6437-407d-A8EE-F0AAD7539E65}",
    "dataValidation": "{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}",
}
"""Extensions of a worksheet that hold rules in the form of Excel 2010 ([MS-XLSX] 2.2.4)."""


def _insert_later_form(shell: Element, element: Element) -> None:
    ns, uri = namespace(shell), _URIS[_name(element)]
    extensions = shell.find("{*}extLst")
    if extensions is None:
        extensions = shell.makeelement(f"{ns}extLst")
        insert_in_order(shell, extensions)
    found = [e for e in extensions if e.get("uri", "").upper() == uri.upper()]
    extension = found[0] if found else etree.SubElement(extensions, f"{ns}ext", uri=uri)
    _insert_in(extension, shell, element)


def _insert_in(parent: Element, shell: Element, element: Element) -> None:
    """Put a rule into the list of its kind, made if there is none."""
    name = f"{_name(element)}s"
    rules = parent.find(f"{{*}}{name}")
    if rules is None:
        rules = parent.makeelement(f"{namespace(element)}{name}")
        if name == "dataValidations":
            rules.set("count", "0")
        if parent is shell:
            insert_in_order(shell, rules)
        else:
            parent.append(rules)
    rules.append(element)
    _count(rules)
