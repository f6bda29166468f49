"""Renamed measures: a new ref in Measures takes the figures and the notes of the old one along.

An officer renames a measure by writing another ref into its row of the Measures table. It is
taken for a rename when the page has a row whose ref is no longer listed and whose description is
that of one listed measure which is not on the page and has no figures of its own, or only those
it had when it was called so before. History is never rewritten: the figures are recorded once
more under the new ref, and say so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from xl_addin.dataset.history import History, Revision
from xl_addin.layout import Dataset
from xl_addin.measure import Catalogue
from xl_addin.observation import Observation
from xl_addin.patterns import pattern
from xl_addin.period import Month
from xl_addin.table import Table, text_of
from xl_addin.values import field, replace, value_type

Renames = Mapping[str, str]
"""New refs by old ref."""

Retired = Mapping[str, Month]
"""The last month with a figure of each measure that has left the list."""


@value_type
class Carried:
    """What is to be written so that figures go along with the measures renamed.

    ``revisions`` are the rows that History gains; ``page`` and ``slots`` are the Dataset table
    and the refs chosen for the charts as they stand, with the old refs; ``signal_slots`` are those
    of the charts of Signals.
    """

    page: Table
    slots: tuple[str, ...] = ()
    signal_slots: tuple[str, ...] = ()
    renames: Renames = field(default_factory=dict)
    revisions: tuple[Revision, ...] = ()


NOTHING_CARRIED = Carried(Table(Dataset.TABLE, "", (), ()))
"""A workbook that no table was read of."""


def find_renames(page: Table, catalogue: Catalogue, history: History) -> Renames:
    """The refs of the page that Measures now lists under another name."""
    on_page = {
        text_of(row[Dataset.REF]): text_of(row[Dataset.DESCRIPTION]) for _, row in page.records()
    }
    gone = {ref: text for ref, text in on_page.items() if ref and ref not in catalogue}
    new = {m.ref: m.description for m in catalogue if m.ref not in on_page}
    alone, unique = standing_once(gone), standing_once(new)
    return {
        ref: unique[text]
        for text, ref in alone.items()
        if text in unique and _has_no_other_figures(unique[text], ref, history)
    }


def former_refs(catalogue: Catalogue, history: History) -> Renames:
    """The present ref of each measure by every ref it had before, as History says it."""
    sources = history.sources()
    told = {
        old: ref
        for ref in catalogue.refs
        for source in sources.get(ref, ())
        for old in _FORMER.findall(source)
    }
    return {old: ref for old, ref in told.items() if old not in catalogue}


_FORMER = pattern(r" \(as ([^()]+)\)")


def retired_refs(catalogue: Catalogue, history: History, renames: Renames) -> Retired:
    """The measures that have left the list, each with its last month that has a figure.

    One that never had any goes by its last month recorded. A measure that
    goes by another ref now has not left.
    """
    left = history.refs() - {*catalogue.refs, *renames}
    if left:
        left -= former_refs(catalogue, history).keys()
    return {ref: _last_month(history, ref) for ref in sorted(left)}


def _last_month(history: History, ref: str) -> Month:
    seen = [revision.observation for revision in history.all_revisions(ref)]
    return max(one.month for one in ([s for s in seen if s.value is not None] or seen))


def standing_once(texts: Mapping[str, str]) -> dict[str, str]:
    """Refs by description, for descriptions that only one of them has."""
    times = Counter(texts.values())
    return {text: ref for ref, text in texts.items() if text and times[text] == 1}


def _has_no_other_figures(new: str, old: str, history: History) -> bool:
    """Whether all that is recorded for a ref is recorded for another one too."""
    known = {_figure(revision) for revision in history.all_revisions(old)}
    return all(_figure(revision) in known for revision in history.all_revisions(new))


def _figure(revision: Revision) -> tuple[Observation, int]:
    return replace(revision.observation, ref=""), revision.number


def carried_revisions(history: History, renames: Renames) -> tuple[Revision, ...]:
    """The rows that History gains: the figures of an old ref that the new one has not."""
    return tuple(
        replace(
            revision,
            observation=replace(revision.observation, ref=new),
            source=f"{revision.source} (as {old})",
        )
        for old, new in renames.items()
        for revision in _not_yet(old, new, history)
    )


def _not_yet(old: str, new: str, history: History) -> Iterator[Revision]:
    known = {_figure(revision) for revision in history.all_revisions(new)}
    yield from (r for r in history.all_revisions(old) if _figure(r) not in known)


def renamed(table: Table, renames: Renames) -> Table:
    """A table with the present refs in its column Measure Ref."""
    place = table.headings.index(Dataset.REF)
    return replace(
        table,
        rows=tuple(
            (*row[:place], renames.get(text_of(row[place]), row[place]), *row[place + 1 :])
            for row in table.rows
        ),
    )


def in_words(renames: Renames) -> Iterator[str]:
    """What the officer is told of it."""
    for old, new in renames.items():
        yield f"{old} is now called {new}: its figures and notes go with it."
