"""Figures: what one cell of a return says: a number, a reason, or nothing.

Whatever is none of the three is refused. A cell that looks like a number but is not one
("626 (p)", "1,36", "<5") is refused rather than taken as a reason, or a figure would be lost.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from xl_addin.errors import Problem, XlAddinError
from xl_addin.measure import Measure
from xl_addin.patterns import pattern
from xl_addin.table import CELL_ERRORS, CellError, CellValue, PerCent
from xl_addin.unit import Unit
from xl_addin.values import field, replace, value_type

NOT_CALCULATED = CellError("#NOT CALCULATED")
"""Stands for a formula whose value was never stored in the file."""

SUPPRESSED = "Suppressed in the source"
NOT_AVAILABLE = "Not available"

MARKS = {
    **dict.fromkeys(["*", "**", "c", "[c]", "(c)"], SUPPRESSED),
    **dict.fromkeys(
        [".", "..", "...", "…", ":", "n/a", "na", "n.a.", "x", "[x]", "z", "[z]"], NOT_AVAILABLE
    ),
    **dict.fromkeys(["-", "–", "—"], ""),
}
"""What marks in place of a figure are read as: a reason, or nothing, which is missing."""

WITHOUT_REASON = frozenset(["tbc", "?", NOT_AVAILABLE.casefold(), *MARKS]) - {"*", "**", "[c]"}
"""Text that officers put where a figure is not updated, without saying why."""

_IN_WORDS = pattern(
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|"
    "eigh|nine)teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty|hundred|thousand|and"
)
_WORD = pattern(r"[^\W\d_]{3,}")

_AMBIGUOUS = frozenset(["nil", "none", "zero", "null", "true", "false", "yes", "no"])
_NOT_A_NUMBER = pattern(r"[+-]?(?:inf(?:inity)?|nan|∞)", re.IGNORECASE)
_ERROR = pattern(r"#[A-ZÀ-Þ][A-ZÀ-Þ0-9/_]*[!?]?|#+|Err:[0-9]+")
_GROUPED = "[1-9][0-9]{0,2}(?:(?:,[0-9]{3})+|(?: [0-9]{3})+)"
_NUMBER = pattern(rf"([+-]?)({_GROUPED}|[0-9]+|(?=\.))(?:\.([0-9]+))? ?(%?)")
_DECIMAL_COMMA = pattern(r"^[+-]?(?:[0-9]+|[0-9]{1,3}(?:[. ][0-9]{3})+),[0-9]+ ?%?")
"""What looks like 44,5 or 1.234,5: where it reads as a number, it was read before this."""
_TOO_LARGE = 1e15  # Excel keeps 15 digits
_MINUS = pattern(r"^[−–—](?=[0-9.])")


@value_type
class Figure:
    """What a cell says.

    ``value`` is a count or a fraction of 1, ``half_width`` how far rounding lets the true
    figure lie from it, ``reason`` the words that stand in place of a figure. A blank cell has
    none of them. ``mark`` is what stood there where it was read by the rule of MARKS.
    """

    value: float | None = None
    half_width: float = 0.0
    reason: str = ""
    mark: str = field(default="", compare=False)


class FigureRefused(XlAddinError, ValueError):
    """A cell holds a figure its measure can have, words that say why there is none, or nothing."""

    def __init__(self, found: str, remedy: str) -> None:
        self.found = found
        self.remedy = remedy
        super().__init__([Problem("Figure", found, remedy)])


class TypedAsPerCent(FigureRefused):
    """A percentage is written with its sign, or as a fraction of 1."""


class NotCalculated(FigureRefused):
    """A formula counts only with the value it was calculated to."""


@value_type
class _Number:
    value: float
    decimals: int
    percent: bool = False


def plain_text(cell: CellValue) -> str:
    """A cell's text on one line: every run of spaces is one space, nothing invisible is left.

    >>> plain_text("  Not updated\\n pending\\u00a0work\\u200b ")
    'Not updated pending work'
    """
    text = "" if cell is None else str(cell)
    if not text.isprintable():
        text = "".join(c for c in text if c.isprintable() or c.isspace())
    return " ".join(text.split())


def gives_reason(status: str) -> bool:
    """Whether the words in place of a figure say why: a dash or "n/a" does not.

    >>> gives_reason("Not updated pending data accuracy work"), gives_reason("N/A")
    (True, False)
    """
    return bool(status) and status.casefold() not in WITHOUT_REASON


def parse_figure(cell: CellValue, measure: Measure, *, per_cents: bool = False) -> Figure:
    """Read the figure of a measure from a cell.

    A count may have thousands separators; a percentage is written 39%, 39.1% or as a fraction
    of 1. Words are the reason why the figure is not updated. ``half_width`` is half a unit of
    the last decimal written, for a fraction at most 0.005. With ``per_cents`` 39 is 39%, as an
    officer said of a return. Raises FigureRefused, and TypedAsPerCent for 39 without that.

    >>> from xl_addin.measure import Unit
    >>> parse_figure("39%", Measure("M3", "MASH", "Share", unit=Unit.PERCENTAGE))
    Figure(value=0.39, half_width=0.005, reason='', mark='')
    """
    if isinstance(cell, str) and (before := measure.unit.kind.before):
        cell = plain_text(cell).removeprefix(before).strip()
    read = _read(cell, measure.ref)
    if isinstance(read, str):
        meaning = MARKS.get(read.casefold())
        return Figure(reason=read) if meaning is None else Figure(reason=meaning, mark=read)
    if measure.is_percentage:
        if isinstance(cell, PerCent):
            read = replace(read, percent=True)
        return _percentage(_as_per_cent(read) if per_cents else read, measure)
    is_whole = measure.unit.kind.is_whole and measure.decimals == 0
    if isinstance(cell, PerCent) and not read.value.is_integer():
        read = replace(read, percent=True)
    return Figure(_count(read, measure.ref, is_whole=is_whole))


def parse_count(cell: CellValue, subject: str) -> float | None:
    """Read the numerator or denominator that ``subject`` names; None when the cell is blank.

    Raises FigureRefused, also for words.
    """
    read = _read(cell, subject)
    if isinstance(read, _Number):
        return _count(read, subject, is_whole=True)
    if read:
        raise FigureRefused(f"{subject} is “{read}”.", "Write a whole number or leave it blank.")
    return None


def parse_status(cell: CellValue, ref: str) -> str:
    """Read a Status: the reason a figure is not updated, or nothing.

    "Number" and "missing", the other states' own names, are no reason. Raises FigureRefused
    for a cell error and for a number.
    """
    text = plain_text(cell)
    refuse_error(cell, f"The status of {ref}")
    if not isinstance(cell, str | None) or _NUMBER.fullmatch(text):
        raise FigureRefused(
            f"The status of {ref} is {text}.",
            "Status holds words, the reason there is no figure; a figure goes under Value.",
        )
    return "" if text.casefold() in {"number", "missing"} else text


def is_error(cell: CellValue) -> bool:
    """Whether a cell shows an error, as a value or spelt out as text."""
    text = plain_text(cell) if isinstance(cell, str) else ""
    return isinstance(cell, CellError) or text in CELL_ERRORS or bool(_ERROR.fullmatch(text))


def refuse_error(cell: CellValue, subject: str) -> None:
    """Raise FigureRefused, or NotCalculated, when a cell shows an error."""
    if cell == NOT_CALCULATED:
        raise NotCalculated(
            f"{subject} is a formula that was never calculated.",
            "Open the file in Excel, save it and try again.",
        )
    if is_error(cell):
        raise FigureRefused(
            f"{subject} shows the error {plain_text(cell)}.",
            "Correct the formula, or clear the cell if there is no figure.",
        )


def _read(cell: CellValue, subject: str) -> _Number | str:
    if isinstance(cell, str):
        return _read_text(cell, subject)
    if cell is None:
        return ""
    if isinstance(cell, bool | date):
        raise FigureRefused(
            f"{subject} is {_kind(cell)}.",
            "Write the figure as a number, and give its cell a number format.",
        )
    if not abs(cell) < _TOO_LARGE:
        raise _not_a_figure(str(cell), subject)
    return _Number(float(cell), _decimals(cell))


def _kind(cell: bool | date) -> str:
    if isinstance(cell, bool):
        return f"{str(cell).upper()}, not a number"
    return f"a date or time ({cell:%d/%m/%Y})"


def _read_text(cell: str, subject: str) -> _Number | str:
    text = _MINUS.sub("-", plain_text(cell))
    refuse_error(cell, subject)
    match = _NUMBER.fullmatch(text)
    number = _number(match) if match else None
    if _NOT_A_NUMBER.fullmatch(text) or (number and not abs(number.value) < _TOO_LARGE):
        raise _not_a_figure(text, subject)
    if number:
        return number
    _refuse_unclear(text, subject)
    return text


def _refuse_unclear(text: str, subject: str) -> None:
    if text.casefold() in _AMBIGUOUS:
        raise FigureRefused(
            f"{subject} is “{text}”, which may mean 0 or no figure.",
            "Write 0, leave the cell blank, or say why there is no figure.",
        )
    if _DECIMAL_COMMA.fullmatch(text):
        raise FigureRefused(
            f"{subject} is “{text}”, whose comma is not one between thousands.",
            "For decimals write a point, as in 44.5; a comma is for thousands, as in 1,363.",
        )
    if _begins_like_a_number(text):
        raise FigureRefused(
            f"{subject} is “{text}”, which cannot be read as a number.",
            "Write the figure alone, for example 1,363 or 39%; a reason begins with a word.",
        )
    if text and text.casefold() not in MARKS and _is_no_reason(text):
        raise FigureRefused(
            f"{subject} is “{text}”, which is neither a figure nor a reason.",
            "Write the figure in digits (a zero is 0), leave it blank, or say in words why there "
            "is none.",
        )


def _is_no_reason(text: str) -> bool:
    """Whether a text has no word in it, or only those of a number: “n/k”, “O”, “six”.

    >>> [_is_no_reason(text) for text in ("twenty-six", "Six cases are being checked")]
    [True, False]
    """
    words = _WORD.findall(text.casefold())
    return all(map(_IN_WORDS.fullmatch, words))


def _begins_like_a_number(text: str) -> bool:
    """Whether the first letter or digit of a text is no letter: 5, ½, ³ or an Arabic digit."""
    first = next((letter for letter in text if letter.isalnum()), "")
    return first.isnumeric() and not first.isalpha()


def _not_a_figure(text: str, subject: str) -> FigureRefused:
    return FigureRefused(
        f"{subject} is {text}, which is not a figure.",
        "Write a number, or clear the cell if there is no figure.",
    )


def _number(match: re.Match[str]) -> _Number:
    sign, whole, fraction, percent = match.groups(default="")
    digits = re.sub("[, ]", "", whole) or "0"
    exact = Decimal(f"{sign}{digits}.{fraction or 0}")
    if percent:
        return _Number(float(exact.scaleb(-2)), len(fraction) + 2, percent=True)
    return _Number(float(exact), len(fraction))


def _decimals(number: float) -> int:
    exponent = Decimal(repr(number)).normalize().as_tuple().exponent
    return max(0, -int(exponent))


def _as_per_cent(number: _Number) -> _Number:
    if number.percent:
        return number
    return _Number(number.value / 100, number.decimals + 2, percent=True)


def _percentage(number: _Number, measure: Measure) -> Figure:
    value, ref, most = number.value, measure.ref, measure.unit.kind.most
    if value < 0:
        range_ = "of 0% or more" if most is None else "from 0% to 100%"
        raise FigureRefused(f"{ref} is {_shown(number)}, below 0.", f"Give a percentage {range_}.")
    if most is None and not number.percent and value > _UNLIKELY:
        raise TypedAsPerCent(
            f"{ref} is {_shown(number)}.",
            f"A percentage is written {value:.12g}% or {value / 100:.12g}.",
        )
    if most is not None and value > most:
        raise _too_large(number, ref)
    return Figure(value + 0.0, min(0.5 * 10.0**-number.decimals, 0.005))


_MAY_EXCEED = f"if it may be more, its Unit in Measures is “{Unit.ABOVE_100}”"


def _too_large(number: _Number, ref: str) -> FigureRefused:
    value = number.value
    if not number.percent and value < 2 and number.decimals:
        return TypedAsPerCent(
            f"{ref} is {_shown(number)}, which is {value:.10%}".rstrip("0%").rstrip(".")
            + "%, above 100%.",
            f"Give a percentage from 0% to 100%; {value:.12g}% is written with its sign; "
            f"{_MAY_EXCEED}.",
        )
    if number.percent or value > 100:
        return FigureRefused(
            f"{ref} is {_shown(number)}, above 100%.",
            f"Give a percentage from 0% to 100%; {_MAY_EXCEED}.",
        )
    return TypedAsPerCent(
        f"{ref} is {_shown(number)}.",
        f"A percentage is written {value:.12g}% or {value / 100:.12g}.",
    )


_UNLIKELY = 3.0
"""A percentage that may be above 100% and is typed without its sign is hardly 300% or more."""


def _count(number: _Number, subject: str, *, is_whole: bool) -> float:
    if number.percent:
        raise FigureRefused(
            f"{subject} is {_shown(number)}, but it is no percentage.",
            "Write a number without %; if it is a percentage, say so under Unit in Measures.",
        )
    if number.value < 0:
        raise FigureRefused(f"{subject} is {_shown(number)}, below 0.", "Give 0 or more.")
    # On the 15 digits Excel shows, so that 0.1 + 0.2 + 0.7 counts as 1.
    value = float(f"{number.value:.15g}") + 0.0
    if is_whole and not value.is_integer():
        raise FigureRefused(f"{subject} is {_shown(number)}.", "Give a whole number.")
    return value


def _shown(number: _Number) -> str:
    value = number.value * 100 if number.percent else number.value
    return f"{value:.15g}{'%' if number.percent else ''}"
