"""The pictures of README.md, drawn by LibreOffice from the demonstration workbook.

``python -m tests.pictures`` writes docs/dataset.png, summary.png, key_measures.png, signals.png,
data_notes.png and share_copy.png, for README and the guide. With ``--screen`` it opens the workbook
on a laptop's screen (1366 x 768) instead, and writes what each sheet shows there into ``--out``.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from datetime import datetime
from pathlib import Path

from tests.support import office
from tests.support.libreoffice import screen
from tests.support.libreoffice.engine import running_libreoffice
from tests.support.places import ROOT
from xl_addin.commands.share import share_book
from xl_addin.dataset.drawn import drawn_on
from xl_addin.dataset.page_changes import charts_of
from xl_addin.dataset.workbook import parse_workbook
from xl_addin.demo import make_demo
from xl_addin.excel.closed import ClosedBook, held
from xl_addin.layout import Name
from xl_addin.refresh import Occasion, page_of
from xl_addin.share.decision import Wish
from xl_addin.update import SetName, Update
from xl_addin.values import replace

DOCS = ROOT / "docs"
PAGES = {"summary": 0, "dataset": 1, "key_measures": 3, "signals": 5, "data_notes": 7}
"""The printed pages of the workbook that have a picture.

Key measures and Signals take two, Commentary one.
"""
CHARTED = ("LAC1", "LAC7-QL", "CP6B", "LAC8-QL", "M1", "CP8-QL")
"""The measures drawn on the sheet Signals, those that signal first."""
LAPTOP = (1366, 768)
SHEETS = ("Summary", "Dataset", "Commentary", "Key measures", "Signals", "Data notes")
OCCASION = Occasion(datetime(2015, 7, 3, 9, 30), "officer", "demonstration")


def draw(out: Path, dpi: int) -> list[Path]:
    """Draw the first pages of the demonstration workbook into a folder."""
    out.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        book = make_demo(Path(folder), OCCASION, tell=lambda line: None)
        copy = share_book_of(book, Path(folder) / "June 2015.xlsx")
        choose_charts(book)
        pages = office.to_png(office.to_pdf(book, Path(folder)), dpi)
        (first, *_) = office.to_png(office.to_pdf(copy, Path(folder)), dpi)
        drawn = [*((name, pages[page]) for name, page in PAGES.items()), ("share_copy", first)]
        return [Path(shutil.copy(picture, out / f"{name}.png")) for name, picture in drawn]


def choose_charts(path: Path) -> None:
    """Choose the measures of the charts of Signals, as an officer does in Excel."""
    book = parse_workbook(ClosedBook(path).read())
    assert book.month
    page = page_of(book, book.history, book.month)
    boxes = [SetName(Name.signal_measure(n), ((ref,),)) for n, ref in enumerate(CHARTED, 1)]
    shown = charts_of(replace(book, signal_slots=CHARTED), page, drawn_on(page))
    ClosedBook(path).apply(Update((*boxes, *shown)))


def share_book_of(book: Path, copy: Path) -> Path:
    """A suppressed copy of a workbook, as it is sent out."""
    with held(book) as chosen:
        share_book(chosen, copy, OCCASION, tell=lambda line: None, wish=Wish(hide_small=True))
    return copy


def draw_screens(out: Path) -> list[Path]:
    """Draw what the first sheets show on a laptop's screen when the workbook is opened."""
    out.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        screen.running_screen(*LAPTOP) as shown,
        running_libreoffice(shown.display) as calc,
    ):
        calc.open(make_demo(Path(folder), OCCASION, tell=lambda line: None))
        calc.fill_the_screen(*LAPTOP)
        shown.press("ctrl+Prior")
        return [_draw_screen(shown, out / f"{name}.png") for name in SHEETS]


def _draw_screen(shown: screen.Screen, picture: Path) -> Path:
    """Draw the sheet that is shown, then go to the next."""
    before = shown.settled()
    shown.press("ctrl+Next")
    shown.wait_for(lambda: ["it has changed"] if shown.picture() != before else [])
    return before.save(picture)


def main() -> None:
    """Draw, and say what was drawn."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--out", type=Path, default=DOCS)
    options.add_argument("--dpi", type=int, default=110)
    options.add_argument("--screen", action="store_true")
    chosen = options.parse_args()
    for picture in draw_screens(chosen.out) if chosen.screen else draw(chosen.out, chosen.dpi):
        print(picture)


if __name__ == "__main__":
    main()
