"""What an officer has to know of a share copy that was made, and nobody else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from xl_addin.dataset.derived import is_number
from xl_addin.disclosure.hidden_month import Reason
from xl_addin.disclosure.published import SharedCopy
from xl_addin.disclosure.redaction import holds_a_number
from xl_addin.disclosure.suppression import Suppression
from xl_addin.errors import Problem
from xl_addin.layout import Measures
from xl_addin.period import Month
from xl_addin.share.decision import DecidedCopy, in_words
from xl_addin.share.told_signals import (
    LOOK,
    commentary_withheld,
    signals_to_look_at,
    signals_withheld,
)
from xl_addin.summary import About


def told(decided: DecidedCopy) -> Iterator[str]:
    """Everything that has to be said of a copy, line by line."""
    suppression, copy = decided.suppression, decided.copy
    if suppression.rule:
        anyway = [str(Problem(LOOK, in_words(one), "")) for one in decided.told_anyway]
        looks = [*anyway, *_known_already(decided), *_found_safe(decided), *_words_to_read(decided)]
        looks += (*_without_counts(decided), *signals_to_look_at(decided))
        withheld = [*_withheld(decided), *commentary_withheld(decided)]
        for part in filter(None, (looks, withheld)):
            yield from (*part, "")
        yield from _hidden_table(suppression)
        yield from signals_withheld(decided)
        return
    shown = {(row.measure.ref, m) for row in copy.rows for m in copy.months}
    if again := decided.earlier.hidden.keys() & shown:
        refs = ", ".join(sorted({ref for ref, _ in again}))
        found = f"This copy shows figures that earlier copies hid ({refs})."
        yield str(Problem(LOOK, found, "Share it only with those who may see them."))
    yield from signals_to_look_at(decided)


def _hidden_table(suppression: Suppression) -> Iterator[str]:
    """Each measure with what is hidden of it and why, for the officer."""
    why: dict[tuple[str, Reason], list[Month]] = defaultdict(list)
    for (ref, month), reason in suppression.hidden.items():
        why[ref, reason].append(month)
    if not why:
        yield "No figure had to be hidden."
        return
    number = len(suppression.hidden)
    figures = "1 figure is" if number == 1 else f"{number} figures are"
    yield f"{figures} hidden (not part of the copy: keep to yourself):"
    for (ref, reason), months in sorted(why.items()):
        yield f"  {ref}: {reason.value}: {', '.join(m.label for m in sorted(months))}"


def _withheld(decided: DecidedCopy) -> Iterator[str]:
    """The notes of which words are kept back; how to let them stand, where nobody was asked."""
    copy = decided.copy
    for note in copy.withheld:
        yield f"Withheld from the data notes: {note.number} “{note.applies_to}: {note.text}”"
    if copy.withheld and not decided.is_read:
        numbers = " ".join(f"--safe-note {note.number}" for note in copy.withheld)
        found = "These notes are about measures with hidden figures."
        remedy = (
            "Where the words tell nothing of those figures, put the copy away and share again "
            f"with the numbers of the notes that are safe: {numbers}."
        )
        yield str(Problem(LOOK, found, remedy))


def _found_safe(decided: DecidedCopy) -> Iterator[str]:
    """The notes that stand by their number: it may be that of another note than was meant."""
    for note in decided.copy.notes:
        if note.number in decided.marked:
            found = f"Note {note.number} stands because you found it safe: “{note.text}”."
            yield str(Problem(LOOK, found, "Make sure that this is the note you meant."))


def _words_to_read(decided: DecidedCopy) -> Iterator[str]:
    """Every text in which only the officer can see whether it tells of a child."""
    copy, catalogue = decided.copy, decided.workbook.catalogue
    withheld = {note.number for note in copy.withheld}
    free = [
        note.marker
        for note in copy.notes
        if note.number not in withheld
        and (not note.is_automatic or holds_a_number(note.text, catalogue))
    ]
    if free:
        found = f"These data notes were left as they are: {', '.join(free)}."
        yield str(Problem(LOOK, found, "Read them before you send the copy."))
    if texts := [words for words in _texts(copy) if holds_a_number(words, catalogue)]:
        found = f"These words hold numbers: {'; '.join(f'“{words}”' for words in texts)}."
        yield str(Problem(LOOK, found, "Read them before you send the copy."))


def _texts(copy: SharedCopy) -> dict[str, None]:
    """The title, the words beside figures (areas, descriptions, headings), reasons for none."""
    found = dict.fromkeys([copy.title])
    for row in copy.rows:
        found |= dict.fromkeys((row.measure.area, row.measure.description, row.measure.heading))
    for one in copy.signals.sentences if copy.signals else ():
        if one.about == About.NO_FIGURE.value:
            reason = one.text.partition("“")[2].rpartition("”")[0]
            found |= dict.fromkeys([reason] if reason else [])
    return found


def _known_already(decided: DecidedCopy) -> Iterator[str]:
    known = decided.earlier.known(decided.suppression.hidden)
    if known:
        refs = ", ".join(sorted({ref for ref, _ in known}))
        found = f"Earlier copies showed {len(known)} of the figures that this one hides: {refs}."
        yield str(Problem(LOOK, found, "Whoever has those copies knows the figures."))


def _without_counts(decided: DecidedCopy) -> Iterator[str]:
    """What is hidden because nobody can say of how few people it tells."""
    hidden = decided.suppression.hidden.items()
    refs = {ref for (ref, _), why in hidden if why is Reason.UNCOUNTED}
    uncounted = [row.measure for row in decided.copy.rows if row.measure.ref in refs]
    agree = f"write into “{Measures.SHOWN}” who agreed to show them all the same, and when."
    if shares := [measure.ref for measure in uncounted if measure.is_share]:
        found = f"Nobody knows of how many {', '.join(shares)} are, so they are hidden."
        remedy = (
            "Name their Denominator in the Measures table, give Numerator and Denominator in the "
            f"return, or {agree}"
        )
        yield str(Problem(LOOK, found, remedy))
    if others := [f"{m.ref} ({m.unit})" for m in uncounted if not m.is_share]:
        found = f"Nobody knows of how many people {', '.join(others)} tell, so they are hidden."
        yield str(Problem(LOOK, found, f"In the Measures table, {agree}"))
    for row in decided.copy.rows:
        agreed = row.measure.shown_without_counts
        if agreed and any(is_number(cell) for cell in row.months):
            found = f"{row.measure.ref} is shown although nobody knows of how many it is."
            yield str(Problem(LOOK, found, f"Measures says who agreed: {agreed}."))
