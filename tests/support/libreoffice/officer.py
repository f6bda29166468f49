"""An officer at a workbook open in LibreOffice, its buttons and its boxes."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.support.libreoffice import click
from tests.support.libreoffice.engine import Calc
from tests.support.object_model import Engine, open_book
from xl_addin.commands.book import occasion
from xl_addin.commands.refresh import HowToRefresh, refresh_book
from xl_addin.demo import HISTORY, RETURN
from xl_addin.excel import live
from xl_addin.excel.closed import ClosedBook
from xl_addin.excel.template import write_template
from xl_addin.layout import Settings
from xl_addin.sources.catalogue import read_catalogue
from xl_addin.table import Sheets
from xl_addin.update import Row, SetRows, Update

NAME = "Children's = Dätaset (new).xlsm"


def make_to_may(path: Path) -> None:
    """The demonstration up to May 2015; its Settings name the return of June."""
    write_template(path, *read_catalogue(None))
    book = ClosedBook(path)
    refresh_book(book, occasion(), tell=print, agree=lambda: True, how=HowToRefresh(file=HISTORY))
    table = book.read().tables[Settings.TABLE]
    names = [row[0] for row in table.rows]
    rows = [Row((row[1],), number) for number, row in enumerate(table.rows)]
    rows[names.index(Settings.RETURN)] = Row((RETURN.name,), names.index(Settings.RETURN))
    book.apply(Update((SetRows(Settings.TABLE, (Settings.VALUE,), tuple(rows)),)))


class Officer:
    """The officer: a workbook open in LibreOffice, buttons to press, boxes to answer."""

    def __init__(self, calc: Calc, folder: Path, path: Path) -> None:
        self.calc, self.folder, self.path = calc, folder, path
        shutil.copy(RETURN, path.parent)
        calc.open_with_macros(str(path))
        calc.fullname = str(path)

    def clicks(self, macro: str, answer: str) -> list[str]:
        """Run the macro of a button and answer its questions; what the boxes said."""
        (self.folder / "answers").write_text(answer)
        self.calc.choose(str(self.path))
        self.calc.macro(f"Performance.{macro}")
        click.wait(self.folder)
        return [box["text"] for box in click.boxes(self.folder)]

    def sheets(self) -> Sheets:
        self.calc.choose(str(self.path))
        return live.read(open_book(Engine("libreoffice", self.calc)))
