"""The words of data notes, without the figures that would give a hidden one away.

A note is checked when it is about a measure with a hidden figure, about one that gives or
takes part in a ratio with it, or about none that is known. What is left of its words without
months, refs, marks and spells of time must hold no number, written in digits or in words.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from xl_addin.dataset.history import History
from xl_addin.disclosure.implies_small_count import may_imply_small_count
from xl_addin.disclosure.rule import Rule
from xl_addin.measure import Catalogue, Measure
from xl_addin.notes import DataNote, Targets
from xl_addin.period import NAMES, Month

_MONTHS = "|".join(f"{name[:3]}(?:{name[3:]})?" for name in NAMES)
_DAY = r"\b(?:from|since|on|at|until|till|before|after|dated) \d{1,2} "
"""A day of a month; without such a word "2 Jan 2015 conferences" may be two."""

_DATED = re.compile(rf"(?:{_DAY})?\b(?:{_MONTHS}) \d{{4}}\b|\[note \d+\]", re.IGNORECASE)
_SPELL = re.compile(
    r"(?:\b\d+|\b[a-z]+(?:-[a-z]+)?)(?: ?[½¼¾])?(?: working| calendar| school)? "
    r"(?:days?|weeks?|months?|years?)\b",
    re.IGNORECASE,
)
_AGE = re.compile(r"\bages? (?:of )?\d+(?: ?[½¼¾])?\+?|\baged \d+\+?", re.IGNORECASE)
_UNITS = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
_MORE = "sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety"
_PARTS = "half quarter third fourth fifth sixth seventh eighth ninth tenth twentieth hundredth"
_OTHERS = "hundred dozen single both pair couple twin triplet few handful once twice double only"
_NUMBER = re.compile(
    rf"[\d½¼¾⅓⅔%]|\b(?:{'|'.join(f'{_UNITS} {_MORE} {_PARTS} {_OTHERS}'.split())})s?\b",
    re.IGNORECASE,
)
_CHANGE = re.compile(
    rf"(?P<ref>.+?): (?P<month>(?:{_MONTHS}) \d{{4}}) "
    r"(?:restated from|withdrawn in|given again in|first given in) .*?"
    rf"\bin the (?P<issue>(?:{_MONTHS}) \d{{4}}) issue\b.*|"
    rf"(?P<ref_>.+?): (?P<month_>(?:{_MONTHS}) \d{{4}}) "
    rf"(?:withdrawn|given again|first given) in the (?P<issue_>(?:{_MONTHS}) \d{{4}}) issue\b.*",
    re.DOTALL,
)

CONFIDENTIAL = "Confidential [c]"
WITHHELD = "The words of this note are confidential [c]: they hold a figure."


def kin(catalogue: Catalogue, hidden: Collection[str]) -> set[str]:
    """The measures with hidden figures, and those they give or share a ratio with."""
    found, size = set(hidden), -1
    while size != len(found):
        size = len(found)
        for measure in filter(lambda m: m.denominator, catalogue):
            group = {measure.ref, measure.numerator, measure.denominator} - {""}
            found |= group if group & found else set()
    return found


@dataclass(frozen=True, slots=True)
class Discretion:
    """What must not be said: the measures with hidden figures, and those near them.

    ``hidden`` are also those of which an earlier copy hid a figure: readers know that copy.
    ``history`` tells which figures that were restated since had been small.
    """

    catalogue: Catalogue
    history: History
    rule: Rule
    hidden: frozenset[str]

    def safe(self, note: DataNote, refs: Collection[str]) -> DataNote:
        """A note as it may leave the team. ``refs`` are the measures it applies to.

        An automatic note on a changed figure keeps everything but the figures; other words
        that hold a number are withheld whole.
        """
        change = _CHANGE.fullmatch(note.text) if note.is_automatic else None
        if change:
            ref, month, issue = (change[n] or change[f"{n}_"] for n in ("ref", "month", "issue"))
            if not self._is_near(note, refs) and not self._was_small(refs, Month.parse(month)):
                return note
            words = f"{ref}: {month} changed in the {issue} issue; by how much is confidential [c]"
            return replace(note, text=words)
        if self._is_near(note, refs) and holds_a_number(note.text, self.catalogue):
            return replace(note, text=WITHHELD)
        return note

    def applies_to(self, note: DataNote, named: Targets) -> str:
        """What a note applies to, as it may be said: its words beside refs and areas are words."""
        told = any(holds_a_number(words, self.catalogue) for words in named.unknown)
        return CONFIDENTIAL if told and self._is_near(note, named.refs) else note.applies_to

    def _is_near(self, note: DataNote, refs: Collection[str]) -> bool:
        near = kin(self.catalogue, self.hidden)
        named = any(re.search(rf"(?<![\w-]){re.escape(ref)}(?![\w-])", note.text) for ref in near)
        return bool(near) and (not refs or named or bool(near & set(refs)))

    def _was_small(self, refs: Collection[str], month: Month) -> bool:
        """Whether a figure of the month, as it was or is, is small or leaves a small rest."""
        if any(self.catalogue[ref].is_percentage for ref in refs):
            return True
        if any(self.rule.is_small(value) for ref in refs for value in self._ever(ref, month)):
            return True
        if any(self._told_few(measure, month) for measure in self._shares_of(refs)):
            return True
        return any(
            self.rule.is_small(whole - part)
            for ratio in self.catalogue.ratios
            if {ratio.numerator, ratio.denominator} & set(refs)
            for part in self._ever(ratio.numerator, month)
            for whole in self._ever(ratio.denominator, month)
        )

    def _shares_of(self, refs: Collection[str]) -> Iterator[Measure]:
        """The percentages of some counts."""
        return (measure for measure in self.catalogue if measure.denominator in refs)

    def _told_few(self, measure: Measure, month: Month) -> bool:
        """Whether a percentage, with any figure there was of what it is of, may tell of few."""
        return any(
            may_imply_small_count(measure, own, {measure.denominator: whole}, self.rule)
            for own in self.history.revisions_of(measure.ref, month)
            if own.value is not None
            for whole in self._ever(measure.denominator, month)
        )

    def _ever(self, ref: str, month: Month) -> list[float]:
        revisions = self.history.revisions_of(ref, month)
        return [seen.value for seen in revisions if seen.value is not None]


def holds_a_number(text: str, catalogue: Catalogue) -> bool:
    """Whether words hold a number that may be a figure.

    >>> empty = Catalogue((__import__("xl_addin.measure").measure.Measure("LAC4", "", ""),))
    >>> holds_a_number("LAC4: within 45 working days since Jun 2015", empty)
    False
    >>> holds_a_number("All four left care", empty)
    True
    """
    for ref in sorted(catalogue.refs, key=len, reverse=True):
        text = re.sub(rf"(?<![\w-]){re.escape(ref)}(?![\w-])", " ", text)
    for harmless in (_DATED, _AGE, _SPELL):
        text = harmless.sub(" ", text)
    return bool(_NUMBER.search(text))
