"""What a person would check by hand in Excel, done and written on one page that can be sent back.

``python -m tests.in_excel [PAGE.html]`` on Windows, with Excel and xl-addin installed. Excel is
opened beside what is open already; nothing of an officer's is touched. Questions are answered here:
that Windows shows their boxes in front, the ribbon, and the click itself are for a person to see.
"""

from __future__ import annotations

import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any
from unittest import mock

import xlwings as xw

from tests.support.ready import JUNE, NAME, ready_book, refresh
from xl_addin import __version__, boxes, macros
from xl_addin.excel import dataset_file, live
from xl_addin.excel.live.com import load_xlwings, says
from xl_addin.layout import Dataset
from xl_addin.table import Sheets

OLD = Path(__file__).parent / "data/editions/1/demo.xlsm"


@dataclass
class Checked:
    """One thing that was checked: what came out, and how long it took."""

    name: str
    outcome: str
    found: str
    seconds: float


class LeftOut(Exception):
    """A step that cannot be done here."""


PASS, FAIL, LEFT_OUT = "pass", "FAIL", "left out"


@dataclass
class InExcel:
    """An Excel of its own with a workbook up to May 2015, and June's return in its Settings."""

    app: xw.App
    folder: Path
    boxes: list[str] = field(default_factory=list)
    before: Sheets | None = None

    @property
    def path(self) -> Path:
        return self.folder / NAME

    @property
    def book(self) -> xw.Book:
        """The workbook as it is open by now: an undo opens it anew."""
        return self.app.books[NAME]

    def press(self, macro: Callable[..., None], **options: Any) -> str:
        """Do what a button does, saying yes; the last that the officer would be told."""

        def answer(app: xw.App, text: str, title: str, buttons: str, mode: str | None) -> str:
            self.boxes.append(text)
            return {"ok": "ok", "ok_cancel": "ok"}.get(buttons, "yes")

        with mock.patch.object(boxes, "show_box", answer):
            macro(self.book, **options)
        return self.boxes[-1]


def opens_whole(excel: InExcel) -> str:
    """Opened as Excel opens what needs no repair; it holds what the file holds."""
    excel.app.books.impl.open(str(excel.path))
    excel.before = live.read(excel.book)
    in_file = dataset_file.read(excel.path)
    assert excel.before.tables.keys() == in_file.tables.keys()
    assert figures(excel.before) == figures(in_file)
    return f"{len(in_file.tables)} tables as in the file"


def is_saved(excel: InExcel) -> str:
    assert excel.book.api.Saved is True, "Excel would ask whether to save what nobody changed"
    return "Excel would not ask to save"


def vba_runs(excel: InExcel) -> str:
    run = says(excel.app.api, "Run")
    if run is None:
        raise LeftOut("this program runs no macros")
    assert run(f"'{NAME}'!FileIsThere", str(excel.path)) is True
    return "a function of the workbook's own VBA answered"


def chooses(excel: InExcel) -> str:
    with mock.patch.object(macros, "choose_file", lambda *_: excel.folder / JUNE.name):
        return done(excel.press(macros.choose_return))


def refreshes(excel: InExcel) -> str:
    said = done(excel.press(macros.refresh_month))
    beside = excel.folder / "closed"
    beside.mkdir()
    other = ready_book(beside)
    refresh(other)
    assert figures(live.read(excel.book)) == figures(dataset_file.read(other))
    return said


def shows(excel: InExcel) -> str:
    return done(excel.press(macros.show_month, month="2015-03"))


def checks(excel: InExcel) -> str:
    return excel.press(macros.check_workbook).splitlines()[0]


def undoes(excel: InExcel) -> str:
    before = figures(live.read(excel.book))
    said = done(excel.press(macros.undo_last_change))
    assert figures(live.read(excel.book)) != before
    return said


def shares(excel: InExcel) -> str:
    said = excel.press(macros.share_copy)
    assert [*excel.folder.glob("*share copy.xlsx")], said
    return said.splitlines()[-1]


def upgrades(excel: InExcel) -> str:
    excel.book.close()
    shutil.copy(OLD, excel.path)
    excel.app.books.impl.open(str(excel.path))
    excel.book.api.Saved = True
    return done(excel.press(macros.upgrade_workbook))


STEPS: dict[str, Callable[[InExcel], str]] = {
    "The workbook opens without repair": opens_whole,
    "It is saved when it has just been opened": is_saved,
    "Its VBA runs": vba_runs,
    "Choose return": chooses,
    "Refresh month": refreshes,
    "Show month": shows,
    "Check": checks,
    "Undo last change": undoes,
    "Share copy": shares,
    "Upgrade of a workbook of edition 1": upgrades,
}


def figures(sheets: Sheets) -> tuple[Any, ...]:
    """The headings and the rows of the page, up to the latest month."""
    page = sheets.tables[Dataset.TABLE]
    end = page.headings.index(Dataset.CHANGE)
    return page.headings[:end], tuple(row[:end] for row in page.rows)


def done(said: str) -> str:
    assert "Done." in said, said
    return said.splitlines()[0]


def check_all(excel: InExcel) -> Iterator[Checked]:
    """Each step; one that fails is told, and the others are tried all the same."""
    for name, step in STEPS.items():
        began = time.perf_counter()
        try:
            found, outcome = step(excel), PASS
        except LeftOut as reason:
            found, outcome = str(reason), LEFT_OUT
        except Exception as error:
            found, outcome = f"{type(error).__name__}: {error}", FAIL
        yield Checked(name, outcome, found, time.perf_counter() - began)


def page_of(checked: list[Checked], versions: dict[str, str]) -> str:
    """Everything that was checked, as a page to be sent back."""
    rows = "".join(
        f"<tr><td>{escape(c.name)}</td><td>{c.outcome}</td>"
        f"<td>{c.seconds:.1f} s</td><td>{escape(c.found)}</td></tr>"
        for c in checked
    )
    told = "".join(f"<li>{escape(name)}: {escape(text)}</li>" for name, text in versions.items())
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>xl-addin in Excel</title>'
        f"<h1>xl-addin in Excel</h1><ul>{told}</ul><table border='1'><tr><th>What</th>"
        f"<th>Outcome</th><th>Time</th><th>Found</th></tr>{rows}</table></html>"
    )


def check_in_excel(page: Path) -> list[Checked]:
    """Open an Excel, check everything in it, write the page, and end that Excel."""
    load_xlwings()
    app = xw.App(visible=True, add_book=False)
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(JUNE, folder)
        ready_book(Path(folder))
        try:
            versions = {
                "Excel": f"{app.version} {says(app.api, 'Build') or ''}".strip(),
                "Windows": platform.platform(),
                "Python": platform.python_version(),
                "xlwings": xw.__version__,
                "xl-addin": __version__,
            }
            checked = [*check_all(InExcel(app, Path(folder)))]
        finally:
            app.api.DisplayAlerts = False
            app.api.Quit()
    page.write_text(page_of(checked, versions), encoding="utf-8")
    return checked


if __name__ == "__main__":
    place = Path(sys.argv[1] if len(sys.argv) > 1 else "xl-addin in Excel.html")
    found = check_in_excel(place)
    for each in found:
        print(f"{each.outcome}  {each.name}: {each.found}")
    print(f"Please send back: {place.resolve()}")
    sys.exit(any(each.outcome == FAIL for each in found))
