"""Renamed measures: a new ref in Measures takes the figures and the notes of the old one along.

An officer renames a measure by writing another ref into its row of the Measures table. It is
taken for a rename when the page has a row whose ref is no longer listed and whose description is
that of one listed measure without figures of its own. History is never rewritten: the figures
are recorded once more under the new ref, and say so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

from xl_addin.history import Revision
from xl_addin.layout import Dataset
from xl_addin.table import Table, text_of
from xl_addin.workbook import Workbook

Renames = Mapping[str, str]
"""New refs by old ref."""


def find_renames(workbook: Workbook) -> Renames:
    """The refs of the page that Measures now lists under another name."""
    recorded = workbook.history.refs()
    gone = {
        text_of(row[Dataset.REF]): text_of(row[Dataset.DESCRIPTION])
        for _, row in workbook.dataset.records()
        if text_of(row[Dataset.REF]) not in workbook.catalogue
    }
    new = {m.ref: m.description for m in workbook.catalogue if m.ref not in recorded}
    alone = {text for text, times in Counter([*gone.values()]).items() if text and times == 1}
    unique = {text for text, times in Counter([*new.values()]).items() if times == 1}
    by_description = {text: ref for ref, text in new.items() if text in alone & unique}
    return {
        ref: by_description[text]
        for ref, text in gone.items()
        if ref in recorded and text in by_description
    }


def carried(workbook: Workbook, renames: Renames) -> tuple[Revision, ...]:
    """The rows that History gains: every figure of an old ref, under the new one."""
    return tuple(
        replace(
            revision,
            observation=replace(revision.observation, ref=renames[revision.observation.ref]),
            source=f"{revision.source} (as {revision.observation.ref})",
        )
        for old in renames
        for revision in workbook.history.all_revisions(old)
    )


def with_renames(workbook: Workbook, renames: Renames) -> Workbook:
    """The workbook as it reads once every old ref is the new one."""
    if not renames:
        return workbook
    tables = {**workbook.tables, Dataset.TABLE: _renamed(workbook.dataset, renames)}
    return replace(
        workbook,
        history=workbook.history.grown(carried(workbook, renames)),
        slots=tuple(renames.get(ref, ref) for ref in workbook.slots),
        tables=tables,
    )


def _renamed(table: Table, renames: Renames) -> Table:
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
