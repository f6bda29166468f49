"""The words of data notes, without what would give a hidden figure away.

- A note on a changed figure stands only where that figure is shown, and no copy hid it: whether
  a hidden figure was changed is no reader's business. It says by how much only where both
  figures were shown.
- An officer's note on a measure with a hidden figure is withheld, unless the officer has marked
  it as safe for this copy.
- Other notes on such measures, on those that are in a ratio, a sum or a stock with one, or on none
  that is known, are withheld where they hold a number: what is left of their words without
  months, refs, marks and spells of time must hold none, in digits or in words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property

from xl_addin.dataset.printing import printed
from xl_addin.disclosure.links import linked_with
from xl_addin.disclosure.published import Cell
from xl_addin.disclosure.suppression import Suppression
from xl_addin.measure import Catalogue, Measure
from xl_addin.notes import DataNote, Origin, Targets
from xl_addin.patterns import pattern
from xl_addin.period import NAMES, Month
from xl_addin.unit import parse_printed, printed_in
from xl_addin.values import field, replace, value_type

_MONTHS = "|".join(f"{name[:3]}(?:{name[3:]})?" for name in NAMES)
_DAY = r"\b(?:from|since|on|at|until|till|before|after|dated) \d{1,2} "
"""A day of a month; without such a word "2 Jan 2015 conferences" may be two."""

_DATED = pattern(rf"(?:{_DAY})?\b(?:{_MONTHS}) \d{{4}}\b|\[note \d+\]", re.IGNORECASE)
_SPELL = pattern(
    r"(?:\b\d+|\b[a-z]+(?:-[a-z]+)?)(?: ?[½¼¾])?(?: working| calendar| school)? "
    r"(?:days?|weeks?|months?|years?)\b",
    re.IGNORECASE,
)
_AGE = pattern(r"\bages? (?:of )?\d+(?: ?[½¼¾])?\+?|\baged \d+\+?", re.IGNORECASE)
_UNITS = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
_MORE = "sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety"
_PARTS = "half halve quarter third fourth fifth sixth seventh eighth ninth tenth twentieth"
_MANY = "hundredth hundred thousand dozen score single singleton both pair couple few handful"
_TIMES = "once twice thrice double doubled treble trebled triple tripled quadruple quadrupled"
_GROUPS = "solo sole solely lone alone only duo trio quartet quintet sextet septet octet twosome"
_KIN = "threesome foursome twin triplet quadruplet quad sibling brother sister"
_WORDS = "|".join(f"{_UNITS} {_MORE} {_PARTS} {_MANY} {_TIMES} {_GROUPS} {_KIN}".split())
_NUMBER = pattern(rf"[\d%]|\b(?:{_WORDS})s?\b", re.IGNORECASE)
_CODE = pattern(r"\b[A-Z]{1,3}\d+[A-Z]?\b")
"""A code, such as E43: no count is written so."""

_ROMAN = pattern(r"\b[IVX]{2,}\b")
_CHANGE = pattern(
    rf"(?P<ref>.+?): (?P<month>(?:{_MONTHS}) \d{{4}}) "
    r"(?:restated from|withdrawn in|given again in|first given in) .*?"
    rf"\bin the (?P<issue>(?:{_MONTHS}) \d{{4}}) issue\b.*|"
    rf"(?P<ref_>.+?): (?P<month_>(?:{_MONTHS}) \d{{4}}) "
    rf"(?:withdrawn|given again|first given) in the (?P<issue_>(?:{_MONTHS}) \d{{4}}) issue\b.*",
    re.DOTALL,
)

CONFIDENTIAL = "Confidential [c]"
WITHHELD = "The words of this note are confidential [c]: they may tell of a hidden figure."


def kin(catalogue: Catalogue, hidden: Collection[str]) -> set[str]:
    """The measures with hidden figures, and those in a ratio, a sum or a stock with one."""
    ratios = ({m.ref, m.numerator, m.denominator} - {""} for m in catalogue if m.denominator)
    groups = [*ratios, *linked_with(catalogue)]
    found, size = set(hidden), -1
    while size != len(found):
        size = len(found)
        for group in groups:
            found |= group if group & found else set()
    return found


@value_type
class Change:
    """What an automatic note on a changed figure tells."""

    ref: str
    month: Month
    issue: str
    figures: tuple[str, ...]

    @property
    def untold(self) -> str:
        """That there was one, without its figures."""
        said = f"{self.ref}: {self.month.label} changed in the {self.issue} issue"
        return f"{said}; by how much was not published"


def change_in(note: DataNote) -> Change | None:
    """The change that an automatic note tells of; None for every other note."""
    found = _CHANGE.fullmatch(note.text) if note.is_automatic else None
    if found is None:
        return None
    ref, month, issue = (found[n] or found[f"{n}_"] for n in ("ref", "month", "issue"))
    said = note.text.removeprefix(f"{ref}: {month} ").replace(f"the {issue} issue", "")
    return Change(ref, Month.parse(month), issue, printed_in(said))


def in_print(note: DataNote, measures: Iterable[Measure]) -> DataNote:
    """A note as it may stand in a copy that hides nothing: with no change in all its digits.

    A few more than are published now stand: they were, where a measure has fewer decimals since.
    """
    change = change_in(note)
    if change is None or len(change.figures) != WAS_AND_IS or not _has_all_digits(change):
        return note
    figures = [parse_printed(text) for text in change.figures]
    alike = any(len({printed(figure, m) for figure in figures}) == 1 for m in measures)
    return replace(note, text=change.untold) if alike else note


WAS_AND_IS, MOST_CHARACTERS = 2, 8
"""So many figures a note on a restated one has, and so long is one that has not all its digits."""


def _has_all_digits(change: Change) -> bool:
    return any(len(text) > MOST_CHARACTERS for text in change.figures)


@value_type
class Discretion:
    """What must not be said beside what a copy hides.

    ``printed`` are the figures that the copy shows, as printed. ``marked`` are the numbers of
    the notes that the officer has marked as safe for this copy.
    """

    catalogue: Catalogue
    suppression: Suppression
    printed: Mapping[Cell, str] = field(default_factory=dict)
    marked: frozenset[int] = frozenset()

    def stands(self, note: DataNote, refs: Collection[str]) -> bool:
        """Whether a note may be in the copy at all. ``refs`` are the measures it applies to."""
        change = change_in(note)
        if change is None:
            return True
        hidden = self.suppression.hidden.keys() | self.suppression.earlier.hidden.keys()
        return not any((ref, change.month) in hidden for ref in {change.ref, *refs})

    def safe(self, note: DataNote, refs: Collection[str]) -> DataNote:
        """A note as it may leave the team: as it is, without its figures, or withheld."""
        if note.number in self.marked:
            return note
        if change := change_in(note):
            return self._without_unpublished(note, change, refs)
        if note.origin is not Origin.AUTOMATIC and self._is_on_hidden(refs):
            return replace(note, text=WITHHELD)
        if self._is_near(note, refs) and holds_a_number(note.text, self.catalogue):
            return replace(note, text=WITHHELD)
        return note

    def applies_to(self, note: DataNote, named: Targets) -> str:
        """What a note applies to, as it may be said: its words beside refs and areas are words."""
        if note.number in self.marked:
            return note.applies_to
        told = any(holds_a_number(words, self.catalogue) for words in named.unknown)
        return CONFIDENTIAL if told and self._is_near(note, named.refs) else note.applies_to

    def _without_unpublished(
        self, note: DataNote, change: Change, refs: Collection[str]
    ) -> DataNote:
        """A note on a change with its figures only where copies show them, this one or others."""
        cells = [(ref, change.month) for ref in {change.ref, *refs}]
        shown = {self.printed[cell] for cell in cells if cell in self.printed}
        shown |= {t for cell in cells for t in self.suppression.earlier.shown.get(cell, ())}
        return note if set(change.figures) <= shown else replace(note, text=change.untold)

    def _is_on_hidden(self, refs: Collection[str]) -> bool:
        """Whether a note is about a measure with a hidden figure, or about none that is known."""
        hidden = self.suppression.refs()
        return bool(hidden) and (not refs or bool(hidden & set(refs)))

    @cached_property
    def _near(self) -> set[str]:
        """The measures of which a copy hides a figure, and those linked with them."""
        ever = self.suppression.refs() | {ref for ref, _ in self.suppression.earlier.hidden}
        return kin(self.catalogue, ever)

    def _is_near(self, note: DataNote, refs: Collection[str]) -> bool:
        near = self._near
        if not near or not refs or not near.isdisjoint(refs):
            return bool(near)
        return any(re.search(rf"(?<![\w-]){re.escape(ref)}(?![\w-])", note.text) for ref in near)


def holds_a_number(text: str, catalogue: Catalogue) -> bool:
    """Whether words hold a number that may be a figure.

    >>> empty = Catalogue((__import__("xl_addin.measure").measure.Measure("LAC4", "", ""),))
    >>> holds_a_number("LAC4: within 45 working days since Jun 2015", empty)
    False
    >>> holds_a_number("All four left care", empty)
    True
    """
    text = plain(text)
    for ref in sorted(catalogue.refs, key=len, reverse=True):
        text = re.sub(rf"(?<![\w-]){re.escape(plain(ref))}(?![\w-])", " ", text)
    for harmless in (_DATED, _AGE, _SPELL, _CODE):
        text = harmless.sub(" ", text)
    return any(map(_is_numeral, text)) or bool(_NUMBER.search(text) or _ROMAN.search(text))


def plain(text: str) -> str:
    """Words as a reader sees them: letters of one kind, without marks that do not print.

    >>> plain("thr\u00adee"), plain("\uff14 of \u2462")
    ('three', '4 of 3')
    """
    shown = (c for c in text if unicodedata.category(c) != "Cf")
    return "".join(c if c in "½¼¾" else unicodedata.normalize("NFKC", c) for c in _numbered(shown))


def _numbered(text: Iterable[str]) -> Iterator[str]:
    """Letters that stand for a number (Ⅲ, ⅗, 三) as digits."""
    for letter in text:
        value = unicodedata.numeric(letter, None)
        stands = value is not None and not letter.isascii() and letter not in "½¼¾"
        yield str(int(value)) if stands and value is not None else letter


def _is_numeral(letter: str) -> bool:
    return unicodedata.numeric(letter, None) is not None
