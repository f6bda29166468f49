"""What a message box shows: eight lines that an officer takes in, and where the others are.

A box cannot be scrolled, and a small screen cuts it off. So it shows the most important lines; the
others are read in further boxes before a question is answered, or stand in a list that is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from xl_addin.errors import XlAddinError, visible
from xl_addin.excel.live.com import show_box
from xl_addin.patterns import pattern

if TYPE_CHECKING:
    from xlwings import main

TITLE = "Performance"
LINES = 8
"""What is told in a box that stands for itself; a question comes below."""

PAGE = 18
"""What a box for reading holds: more does not fit on a small screen with a button below."""

_LETTERS = 100
"""How many letters of a line a message box shows before it goes on below."""

_MOST = 3
"""How many lines of a box one line may take, where the whole of it stands elsewhere."""

_FOR_TYPING = pattern(r" \(on the command line: [^)]*\)")
"""What a box leaves out: it has buttons."""

_GAPS = pattern(r"\n{3,}")

_SHOWS_ALL = "Yes does it, No shows all of this first, Cancel changes nothing."
_SHALL_ALL_BE_SHOWN = "Shall all of this be shown before you are asked? No goes on to the question."


class Desk:
    """The officer at an open workbook: what is told is gathered for the next message box.

    ``keep`` keeps a list that a box has no room for, and says where.
    """

    def __init__(self, app: main.App, keep: Callable[[Sequence[str]], Path]) -> None:
        self._app = app
        self._keep = keep
        self._told: list[str] = []
        self._mentioned: list[str] = []
        self.declined = False

    @property
    def has_told(self) -> bool:
        """Whether anything waits for the next box."""
        return bool(self._told)

    def tell(self, line: str) -> None:
        """Keep a line for the next box."""
        self._told.append(_FOR_TYPING.sub("", line))

    def mention(self, line: str) -> None:
        """Keep a line for the next box that is to stand below what presses more."""
        self._mentioned.append(line)

    def agree(self, question: str) -> bool:
        """Show what was told, ask, and say whether the answer was yes; Esc and closing are no.

        Where one box has no room for it, No shows all of it and asks again.
        """
        lines = self._taken()
        if fits(lines):
            self.declined = self._box([*lines, "", question], "ok_cancel") != "ok"
            return not self.declined
        asked = [*at_a_glance(lines), "", f"{question} {_SHOWS_ALL}"]
        while (answer := self._box(asked, "yes_no_cancel")) == "no":
            self._show_all(lines)
        self.declined = answer != "yes"
        return not self.declined

    def ask(self, question: str, buttons: str) -> str:
        """Show what was told, ask, and give the button pressed, "cancel" for none.

        Where one box has no room for it, another before asks whether all of it is to be shown.
        """
        lines = self._taken()
        if not fits(lines):
            if self._box([*at_a_glance(lines), "", _SHALL_ALL_BE_SHOWN], "yes_no") == "yes":
                self._show_all(lines)
            lines = []
        return self._box([*lines, "", question], buttons) or "cancel"

    def close(self) -> None:
        """Show what was told since the last question; after a no there is nothing to say."""
        if self._told and not self.declined:
            self._box(self._brief(self._taken(), LINES))

    def refuse(self, lines: Sequence[str], outcome: str, log: str) -> None:
        """Show what is wrong, what became of the workbook, and where the log is."""
        self._box([*self._brief(lines, LINES - 2), "", outcome, log], mode="critical")

    def _brief(self, lines: Sequence[str], room: int) -> list[str]:
        """The lines; or the most important ones, and where all of them stand."""
        if fits(lines, room):
            return list(lines)
        try:
            kept = self._keep(lines)
        except (OSError, XlAddinError):
            self._show_all(lines)
            return [*at_a_glance(lines, room - 1), "All of it stood in the boxes before this one."]
        where = f"All of it stands in “{kept.name}” in the folder “{kept.parent.name}”."
        return [*at_a_glance(lines, room - 1), where]

    def _show_all(self, lines: Sequence[str]) -> None:
        """Show everything, in as many boxes as it takes."""
        parts = pages(lines)
        for number, shown in enumerate(parts, 1):
            where = ["", f"({number} of {len(parts)})"] if len(parts) > 1 else []
            self._box([*shown, *where])

    def _taken(self) -> list[str]:
        mentioned = ["", *self._mentioned] if self._mentioned else []
        told, self._told, self._mentioned = [*self._told, *mentioned], [], []
        return told

    def _box(
        self, lines: Sequence[str], buttons: str = "ok", mode: str | None = "info"
    ) -> str | None:
        shown = "\n".join(map(visible, lines)).strip()
        return show_box(self._app, _GAPS.sub("\n\n", shown), TITLE, buttons, mode)


def fits(lines: Sequence[str], room: int = LINES) -> bool:
    """Whether lines can be shown as they are; blank ones part them and are not counted."""
    return sum(map(_height, filter(None, lines))) <= room


def at_a_glance(lines: Sequence[str], room: int = LINES) -> list[str]:
    """The most important lines, in their order, with one at the end for how many are left.

    Lines come most pressing first, in parts between blank lines: the first part has the room, of
    each other its first line is shown.

    >>> at_a_glance([*"abcdefgh", "", "Jun 2015: 20 of 22 figures", "moved"], room=5)
    ['a', 'b', 'c', 'Jun 2015: 20 of 22 figures', '… and 6 more lines.']
    """
    first, *others = _parts(lines)
    heads = [_shortened(part[0]) for part in others]
    left = room - 1 - sum(map(_height, heads))
    shown: list[str] = []
    for line in map(_shortened, first):
        left -= _height(line)
        if left < 0 and shown:
            break
        shown.append(line)
    more = len(list(filter(None, lines))) - len(shown) - len(heads)
    left_out = f"… and {more} more {'line' if more == 1 else 'lines'}."
    return [*shown, *heads, *([left_out] if more else [])]


def pages(lines: Sequence[str]) -> list[list[str]]:
    """All lines, parted so that each part can be read in a box."""
    found: list[list[str]] = [[]]
    room = PAGE
    for line in lines:
        room -= _height(line)
        if room < 0 and found[-1]:
            found.append([])
            room = PAGE - _height(line)
        found[-1].append(line)
    return found


def _parts(lines: Sequence[str]) -> list[list[str]]:
    grouped = groupby(lines, bool)
    return [list(part) for is_said, part in grouped if is_said] or [[]]


def _shortened(line: str) -> str:
    """The beginning of a line that would take up half the box."""
    most = _MOST * _LETTERS
    return line if len(line) <= most else f"{line[: most - 2]} …"


def _height(line: str) -> int:
    return 1 + max(0, len(line) - 1) // _LETTERS
