"""Make a new workbook: for the familiar measures, a list of one's own, or the page one has."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from xl_addin.command_line import Option
from xl_addin.commands.make_book import make_book
from xl_addin.commands.new_from import NewFrom, make_book_from
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
from xl_addin.sources.catalogue import read_catalogue

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
        how = NewFrom(from_, sheet, measures, title, list_, per_cents)
        make_book_from(book, how, occasion(), tell=say, agree=agreeing(yes, "Make it so?"))
        return
    own_title, catalogue = read_catalogue(measures)
    make_book(book, title or own_title or book.stem, catalogue)
    measures_listed = "1 measure" if len(catalogue) == 1 else f"{len(catalogue)} measures"
    say(f"{book} is ready: {measures_listed}, no figures yet.")
    say(f"Next: xl-addin import {quoted(book)} FILE, with your existing figures.")
