"""A share copy decided: what it says, what it hides, and from what that was decided."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from xl_addin.dataset.columns import LOOKED_UP, SIGNAL, LookedUp
from xl_addin.dataset.own_targets import targets_of
from xl_addin.dataset.renames import former_refs
from xl_addin.dataset.workbook import Workbook
from xl_addin.disclosure.behind_signals import Behind, behind_all, behind_signals
from xl_addin.disclosure.intervals import Narrow
from xl_addin.disclosure.protection import Figures, Watch, protect, unwatched
from xl_addin.disclosure.published import SharedCopy, SharedNote
from xl_addin.disclosure.redaction import Discretion
from xl_addin.disclosure.releases import EarlierCopies
from xl_addin.disclosure.rule import Rule, read_rule
from xl_addin.disclosure.suppression import NOTHING_HIDDEN, Suppression
from xl_addin.errors import Problem, WorkbookRefused
from xl_addin.layout import Settings
from xl_addin.measure import Measure
from xl_addin.period import Month
from xl_addin.refresh import Occasion
from xl_addin.share.commentary import SaidBeside
from xl_addin.share.copy import build_copy, discretion, month_to_share
from xl_addin.share.signals import build_signals, has_signals, since_of
from xl_addin.update import Change
from xl_addin.values import replace, value_type

NO_SIGNALS, OWNERS = "no-signals", "owners"
PARTS = {
    NO_SIGNALS: "Leave out signals, targets, summary and commentary, in this copy.",
    OWNERS: "Name who acts, beside each action; copies go outside the team, so left out as a rule.",
}
"""What an officer may say of the parts of a copy, and how the help explains it.

Whether copies have signals at all, the setting "Signals in share copies" says.
"""


class ConsentNeeded(WorkbookRefused):
    """A copy that brings out a count which earlier ones give away is made only by consent."""


Read = Callable[[tuple[SharedNote, ...]], frozenset[int]]
"""What an officer who is shown withheld notes says of them: the numbers of those that are safe."""

ReadCommentary = Callable[[tuple[tuple[str, str], ...]], frozenset[str]]
"""What an officer who is shown withheld commentary says of it: the refs of what is safe."""

Agree = Callable[[tuple[Measure, ...]], frozenset[str]]
"""Of measures of nobody knows how many: the refs of those that are to be shown all the same."""


@value_type
class Wish:
    """What an officer wants of a copy.

    ``month`` None is the one shown. ``marked`` are the numbers of notes that the officer has
    read and found safe beside this copy's figures. ``consent`` names who agreed that what
    earlier copies give away may come out again; blank where nobody did. ``formats`` are those that
    it is made in beside .xlsx, such as "pdf". ``read`` asks the officer about withheld notes,
    ``read_commentary`` about withheld commentary, ``agree`` about measures of which nobody knows
    of how many they are; None where nobody can be asked. ``parts`` are those of PARTS that were
    asked for. ``safe`` are the measures whose commentary the officer has read and found safe.
    """

    month: Month | None = None
    hide_small: bool = False
    marked: frozenset[int] = frozenset()
    consent: str = ""
    formats: tuple[str, ...] = ()
    read: Read | None = None
    read_commentary: ReadCommentary | None = None
    agree: Agree | None = None
    parts: tuple[str, ...] = ()
    safe: frozenset[str] = frozenset()


@value_type
class DecidedCopy:
    """A share copy decided, and what it was decided from.

    ``told_anyway`` can be worked out with earlier copies, whatever this one hides. ``is_read``
    says that the officer was asked about each note that is withheld, ``is_commentary_read`` about
    all commentary; ``marked`` are the notes found safe by their numbers, without being asked.
    ``changes`` are what the workbook has to keep of what the officer said. ``behind`` is what the
    signals of the copy stand on, None in one without them.
    """

    workbook: Workbook
    copy: SharedCopy
    suppression: Suppression
    earlier: EarlierCopies
    told_anyway: tuple[Narrow, ...] = ()
    is_read: bool = False
    is_commentary_read: bool = False
    changes: tuple[Change, ...] = ()
    behind: Behind | None = None
    marked: frozenset[int] = frozenset()


def decide_copy(
    workbook: Workbook,
    earlier: EarlierCopies,
    occasion: Occasion,
    wish: Wish,
    watch: Watch = unwatched,
) -> DecidedCopy:
    """What a copy says. ``earlier`` are the copies made before, by whatever refs they have.

    Raises WorkbookRefused where it cannot be made; ConsentNeeded, without a consent, where earlier
    copies give a count away.
    """
    month = month_to_share(workbook, wish.month)
    former = former_refs(workbook.catalogue, workbook.history)
    earlier = earlier.renamed({**former, **workbook.carried.renames})
    suppression, told = NOTHING_HIDDEN, tuple[Narrow, ...]()
    rule = read_rule(workbook.tables[Settings.TABLE]) if wish.hide_small else Rule()
    figures = Figures(workbook.catalogue, workbook.history, month.window(), rule, earlier)
    if wish.hide_small:
        found = protect(figures, watch)
        suppression, told = found.suppression, found.told_anyway
        _refuse_told(told, wish)
    copy = build_copy(workbook, month, occasion, suppression, wish.marked)
    _refuse_unknown_notes(copy, wish)
    behind = _behind(workbook, figures, suppression, wish, watch)
    decided = DecidedCopy(
        workbook, copy, suppression, earlier, told, behind=behind, marked=wish.marked
    )
    return replace(decided, copy=_with_signals(decided, wish))


def _behind(
    workbook: Workbook, figures: Figures, hidden: Suppression, wish: Wish, watch: Watch
) -> Behind | None:
    """What the signals of a copy stand on; None where it has none."""
    if NO_SIGNALS in wish.parts or not has_signals(workbook):
        return None
    since = since_of(workbook, figures.months[-1])
    if hidden.rule is None:
        return behind_all(figures, since)
    return behind_signals(figures, hidden, since, watch)


def _with_signals(decided: DecidedCopy, wish: Wish) -> SharedCopy:
    """A copy with its signals and the month in words."""
    book, copy, behind = decided.workbook, decided.copy, decided.behind
    if behind is None:
        return copy
    beside = discretion(copy, book, decided.suppression)
    said = _said_beside(decided, behind, beside, wish)
    signals = build_signals(book, copy.month, behind, beside, said)
    return replace(copy, columns=(*copy.columns, *_on_page(book, copy.month)), signals=signals)


def _on_page(book: Workbook, month: Month) -> Iterator[LookedUp]:
    """The columns of signals that the page has; those of targets only where there are any."""
    targets = targets_of(book)
    aimed = any(targets.target_of(ref, month) is not None for ref in book.catalogue.refs)
    for column in LOOKED_UP if book.settings.signals else ():
        if column.heading in book.dataset.headings and (aimed or column is SIGNAL):
            yield column


def _said_beside(
    decided: DecidedCopy, behind: Behind, beside: Discretion | None, wish: Wish
) -> SaidBeside:
    book, month, owners = decided.workbook, decided.copy.month, OWNERS in wish.parts
    return SaidBeside(book, month, beside, behind.refs, wish.safe, owners)


def read_withheld(decided: DecidedCopy, occasion: Occasion, wish: Wish) -> DecidedCopy:
    """A copy in which the withheld notes and commentary stand that an officer has found safe.

    The officer is asked about each where that is possible.
    """
    notes, signals = decided.copy.withheld, decided.copy.signals
    said = signals.withheld if signals else ()
    marked = wish.read(notes) if wish.read and notes else frozenset[int]()
    safe = wish.read_commentary(said) if wish.read_commentary and said else frozenset[str]()
    wish = replace(wish, marked=wish.marked | marked, safe=wish.safe | safe)
    asked = replace(decided, is_read=bool(wish.read), is_commentary_read=bool(wish.read_commentary))
    if not (marked or safe):
        return asked
    month, hidden = decided.copy.month, decided.suppression
    copy = build_copy(decided.workbook, month, occasion, hidden, wish.marked)
    asked = replace(asked, copy=copy)
    return replace(asked, copy=_with_signals(asked, wish))


def _refuse_unknown_notes(copy: SharedCopy, wish: Wish) -> None:
    """Stop where a note was found safe that the copy does not have: it may be meant for another."""
    notes = {note.number for note in copy.notes}
    if unknown := sorted(wish.marked - notes):
        given = ", ".join(f"--safe-note {number}" for number in unknown)
        found = f"This copy has no such data note: it has {_numbers(len(notes))}."
        remedy = (
            "The numbers are those of this copy and change from month to month. Share without "
            "--safe-note to see which notes it withholds, and under which numbers."
        )
        raise WorkbookRefused([Problem(given, found, remedy)])


def _numbers(notes: int) -> str:
    return {0: "none", 1: "only note 1"}.get(notes, f"notes 1 to {notes}")


def _refuse_told(told: tuple[Narrow, ...], wish: Wish) -> None:
    """Stop where a count comes out whatever is hidden, and nobody has agreed to that."""
    if not told or wish.consent:
        return
    remedy = (
        "Hiding more in this copy would not help. If those who answer for the figures agree, "
        'share it with --consent "NAME": the name is kept in the record of copies.'
    )
    alone = (
        "Raise “Suppression threshold” in Settings: then more values may stand behind each [c]. "
    )
    raise ConsentNeeded(
        [
            Problem("This copy", in_words(one), alone + remedy)
            if one.is_alone
            else Problem("Earlier copies", in_words(one), remedy)
            for one in told
        ]
    )


def _from_what(told: Narrow) -> str:
    if told.is_alone:
        return "from this copy by itself"
    return (
        "by putting this copy beside those already shared"
        if told.takes_this
        else ("from copies already shared")
    )


def in_words(told: Narrow) -> str:
    """What can be worked out, and how well."""
    if told.is_shown:
        return (
            f"{told.what} in {told.month.label} is a small count by today's threshold, and a copy "
            "already shared, with a lower one, shows it."
        )
    found = f"{told.what} in {told.month.label} can be worked out {_from_what(told)}"
    if told.greatest > told.least:
        return f"{found}, to within {told.greatest - told.least + 1:g} whole values."
    return f"{found}."
