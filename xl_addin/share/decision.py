"""A share copy decided: what it says, what it hides, and from what that was decided."""

from __future__ import annotations

from xl_addin.dataset.renames import former_refs
from xl_addin.dataset.workbook import Workbook
from xl_addin.disclosure.intervals import Narrow
from xl_addin.disclosure.protection import Figures, Watch, protect, unwatched
from xl_addin.disclosure.published import SharedCopy
from xl_addin.disclosure.releases import EarlierCopies
from xl_addin.disclosure.rule import read_rule
from xl_addin.disclosure.suppression import NOTHING_HIDDEN, Suppression
from xl_addin.errors import Problem, WorkbookRefused
from xl_addin.layout import Settings
from xl_addin.period import Month
from xl_addin.refresh import Occasion
from xl_addin.share.copy import build_copy, month_to_share
from xl_addin.values import value_type


@value_type
class Wish:
    """What an officer wants of a copy.

    ``month`` None is the one shown. ``marked`` are the numbers of notes that the officer has
    read and found safe beside this copy's figures. ``consent`` names who agreed that what
    earlier copies give away may come out again; blank where nobody did. ``formats`` are those that
    it is made in beside .xlsx, such as "pdf".
    """

    month: Month | None = None
    hide_small: bool = False
    marked: frozenset[int] = frozenset()
    consent: str = ""
    formats: tuple[str, ...] = ()


@value_type
class DecidedCopy:
    """A share copy decided, and what it was decided from.

    ``told_anyway`` can be worked out from earlier copies, whatever this one hides.
    """

    workbook: Workbook
    copy: SharedCopy
    suppression: Suppression
    earlier: EarlierCopies
    told_anyway: tuple[Narrow, ...] = ()


def decide_copy(
    workbook: Workbook,
    earlier: EarlierCopies,
    occasion: Occasion,
    wish: Wish,
    watch: Watch = unwatched,
) -> DecidedCopy:
    """What a copy says. ``earlier`` are the copies made before, by whatever refs they have.

    Raises WorkbookRefused where it cannot be made, and without a consent where earlier copies
    give a count away.
    """
    month = month_to_share(workbook, wish.month)
    former = former_refs(workbook.catalogue, workbook.history)
    earlier = earlier.renamed({**former, **workbook.carried.renames})
    suppression, told = NOTHING_HIDDEN, tuple[Narrow, ...]()
    if wish.hide_small:
        rule = read_rule(workbook.tables[Settings.TABLE])
        window = month.window()
        figures = Figures(workbook.catalogue, workbook.history, window, rule, earlier)
        found = protect(figures, watch)
        suppression, told = found.suppression, found.told_anyway
        _refuse_told(told, wish)
    copy = build_copy(workbook, month, occasion, suppression, wish.marked)
    return DecidedCopy(workbook, copy, suppression, earlier, told)


def _refuse_told(told: tuple[Narrow, ...], wish: Wish) -> None:
    """Stop where a count comes out whatever is hidden, and nobody has agreed to that."""
    if not told or wish.consent:
        return
    remedy = (
        "Hiding more in this copy would not help. If those who answer for the figures agree, "
        'share it with --consent "NAME": the name is kept in the record of copies.'
    )
    raise WorkbookRefused([Problem("Earlier copies", in_words(one), remedy) for one in told])


def in_words(told: Narrow) -> str:
    """What can be worked out, and how well."""
    if told.is_shown:
        return (
            f"{told.what} in {told.month.label} is a small count by today's threshold, and a copy "
            "already shared, with a lower one, shows it."
        )
    found = f"{told.what} in {told.month.label} can be worked out from copies already shared"
    if told.greatest > told.least:
        return f"{found}, to within {told.greatest - told.least + 1:g} whole values."
    return f"{found}."
