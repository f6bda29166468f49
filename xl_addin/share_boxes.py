"""The ribbon's Share copy: what an officer is asked before a copy is made, and once it is decided.

Whatever must not be agreed to by pressing Enter is asked warily: Enter and Esc are no there.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial
from typing import TYPE_CHECKING

from xl_addin.boxes import Desk
from xl_addin.commands import share as sharing
from xl_addin.console import occasion
from xl_addin.excel.account import user_name
from xl_addin.excel.live.com import WARILY
from xl_addin.excel.opened import OpenBook
from xl_addin.layout import Measures
from xl_addin.share.decision import ConsentNeeded, Wish
from xl_addin.values import replace

if TYPE_CHECKING:
    from xl_addin.disclosure.published import SharedNote
    from xl_addin.measure import Measure

_ABOUT_SMALL_COUNTS = (
    "Shall small counts be hidden? Yes hides them and all they could be worked out from, No shows "
    "every figure, Cancel makes no copy."
)

_ABOUT_CONSENT = (
    "Hiding more in this copy would not help. Do those who answer for the figures agree that it is "
    "made? Yes makes it, and your name, {name}, is recorded as the one who agreed. No and Cancel "
    "make no copy."
)

_ABOUT_NOTE = (
    "Note {number} is about measures with hidden figures:\n{note}\nDo its words tell nothing of "
    "those figures? Yes lets it stand in the copy, No and Cancel keep its words back."
)

_ABOUT_COMMENTARY = (
    "The commentary on {ref} is about a measure with hidden figures, or near one:\n“{words}”\n"
    "Do its words tell nothing of those figures? Yes lets it stand in the copy, No and Cancel keep "
    "its words back."
)

_ABOUT_EACH = (
    "Do those who answer for the figures want any of them shown all the same? Yes asks of each, No "
    "and Cancel keep them hidden."
)

_ABOUT_UNCOUNTED = (
    "Nobody can say how few people {ref} is about, so it is hidden. Do those who answer for the "
    "figures agree to show it all the same, in this and in later copies? Yes shows it and writes "
    "your name, {name}, and the day into “{column}” of Measures. No and Cancel keep it hidden."
)


def share_from_the_ribbon(opened: OpenBook, desk: Desk) -> None:
    """Make a share copy beside an open workbook, as the officer answers."""
    out = sharing.copy_beside(opened)
    desk.tell(f"A copy to send out is made beside the workbook: “{out.name}”.")
    answer = desk.ask(_ABOUT_SMALL_COUNTS, "yes_no_cancel")
    if answer not in ("yes", "no"):
        return
    wish = Wish(
        hide_small=answer == "yes",
        read=lambda notes: _safe_notes(notes, desk),
        read_commentary=lambda said: _safe_commentary(said, desk),
        agree=cache(lambda measures: _to_show(measures, desk)),
    )
    make = partial(sharing.share_book, opened, out, tell=desk.tell)
    try:
        make(occasion(), wish=wish)
    except ConsentNeeded as needed:
        if name := _who_agrees(needed, desk):
            make(occasion(), wish=replace(wish, consent=name))


def _who_agrees(needed: ConsentNeeded, desk: Desk) -> str:
    """The officer's own name where they say that a count may come out; blank otherwise."""
    for problem in needed.problems:
        desk.tell(f"• {problem.found}")
    name = user_name()
    return name if desk.ask(_ABOUT_CONSENT.format(name=name), WARILY) == "yes" else ""


def _to_show(measures: tuple[Measure, ...], desk: Desk) -> frozenset[str]:
    """The percentages of nobody knows how many that are to be shown all the same, one by one."""
    if len(measures) > 1:
        desk.tell("Nobody can say how few people these are about, so they are hidden:")
        for measure in measures:
            desk.tell(f"• {measure.ref} {measure.description}")
        if desk.ask(_ABOUT_EACH, WARILY) != "yes":
            return frozenset()
    about = partial(_ABOUT_UNCOUNTED.format, name=user_name(), column=Measures.SHOWN)
    return frozenset(m.ref for m in measures if desk.ask(about(ref=m.ref), WARILY) == "yes")


def _safe_notes(notes: Sequence[SharedNote], desk: Desk) -> frozenset[int]:
    """The withheld notes of which the officer says, one by one, that they tell nothing."""
    texts = {note.number: f"“{note.applies_to}: {note.text}”" for note in notes}
    if len(texts) > 1:
        desk.tell(f"{len(texts)} notes are withheld unless you find them safe:")
        for number, text in texts.items():
            desk.tell(f"• {number} {text}")
    asked = {n: _ABOUT_NOTE.format(number=n, note=text) for n, text in texts.items()}
    return frozenset(n for n, question in asked.items() if desk.ask(question, WARILY) == "yes")


def _safe_commentary(said: Sequence[tuple[str, str]], desk: Desk) -> frozenset[str]:
    """The measures whose withheld commentary, the officer says, one by one, tells nothing."""
    if len(said) > 1:
        desk.tell(f"The commentary on {len(said)} measures is withheld unless you find it safe:")
        for ref, words in said:
            desk.tell(f"• {ref} “{words}”")
    asked = {ref: _ABOUT_COMMENTARY.format(ref=ref, words=words) for ref, words in said}
    return frozenset(ref for ref, about in asked.items() if desk.ask(about, WARILY) == "yes")
