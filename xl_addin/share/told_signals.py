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
LEFT_OUT = "The charts of the sheet Signals are in no share copy: its table has their figures."


def signals_told(decided: DecidedCopy) -> Iterator[str]:
    """What a copy withholds of its signals and why, and whose words stand in it as written."""
    signals, behind = decided.copy.signals, decided.behind
    if signals is None or behind is None:
        return
    for why in Withheld:
        refs = [ref for ref in decided.workbook.catalogue.refs if behind.withheld.get(ref) is why]
        if refs:
            measures = "1 measure" if len(refs) == 1 else f"{len(refs)} measures"
            yield f"Signals and sentences of {measures} are withheld: {why.value}: {_listed(refs)}"
    yield from _by_print(decided, signals)
    yield from _commentary(signals)
    yield LEFT_OUT


def _by_print(decided: DecidedCopy, signals: SharedSignals) -> Iterator[str]:
    """Signals that come out otherwise by the figures as printed than by those of the workbook."""
    page = page_of(decided.workbook, decided.workbook.history, decided.copy.month)
    own = {row.measure.ref: row.signal.text for row in page.rows if row.signal}
    told = {row.measure.ref: row.cells[Signals.SIGNAL] for row in signals.rows}
    if others := [r for r, text in told.items() if text not in (Mark.HIDDEN, own.get(r))]:
        found = f"By the figures as printed the signal of {_listed(others)} is another."
        yield str(Problem(LOOK, found, "The copy goes by them, the workbook by all digits."))


def _commentary(signals: SharedSignals) -> Iterator[str]:
    for ref, words in signals.withheld:
        yield f"Withheld from the Summary: the commentary on {ref} “{words}”"
    if signals.withheld:
        refs = dict.fromkeys(ref for ref, _ in signals.withheld)
        options = " ".join(f"--safe-commentary {ref}" for ref in refs)
        found = "This commentary is about measures with hidden figures, or near such."
        remedy = (
            "Where the words tell nothing of those figures, put the copy away and share again with "
            f"the measures whose commentary is safe: {options}."
        )
        yield str(Problem(LOOK, found, remedy))
    if signals.carried:
        refs = dict.fromkeys(ref for ref, _ in signals.carried)
        found = f"The commentary on {_listed(refs)} stands in the Summary as it was written."
        yield str(Problem(LOOK, found, "Read it before you send the copy."))


def _listed(refs: Iterable[str]) -> str:
    return ", ".join(refs)
