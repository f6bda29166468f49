"""What is put on cells, by Excel's own objects: comments, links, validation, conditional formats,
and the look. Each follows Microsoft's page for the object.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.support.com_double.errors import refused
from tests.support.com_double.members import ComObject, get, get_as, method
from tests.support.on_cells import SIDES, Put

if TYPE_CHECKING:
    from tests.support.com_double.excel.cells import Range

PASTE_COMMENTS, PASTE_VALIDATION = -4144, 6
NONE, AUTOMATIC = -4142, -4105
LINES = {
    (1, 1): "hair",
    (1, 2): "thin",
    (1, -4138): "medium",
    (1, 4): "thick",
    (-4119, 4): "double",
}
TYPES = {1: "whole", 2: "decimal", 3: "list", 7: "custom"}
OPERATORS = {1: "between", 3: "equal", 5: "greaterThan", 6: "lessThan"}


class OfCell(ComObject):
    """Something of one cell. A protected sheet refuses every change of it."""

    def __init__(self, cell: Range) -> None:
        super().__init__(cell.excel)
        self.cell = cell

    def refuse_if_gone(self) -> None:
        self.cell.refuse_if_gone()

    @property
    def look(self) -> dict[str, Any]:
        return self.cell.put.look

    def change(self, name: str, value: Any) -> None:
        self.cell.sheet.refuse_if_protected()
        self.look[name] = value
        self.cell.sheet.book.changed()


def _property(name: str, of: str) -> Any:
    """A property that is kept in the look under a name."""

    def read(self: OfCell) -> Any:
        return self.look.get(f"{of}.{name}")

    read.__name__ = name
    member = get_as(name)(read)
    return member.put(lambda self, value: self.change(f"{of}.{name}", value))


class Interior(OfCell):
    interface = "Interior"
    color = _property("Color", "Interior")

    @get
    def pattern(self) -> int:
        return NONE if self.look.get("Interior.Color") is None else 1

    @pattern.put
    def pattern(self, value: int) -> None:
        if value == NONE:
            self.change("Interior.Color", None)


class Font(OfCell):
    interface = "Font"
    color = _property("Color", "Font")
    bold = _property("Bold", "Font")
    italic = _property("Italic", "Font")
    size = _property("Size", "Font")
    font_name = _property("Name", "Font")

    @get
    def color_index(self) -> int:
        return AUTOMATIC

    @color_index.put
    def color_index(self, value: int) -> None:
        assert value == AUTOMATIC
        self.change("Font.Color", None)


class BorderLine(OfCell):
    interface = "Border"

    def __init__(self, cell: Range, side: str) -> None:
        super().__init__(cell)
        self.side = side
        self.drawn = 1

    @get
    def line_style(self) -> int:
        return NONE if self.look.get(f"{self.side}.style") is None else 1

    @line_style.put
    def line_style(self, value: int) -> None:
        self.drawn = value
        style = None if value == NONE else "thin"
        self.change(f"{self.side}.style", style)
        self.change(f"{self.side}.Color", None)

    @get
    def weight(self) -> int:
        return 2

    @weight.put
    def weight(self, value: int) -> None:
        self.change(f"{self.side}.style", LINES[self.drawn, int(value)])

    @get
    def color(self) -> Any:
        return self.look.get(f"{self.side}.Color")

    @color.put
    def color(self, value: int) -> None:
        self.change(f"{self.side}.Color", value)


class Borders(OfCell):
    interface = "Borders"
    default = "Item"

    @method
    def item(self, index: float) -> BorderLine:
        return BorderLine(self.cell, SIDES[int(index)])


class CommentThreaded(OfCell):
    """Its texts stand in lines, the newest last."""

    interface = "CommentThreaded"

    @method
    def add_reply(self, text: str = "") -> CommentThreaded:
        self.cell.change_put(comment=f"{self.cell.put.comment}\n{text}")
        return self


class Validation(OfCell):
    interface = "Validation"

    @method
    def delete(self) -> None:
        self.cell.change_put(validation=())

    @method
    def add(
        self,
        type: float,
        alert_style: float = 1,
        operator: float = 1,
        formula1: str = "",
        formula2: str = "",
    ) -> None:
        if self.cell.put.validation:
            raise refused()
        text = formula1.removeprefix("=")
        self.cell.change_put(validation=(TYPES[int(type)], OPERATORS[int(operator)], text))


class Picked(ComObject):
    """A range of cells clicked one by one: "$P$8,$P$12"."""

    interface = "Range"

    def __init__(self, cells: list[Range]) -> None:
        super().__init__(cells[0].excel)
        self.picked = cells

    def refuse_if_gone(self) -> None:
        self.picked[0].refuse_if_gone()

    @get
    def address(self) -> str:
        """Of an address Excel gives 255 characters at most: no area behind them.

        In the order in which they were picked (Microsoft, "INDEX function": areas).
        """
        whole = ",".join(self.excel.tells_picked([cell.address for cell in self.picked]))
        return whole if len(whole) <= 255 else whole[:256].rpartition(",")[0]

    @get
    def areas(self) -> Areas:
        return Areas(self)


class Areas(ComObject):
    """The blocks of a range, each by its number from 1."""

    interface = "Areas"
    default = "Item"

    def __init__(self, cells: Picked) -> None:
        super().__init__(cells.excel)
        self.cells = cells

    def refuse_if_gone(self) -> None:
        self.cells.refuse_if_gone()

    @get
    def count(self) -> int:
        return len(self.cells.picked)

    @method
    def item(self, index: float) -> Range:
        return self.cells.picked[int(index) - 1]


class FormatConditions(OfCell):
    """The rules that are for any of the cells asked about, each once."""

    interface = "FormatConditions"
    default = "Item"

    def _rules(self) -> list[dict[str, Any]]:
        found = {rule.get("of", id(rule)): rule for _, rule in self.cell.rules_inside()}
        return list(found.values())

    @get
    def count(self) -> int:
        return len(self._rules())

    @method
    def item(self, index: float) -> FormatCondition:
        return FormatCondition(self.cell, self._rules()[int(index) - 1])

    @method
    def add(self, type: float, operator: float = 1, formula1: str = "") -> FormatCondition:
        assert type == 2
        rule = {"formula": formula1.removeprefix("="), "look": {}}
        self.cell.change_put(rules=[*self.cell.put.rules, rule])
        return FormatCondition(self.cell, rule)


class FormatCondition(OfCell):
    interface = "FormatCondition"

    def __init__(self, cell: Range, rule: dict[str, Any]) -> None:
        super().__init__(cell)
        self.rule = rule

    @property
    def look(self) -> dict[str, Any]:
        return self.rule["look"]

    def _cells(self) -> list[tuple[Range, dict[str, Any]]]:
        """All cells of the rule, each with the rule as it is there."""
        key = self.rule.get("of", id(self.rule))
        everywhere = self.cell.sheet.cells.rules_inside()
        found = [(cell, rule) for cell, rule in everywhere if rule.get("of", id(rule)) == key]
        return sorted(found, key=lambda one: one[0].rect[1::-1])

    @get
    def applies_to(self) -> Range | Picked:
        cells = [cell for cell, _ in self._cells()]
        return cells[0] if len(cells) == 1 else Picked(cells)

    @get
    def interior(self) -> Interior:
        inside = Interior(self.cell)
        inside.__class__ = _InteriorOfRule
        inside.rule = self.rule
        return inside

    @method
    def delete(self) -> None:
        for cell, found in self._cells():
            cell.change_put(rules=[rule for rule in cell.put.rules if rule is not found])

    @method
    def modify_applies_to_range(self, range: Range | Picked) -> None:
        """Its formula means for the new cells what it meant for the old ones."""
        from xl_addin.ooxml.formulas import shifted

        base, rule = self._cells()[0]
        self.delete()
        self.rule = {"of": object(), **rule}
        for cell in range.picked if isinstance(range, Picked) else [range]:
            down, across = (cell.rect[at] - base.rect[at] for at in (0, 1))
            moved = {**self.rule, "formula": shifted(rule["formula"], down, across)}
            cell.change_put(rules=[*cell.put.rules, moved])


class _InteriorOfRule(Interior):
    rule: dict[str, Any]

    @property
    def look(self) -> dict[str, Any]:
        return self.rule["look"]


class Hyperlinks(ComObject):
    interface = "Hyperlinks"

    def __init__(self, sheet: Any) -> None:
        super().__init__(sheet.excel)
        self.sheet = sheet

    def refuse_if_gone(self) -> None:
        self.sheet.refuse_if_gone()

    @method
    def add(self, anchor: Range, address: str, sub_address: str = "", screen_tip: str = "") -> None:
        """The address becomes the text of a blank cell (Microsoft's page, TextToDisplay)."""
        anchor.change_put(link=(address, sub_address))
        if anchor.value is None:
            anchor.value = address or sub_address


def pasted(source: Put, target: Range, what: int) -> None:
    """What PasteSpecial takes from the cell that was copied."""
    if what == PASTE_COMMENTS and source.comment:
        target.change_put(comment=source.comment, replies=source.replies)
    elif what == PASTE_VALIDATION:
        target.change_put(validation=source.validation)
