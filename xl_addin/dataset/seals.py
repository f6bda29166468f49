"""Seals: each row of the log vouches for the rows of History that came with it.

A seal is one text: how many rows, a digest, and a mark for each row. The digest is a SHA-256
over the digest before it, the rows and the log's own row, so the log is a chain. Rows are
taken in a form that does not depend on how a program stores numbers and days, and in no
order: sorting History changes nothing. A seal shows what was changed by accident or by hand;
it is no secret and does not stop someone who works out all seals anew.
"""

from __future__ import annotations

from binascii import b2a_base64
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from xl_addin.dataset.settings import NOT_SAID
from xl_addin.errors import Problem
from xl_addin.layout import History, RefreshLog, Settings
from xl_addin.patterns import pattern
from xl_addin.table import CellValue, Table, is_blank, text_of
from xl_addin.values import value_type

if TYPE_CHECKING:
    from xl_addin.dataset.workbook import Workbook

MOST_MARKS = 2700
"""A seal of more rows has no marks. Excel takes some 8,000 characters for a cell from another
program, which is enough for ten years of 22 measures."""

_MARK = 3
_END = 16
_LARGEST = 1 << 256
_ALL = "all "
_NO_MARKS = "-"


@value_type
class Seal:
    """What a row of the log says of the rows of History that came with it.

    ``total`` is the sum of their prints; ``marks`` tell single rows, and are left out where
    there are very many. ``whole`` is whether it vouches for all of History as it stood,
    whatever earlier seals say.
    """

    count: int
    digest: str
    total: int
    marks: tuple[str, ...] = ()
    whole: bool = False

    def __str__(self) -> str:
        marks = "".join(self.marks) or _NO_MARKS
        start = _ALL if self.whole else ""
        return f"{start}{self.count} {self.digest} {self.total:064x} {marks}"

    @classmethod
    def parse(cls, text: str) -> Seal | None:
        """Read a seal; None for what is none.

        >>> Seal.parse(str(Seal(1, "ab" * 32, 7, ("Zm9",)))) == Seal(1, "ab" * 32, 7, ("Zm9",))
        True
        """
        match = _SEAL.fullmatch(text)
        if match is None:
            return None
        count, known_by = int(match[2]), match[5].removeprefix(_NO_MARKS)
        marks = tuple(known_by[n : n + _MARK] for n in range(0, len(known_by), _MARK))
        if marks and len(marks) != count:
            return None
        return cls(count, match[3], int(match[4], 16), marks, bool(match[1]))


_SEAL = pattern(r"(all )?(\d{1,9}) ([0-9a-f]{64}) ([0-9a-f]{64}) ([A-Za-z0-9+/]+|-)")


def sealed(
    log_row: Sequence[CellValue],
    rows: Iterable[Sequence[CellValue]],
    log: Table,
    *,
    whole: bool = False,
) -> tuple[CellValue, ...]:
    """A row of the log with its seal at the end, for rows in the order of History.COLUMNS."""
    prints = [print_of(row) for row in rows]
    total = sum(prints) % _LARGEST
    digest = _digest(_last_digest(log), len(prints), total, log_row, whole=whole)
    few = len(prints) <= MOST_MARKS
    marks = tuple(sorted(map(_mark, prints))) if few else ()
    return (*log_row, str(Seal(len(prints), digest, total, marks, whole)))


def print_of(row: Sequence[CellValue]) -> int:
    """The fingerprint of a row of History: its SHA-256 as a number."""
    text = "\x1f".join([_form(cell) for cell in row])
    return int.from_bytes(sha256(text.encode("utf-8", "surrogatepass")).digest())


def _form(cell: CellValue) -> str:
    """A cell as text that stays when another program stores it: 12 digits, whole seconds.

    >>> _form(1 / 3), _form(0.1 + 0.2), _form(12.0), _form(12)
    ('0.333333333333', '0.3', '12', '12')
    """
    if cell is None:
        return ""
    if isinstance(cell, float):
        # Some programs store 15 digits: rounding to those first gives the same 12 either way.
        return str(int(cell)) if cell.is_integer() else f"{float(f'{cell:.15g}'):.12g}"
    if isinstance(cell, datetime):
        moment = (cell + timedelta(microseconds=500_000)).replace(microsecond=0)
        return moment.isoformat()
    if isinstance(cell, date):
        return f"{cell.isoformat()}T00:00:00"
    return text_of(cell).replace("\r\n", "\n")


def _mark(print_: int) -> str:
    # The first three of the print's 32 bytes, in base 64 (RFC 4648), cut to three letters: 18 bits.
    return b2a_base64((print_ >> 232).to_bytes(3)).decode()[:_MARK]


def _digest(
    before: str, count: int, total: int, log_row: Sequence[CellValue], *, whole: bool
) -> str:
    """What a seal vouches for, the mark that it vouches for all of History among it."""
    # \x1f is the unit separator of ASCII, which nobody types into a cell.
    cells = "\x1f".join(map(_form, log_row))
    start = _ALL if whole else ""
    return sha256(
        f"{start}{before}\n{count}\n{total:064x}\n{cells}".encode("utf-8", "surrogatepass")
    ).hexdigest()


def _last_digest(log: Table) -> str:
    seals = [seal for _, _, seal in _seals(log) if seal]
    return seals[-1].digest if seals else ""


def _seals(log: Table) -> Iterator[tuple[str, tuple[CellValue, ...], Seal | None]]:
    """Each row of the log: its place in words, its other cells, its seal."""
    if RefreshLog.SEAL not in log.headings:
        return
    places = [log.headings.index(heading) for heading in RefreshLog.COLUMNS]
    for number, row in enumerate(log.rows, log.first_row):
        if not is_blank(row):
            *cells, seal = (row[place] for place in places)
            yield f"{log.sheet}, row {number}", tuple(cells), Seal.parse(text_of(seal))


def end_of(log_row: Sequence[CellValue]) -> str:
    """How Settings says that the log ends with a row that was just sealed."""
    seal = Seal.parse(text_of(log_row[-1]))
    assert seal is not None, "sealed() made the row"
    return _end(seal)


def _end(seal: Seal) -> str:
    # A word before it: Excel would take some digests for numbers.
    return f"seal {seal.digest[:_END]}"


def changed_records(workbook: Workbook) -> tuple[Problem, ...]:
    """What was changed in a workbook's History or log since it was recorded; where and when.

    The rows at the end of the log vouch for nothing once they are deleted: Settings says with
    which of them it ended.
    """
    log = workbook.tables[RefreshLog.TABLE]
    changed = changed_rows(workbook.tables[History.TABLE], log)
    return (*changed, *_missing_end(log, workbook.log_end))


def _missing_end(log: Table, said: str | None) -> Iterator[Problem]:
    """That the log does not end as it did; nothing where its last row has lost its seal."""
    seals = [seal for _, _, seal in _seals(log)]
    if said in (None, NOT_SAID) or (seals and seals[-1] is None):
        return
    if not said and seals:
        found = f"“{Settings.LOG_END}” was cleared: rows deleted there would not be noticed."
        yield Problem(log.sheet, found, _LOOK)
    elif said and (not seals or seals[-1] is None or said != _end(seals[-1])):
        yield Problem(log.sheet, _OTHER_END, _LOOK)


def changed_rows(history: Table, log: Table) -> tuple[Problem, ...]:
    """What was changed in the rows of History or of the log that are there; where and when.

    A workbook from before there were seals has none. What came with a row of the log whose seal
    is gone cannot be told from what was added by hand: that row is named, and no other. Work is
    never stopped for it.
    """
    rows = list(_seals(log))
    first = max([n for n, (_, _, seal) in enumerate(rows) if seal and seal.whole], default=0)
    found = [_Entry(place, cells, seal) for place, cells, seal in rows[first:] if seal]
    if not found:
        return (Problem(log.sheet, _NO_SEALS, _LOOK),) if rows else ()
    before = next((seal.digest for _, _, seal in reversed(rows[:first]) if seal), "")
    lost = [place for place, _, seal in rows[first:] if seal is None]
    problems = [Problem(place, "This row of the log has lost its seal.", _LOOK) for place in lost]
    problems += _broken_chain(found, before)
    prints = _prints(history)
    if sum(prints) % _LARGEST != sum(entry.seal.total for entry in found) % _LARGEST:
        problems += _gone_rows(found, prints) if lost else _changed_rows(history, found, prints)
    return tuple(problems)


@value_type
class _Entry:
    """A row of the log: its place in words, its cells without the seal, and its seal."""

    place: str
    cells: tuple[CellValue, ...]
    seal: Seal


def _broken_chain(entries: Sequence[_Entry], before: str) -> Iterator[Problem]:
    for entry in entries:
        seal = entry.seal
        whole = seal.whole
        if _digest(before, seal.count, seal.total, entry.cells, whole=whole) != seal.digest:
            found = "This row of the log, or the one before it, was changed or deleted."
            yield Problem(entry.place, found, _LOOK)
        before = seal.digest


def _changed_rows(
    history: Table, entries: Sequence[_Entry], prints: list[int]
) -> Iterator[Problem]:
    """The rows that no mark claims, and the refreshes whose rows are not there any more."""
    gone, left = _compared(entries, prints)
    yield from (_gone(entry, n) for entry, n in zip(entries, gone, strict=True) if n)
    unmarked = [entry for entry in entries if entry.seal.count and not entry.seal.marks]
    if unmarked and not any(gone):
        yield from (_gone(entry, 0) for entry in unmarked)
    elif not unmarked:
        yield from (_not_as_recorded(history, at) for at in left)


def _gone_rows(entries: Sequence[_Entry], prints: list[int]) -> Iterator[Problem]:
    """The refreshes whose rows are not there any more; nothing of rows that no mark claims."""
    gone, _ = _compared(entries, prints)
    yield from (_gone(entry, n) for entry, n in zip(entries, gone, strict=True) if n)


def _compared(entries: Sequence[_Entry], prints: list[int]) -> tuple[list[int], list[int]]:
    """How many of each refresh's rows are gone, and where rows stand that no mark claims."""
    places: dict[str, list[int]] = defaultdict(list)
    for at, print_ in enumerate(prints):
        if print_:
            places[_mark(print_)].append(at)
    gone = [0] * len(entries)
    for number, entry in enumerate(entries):
        for mark in entry.seal.marks:
            if same := places.get(mark):
                same.pop()
            else:
                gone[number] += 1
    return gone, sorted(at for those in places.values() for at in those)


def _prints(history: Table) -> list[int]:
    """The prints of History's rows; 0 for a blank row. Written for speed: forms are kept."""
    places = [history.headings.index(heading) for heading in History.COLUMNS]
    forms: dict[CellValue, str] = {None: ""}
    prints = []
    for row in history.rows:
        texts = []
        for place in places:
            cell = row[place]
            form = forms.get(cell)
            if form is None or cell.__class__ is bool:
                form = _form(cell)
                if cell.__class__ is not bool:
                    forms[cell] = form
            texts.append(form)
        text = "\x1f".join(texts)
        blank = len(text) < len(places)
        found = b"" if blank else sha256(text.encode("utf-8", "surrogatepass")).digest()
        prints.append(int.from_bytes(found))
    return prints


_NO_SEALS = (
    "No row of the log has its seal any more: the column was cleared, and what was changed in "
    "what is recorded cannot be told."
)
_OTHER_END = (
    "It does not end as it did when xl-addin last added to it: its newest rows were deleted, "
    "perhaps with the figures that came with them."
)
_LOOK = (
    "Compare it with a backup. If it is right as it stands, say so when Check asks (on the command "
    "line: xl-addin check --accept-history)."
)


def _gone(entry: _Entry, gone: int) -> Problem:
    record = dict(zip(RefreshLog.COLUMNS, entry.cells, strict=False))
    when, source = record[RefreshLog.WHEN], text_of(record[RefreshLog.SOURCE])
    at = f" on {when:%d/%m/%Y at %H:%M}" if isinstance(when, datetime) else ""
    found = (
        f"{gone or 'Some'} of the {entry.seal.count} figures recorded{at} from {source} "
        f"{'was' if gone == 1 else 'were'} changed or deleted since, outside xl-addin."
    )
    return Problem(entry.place, found, _LOOK)


def _not_as_recorded(history: Table, at: int) -> Problem:
    ref, month = (history.rows[at][history.headings.index(h)] for h in (History.REF, History.MONTH))
    shown = f"{month:%b %Y}" if isinstance(month, date) else text_of(month)
    return Problem(
        f"{history.sheet}, row {history.first_row + at}",
        f"{text_of(ref)} for {shown} is not as it was recorded: it was changed or added outside "
        "xl-addin.",
        _LOOK,
    )
