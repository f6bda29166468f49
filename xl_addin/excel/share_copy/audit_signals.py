"""The leak audit of signals and sentences, read from the finished file beside what it hides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from xl_addin.dataset.columns import LOOKED_UP
from xl_addin.disclosure.published import Mark, SharedSignals
from xl_addin.excel.share_copy.finished_copy import ReadSheet
from xl_addin.excel.share_copy.summary import records
from xl_addin.layout import Dataset, Sheet, Signals, Summary
from xl_addin.share.signals import NOT_SAID


def summary_records(signals: SharedSignals) -> list[dict[str, float | str]]:
    """What the rows of the summary have to say, as it was decided."""
    return [{**record} for record in records(signals)]


def signal_records(signals: SharedSignals) -> list[dict[str, float | str]]:
    """What the rows of the sheet Signals have to say, as it was decided."""
    found: list[dict[str, float | str]] = []
    for row in signals.rows:
        texts = {Signals.REF: row.measure.ref, Signals.DESCRIPTION: row.measure.description}
        found.append({**texts, **row.cells})
    return found


def signal_findings(sheets: Mapping[str, ReadSheet]) -> Iterator[str]:
    """What is said by all months of a measure of which the page hides a figure."""
    page, signals, words = (sheets[n] for n in (Sheet.DATASET, Sheet.SIGNALS, Sheet.SUMMARY))
    hidden = {
        str(r[Dataset.REF]) for r in page.records(page.tables[0]) if Mark.HIDDEN in r.values()
    }
    for record in (*page.records(page.tables[0]), *signals.records(signals.tables[0])):
        ref = str(record[Dataset.REF])
        told = (record[c.heading] for c in LOOKED_UP if c.heading in record)
        limits = (record[h] for h in Signals.LIMITS if h in record)
        if ref in hidden and any(cell != Mark.HIDDEN for cell in (*told, *limits)):
            yield f"The signal of {ref} may give a hidden figure away."
    for record in words.records(words.tables[0]):
        about, said = (str(record[heading]) for heading in (Summary.ABOUT, Summary.WORDS))
        if about != NOT_SAID and any(said.startswith(f"{ref}, ") for ref in hidden):
            yield f"A sentence of the summary may give a hidden figure away: “{said}”"
