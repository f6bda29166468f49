"""Measures and the catalogue that lists them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum

from xl_addin.errors import CatalogueRefused, Problem
from xl_addin.period import Month
from xl_addin.unit import Tells, Unit
from xl_addin.values import field, value_type

__all__ = ["Catalogue", "Measure", "Polarity", "Unit"]


class Polarity(StrEnum):
    """Whether a rise is good news. Only measures with a polarity carry a colour."""

    HIGHER = "higher is better"
    LOWER = "lower is better"
    NEUTRAL = ""


XMR, P_CHART = "XmR", "p-chart"
"""The ways in which limits of usual variation are found, as Measures names them."""


@value_type
class Measure:
    """One row of the Measures table.

    ``decimals`` is the published rounding in the unit shown: 0 prints 12 or 39%.
    ``numerator`` and ``denominator`` are the refs of the measures whose ratio this one is. A
    denominator alone says what a percentage is of, when its numerator is not listed: then no
    ratio is worked out, and a share copy knows how few children it may stand for.

    ``control_limits`` is how limits of usual variation are found: blank or "XmR" by the distances
    of months that follow each other, "p-chart" by each month's counts.

    What everyone in the field knows of it, suppression has to know too. ``sum_of`` are the refs
    it adds up to; ``inflow`` and ``outflow`` those of what comes and goes in a month, of a count
    at the end of it (of a percentage there, its numerator is meant). ``upper_bound`` is the ref
    of a count that what a percentage is of is no more than. ``shown_without_counts`` says who
    agreed, and when, that suppressed copies show a percentage of nobody knows how many.
    """

    ref: str
    area: str
    description: str
    key_heading: str = ""
    unit: Unit = Unit.NUMBER
    decimals: int = 0
    polarity: Polarity = Polarity.NEUTRAL
    numerator: str = ""
    denominator: str = ""
    key: bool = False
    owner: str = ""
    definition: str = ""
    control_limits: str = ""
    sum_of: str = ""
    inflow: str = ""
    outflow: str = ""
    upper_bound: str = ""
    shown_without_counts: str = ""

    @property
    def parts(self) -> tuple[str, ...]:
        """The refs of the counts that it is the sum of.

        >>> Measure("A", "", "", sum_of="B; C").parts
        ('B', 'C')
        """
        return _refs(self.sum_of)

    @property
    def inflows(self) -> tuple[str, ...]:
        """The refs of what comes in a month."""
        return _refs(self.inflow)

    @property
    def outflows(self) -> tuple[str, ...]:
        """The refs of what goes in a month."""
        return _refs(self.outflow)

    @property
    def is_p_chart(self) -> bool:
        """Whether its limits go by the counts of each month."""
        return self.control_limits.casefold() == P_CHART

    @property
    def heading(self) -> str:
        """The heading of its chart: the key heading where there is one."""
        return self.key_heading or self.description

    @property
    def is_percentage(self) -> bool:
        """Whether figures are fractions of 1, shown as per cents."""
        return self.unit.is_percentage

    @property
    def is_count(self) -> bool:
        """Whether figures say how many there are."""
        return self.unit.kind.tells is Tells.COUNT

    @property
    def is_share(self) -> bool:
        """Whether figures say what part of a count another one is."""
        return self.unit.kind.tells is Tells.SHARE

    @property
    def is_agreed(self) -> bool:
        """Whether somebody agreed to show figures that are neither counts nor shares of one."""
        return bool(self.shown_without_counts) and not (self.is_count or self.is_share)

    @property
    def is_ratio(self) -> bool:
        """Whether two other measures give its counts."""
        return bool(self.numerator and self.denominator)

    @property
    def number_format(self) -> str:
        """The Excel number format of its figures.

        >>> Measure("M3", "MASH", "Percentage", unit=Unit.PERCENTAGE, decimals=1).number_format
        '0.0%'
        """
        return self.unit.number_format(self.decimals)


def _refs(text: str) -> tuple[str, ...]:
    return tuple(ref.strip() for ref in re.split("[;,]", text) if ref.strip()) if text else ()


@value_type
class Catalogue:
    """The measures of one dataset, in printed order; ``former`` are present refs by former one.

    ``retired`` are measures that are not listed any more, each with the last month it has a
    figure of.
    Raises CatalogueRefused, listing every problem, when a ref is blank or stands twice, or
    when a denominator is missing, or a numerator or denominator unknown or a percentage.
    """

    measures: tuple[Measure, ...]
    former: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)
    retired: Mapping[str, Month] = field(default_factory=dict, compare=False, repr=False)
    _by_ref: dict[str, Measure] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_ref", {m.ref: m for m in self.measures})
        if problems := list(_problems(self.measures, self._by_ref)):
            raise CatalogueRefused(problems)

    def __iter__(self) -> Iterator[Measure]:
        return iter(self.measures)

    def __len__(self) -> int:
        return len(self.measures)

    def __contains__(self, ref: object) -> bool:
        return ref in self._by_ref

    def __getitem__(self, ref: str) -> Measure:
        return self._by_ref[ref]

    @property
    def refs(self) -> tuple[str, ...]:
        """Every measure ref, in printed order."""
        return tuple(m.ref for m in self.measures)

    def why_unknown(self, ref: str) -> str:
        """Why a ref is that of no measure: it has left, or never was one."""
        if ref not in self.retired:
            return f"“{ref}” is not a measure ref."
        last = self.retired[ref].label
        return f"{ref} is no measure any more: it has left Measures, with figures up to {last}."

    @property
    def key_measures(self) -> tuple[Measure, ...]:
        """The measures that have a chart."""
        return tuple(m for m in self.measures if m.key)

    @property
    def ratios(self) -> tuple[Measure, ...]:
        """The measures that are the ratio of two others."""
        return tuple(m for m in self.measures if m.is_ratio)


def _problems(measures: Iterable[Measure], by_ref: dict[str, Measure]) -> Iterator[Problem]:
    if not by_ref:
        yield Problem("Measures", "No measure is listed.", "Give each measure a row.")
    for ref, times in Counter(m.ref for m in measures).items():
        if not ref.strip():
            yield Problem("Measures", "A measure has no ref.", "Give it a Measure Ref.")
        elif times > 1:
            yield Problem("Measures", f"{ref} stands {times} times.", "Keep one row for it.")
    yield from _capitals_problems(by_ref)
    yield from _signs_problems(by_ref)
    for measure in measures:
        yield from _ratio_problems(measure, by_ref)
        yield from _link_problems(measure, by_ref)
        yield from _limits_problems(measure)


def _capitals_problems(refs: Iterable[str]) -> Iterator[Problem]:
    """Refs that Excel's own look-ups take for one another."""
    first: dict[str, str] = {}
    for ref in refs:
        other = first.setdefault(ref.casefold(), ref)
        if other != ref:
            found = f"{other} and {ref} differ only in their capitals, which Excel overlooks."
            yield Problem("Measures", found, "Rename one of them.")


def _signs_problems(refs: Iterable[str]) -> Iterator[Problem]:
    """Refs with signs by which Excel's look-ups take one for another, or find none."""
    for ref in refs:
        if "~" in ref:
            found = f"{ref} holds ~, by which Excel's look-ups do not find it."
            yield Problem("Measures", found, "Rename it, with other signs.")
        elif taken := _taken_for(ref, refs):
            found = (
                f"{ref} holds * or ?, which stand for any letters in Excel's look-ups: it would "
                f"show the figures of {taken}."
            )
            yield Problem("Measures", found, "Rename it, with other signs.")


def _taken_for(ref: str, refs: Iterable[str]) -> str:
    """The first other ref that a look-up for this one may find; blank for none."""
    if "*" not in ref and "?" not in ref:
        return ""
    signs = (_ANY_SIGN.get(sign) or re.escape(sign) for sign in ref.casefold())
    wanted = re.compile("".join(signs), re.DOTALL)
    return next((one for one in refs if one != ref and wanted.fullmatch(one.casefold())), "")


_ANY_SIGN = {"*": ".*", "?": "."}


def _ratio_problems(measure: Measure, by_ref: dict[str, Measure]) -> Iterator[Problem]:
    place = f"Measures, {measure.ref}"
    if measure.numerator and not measure.denominator:
        remedy = "Give the ref of the Denominator too, or neither."
        yield Problem(place, "There is a Numerator and no Denominator.", remedy)
    if measure.denominator and not measure.is_share:
        found = f"Its Unit is {measure.unit}: only a percentage is a part of a count."
        remedy = "Make its Unit percentage, or leave Numerator and Denominator blank."
        yield Problem(place, found, remedy)
    for column, ref in (("Numerator", measure.numerator), ("Denominator", measure.denominator)):
        if ref and ref not in by_ref:
            found = f"Its {column}, {ref}, is not a Measure Ref."
            yield Problem(place, found, f"Under {column}, write the ref of a listed measure.")
        elif ref and not by_ref[ref].is_count:
            found = f"Its {column}, {ref}, is no count: its Unit is {by_ref[ref].unit}."
            yield Problem(place, found, f"Under {column}, write the ref of a count.")


def _link_problems(measure: Measure, by_ref: dict[str, Measure]) -> Iterator[Problem]:
    place = f"Measures, {measure.ref}"
    flows = (*measure.inflows, *measure.outflows)
    for ref in (*measure.parts, *flows, *_refs(measure.upper_bound)):
        if ref not in by_ref or ref == measure.ref:
            remedy = "Name other measures of the list, with a semicolon between them."
            yield Problem(place, f"{ref} is no other Measure Ref.", remedy)
        elif by_ref[ref].unit.kind.tells is Tells.ANYTHING:
            found = f"{ref} is no count: its Unit is {by_ref[ref].unit}."
            yield Problem(place, found, "Name counts, or percentages of a count.")
    if (measure.parts or flows) and not measure.is_count:
        found = f"Its Unit is {measure.unit}: only a number is the sum of others."
        yield Problem(place, found, "Leave sum, inflow and outflow blank.")
    if measure.shown_without_counts and not re.search(r"\d{4}", measure.shown_without_counts):
        found = f"“Shown without counts” is “{measure.shown_without_counts}”."
        yield Problem(place, found, "Write who agreed and when, such as J. Okafor, 3 Jul 2015.")


def _limits_problems(measure: Measure) -> Iterator[Problem]:
    place = f"Measures, {measure.ref}"
    if measure.control_limits.casefold() not in ("", XMR.casefold(), P_CHART):
        found = f"Control limits is “{measure.control_limits}”."
        yield Problem(place, found, f"Choose {XMR} or {P_CHART}, or leave it blank for {XMR}.")
    elif measure.is_p_chart and not measure.is_share:
        found = (
            f"Control limits is {P_CHART}, and its Unit {measure.unit}: only a percentage has one."
        )
        yield Problem(place, found, f"Choose {XMR}, or leave it blank.")
