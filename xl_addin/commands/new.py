"""Make a workbook where none is, or, where an officer says so by name, in the place of one."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

from xl_addin.command_line import Option
from xl_addin.console import (
    BookPath,
    Measures,
    PerCents,
    SheetName,
    Title,
    Yes,
    agreeing,
    occasion,
    quoted,
    say,
)
from xl_addin.dataset.settings import Keep
from xl_addin.excel.closed import ClosedBook, held
from xl_addin.excel.template import build_template, refuse_name, write_template
from xl_addin.measure import Catalogue
from xl_addin.ooxml.refusals import refuse
from xl_addin.ooxml.saving import replace_file
from xl_addin.sources.catalogue import read_catalogue

_KEEP_ALL = Keep(copies=100_000)


def make_book(
    path: Path,
    title: str,
    catalogue: Catalogue,
    *,
    functions: bool = True,
    replacing: datetime | None = None,
) -> None:
    """Make a new, empty workbook, whole or not at all.

    A file of that name is replaced only where ``replacing`` says when: it is backed up first.
    Raises WorkbookRefused for a name that is taken, in use, or that Excel would not open.
    """
    refuse_name(path)
    with held(path, to_change=True) as book:
        if not book.path.exists():
            write_template(book.path, title, catalogue, functions=functions)
            return
        if replacing is None:
            remedy = "Choose another name, or move it away; template and demo take --replace."
            raise refuse(book.path, "It is there already.", remedy)
        _replace(book, build_template(title, catalogue, functions=functions), replacing)


def _replace(book: ClosedBook, data: bytes, when: datetime) -> None:
    was = book.path.read_bytes()
    if was != data:
        book.back_up(when, _KEEP_ALL, "New workbook in its place")
        replace_file(book.path, data, was, lambda written: None)


From = Annotated[
    Path | None,
    Option("--from", "The dataset you keep now: its measures, figures and notes.", "OLD-FILE"),
]
ListOut = Annotated[
    Path | None,
    Option("--list", "Write the measures found in OLD-FILE here, to correct them.", "FILE.csv"),
]


def command(
    book: BookPath,
    measures: Measures = None,
    title: Title = None,
    from_: From = None,
    sheet: SheetName = None,
    list_: ListOut = None,
    per_cents: PerCents = False,
    yes: Yes = False,
) -> None:
    """Make a new workbook: all sheets, charts and settings; with --from, your figures too.

    The list of measures may be a table in Excel or a CSV file with the columns of the sheet
    Measures, or TOML. With --from and no list, the measures are taken from the page you have.
    """
    if from_ is not None:
        from xl_addin.commands.new_from import NewFrom, make_book_from

        how = NewFrom(from_, sheet, measures, title, list_, per_cents)
        make_book_from(book, how, occasion(), tell=say, agree=agreeing(yes, "Make it so?"))
        return
    own_title, catalogue = read_catalogue(measures)
    make_book(book, title or own_title or book.stem, catalogue)
    measures_listed = "1 measure" if len(catalogue) == 1 else f"{len(catalogue)} measures"
    say(f"{book} is ready: {measures_listed}, no figures yet.")
    say(f"Next: xl-addin import {quoted(book)} FILE, with your existing figures.")
