"""What can be wrong, as data: a problem says where, what was found and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from xl_addin.patterns import pattern
from xl_addin.values import field, value_type

_UNSEEN = pattern(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
"""What turns the direction of a text, what nobody sees, and what orders a terminal about."""

PUT_BACK = (
    "Put it back as it was named (a table on the tab Table Design); what was deleted comes back "
    "from a backup (xl-addin undo), where there is one."
)
"""What to do where something of a workbook is not there: an officer may only have renamed it."""

ALIKE = "{items}."
"""What is told together of problems that have one remedy, and a sentence each."""

_LONGEST = 600
_ROOM = 450
"""Letters of a problem's sentence, and of the items of one that is told of several."""

"""Characters of what was found that are said: a cell may hold a million."""
NAMED = 40
"""How many of a kind are named in one sentence; the others are counted."""


@value_type
class Problem:
    """One thing an officer has to know: where it is, what was found, what to do about it.

    ``place`` is a file and row or a sheet and cell in words ("July return.csv, row 14");
    ``found`` and ``remedy`` are whole sentences. ``together`` is the sentence in place of
    ``found`` where there are several of a kind, with {count} and {items}: each one's ``item``;
    their remedy is the first one's. ``answerable`` is whether a data note that says why is an
    answer.

    >>> print(Problem("July return.csv, row 14", "M3 is 39.", "Write 39% or 0.39."))
    July return.csv, row 14: M3 is 39. Write 39% or 0.39.
    """

    place: str
    found: str
    remedy: str
    together: str = field(default="", compare=False)
    item: str = field(default="", compare=False)
    answerable: bool = field(default=False, compare=False)

    def __post_init__(self) -> None:
        """Say no more than the beginning and the end of what is very long."""
        for name in ("place", "found"):
            if len(text := getattr(self, name)) > _LONGEST:
                object.__setattr__(self, name, f"{text[: _LONGEST // 2]} … {text[-99:]}")

    def __str__(self) -> str:
        return f"{self.place}: {self.found} {self.remedy}".strip()


def visible(text: str) -> str:
    """A text in which what nobody sees is shown as what it is.

    >>> visible("M1\u202e 585")
    'M1[U+202E] 585'
    """
    if text.isprintable():
        return text
    return _UNSEEN.sub(lambda match: f"[U+{ord(match[0]):04X}]", text)


def grouped(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Problems with those of a kind told as one, where the first of them stood.

    Of a kind are those with a sentence of their own for several, and those that say the same of
    other rows: "July return.csv, rows 2 to 23: “June” cannot be read as a month."
    """
    kinds: dict[tuple[str, str, str], list[Problem]] = {}
    for problem in dict.fromkeys(problems):
        kinds.setdefault(_kind(problem), []).append(problem)
    return tuple(_as_one(alike) for alike in kinds.values())


def _parts(place: str) -> tuple[str, str, str]:
    """A place as the whole, the part of it, and the column of that where there is one.

    A cell of a wide return has all three: its file, its row, and the month of its column.

    >>> _parts("July return.csv, row 14"), _parts("July.xlsx, row 14, Jul 2015")
    (('July return.csv', 'row 14', ''), ('July.xlsx', 'row 14', 'Jul 2015'))
    """
    whole, _, part = place.rpartition(", ")
    file, _, row = whole.rpartition(", ")
    return (file, row, part) if file and _ROW.fullmatch(row) else (whole, part, "")


def _kind(problem: Problem) -> tuple[str, str, str]:
    whole, _, _ = _parts(problem.place)
    if problem.together:
        remedy = problem.remedy if problem.together == ALIKE else ""
        return whole or problem.place, problem.together, remedy
    return whole or problem.place, problem.found, problem.remedy


def _as_one(alike: Sequence[Problem]) -> Problem:
    first = alike[0]
    if len(alike) == 1:
        return first
    whole, _, column = _parts(first.place)
    parts = [*dict.fromkeys(_parts(problem.place)[1] for problem in alike)]
    if first.together:
        items = _as_fits([problem.item for problem in alike])
        found = first.together.format(count=len(alike), items=items)
        place = f"{whole}, {parts[0]}" if column and len(parts) == 1 else whole
        return Problem(place or first.place, found, first.remedy)
    columns = [*dict.fromkeys(_parts(problem.place)[2] for problem in alike)]
    rows = parts[0] if len(parts) == 1 else _rows(parts)
    place = ", ".join(filter(None, (whole, rows, listed(columns))))
    return Problem(place, first.found, first.remedy)


def _as_fits(items: Sequence[str]) -> str:
    """Items in a sentence that is told whole: so many of them as have room in it."""
    lengths = accumulate(len(item) + 2 for item in items)
    return listed(items, min(NAMED, max(1, sum(length < _ROOM for length in lengths))))


def listed(items: Sequence[str], most: int = NAMED) -> str:
    """Items in a sentence, the first of very many and how many more there are.

    >>> listed(["M1", "M2", "M3"]), listed(["M1", "M2", "M3", "M4"], most=2)
    ('M1, M2, M3', 'M1, M2 and 2 more')
    """
    named = ", ".join(items[:most])
    return named if len(items) <= most else f"{named} and {len(items) - most:,} more"


_ROW = pattern(r"row (\d+)")


def _rows(places: Sequence[str]) -> str:
    """Rows as they are said: "rows 2 to 4, 7"; other places one after another."""
    rows = [int(match[1]) for place in places if (match := _ROW.fullmatch(place))]
    if len(rows) < len(places):
        return listed(places)
    return f"rows {listed([*_spans(sorted(rows))])}"


def _spans(rows: Sequence[int]) -> Iterator[str]:
    """Numbers in a row as one span, where there are more than two of them."""
    at = 0
    for after in range(1, len(rows) + 1):
        if after == len(rows) or rows[after] != rows[after - 1] + 1:
            span = rows[at:after]
            yield from [f"{span[0]} to {span[-1]}"] if len(span) > 2 else map(str, span)
            at = after


class XlAddinError(Exception):
    """Work stops, and nothing is changed, when a rule of the workbook is broken."""

    outcome = "Nothing was changed."
    """What became of the workbook."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class CatalogueRefused(XlAddinError):
    """Every measure is listed once, with a unit, and names only measures that are listed."""


class ReturnRefused(XlAddinError):
    """A return is taken whole or not at all."""


class WorkbookRefused(XlAddinError):
    """A workbook is changed only when it is ours and every table it needs can be read."""


class HalfChanged(XlAddinError):
    """A workbook that could not be put back as it was is closed without saving."""

    outcome = "The workbook is not as it was: please do not save it."


class LeftQuiet(XlAddinError):
    """What is switched off in Excel while it is worked on is switched on again afterwards."""

    outcome = "The workbook is changed, and all of it is right."


class StaysClosed(XlAddinError):
    """A workbook that is closed for a while in Excel is open there again afterwards."""

    outcome = "The workbook is closed now, and its file is whole."


class MonthUnreadable(XlAddinError, ValueError):
    """A month is a date, "Jun 2015", "June 2015", "2015-06" or "01/06/2015" (day first)."""

    def __init__(self, text: object) -> None:
        self.text = text
        super().__init__(
            [
                Problem(
                    "Month",
                    f"“{text}” cannot be read as a month.",
                    "Write it as Jun 2015, 2015-06 or 01/06/2015.",
                )
            ]
        )


class RecordsRefused(XlAddinError):
    """Children's records are read whole, list by list, or the measures they give are not made."""
