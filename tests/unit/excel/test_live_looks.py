"""What the look of a figure in a file becomes by Excel's own objects, when it is put back there.

Expected values are those of Microsoft's pages of XlPattern, XlBordersIndex, XlLineStyle and of
Range.Orientation; Excel itself is not asked.
"""

from __future__ import annotations

import openpyxl
import pytest
from openpyxl.styles import (
    Alignment,
    Border,
    Color,
    Font,
    GradientFill,
    PatternFill,
    Protection,
    Side,
)

from xl_addin import ooxml
from xl_addin.excel.live.looks import put_look
from xl_addin.ooxml.looks import look_of, with_look

RED, BLUE = "FFFF0000", "FF0000FF"
AS_RED, AS_BLUE = 255, 255 * 65536
HATCHES = {"lightUp": 14, "darkTrellis": 10, "lightGray": -4124, "darkDown": -4121}


class Seen:
    """An object of Excel's: what it was given, and the objects within it."""

    def __init__(self) -> None:
        self.__dict__["given"] = {}

    def __setattr__(self, name, value):
        self.given[name] = value

    def __getattr__(self, name):
        return self.__dict__.setdefault(name, Seen())

    def __call__(self, *which):
        return self.__dict__.setdefault(which, Seen())


def shown(tmp_path, **style) -> Seen:
    """What Excel is given for a cell with this style."""
    look, _ = look_in_file(tmp_path, **style)
    cell = Seen()
    put_look(cell, look)
    return cell


def look_in_file(tmp_path, **style):
    book = openpyxl.Workbook()
    for name, value in style.items():
        setattr(book.active["B2"], name, value)
    book.save(tmp_path / "styled.xlsx")
    opened = ooxml.open_workbook(tmp_path / "styled.xlsx", (tmp_path / "styled.xlsx").read_bytes())
    return look_of(opened.styles, 1), opened.styles


@pytest.mark.parametrize("hatch", HATCHES)
def test_a_hatched_fill_stays_hatched_in_its_two_colours(tmp_path, hatch):
    cell = shown(tmp_path, fill=PatternFill(hatch, fgColor=RED, bgColor=BLUE))
    given = cell.Interior.given
    assert given == {"Pattern": HATCHES[hatch], "PatternColor": AS_RED, "Color": AS_BLUE}


def test_a_plain_fill_has_its_one_colour(tmp_path):
    cell = shown(tmp_path, fill=PatternFill("solid", fgColor=RED, bgColor=BLUE))
    assert cell.Interior.given == {"Pattern": 1, "Color": AS_RED}


def test_a_fill_from_one_colour_to_another_has_both(tmp_path):
    fill = GradientFill(degree=45, stop=(Color(RED), Color(BLUE)))
    inside = shown(tmp_path, fill=fill).Interior
    assert inside.given == {"Pattern": 4000}
    assert inside.Gradient.given == {"Degree": 45}
    stops = [inside.Gradient.ColorStops.Add(at).given for at in (0, 1)]
    assert stops == [{"Color": AS_RED}, {"Color": AS_BLUE}]


@pytest.mark.parametrize(
    ("rotation", "degrees"), [(45, 45), (90, 90), (91, -1), (135, -45), (180, -90), (255, -4166)]
)
def test_turned_text_stays_turned(tmp_path, rotation, degrees):
    cell = shown(tmp_path, alignment=Alignment(text_rotation=rotation))
    assert cell.given["Orientation"] == degrees


def test_how_text_stands_in_its_cell_stays(tmp_path):
    how = Alignment(vertical="top", shrink_to_fit=True, readingOrder=2)
    given = shown(tmp_path, alignment=how).given
    wanted = {"VerticalAlignment": -4160, "ShrinkToFit": True, "ReadingOrder": -5004}
    assert given.items() >= wanted.items()


@pytest.mark.parametrize(
    ("raised", "wanted"), [("superscript", (True, False)), ("subscript", (False, True))]
)
def test_raised_and_lowered_text_stays_so(tmp_path, raised, wanted):
    given = shown(tmp_path, font=Font(vertAlign=raised)).Font.given
    assert (given["Superscript"], given["Subscript"]) == wanted


def test_a_formula_that_is_hidden_stays_hidden(tmp_path):
    given = shown(tmp_path, protection=Protection(locked=False, hidden=True)).given
    assert (given["Locked"], given["FormulaHidden"]) == (False, True)


@pytest.mark.parametrize(("up", "down"), [(True, False), (False, True), (True, True)])
def test_a_line_across_a_cell_stays_in_the_open_and_in_the_closed_workbook(tmp_path, up, down):
    across = Border(diagonal=Side("thick", color=RED), diagonalUp=up, diagonalDown=down)
    look, styles = look_in_file(tmp_path, border=across)
    cell = Seen()
    put_look(cell, look)
    drawn = {"LineStyle": 1, "Weight": 4, "Color": AS_RED}
    none = {"LineStyle": -4142}
    assert cell.Borders(5).given == (drawn if down else none)
    assert cell.Borders(6).given == (drawn if up else none)
    again = with_look(styles, 0, {"border.diagonal": look["border.diagonal"]})
    border = styles.listed("borders")[int(styles.listed("cellXfs")[again].get("borderId"))]
    said = [border.get(name) in ("1", "true") for name in ("diagonalUp", "diagonalDown")]
    assert said == [up, down]
    assert set(border.find("{*}diagonal").attrib) == {"style"}
    plain = with_look(styles, again, {"border.diagonal": ""})
    border = styles.listed("borders")[int(styles.listed("cellXfs")[plain].get("borderId"))]
    assert not [name for name in border.attrib if name.startswith("diagonal")]
