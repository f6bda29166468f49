"""What an officer has to know of the signals and the words of a copy, and nobody else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from xl_addin.disclosure.behind_signals import Withheld
from xl_addin.disclosure.published import Mark, SharedSignals
from xl_addin.errors import Problem
from xl_addin.layout import Signals
from xl_addin.refresh import page_of
from xl_addin.share.decision import DecidedCopy

LOOK = "Please look at"


def signals_withheld(decided: DecidedCopy) -> Iterator[str]:
    """The measures of whose signals nothing is said, and why."""
    withheld = decided.behind.withheld if decided.behind else {}
    for why in Withheld:
        refs = [ref for ref in decided.workbook.catalogue.refs if withheld.get(ref) is why]
        if refs:
            measures = "1 measure" if len(refs) == 1 else f"{len(refs)} measures"
            yield f"Signals and sentences of {measures} are withheld: {why.value}: {_listed(refs)}"


def commentary_withheld(decided: DecidedCopy) -> Iterator[str]:
    """Commentary that is kept back, and how to let it stand, where nobody was asked."""
    signals = decided.copy.signals
    for ref, words in signals.withheld if signals else ():
        yield f"Withheld from the Summary: the commentary on {ref} “{words}”"
    if signals and signals.withheld and not decided.is_commentary_read:
        refs = dict.fromkeys(ref for ref, _ in signals.withheld)
        options = " ".join(f"--safe-commentary {ref}" for ref in refs)
        found = "This commentary is about measures with hidden figures, or near such."
        remedy = (
            "Where the words tell nothing of those figures, put the copy away and share again with "
            f"the measures whose commentary is safe: {options}."
        )
        yield str(Problem(LOOK, found, remedy))


def signals_to_look_at(decided: DecidedCopy) -> Iterator[str]:
    """Commentary that stands as it was written, and signals that are others than the workbook's."""
    signals = decided.copy.signals
    if signals is None:
        return
    if signals.carried:
        refs = dict.fromkeys(ref for ref, _ in signals.carried)
        found = f"The commentary on {_listed(refs)} stands in the Summary as it was written."
        yield str(Problem(LOOK, found, "Read it before you send the copy."))
    if others := list(_by_print(decided, signals)):
        found = f"By the figures as printed the signal of {_listed(others)} is another."
        yield str(Problem(LOOK, found, "The copy goes by them, the workbook by all digits."))


def _by_print(decided: DecidedCopy, signals: SharedSignals) -> Iterator[str]:
    """Measures whose signal comes out otherwise by the figures as printed than in the workbook."""
    page = page_of(decided.workbook, decided.workbook.history, decided.copy.month)
    own = {row.measure.ref: row.signal.text for row in page.rows if row.signal}
    for row in signals.rows:
        if row.cells[Signals.SIGNAL] not in (Mark.HIDDEN, own.get(row.measure.ref)):
            yield row.measure.ref


def _listed(refs: Iterable[str]) -> str:
    return ", ".join(refs)
