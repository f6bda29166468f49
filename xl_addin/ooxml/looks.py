"""How cells look, taken apart, and which of it someone has put on single cells of a block.

A look is what a cell's format is made of, each part by its name: "fill", "font.b", "border.left",
"alignment.indent", "number". A part that a format does not have is not in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy

from lxml import etree

from xl_addin.ooxml.markup import Element, namespace, parse
from xl_addin.ooxml.styles import Styles

Look = Mapping[str, str]
"""The parts of a cell format, as XML or as a value, by name."""

NUMBER = "number"
FILL = "fill"
_FONT, _BORDER, _ALIGNMENT, _PROTECTION = "font", "border", "alignment", "protection"
_ACROSS, _WAYS = "diagonal", ("diagonalUp", "diagonalDown")
_SIDES = ("left", "right", "top", "bottom", _ACROSS)
_IN_FONT = ("b", "i", "strike", "outline", "shadow", "u", "vertAlign", "sz", "color", "name")
_UNSEEN = {"font.family", "font.scheme", "font.charset"}
"""What goes along with a font's name, and alone makes no difference to be seen."""

OF_ROW = 0.75
"""A part of the look that so large a share of a row has is the row's own."""


def look_of(styles: Styles, style: int) -> dict[str, str]:
    """The look of a cell format, by its number."""
    xf = styles.listed("cellXfs")[style : style + 1]
    if not xf:
        return {}
    look = {NUMBER: styles.number_format(style)}
    look |= {f"{_FONT}.{_local(c)}": _text(c) for c in _made_of(styles, xf[0], "fontId", "fonts")}
    for pattern in filter(_is_filled, _made_of(styles, xf[0], "fillId", "fills")):
        look[FILL] = _text(pattern)
    border = _made_of(styles, xf[0], "borderId", "borders")
    look |= {f"{_BORDER}.{_local(c)}": _side(c) for c in border if c.get("style")}
    for kind in (_ALIGNMENT, _PROTECTION):
        for element in xf[0].iterchildren(f"{{*}}{kind}"):
            look |= {f"{kind}.{name}": value for name, value in element.attrib.items()}
    return look


def look_of_difference(xml: Element) -> dict[str, str]:
    """The look that a conditional format gives its cells, from its XML (18.8.14).

    The colour of a plain fill stands there as the background, which elsewhere it is not.
    """
    look = {f"{_FONT}.{_local(c)}": _text(c) for c in xml.iterfind("{*}font/{*}*")}
    for pattern in xml.iterfind("{*}fill/{*}patternFill"):
        is_plain = pattern.get("patternType", "solid") == "solid"
        for colour in pattern.iterchildren("{*}bgColor") if is_plain else ():
            colour.tag = str(colour.tag).replace("bgColor", "fgColor")
        look[FILL] = _text(pattern)
    sides = (c for c in xml.iterfind("{*}border/{*}*") if c.get("style"))
    return look | {f"{_BORDER}.{_local(side)}": _text(side) for side in sides}


def _made_of(styles: Styles, xf: Element, attribute: str, kind: str) -> Iterator[Element]:
    found = styles.listed(kind)[int(xf.get(attribute, 0)) :][:1]
    return (child for element in found for child in element.iterchildren("{*}*"))


def _is_filled(pattern: Element) -> bool:
    return _local(pattern) != "patternFill" or pattern.get("patternType") not in (None, "none")


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _text(element: Element) -> str:
    copied = deepcopy(element)
    copied.tail = None
    etree.cleanup_namespaces(copied)
    return str(etree.tostring(copied, encoding="unicode"))


def _side(element: Element) -> str:
    """A line of a border; one across the cell with the ways it goes, which stand around it."""
    if _local(element) != _ACROSS:
        return _text(element)
    copied = deepcopy(element)
    for way in _WAYS:
        if element.getparent().get(way) in ("1", "true"):
            copied.set(way, "1")
    return _text(copied)


def with_look(styles: Styles, style: int, changed: Look) -> int:
    """The cell format like another in which these parts are changed, "" taking one away."""
    if not changed:
        return style
    wanted = deepcopy(styles.listed("cellXfs")[style])
    if NUMBER in changed:
        wanted.set("numFmtId", str(styles.number_of(changed[NUMBER])))
        wanted.set("applyNumberFormat", "1")
    for kind in _REMAKE:
        _remake(styles, wanted, kind, _parts(changed, kind))
    for kind in (_ALIGNMENT, _PROTECTION):
        if parts := _parts(changed, kind):
            _set_attributes(wanted, kind, parts)
    return styles.place_of("cellXfs", wanted)


def _remake(styles: Styles, xf: Element, kind: str, parts: Look) -> None:
    """Let a cell format have a font, fill or border like its own, but for these parts."""
    if not parts:
        return
    attribute, listed = f"{kind}Id", f"{kind}s"
    element = deepcopy(styles.listed(listed)[int(xf.get(attribute, 0))])
    _REMAKE[kind](element, parts)
    xf.set(attribute, str(styles.place_of(listed, element)))
    xf.set(f"apply{kind.capitalize()}", "1")


def _parts(changed: Look, kind: str) -> dict[str, str]:
    """What changes of one kind, by the name of the part within it."""
    return {
        name.partition(".")[2]: value
        for name, value in changed.items()
        if name.partition(".")[0] == kind
    }


def _remake_font(font: Element, parts: Mapping[str, str]) -> None:
    for name, xml in parts.items():
        _take_out(font, name)
        if xml:
            font.append(parse(xml.encode()))
    font[:] = sorted(font, key=lambda c: (*_IN_FONT, _local(c)).index(_local(c)))


def _remake_fill(fill: Element, parts: Mapping[str, str]) -> None:
    for child in list(fill):
        fill.remove(child)
    if xml := parts[""]:
        fill.append(parse(xml.encode()))
    else:
        fill.append(fill.makeelement(f"{namespace(fill)}patternFill", patternType="none"))


def _remake_border(border: Element, parts: Mapping[str, str]) -> None:
    for name, xml in parts.items():
        _take_out(border, name)
        element = parse(xml.encode()) if xml else border.makeelement(f"{namespace(border)}{name}")
        border.append(element)
        for way in _WAYS if name == _ACROSS else ():
            border.attrib.pop(way, None)
            if is_so := element.attrib.pop(way, None):
                border.set(way, is_so)
    border[:] = sorted(border, key=lambda c: (*_SIDES, _local(c)).index(_local(c)))


_REMAKE = {_FONT: _remake_font, FILL: _remake_fill, _BORDER: _remake_border}


def _take_out(element: Element, name: str) -> None:
    for child in list(element.iterchildren(f"{{*}}{name}")):
        element.remove(child)


def _set_attributes(xf: Element, kind: str, parts: Mapping[str, str]) -> None:
    element = xf.find(f"{{*}}{kind}")
    if element is None:
        element = xf.makeelement(f"{namespace(xf)}{kind}")
        xf.insert(0 if kind == _ALIGNMENT else len(xf.findall("{*}alignment")), element)
    for name, value in parts.items():
        element.attrib.pop(name, None)
        if value:
            element.set(name, value)
    xf.set(f"apply{kind.capitalize()}", "1")


class Explained:
    """A block of looks, its last column being the latest month: what belongs to row and column.

    ``put[r][c]`` are the parts that neither its row nor its column explains: someone has put
    them on this one cell. ``own[r][c]`` is what the cell would have of those without that.
    """

    def __init__(self, looks: Sequence[Sequence[Look]]) -> None:
        self._looks = looks
        self.put: list[list[dict[str, str]]] = [[{} for _ in row] for row in looks]
        self.own: list[list[dict[str, str]]] = [[{} for _ in row] for row in looks]
        for part in self._varying():
            self._explain(part)
        for put in (put for row in self.put for put in row):
            if put.keys() <= _UNSEEN:
                put.clear()

    def _varying(self) -> list[str]:
        """The parts that are not the same in all cells."""
        distinct = {id(look): look for row in self._looks for look in row}.values()
        names = sorted({name for look in distinct for name in look})
        return [name for name in names if len({look.get(name, "") for look in distinct}) > 1]

    def _explain(self, part: str) -> None:
        grid = [[look.get(part, "") for look in row] for row in self._looks]
        usual = _most([value for row in grid for value in row[:-1]] or [grid[0][-1]])[0]
        columns = [_most(column)[0] for column in zip(*grid, strict=True)]
        for number, row in enumerate(grid):
            of_row = self._of_row(part, row[:-1] or row, usual)
            for place, value in enumerate(row):
                own = self._own(part, place, columns, of_row, usual)
                if value not in (of_row, own):
                    self.put[number][place][part] = value
                    value = own
                self.own[number][place][part] = value

    def _of_row(self, part: str, row: Sequence[str], usual: str) -> str:
        value, count = _most(row)
        return value if part == NUMBER or count >= OF_ROW * len(row) else usual

    def _own(self, part: str, place: int, columns: Sequence[str], of_row: str, usual: str) -> str:
        """What a column gives its cells: the latest month's shade, a line between columns."""
        is_latest = place == len(columns) - 1 and part != NUMBER
        of_column = is_latest or part.startswith(_BORDER)
        return columns[place] if of_column and columns[place] != usual else of_row


def _most(values: Sequence[str]) -> tuple[str, int]:
    """The value that occurs most, the first of equals, and how often."""
    return Counter(values).most_common(1)[0]
