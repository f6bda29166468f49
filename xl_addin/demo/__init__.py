"""The demonstration: the figures of a real issue of June 2015, through the same code as any."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from xl_addin.commands.book import Tell
from xl_addin.commands.refresh import HowToRefresh, refresh_book
from xl_addin.dataset.columns import CHANGE, DERIVED
from xl_addin.dataset.derived import is_number
from xl_addin.dataset.direction import change_text
from xl_addin.dataset.page import Page, PageRow, build_page
from xl_addin.dataset.printing import printed
from xl_addin.dataset.workbook import Workbook, parse_workbook
from xl_addin.excel.closed import held
from xl_addin.layout import DataNotes
from xl_addin.notes import note_row, printed_note
from xl_addin.refresh import Occasion
from xl_addin.table import CellValue
from xl_addin.update import AppendRows, Update

if TYPE_CHECKING:
    from rich.table import Table

HERE = Path(__file__).parent
NAME = "Children and Families Monthly Dataset.xlsm"
HISTORY = HERE / "Monthly dataset to May 2015.csv"
NOTES = HERE / "Data notes.csv"
RETURN = HERE / "June 2015 return.csv"
BESIDE_DESCRIPTION = 38 + sum(3 + max(len(column.short), 6) for column in DERIVED)
"""The characters that the other columns of the printed page need."""
SHORTEST_DESCRIPTION = 20
"""A narrower window shows no descriptions."""


def make_demo(folder: Path, occasion: Occasion, *, tell: Tell, replace: bool = False) -> Path:
    """Make the demonstration workbook in a folder and say where it is.

    A workbook of that name gives way only where ``replace`` says so, and is backed up then.
    """
    from xl_addin.commands.make_book import make_book
    from xl_addin.sources.catalogue import read_catalogue

    folder.mkdir(parents=True, exist_ok=True)
    path = folder / NAME
    make_book(path, *read_catalogue(None), replacing=occasion.when if replace else None)
    with held(path) as book:
        notes = AppendRows(DataNotes.TABLE, DataNotes.COLUMNS, tuple(printed_notes()))
        book.apply(Update((notes,)))
        for file in (HISTORY, RETURN):
            tell(f"\n{file.stem}")
            refresh_book(book, occasion, tell=tell, agree=lambda: True, how=HowToRefresh(file=file))
        print_page(parse_workbook(book.read()))
    tell(f"\nThe workbook is {path.resolve()}")
    return path


def printed_notes() -> Iterator[tuple[CellValue, ...]]:
    """The four data notes of the issue, as an officer would type them."""
    with NOTES.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield note_row(printed_note(row["heading"], row["applies_to"], row["text"]))


def print_page(workbook: Workbook) -> None:
    """Print the page of a workbook as a table with its arrows."""
    from rich.console import Console

    assert workbook.month is not None
    page = build_page(workbook.catalogue, workbook.history, workbook.month)
    console = Console()
    console.print(_as_table(page, workbook, room=console.width - BESIDE_DESCRIPTION))


def _as_table(page: Page, workbook: Workbook, room: int) -> Table:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    first, latest = page.labels[0], page.labels[-1]
    title = f"{workbook.title}, {latest}"
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("Ref", no_wrap=True)
    if room >= SHORTEST_DESCRIPTION:
        table.add_column("Description", no_wrap=True, max_width=room)
    for heading in (first, latest, *(column.short for column in DERIVED)):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in page.rows:
        description = [row.measure.description] if room >= SHORTEST_DESCRIPTION else []
        table.add_row(row.measure.ref, *description, *_printed_cells(row, workbook))
    return table


def _printed_cells(row: PageRow, workbook: Workbook) -> Iterator[str]:
    for cell in (row.shown[0], row.latest):
        yield printed("not updated" if isinstance(cell, str) else cell, row.measure)
    for column in DERIVED:
        value = row.value(column)
        if column is CHANGE:
            change = value if is_number(value) else None
            yield change_text(change, workbook.settings.threshold)
        else:
            yield printed(value, row.measure)
