"""What a data note applies to: measure refs and performance areas, found in officers' words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from xl_addin.errors import Problem
from xl_addin.layout import DataNotes
from xl_addin.measure import Catalogue
from xl_addin.notes.data_note import DataNote, place_of
from xl_addin.patterns import pattern
from xl_addin.refs import fold
from xl_addin.values import replace, value_type

_SEPARATOR = pattern(r"[;,/&\r\n]|(?<!\S)and(?!\S)", re.IGNORECASE)


@value_type
class Targets:
    """The measures an "Applies to" names, and the parts of it that name nothing."""

    refs: tuple[str, ...]
    unknown: tuple[str, ...]


@value_type
class Part:
    """A stretch of an "Applies to", and the measures it names; none when it is unknown."""

    start: int
    end: int
    refs: tuple[str, ...]


class Names:
    """Every name a note may apply to: refs first, then performance areas.

    A name is found as written or, failing that, without regard to capitals, spaces and the
    kind of dash, where only one can be meant.
    """

    def __init__(self, refs: Iterable[str], areas: Mapping[str, tuple[str, ...]]) -> None:
        self._exact: dict[str, tuple[str, ...]] = {}
        self._folded: dict[str, tuple[str, ...]] = {}
        self._targets: dict[str, Targets] = {}
        known = [*((ref, (ref,)) for ref in dict.fromkeys(refs)), *areas.items()]
        for name, named in known:
            if name.strip():
                self._exact.setdefault(name, named)
                self._folded.setdefault(fold(name), named)
        for name, times in Counter(fold(name) for name in self._exact).items():
            if times > 1:
                del self._folded[name]
        self._longest = max((len(_pieces(name)) for name in self._exact), default=1)

    @classmethod
    def of(cls, catalogue: Catalogue, *more_refs: str) -> Names:
        """The names of a catalogue, and refs that it no longer lists."""
        areas: dict[str, tuple[str, ...]] = {}
        for measure in catalogue:
            areas[measure.area] = (*areas.get(measure.area, ()), measure.ref)
        return cls((*catalogue.refs, *more_refs), areas)

    def targets(self, applies_to: str) -> Targets:
        """The measures named, each once, and the parts that name nothing."""
        if applies_to not in self._targets:
            parts = tuple(self.parts(applies_to))
            refs = dict.fromkeys(ref for part in parts for ref in part.refs)
            unknown = (applies_to[p.start : p.end] for p in parts if not p.refs)
            self._targets[applies_to] = Targets(tuple(refs), tuple(dict.fromkeys(unknown)))
        return self._targets[applies_to]

    def parts(self, applies_to: str) -> Iterator[Part]:
        """The parts between separators; a name that holds a separator is found whole first."""
        if refs := self._named(applies_to.strip()):
            yield Part(*_outer(applies_to), refs)
            return
        pieces = _pieces(applies_to)
        at = 0
        while at < len(pieces):
            part, at = self._longest_part(applies_to, pieces, at)
            yield part

    def _longest_part(self, text: str, pieces: list[tuple[int, int]], at: int) -> tuple[Part, int]:
        start = pieces[at][0]
        for after in range(min(len(pieces), at + self._longest), at, -1):
            end = pieces[after - 1][1]
            if refs := self._named(text[start:end]):
                return Part(start, end, refs), after
        return Part(*pieces[at], ()), at + 1

    def _named(self, name: str) -> tuple[str, ...]:
        return self._exact.get(name) or self._folded.get(fold(name), ())


def targets(note: DataNote, catalogue: Catalogue) -> Targets:
    """The measures a note applies to, and the parts of its "Applies to" that name nothing.

    Parts are separated by ; , / & a new line or the word "and".
    """
    return Names.of(catalogue).targets(note.applies_to)


def rename_refs(
    notes: Iterable[DataNote], renames: Mapping[str, str], catalogue: Catalogue | None = None
) -> tuple[tuple[DataNote, ...], tuple[Problem, ...]]:
    """Notes with refs renamed from old to new in "Applies to", and the texts that name them.

    Only whole refs are replaced, all at once, so that two refs may change places. Texts are
    never changed. ``catalogue`` protects names that contain an old ref ("Adoption and
    Fostering").
    """
    names = Names.of(catalogue, *renames) if catalogue else Names(renames, {})
    renamed = tuple(_renamed(note, names, renames) for note in notes)
    return renamed, tuple(p for note in renamed for p in _mentions(note, renames))


def _pieces(text: str) -> list[tuple[int, int]]:
    """Start and end of each piece between separators, without its outer spaces."""
    found, start = [], 0
    for begins, ends in (*(m.span() for m in _SEPARATOR.finditer(text)), (len(text), len(text))):
        first, last = _outer(text[start:begins])
        if first < last:
            found.append((start + first, start + last))
        start = ends
    return found


def _outer(text: str) -> tuple[int, int]:
    """Start and end of a text without its outer spaces."""
    first = len(text) - len(text.lstrip())
    return first, max(first, len(text.rstrip()))


def _renamed(note: DataNote, names: Names, renames: Mapping[str, str]) -> DataNote:
    text, at, pieces = note.applies_to, 0, []
    for part in names.parts(text):
        old = part.refs[0] if len(part.refs) == 1 else ""
        is_ref = fold(text[part.start : part.end]) == fold(old)
        if is_ref and old in renames:
            pieces += [text[at : part.start], renames[old]]
            at = part.end
    applies_to = "".join((*pieces, text[at:]))
    if applies_to == text:
        return note
    kept = tuple(pair for pair in note.kept if pair[0] != DataNotes.APPLIES_TO)
    return replace(note, applies_to=applies_to, kept=kept)


def _mentions(note: DataNote, renames: Mapping[str, str]) -> Iterator[Problem]:
    for old, new in renames.items():
        if re.search(rf"(?<![\w-]){re.escape(old)}(?![\w-])", note.text):
            yield Problem(
                place_of(note),
                f"The text names {old}, which is now {new}.",
                "Texts are left as they are; reword it if it should name the new ref.",
            )
