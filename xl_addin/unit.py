"""Units: what a measure's figures are counted in. Each is said here, and nowhere else.

Templates, returns, the page, the charts, checks, share copies and suppression read this list: a
unit that is added here is in all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum, StrEnum, auto

from xl_addin.patterns import pattern
from xl_addin.rounding import round_half_away
from xl_addin.values import value_type


class Tells(Enum):
    """What a figure tells of people, which suppression goes by.

    A COUNT tells how many there are, a SHARE how many of a count. Of ANYTHING else nobody knows
    of how many it tells: a suppressed copy shows it only where someone agreed to that.
    """

    COUNT = auto()
    SHARE = auto()
    ANYTHING = auto()


@value_type(kw_only=True)
class Kind:
    """How a unit is printed, charted, checked and suppressed.

    A figure is printed ``factor`` times as large, between ``before`` and ``after``, its thousands
    apart where it ``is_grouped``. ``axis`` is the title of its axis in a chart. None is above
    ``most``, where there is such a bound; with no decimals it ``is_whole``, or only printed so.
    With ``is_alike`` it says the same of a small place as of a large one, so that England's figure
    is fit to stand beside a council's in a chart: a share or a rate, never a count.
    """

    axis: str
    factor: int = 1
    before: str = ""
    after: str = ""
    is_grouped: bool = False
    is_whole: bool = False
    is_alike: bool = False
    most: float | None = None
    tells: Tells = Tells.ANYTHING


class Unit(StrEnum):
    """What a figure counts in, as the sheet Measures says it. A percentage is a fraction of 1.

    No name has a comma: a drop-down takes that for the end of an entry.
    """

    kind: Kind

    def __new__(cls, name: str, kind: Kind) -> Unit:
        """A unit by its name."""
        unit = str.__new__(cls, name)
        unit._value_ = name
        unit.kind = kind
        return unit

    NUMBER = "number", Kind(axis="Number", is_whole=True, tells=Tells.COUNT)
    PERCENTAGE = (
        "percentage",
        Kind(axis="Percentage", factor=100, after="%", most=1.0, is_alike=True, tells=Tells.SHARE),
    )
    ABOVE_100 = (
        "percentage (may exceed 100)",
        Kind(axis="Percentage", factor=100, after="%", is_alike=True),
    )
    MONEY = "money", Kind(axis="Pounds", before="£", is_grouped=True)
    DAYS = "days", Kind(axis="Days", is_alike=True)
    RATE = "rate per 10000", Kind(axis="Rate per 10,000", is_alike=True)
    DECIMAL = "decimal", Kind(axis="Number")

    @classmethod
    def read(cls, text: str) -> Unit | None:
        """The unit that is meant, whatever its capitals, commas and spaces; a blank is a number.

        >>> Unit.read("Rate per 10,000").value, Unit.read("Percent")
        ('rate per 10000', None)
        """
        meant = _plain(text) or cls.NUMBER
        return next((unit for unit in cls if _plain(unit) == meant), None)

    @property
    def is_percentage(self) -> bool:
        """Whether figures are fractions of 1, shown as per cents."""
        return self.kind.after == "%"

    def number_format(self, decimals: int) -> str:
        """The Excel number format of its figures.

        >>> Unit.PERCENTAGE.number_format(1), Unit.MONEY.number_format(2)
        ('0.0%', '"£"#,##0.00')
        """
        whole = "#,##0" if self.kind.is_grouped else "0"
        places = f".{'0' * decimals}" if decimals else ""
        before, after = (_in_format(sign) for sign in (self.kind.before, self.kind.after))
        return f"{before}{whole}{places}{after}"

    def rounded(self, value: float, decimals: int) -> float:
        """A figure as it is printed, rounded half away from zero, without its signs."""
        return round_half_away(value * self.kind.factor, decimals)

    def printed(self, value: float, decimals: int) -> str:
        """A figure as it is printed.

        >>> Unit.PERCENTAGE.printed(0.386, 0), Unit.MONEY.printed(1234.5, 2)
        ('39%', '£1,234.50')
        """
        number = self.rounded(value, decimals)
        grouped = "," if self.kind.is_grouped else ""
        return f"{self.kind.before}{number:{grouped}.{decimals}f}{self.kind.after}"


def parse_printed(text: str) -> float:
    """A figure from its print, whatever its unit; a percentage as a fraction of 1.

    Raises ValueError where no unit prints a figure so.

    >>> parse_printed("39%"), parse_printed("£1,345.68"), parse_printed("1363")
    (0.39, 1345.68, 1363.0)
    """
    found = _PRINTED.fullmatch(text)
    if found is None:
        raise ValueError(f"No unit prints “{text}”.")
    before, number, after = found.groups()
    signs = {(unit.kind.before, unit.kind.after): unit.kind.factor for unit in Unit}
    factor = signs.get((before, after))
    if factor is None:
        raise ValueError(f"No unit prints “{text}”.")
    return round(float(number.replace(",", "")) / factor, 12)


def printed_in(text: str) -> tuple[str, ...]:
    """The figures that stand in a text, each as a unit prints it.

    >>> printed_in("M1: restated from £1,345.68 to £1,400.00, or from 97.6% to 98%.")
    ('1', '£1,345.68', '£1,400.00', '97.6%', '98%')
    """
    return tuple(found[0] for found in _PRINTED.finditer(text))


def _any_of(signs: Iterable[str]) -> str:
    """A pattern of any of some signs, a longer one before what it begins with."""
    return "|".join(re.escape(sign) for sign in sorted({*signs}, key=lambda s: (-len(s), s)))


_PRINTED = pattern(
    rf"({_any_of(unit.kind.before for unit in Unit)})"
    r"(-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)"
    rf"({_any_of(unit.kind.after for unit in Unit)})"
)
"""A figure as any unit prints it: what stands before it, its number, what stands behind."""


def _in_format(sign: str) -> str:
    """A sign as a number format has it: the % is one of its own, other text stands in quotes."""
    return sign if sign in ("", "%") else f'"{sign}"'


def _plain(text: str) -> str:
    return "".join(text.casefold().replace(",", "").split())
