"""Hand a share copy out: build it, audit the finished bytes, record what it shows, write it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path

from xl_addin.commands.book import Book, Tell
from xl_addin.dataset.derived import is_number
from xl_addin.dataset.renames import find_renames, with_renames
from xl_addin.dataset.workbook import Workbook, parse_workbook
from xl_addin.disclosure.published import Mark, SharedCopy
from xl_addin.disclosure.redaction import holds_a_number
from xl_addin.disclosure.releases import EarlierCopies, read_record, record_rows
from xl_addin.disclosure.rule import read_rule
from xl_addin.disclosure.suppression import (
    NOTHING_HIDDEN,
    Reason,
    Suppression,
    counted_in,
    suppress,
)
from xl_addin.errors import Problem, WorkbookRefused
from xl_addin.layout import RefreshLog, Sheet
from xl_addin.layout import Settings as SettingsTable
from xl_addin.measure import Measure
from xl_addin.period import Month
from xl_addin.refresh import Occasion
from xl_addin.share.copy import build_copy, month_to_share
from xl_addin.share.words import PURPOSE, chart_in_words, direction_explained, shorthand_explained
from xl_addin.table import text_of

LEAST_NAME = 3
"""Shorter account names are found in any text."""
LEAST_DIGITS = 8
SHEETS = (Sheet.DATASET, Sheet.KEY_MEASURES, Sheet.DATA_NOTES)


@dataclass(frozen=True, slots=True)
class _Shared:
    """A share copy decided, and what it was decided from."""

    workbook: Workbook
    copy: SharedCopy
    suppression: Suppression
    earlier: EarlierCopies


def share_book(
    book: Book,
    out: Path,
    occasion: Occasion,
    *,
    tell: Tell,
    month: Month | None = None,
    hide_small: bool = False,
    pdf: bool = False,
) -> None:
    """Make a share copy of a workbook's page, and say what the officer has to know of it.

    ``month`` None is the one shown. Raises XlAddinError with every problem: nothing is written
    where the file cannot be, where the page was changed by hand, or where the audit of the
    finished bytes finds anything. Where only the PDF cannot be made, the .xlsx stands.
    """
    from xl_addin.excel.share_copy import files, write_share
    from xl_addin.excel.share_copy import pdf as printing

    path = book.folder / book.name
    with files.place_for(out, path, pdf=pdf):
        record = files.record_beside(path)
        earlier = read_record(files.read_rows(record), record.name)
        shared = _decide(parse_workbook(book.read()), earlier, occasion, month, hide_small)
        package = write_share(shared.copy, occasion.when.date())
        _refuse_leaks(package, shared, book, occasion)
        shown = list(record_rows(shared.copy, out.name, occasion.when))
        files.hand_over(out, package, path, shown)
        for line in _told(shared):
            tell(line)
        tell(f"{out} is ready: {shared.copy.month.label}, audited, no macros, no formulas.")
        if pdf:
            tell(f"{printing.print_pdf(out, path)} is ready.")


def copy_beside(book: Book) -> Path:
    """A name beside the workbook that no file has yet: its own, the month, "share copy".

    Raises WorkbookRefused where nothing is recorded yet.
    """
    month = month_to_share(parse_workbook(book.read()), None)
    name = f"{Path(book.name).stem} {month.label} share copy"
    first = book.folder / f"{name}.xlsx"
    more = (book.folder / f"{name} {number}.xlsx" for number in count(2))
    return next(path for path in chain([first], more) if not path.exists())


def _decide(
    workbook: Workbook,
    earlier: EarlierCopies,
    occasion: Occasion,
    month: Month | None,
    hide_small: bool,
) -> _Shared:
    chosen = month_to_share(workbook, month)
    ready = with_renames(workbook, find_renames(workbook))
    suppression = NOTHING_HIDDEN
    if hide_small:
        rule = read_rule(workbook.tables[SettingsTable.TABLE])
        months = chosen.window()
        suppression = suppress(ready.catalogue, ready.history, months, rule, earlier.hidden)
    copy = build_copy(workbook, chosen, occasion, suppression)
    return _Shared(ready, copy, suppression, earlier)


def _refuse_leaks(package: bytes, shared: _Shared, book: Book, occasion: Occasion) -> None:
    from xl_addin.excel.share_copy.accessibility import barriers_in
    from xl_addin.excel.share_copy.audit import Proof, Secrets, findings_in

    suppression, workbook = shared.suppression, shared.workbook
    proof = None
    if suppression.rule:
        known = shared.earlier.known(suppression.hidden, workbook.catalogue, workbook.history)
        free = {c for c, why in suppression.hidden.items() if why is Reason.EARLIER}
        months = shared.copy.months
        counted = frozenset(counted_in(workbook.catalogue, workbook.history, months))
        proof = Proof(workbook.catalogue, suppression.rule, known, frozenset(free), counted)
    secrets = Secrets(
        frozenset(_account_names(shared, occasion)),
        frozenset({str(book.folder.absolute())} if len(str(book.folder.absolute())) > 3 else ()),
        frozenset(_hidden_digits(shared)),
    )
    problems = [*findings_in(package, shared.copy, secrets, proof), *barriers_in(package)]
    if problems:
        raise WorkbookRefused(problems)


def _account_names(shared: _Shared, occasion: Occasion) -> Iterator[str]:
    """Whose names must not be in the copy, save where they are words of the measures' own."""
    log = shared.workbook.tables[RefreshLog.TABLE]
    names = {occasion.who, *(text_of(row[RefreshLog.WHO]) for _, row in log.records())}
    own = set(re.findall(r"[\w.-]+", " ".join(_own_words(shared.copy)).casefold()))
    for name in names:
        if len(name) >= LEAST_NAME and name.casefold() not in own:
            yield name


def _own_words(copy: SharedCopy) -> Iterator[str]:
    """What stands in a copy whoever makes it: everything but its notes."""
    yield from (copy.title, *copy.headings, *SHEETS, PURPOSE)
    yield direction_explained(copy.threshold)
    yield shorthand_explained(Mark, copy.small)
    for row in copy.rows:
        yield from (*row.texts, row.measure.heading, row.words, chart_in_words(row, copy))


def _hidden_digits(shared: _Shared) -> Iterator[str]:
    """Hidden figures with all their digits, where they have enough to be known by."""
    history = shared.workbook.history
    for ref, month in shared.suppression.hidden:
        digits = repr(history.observed(ref, month).value)
        if len(digits) > LEAST_DIGITS:
            yield digits[:LEAST_DIGITS]


def _told(shared: _Shared) -> Iterator[str]:
    """What the officer has to know, and nobody else."""
    suppression, copy = shared.suppression, shared.copy
    if suppression.rule:
        yield from _hidden_table(suppression)
        yield from (f"Withheld from the data notes: “{words}”" for words in copy.withheld)
        yield from _notes_to_read(shared)
        yield from _known_already(shared)
        yield from _without_counts(shared)
        return
    shown = {(row.measure.ref, m) for row in copy.rows for m in copy.months}
    if again := shared.earlier.hidden & shown:
        refs = ", ".join(sorted({ref for ref, _ in again}))
        found = f"This copy shows figures that earlier copies hid ({refs})."
        yield str(Problem("Please look at", found, "Share it only with those who may see them."))


def _hidden_table(suppression: Suppression) -> Iterator[str]:
    """Each measure with what is hidden of it and why, for the officer."""
    why: dict[tuple[str, Reason], list[Month]] = defaultdict(list)
    for (ref, month), reason in suppression.hidden.items():
        why[ref, reason].append(month)
    if not why:
        yield "No figure had to be hidden."
        return
    number = len(suppression.hidden)
    figures = "1 figure is" if number == 1 else f"{number} figures are"
    yield f"{figures} hidden (not part of the copy: keep to yourself):"
    for (ref, reason), months in sorted(why.items()):
        yield f"  {ref}: {reason.value}: {', '.join(m.label for m in sorted(months))}"


def _notes_to_read(shared: _Shared) -> Iterator[str]:
    """Notes with numbers that are about other measures: only the officer can judge them."""
    catalogue = shared.workbook.catalogue
    markers = [
        note.marker
        for note in shared.copy.notes
        if holds_a_number(f"{note.applies_to}\n{note.text}", catalogue)
    ]
    if markers:
        found = f"These data notes hold numbers and were left as they are: {', '.join(markers)}."
        yield str(Problem("Please look at", found, "Read them before you send the copy."))


def _known_already(shared: _Shared) -> Iterator[str]:
    workbook = shared.workbook
    cells = shared.suppression.hidden
    known = shared.earlier.known(cells, workbook.catalogue, workbook.history)
    if known:
        refs = ", ".join(sorted({ref for ref, _ in known}))
        found = f"Earlier copies showed {len(known)} of the figures that this one hides: {refs}."
        yield str(Problem("Please look at", found, "Whoever has those copies knows the figures."))


def _without_counts(shared: _Shared) -> Iterator[str]:
    """Percentages shown of which nobody can say how few children they stand for."""
    refs = [
        row.measure.ref
        for row in shared.copy.rows
        if row.measure.is_percentage
        and any(
            is_number(cell) and not _has_whole(shared.workbook, row.measure, month)
            for month, cell in zip(shared.copy.months, row.months, strict=True)
        )
    ]
    if refs:
        found = f"No counts are recorded behind {', '.join(refs)}: they are shown as they are."
        remedy = (
            "Name their Denominator in the Measures table, or give Numerator and Denominator in "
            "the return, and few children are hidden too."
        )
        yield str(Problem("Please look at", found, remedy))


def _has_whole(workbook: Workbook, measure: Measure, month: Month) -> bool:
    """Whether it is known how many children a percentage is of."""
    observed = workbook.history.observed
    if observed(measure.ref, month).denominator is not None:
        return True
    return bool(measure.denominator) and observed(measure.denominator, month).value is not None
