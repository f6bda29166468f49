"""Hand a share copy out: build it, audit the finished bytes, record what it shows, write it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING

from xl_addin.commands.book import Book, Tell
from xl_addin.dataset.workbook import parse_workbook
from xl_addin.disclosure.protection import free_of
from xl_addin.disclosure.published import Mark, SharedCopy
from xl_addin.disclosure.releases import read_record, record_rows
from xl_addin.disclosure.suppression import counted_in
from xl_addin.errors import WorkbookRefused
from xl_addin.layout import RefreshLog, Sheet
from xl_addin.refresh import Occasion
from xl_addin.share.copy import month_to_share
from xl_addin.share.decision import DecidedCopy, Wish, decide_copy
from xl_addin.share.told import told
from xl_addin.share.words import PURPOSE, chart_in_words, direction_explained, shorthand_explained
from xl_addin.table import text_of

if TYPE_CHECKING:
    from xl_addin.excel.share_copy.audit import Proof

LEAST_NAME = 3
"""Shorter account names are found in any text."""
LEAST_DIGITS = 8
AS_IT_IS = Wish()
SHEETS = (Sheet.DATASET, Sheet.KEY_MEASURES, Sheet.DATA_NOTES)


def share_book(
    book: Book,
    out: Path,
    occasion: Occasion,
    *,
    tell: Tell,
    wish: Wish = AS_IT_IS,
    pdf: bool = False,
) -> None:
    """Make a share copy of a workbook's page, and say what the officer has to know of it.

    Raises XlAddinError with every problem: nothing is written where the file cannot be, where
    the page was changed by hand, or where the audit of the finished bytes finds anything. Where
    only the PDF cannot be made, the .xlsx stands.
    """
    from xl_addin.excel.share_copy import files, write_share
    from xl_addin.excel.share_copy import pdf as printing

    path = book.folder / book.name
    with files.place_for(out, path, pdf=pdf):
        record = files.record_beside(path)
        earlier = read_record(files.read_rows(record), record.name)
        decided = decide_copy(parse_workbook(book.read()), earlier, occasion, wish)
        package = write_share(decided.copy, occasion.when.date())
        _refuse_leaks(package, decided, book, occasion)
        shown = list(record_rows(decided.copy, out.name, occasion.when))
        files.hand_over(out, package, path, shown)
        for line in told(decided):
            tell(line)
        tell(f"{out} is ready: {decided.copy.month.label}, audited, no macros, no formulas.")
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


def _refuse_leaks(package: bytes, decided: DecidedCopy, book: Book, occasion: Occasion) -> None:
    from xl_addin.excel.share_copy.accessibility import barriers_in
    from xl_addin.excel.share_copy.audit import Secrets, findings_in

    secrets = Secrets(
        frozenset(_account_names(decided, occasion)),
        frozenset({str(book.folder.absolute())} if len(str(book.folder.absolute())) > 3 else ()),
        frozenset(_hidden_digits(decided)),
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
    return Proof(
        workbook.catalogue,
        suppression.rule,
        decided.earlier.known(suppression.hidden),
        free_of(suppression.hidden, decided.earlier),
        frozenset(counted_in(workbook.catalogue, workbook.history, decided.copy.months)),
        frozenset(one.told for one in decided.told_anyway),
    )


def _account_names(decided: DecidedCopy, occasion: Occasion) -> Iterator[str]:
    """Whose names must not be in the copy, save where they are words of the measures' own."""
    log = decided.workbook.tables[RefreshLog.TABLE]
    names = {occasion.who, *(text_of(row[RefreshLog.WHO]) for _, row in log.records())}
    own = set(re.findall(r"[\w.-]+", " ".join(_own_words(decided.copy)).casefold()))
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


def _hidden_digits(decided: DecidedCopy) -> Iterator[str]:
    """Hidden figures with all their digits, where they have enough to be known by."""
    history = decided.workbook.history
    for ref, month in decided.suppression.hidden:
        digits = repr(history.observed(ref, month).value)
        if len(digits) > LEAST_DIGITS:
            yield digits[:LEAST_DIGITS]
