"""Putting a sheet of one workbook into another, with all it refers to: tables, charts, drawings.

Its formats are found or added there, its texts are kept in its cells, its names go with it. What
stood in the other workbook before stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy

from xl_addin.errors import Problem, WorkbookRefused
from xl_addin.ooxml.graft_styles import GraftedStyles
from xl_addin.ooxml.markup import Element, namespace, parse, serialise
from xl_addin.ooxml.package import Package, rels_name
from xl_addin.ooxml.sheet_names import follow_in_xml, sheet_renamer
from xl_addin.ooxml.workbook_file import WorkbookFile

_RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_BEFORE_NAMES = ("sheets", "functionGroups", "externalReferences")
"""What stands before the names in a workbook part (ECMA-376, part 1, 18.2.27)."""

_DIFFERENCES = (
    *("dxfId", "headerRowDxfId", "dataDxfId", "totalsRowDxfId"),
    *("headerRowBorderDxfId", "tableBorderDxfId", "totalsRowBorderDxfId"),
)


class Graft:
    """What is taken from one workbook into another.

    ``renamed`` are sheets of the source that have another name in the target, from old to new.
    Raises WorkbookRefused for a target in the strict form, which knows other names for all.
    """

    def __init__(
        self, source: WorkbookFile, target: WorkbookFile, renamed: Mapping[str, str]
    ) -> None:
        if namespace(source.root) != namespace(target.root):
            found = "It is a Strict Open XML workbook."
            remedy = "Save it in Excel as an Excel macro-enabled workbook (.xlsm) first."
            raise WorkbookRefused([Problem("Workbook", found, remedy)])
        self.source = source
        self.target = target
        self.styles = GraftedStyles(source.styles, target.styles)
        self._renamers = [sheet_renamer(*pair) for pair in renamed.items()]
        self._strings: list[Element] | None = None
        self._table_id = max((table.id for table in target.tables.values()), default=0)

    def followed(self, formula: str) -> str:
        """A formula of the source as it is to be in the target."""
        for rewrite in self._renamers:
            formula = rewrite(formula)
        return formula

    def add_sheet(self, name: str, before: str | None) -> None:
        """Put a sheet in before another, or last. Raises WorkbookRefused if its name is taken."""
        if self.target.sheet_name(name):
            found = f"There is a sheet “{name}” already, which is not xl-addin's."
            raise WorkbookRefused([Problem("Workbook", found, "Rename it, then try again.")])
        for table in self.source.tables.values():
            if table.sheet == name and table.name.casefold() in self._taken:
                found = f"There is a table or name “{table.name}” already, which is not xl-addin's."
                raise WorkbookRefused([Problem("Workbook", found, "Rename it, then try again.")])
        part = _Copier(self).copy(self.source.sheet_parts[name])
        self._list_sheet(name, part, before)
        for element in self.source.defined_names:
            if element.get("localSheetId") == str(_place_of(self.source, name)):
                local = str(_place_of(self.target, name))
                self.define_name(element.get("name"), element.text or "", local)

    @property
    def _taken(self) -> set[str]:
        """The names that a table may not have any more."""
        return {known.casefold() for known in (*self.target.tables, *self.target.names)}

    def _list_sheet(self, name: str, part: str, before: str | None) -> None:
        root = self.target.root
        sheets = root.find("{*}sheets")
        listed = next(s for s in self.source.root.iter("{*}sheet") if s.get("name") == name)
        element = sheets.makeelement(f"{namespace(root)}sheet")
        element.set("name", name)
        element.set("sheetId", str(1 + max(int(s.get("sheetId", 0)) for s in sheets)))
        if listed.get("state"):
            element.set("state", listed.get("state"))
        relation = self.target.package.relate(self.target.part, f"{_RELATIONSHIPS}/worksheet", part)
        element.set(f"{{{_RELATIONSHIPS}}}id", relation)
        place = len(sheets) if before is None else _place_of(self.target, before)
        sheets.insert(place, element)
        _make_room(root, place)
        self.target.changed()
        self.target.forget()
        for table in self.target.package.relationships(part, "table"):
            self.target.add_table(table.target, name)

    def define_name(self, name: str, formula: str, local: str | None = None) -> None:
        """Give the target a name of the source's; ``local`` is the place of the sheet it is of."""
        root = self.target.root
        names = root.find("{*}definedNames")
        if names is None:
            names = root.makeelement(f"{namespace(root)}definedNames")
            before = [root.find(f"{{*}}{tag}") for tag in _BEFORE_NAMES]
            root.insert(1 + max(root.index(e) for e in before if e is not None), names)
        element = names.makeelement(f"{namespace(root)}definedName")
        element.set("name", name)
        if local is not None:
            element.set("localSheetId", local)
        element.text = self.followed(formula)
        names.append(element)
        self.target.changed()
        self.target.forget()

    def next_table_id(self) -> int:
        """A number that no table has: each has its own in the whole workbook."""
        self._table_id += 1
        return self._table_id

    @property
    def strings(self) -> list[Element]:
        """The shared strings of the source."""
        if self._strings is None:
            package = self.source.package
            parts = package.relationships(self.source.part, "sharedStrings")
            self._strings = list(parse(package.part(parts[0].target))) if parts else []
        return self._strings


class _Copier:
    """Copies a part and what it refers to, each once."""

    def __init__(self, graft: Graft) -> None:
        self._graft = graft
        self._source: Package = graft.source.package
        self._target: Package = graft.target.package
        self._copied: dict[str, str] = {}

    def copy(self, part: str) -> str:
        """Copy a part with all it refers to, and give the name it has there."""
        kind = self._source.content_type(part)
        data = _adapted(self._graft, self._source.part(part), kind)
        self._copied[part] = new = self._target.add(part, data, kind)
        if rels_name(part) in self._source:
            self._copy_relationships(part, new)
        return new

    def _copy_relationships(self, part: str, new: str) -> None:
        original = self._source.part(rels_name(part))
        root = parse(original)
        targets = {r.id: r.target for r in self._source.relationships(part)}
        for element in root.iter("{*}Relationship"):
            target = targets.get(element.get("Id"))
            if target is not None and target in self._source:
                copied = self._copied.get(target) or self.copy(target)
                element.set("Target", f"/{copied}")
        self._target.add(rels_name(new), serialise(root, original), "")


def _adapted(graft: Graft, data: bytes, kind: str) -> bytes:
    """A part as it is to be in the other workbook."""
    if not kind.endswith(("worksheet+xml", "table+xml", "chart+xml", "drawing+xml")):
        return data
    root = parse(data)
    follow_in_xml(root, graft.followed)
    _map_differences(graft, root.iter())
    if kind.endswith("table+xml"):
        root.set("id", str(graft.next_table_id()))
    if kind.endswith("worksheet+xml"):
        adapt_cells(graft, root)
        _forget_place(root)
    return serialise(root, data)


def _map_differences(graft: Graft, elements: Iterable[Element]) -> None:
    for element in elements:
        for attribute in _DIFFERENCES:
            if (number := element.get(attribute)) is not None:
                element.set(attribute, str(graft.styles.difference(int(number))))


def adapt_cells(graft: Graft, root: Element) -> None:
    """Give cells, rows and columns the formats of the target, and cells their own texts."""
    for element in root.iter("{*}c", "{*}row", "{*}col"):
        name = "style" if str(element.tag).endswith("}col") else "s"
        if (number := element.get(name)) is not None:
            element.set(name, str(graft.styles.style(int(number))))
        if element.get("t") == "s":
            _keep_text(graft, element)


def _keep_text(graft: Graft, cell: Element) -> None:
    value = cell.find("{*}v")
    inline = cell.makeelement(f"{namespace(cell)}is")
    inline.extend(deepcopy(list(graft.strings[int(value.text)])))
    cell.replace(value, inline)
    cell.set("t", "inlineStr")


def _forget_place(root: Element) -> None:
    """Forget by which name macros know the sheet, and that it was the one in front."""
    for element in root.iter("{*}sheetPr", "{*}sheetView"):
        for name in ("codeName", "tabSelected"):
            element.attrib.pop(name, None)


def _place_of(book: WorkbookFile, sheet: str) -> int:
    names = [element.get("name") for element in book.root.iterfind("{*}sheets/{*}sheet")]
    return names.index(sheet)


def _make_room(root: Element, place: int) -> None:
    """Let what counts sheets count one more from a place on."""
    for tag, names in (("definedName", ("localSheetId",)), ("workbookView", _VIEWED)):
        for element in root.iter(f"{{*}}{tag}"):
            for name in names:
                if int(element.get(name, -1)) >= place:
                    element.set(name, str(int(element.get(name)) + 1))


_VIEWED = ("activeTab", "firstSheet")
