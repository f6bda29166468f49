"""Write the workbook template: an empty workbook, and the one this repository keeps."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from xl_addin.command_line import Option
from xl_addin.commands.make_book import make_book
from xl_addin.console import Measures, Replace, Title, occasion, say
from xl_addin.sources.catalogue import read_catalogue

Out = Annotated[Path, Option("--out", metavar="FILE")]
Functions = Annotated[
    bool,
    Option(
        "--udfs/--no-udfs",
        "With functions for cells, or without (and without VBA that security may block).",
    ),
]


def command(
    out: Out = Path("workbook_template.xlsm"),
    measures: Measures = None,
    title: Title = None,
    udfs: Functions = True,
    replace: Replace = False,
) -> None:
    """Write the workbook template: an empty workbook, and the one this repository keeps."""
    own_title, catalogue = read_catalogue(measures)
    replacing = occasion().when if replace else None
    make_book(out, title or own_title, catalogue, functions=udfs, replacing=replacing)
    say(f"{out} is written.")
