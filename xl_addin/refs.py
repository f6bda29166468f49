"""Measure refs as returns write them, and what was probably meant by one that is not known."""

from __future__ import annotations

import re
from collections import Counter

from xl_addin.errors import Problem
from xl_addin.measure import Catalogue, Measure
from xl_addin.patterns import pattern

_DASHES = pattern("[‐‑‒–—―−]")
_LOOK_ALIKES = str.maketrans(
    "АВЕЅІЈКМНОРСТУХԚаеѕіјорсухԛΑΒΕΖΗΙΚΜΝΟΡΤΥΧο",
    "ABESIJKMHOPCTYXQaesijopcyxqABEZHIKMNOPTYXo",
)
_TOTALS = frozenset(["total", "totals", "grandtotal", "subtotal", "sum", "overall"])
_SUGGESTIONS = 25  # each is a search through all refs


class RefFinder:
    """The measures of a catalogue by the refs a return gives them.

    Capitals, spaces and the kind of dash do not matter where only one measure can be meant:
    "lac5 – ql" is LAC5-QL. Letters of other alphabets that look alike are not taken for it.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        times = Counter(map(fold, catalogue.refs))
        self._by_fold = {fold(m.ref): m for m in catalogue if times[fold(m.ref)] == 1}
        self._retired = {fold(ref): ref for ref in catalogue.retired}
        self._suggestions_left = _SUGGESTIONS

    def find(self, ref: str) -> Measure | None:
        """The measure a ref stands for; None for an unknown one."""
        if ref in self._catalogue:
            return self._catalogue[ref]
        return self._by_fold.get(fold(ref))

    def named_in(self, text: str) -> list[str]:
        """The refs that a text names as whole words, in the order of the catalogue."""
        words = set(re.findall(r"[\w-]+", text))
        return [ref for ref in self._catalogue.refs if ref in words]

    def problem(self, ref: str, place: str) -> Problem:
        """Say that a ref is not known, and which one was probably meant."""
        found = self._catalogue.why_unknown(ref)
        if now := self._catalogue.former.get(ref):
            return Problem(place, f"{ref} is now {now}.", f"Write {now} in its place.")
        if left := self._retired.get(fold(ref)):
            return self._left_problem(left, place)
        if fold(ref) in _TOTALS:
            remedy = "If it is a total, delete the row: a total is worked out, not brought in."
            return Problem(place, found, remedy)
        if meant := self.find(ref.translate(_LOOK_ALIKES)):
            return Problem(place, f"{found} {_foreign_letter(ref)}", f"Type {meant.ref} again.")
        if meant_ref := self._nearest(ref):
            remedy = f"Did you mean {meant_ref}? If it is new, add it to the sheet Measures."
            return Problem(place, found, remedy)
        return Problem(
            place,
            found,
            "Correct it, or add the measure to the sheet Measures.",
            together="{count} rows name no measure that is in Measures: {items}.",
            item=f"“{ref}” ({place.rpartition(', ')[2]})",
        )

    def _left_problem(self, ref: str, place: str) -> Problem:
        """Say that a measure has left the list: its figures must not go to another one."""
        return Problem(
            place,
            self._catalogue.why_unknown(ref),
            "Leave its rows out of the return, or put it back in the sheet Measures.",
            together="{count} rows are about measures that have left Measures: {items}.",
            item=f"{ref} ({place.rpartition(', ')[2]})",
        )

    def _nearest(self, ref: str) -> str:
        import difflib  # seldom needed, and slow to load

        folded = fold(ref)
        begun = [m.ref for key, m in self._by_fold.items() if key.startswith(folded)]
        if len(begun) == 1:
            return begun[0]
        if self._suggestions_left == 0:
            return ""
        self._suggestions_left -= 1
        close = difflib.get_close_matches(folded, self._by_fold, n=1)
        return self._by_fold[close[0]].ref if close else ""


def fold(ref: str) -> str:
    """A ref without what does not matter: capitals, spaces, the kind of dash.

    >>> fold("lac5 – QL")
    'lac5-ql'
    """
    return _DASHES.sub("-", "".join(ref.split())).casefold()


def _foreign_letter(ref: str) -> str:
    """Name the first letter that only looks Latin."""
    import unicodedata  # large, and seldom needed

    place = next(i for i, letter in enumerate(ref) if letter != letter.translate(_LOOK_ALIKES))
    alphabet = unicodedata.name(ref[place]).split()[0].capitalize()
    return f"Character {place + 1} is the {alphabet} letter “{ref[place]}”, which only looks alike."
