"""Hand a share copy out: build it, audit the finished bytes, record what it shows, write it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Protocol, runtime_checkable

from xl_addin.command_line import Flags, Option
from xl_addin.commands.book import Book, Tell
from xl_addin.commands.in_json import telling
from xl_addin.console import AsJson, BookPath, closed, occasion
from xl_addin.dataset.editions import beyond
from xl_addin.dataset.workbook import Workbook, parse_workbook
from xl_addin.disclosure.behind_signals import Behind
from xl_addin.disclosure.kept_copies import kept_copies, missing_in, rows_to_keep, together
from xl_addin.disclosure.protection import (
    Watch,
    free_of,
    known_counts,
    shares_shown,
    unwatched,
)
from xl_addin.disclosure.published import Mark, SharedCopy, frozen
from xl_addin.disclosure.releases import EarlierCopies, EarlierCopy, copy_made, read_record
from xl_addin.disclosure.suppression import counted_in
from xl_addin.errors import Problem, WorkbookRefused
from xl_addin.excel.share_copy.formats import FORMATS, write_as
from xl_addin.layout import Measures, RefreshLog, SharedCopies, Summary
from xl_addin.ooxml.refusals import is_read_only
from xl_addin.period import Month
from xl_addin.refresh import Occasion
from xl_addin.refs import RefFinder
from xl_addin.share.agreement import not_agreed, with_agreed
from xl_addin.share.copy import month_to_share
from xl_addin.share.decision import OWNERS, PARTS, DecidedCopy, Wish, decide_copy, read_withheld
from xl_addin.share.told import told
from xl_addin.share.told_signals import LOOK
from xl_addin.share.words import (
    LIMITS_EXPLAINED,
    PURPOSE,
    SUMMARY_PURPOSE,
    chart_in_words,
    direction_explained,
    shorthand_explained,
)
from xl_addin.summary import About
from xl_addin.table import text_of
from xl_addin.update import AppendRows, Change, Row, SetRows, Update
from xl_addin.values import replace, value_type

if TYPE_CHECKING:
    from xl_addin.excel.share_copy.audit import Proof

LEAST_NAME = 3
"""Shorter account names are found in any text."""
LEAST_DIGITS, LIMITS_MORE = 8, 3
AS_IT_IS = Wish()
_BESIDE = "the record beside the workbook"
_UPGRADE = (
    "the record of what was shared stands only in the file beside it. Keep the two together, or "
    "upgrade the workbook (xl-addin upgrade), which then keeps the record itself."
)


def share_book(
    book: Book, out: Path, occasion: Occasion, *, tell: Tell, wish: Wish = AS_IT_IS
) -> None:
    """Make a share copy of a workbook's page, and say what the officer has to know of it.

    Raises XlAddinError with every problem: nothing is written where the file cannot be, where
    the page was changed by hand, or where the audit of the finished bytes finds anything. Where
    only another format cannot be made, the .xlsx stands.
    """
    from xl_addin.excel.share_copy import files, write_share

    path = book.folder / book.name
    with files.place_for(out, path, wish.formats):
        workbook = parse_workbook(book.read())
        records = _records(workbook, path)
        decided = _decide(book, workbook, records, occasion, _of_measures(workbook, wish))
        package = write_share(decided.copy, occasion.when.date())
        _refuse_leaks(package, decided, book, occasion)
        name = os.fsencode(out.name).decode(errors="replace")
        made = copy_made(decided.copy, name, occasion.when, wish.consent, decided.earlier)
        files.hand_over(out, package, path, [r for c in (*records.lost, made) for r in c.rows()])
        with files.taken_back_unless_done(out):
            kept = list(_keep(book, decided, records, made, occasion))
        tell(f"{out} is ready: {decided.copy.month.label}, audited, no macros, no formulas.")
        for line in (*kept, *_in_vain(decided, wish), *told(decided)):
            tell(line)
        for name in wish.formats:
            tell(f"{write_as(name, out, path)} is ready.")


def _in_vain(decided: DecidedCopy, wish: Wish) -> Iterator[str]:
    """What was asked for and has no effect: owners, in a copy without a summary to name them in."""
    if OWNERS in wish.parts and decided.copy.signals is None:
        found = "--owners names nobody: this copy has no Summary, where they would stand."
        remedy = "Leave out --no-signals, and have “Signals in share copies” in Settings say yes."
        yield str(Problem(LOOK, found, remedy))


def _of_measures(workbook: Workbook, wish: Wish) -> Wish:
    """The wish with the refs of safe commentary as Measures has them, whatever their capitals.

    Raises WorkbookRefused with each that is no measure's: its words would be withheld in silence.
    """
    if not wish.safe:
        return wish
    refs = RefFinder(workbook.catalogue)
    found = {ref: refs.find(ref) for ref in sorted(wish.safe)}
    if problems := [refs.problem(ref, "--safe-commentary") for ref, m in found.items() if not m]:
        raise WorkbookRefused(problems)
    return replace(wish, safe=frozenset(m.ref for m in found.values() if m))


@runtime_checkable
class Watcher(Protocol):
    """A workbook that shows how far the solving has come."""

    def solving(self) -> AbstractContextManager[Watch]:
        """Show it while it lasts."""


def _watching(book: Book) -> AbstractContextManager[Watch]:
    return book.solving() if isinstance(book, Watcher) else nullcontext(unwatched)


def _decide(
    book: Book, workbook: Workbook, records: _Records, occasion: Occasion, wish: Wish
) -> DecidedCopy:
    """What a copy says, once the officer has been asked what only an officer can say."""
    with _watching(book) as watch:
        decided = decide_copy(workbook, records.every, occasion, wish, watch)
        if refs := _agreed(book, decided, wish):
            workbook, change = with_agreed(workbook, refs, occasion)
            decided = decide_copy(workbook, records.every, occasion, wish, watch)
            decided = replace(decided, changes=(change,))
    if decided.told_anyway:
        _refuse_without_record(book, workbook)
    return read_withheld(decided, occasion, wish)


def _agreed(book: Book, decided: DecidedCopy, wish: Wish) -> frozenset[str]:
    """What is to be shown of nobody knows how many; asked only where that can be written down."""
    left = not_agreed(decided.workbook.catalogue, decided.suppression)
    column = SetRows(Measures.TABLE, (Measures.SHOWN,), ())
    if not (left and wish.agree) or beyond(decided.workbook.edition, [column]) or _read_only(book):
        return frozenset()
    return wish.agree(left)


@value_type
class _Records:
    """The copies of both records, and those that only one of them has.

    ``lost`` are missing in the file beside the workbook, ``unkept`` in its sheet; ``changed`` is
    the place of a row of the sheet that is not as it was written.
    """

    every: EarlierCopies
    lost: tuple[EarlierCopy, ...]
    unkept: tuple[EarlierCopy, ...]
    changed: str


def _records(workbook: Workbook, path: Path) -> _Records:
    from xl_addin.excel.share_copy import files

    record = files.record_beside(path)
    filed = read_record(files.records_of(path), record.name)
    beside = read_record(files.read_rows(record), record.name)
    kept, changed = kept_copies(workbook.tables[SharedCopies.TABLE])
    every = together(filed, kept, changed)
    unkept = every.copies if changed else tuple(missing_in(kept, every))
    written = beside if files.record_to_write(path) == record else filed
    return _Records(every, tuple(missing_in(written, every)), unkept, changed)


def _refuse_without_record(book: Book, workbook: Workbook) -> None:
    """Make sure that the name of who agreed can be written down. Raises WorkbookRefused."""
    kept = AppendRows(SharedCopies.TABLE, SharedCopies.COLUMNS, ())
    if beyond(workbook.edition, [kept]):
        remedy = "Upgrade it first (xl-addin upgrade), then share."
    elif _read_only(book):
        remedy = "Share where the workbook may be changed."
    else:
        return
    found = "The workbook cannot keep the name of who agreed to what this copy gives away."
    raise WorkbookRefused([Problem(Path(book.name).name, found, remedy)])


def _keep(
    book: Book, decided: DecidedCopy, records: _Records, made: EarlierCopy, occasion: Occasion
) -> Iterator[str]:
    """Record a copy in the workbook, with those that its sheet lacks; say what was made good."""
    if read_only := _read_only(book):
        yield read_only
        return
    workbook = decided.workbook
    table = workbook.tables[SharedCopies.TABLE]
    before = replace(table, rows=()) if records.changed else table
    rows = rows_to_keep(before, [*records.unkept, made])
    append = AppendRows(SharedCopies.TABLE, SharedCopies.COLUMNS, rows)
    anew = SetRows(SharedCopies.TABLE, SharedCopies.COLUMNS, tuple(map(Row, rows)))
    change: Change = anew if records.changed else append
    if beyond(workbook.edition, [change]):
        yield f"{Path(book.name).name} is of an older edition: {_UPGRADE}"
        return
    book.back_up(occasion.when, workbook.settings.keep, f"share copy “{made.file}”")
    book.apply(Update((*decided.changes, change)))
    if records.changed:
        yield f"{records.changed} had been changed: the sheet was written anew from {_BESIDE}."
    if records.lost:
        yield f"{len(records.lost)} earlier copies were missing in {_BESIDE}, and are there again."


def _read_only(book: Book) -> str:
    """That a workbook cannot keep the record itself, and where that is kept; blank where it can."""
    from xl_addin.excel.share_copy import files

    path = book.folder / book.name
    may_change = not path.exists() or not (is_read_only(path) or is_read_only(path.parent))
    record = files.record_to_write(path)
    if may_change:
        return ""
    where = f"beside it ({record.name})" if record.parent == path.parent else f"in {record}"
    return (
        f"{path.name} may not be changed: what this copy shows is recorded only {where}. Share "
        "where that is known, or copies made elsewhere may bring to light what this one hides; "
        "once the workbook may be changed, the next copy records this one in it too."
    )


def copy_beside(book: Book) -> Path:
    """A name beside the workbook that no file has yet: its own, the month, "share copy".

    Raises WorkbookRefused where nothing is recorded yet.
    """
    month = month_to_share(parse_workbook(book.read()), None)
    name = f"{Path(book.name).stem} {month.label} share copy"
    first = book.folder / f"{name}.xlsx"
    more = (book.folder / f"{name} {number}.xlsx" for number in count(2))
    return next(path for path in chain([first], more) if not path.exists())


def _refuse_leaks(package: bytes, decided: DecidedCopy, book: Book, occasion: Occasion) -> None:
    from xl_addin.excel.share_copy.accessibility import barriers_in
    from xl_addin.excel.share_copy.audit import Secrets, findings_in

    secrets = Secrets(
        frozenset(account_names(decided, occasion)),
        frozenset({str(book.folder.absolute())} if len(str(book.folder.absolute())) > 3 else ()),
        frozenset(unpublished_digits(decided)),
    )
    found = findings_in(package, decided.copy, secrets, proof_of(decided))
    if problems := [*found, *barriers_in(package)]:
        raise WorkbookRefused(problems)


def proof_of(decided: DecidedCopy) -> Proof | None:
    """What the audit needs to attack a suppressed copy; None for one that hides nothing."""
    from xl_addin.excel.share_copy.audit import Proof

    suppression, workbook = decided.suppression, decided.workbook
    if not suppression.rule:
        return None
    behind = decided.behind or Behind()
    hidden = [*suppression.hidden, *(c for c, s in behind.figures.items() if s == Mark.HIDDEN)]
    return Proof(
        workbook.catalogue,
        suppression.rule,
        known_counts(workbook.catalogue, decided.earlier, hidden),
        free_of(suppression.hidden, decided.earlier) | behind.free,
        frozenset(counted_in(workbook.catalogue, workbook.history, decided.copy.months)),
        frozenset(one.told for one in decided.told_anyway),
        shares_shown(workbook.catalogue, decided.earlier, hidden),
        behind.figures,
    )


def account_names(decided: DecidedCopy, occasion: Occasion) -> Iterator[str]:
    """Whose names must not be in the copy, save where they are words of the measures' own."""
    from xl_addin.excel.share_copy.audit import has_name

    log = decided.workbook.tables[RefreshLog.TABLE]
    names = {occasion.who, *(text_of(row[RefreshLog.WHO]) for _, row in log.records())}
    own = "\n".join(_own_words(decided.copy))
    for name in names:
        if len(name) >= LEAST_NAME and not has_name(name, own):
            yield name


def _own_words(copy: SharedCopy) -> Iterator[str]:
    """What stands in a copy whoever makes it: not its notes, nor reasons why there is no figure."""
    yield from (copy.title, *copy.headings, *copy.sheets, PURPOSE)
    yield from (direction_explained(copy.threshold), LIMITS_EXPLAINED, SUMMARY_PURPOSE)
    yield shorthand_explained(Mark, copy.small)
    for row in copy.rows:
        yield from (*row.texts, row.measure.heading, row.words, chart_in_words(row, copy))
    for one in copy.signals.sentences if copy.signals else ():
        yield "" if one.about == About.NO_FIGURE.value else one.text
        yield one.said.get(Summary.OWNER, "")


def unpublished_digits(decided: DecidedCopy) -> Iterator[str]:
    """The first digits of each figure of a page, and behind its signals, that prints with fewer.

    So many, and more than are printed of any limit, that nothing else begins so.
    """
    history, catalogue = decided.workbook.history, decided.workbook.catalogue
    page = ((ref, month) for ref in catalogue.refs for month in decided.copy.months)
    for ref, month in (*page, *(decided.behind or Behind()).figures):
        if (value := history.observed(ref, month).value) is None:
            continue
        in_print = repr(frozen(value, catalogue[ref]))
        length = max(LEAST_DIGITS, len(in_print) + LIMITS_MORE)
        if len(repr(value)) > length:
            yield repr(value)[:length]


Out = Annotated[Path, Option("--out", "The copy to make.", "FILE.xlsx")]
SharedMonth = Annotated[
    str | None, Option("--month", "Such as 2015-03. Left out: the month shown.")
]
Suppress = Annotated[
    bool,
    Option(
        "--suppress",
        "Hide small counts (Settings: 1 to 5) and all they could be worked out from.",
    ),
]
SafeNote = Annotated[
    list[int] | None,
    Option(
        "--safe-note",
        "The number of a note in the copy that you have read: its words tell nothing of "
        "this copy's hidden figures. May be given several times.",
    ),
]
SafeCommentary = Annotated[
    list[str] | None,
    Option(
        "--safe-commentary",
        "The ref of a measure whose commentary you have read: it tells nothing of this copy's "
        "hidden figures. May be given several times.",
        "REF",
    ),
]
Consent = Annotated[
    str,
    Option(
        "--consent",
        "Who has agreed that a count may come out which earlier copies give away.",
        "NAME",
    ),
]


def command(
    book: BookPath,
    out: Out,
    month: SharedMonth = None,
    suppress: Suppress = False,
    safe_note: SafeNote = None,
    safe_commentary: SafeCommentary = None,
    consent: Consent = "",
    parts: Annotated[tuple[str, ...], Flags(PARTS)] = (),
    formats: Annotated[tuple[str, ...], Flags(FORMATS)] = (),
    as_json: AsJson = False,
) -> None:
    """Make a copy to send out: it opens anywhere, explains itself, and holds nothing else."""
    chosen_month = Month.parse(month) if month else None
    read = frozenset(safe_note or ())
    safe = frozenset(safe_commentary or ())
    wish = Wish(chosen_month, suppress, read, consent.strip(), formats, parts=parts, safe=safe)
    with telling("share", book, as_json=as_json) as told, closed(book, to_change=False) as chosen:
        share_book(chosen, out, occasion(), tell=told.say, wish=wish)
        told.outcome, told.changed = "shared", True
