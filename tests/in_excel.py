"""What a person would check by hand in Excel, done and written on one page that can be sent back.

``python -m tests.in_excel [PAGE.html]`` on Windows, with Excel and xl-addin installed. Excel is
opened beside what is open already; nothing of an officer's is touched. Macros are run by
Application.Run, and someone clicks Yes in each of their boxes. Of those that ask for a month or a
file, the function that they call is called. That the ribbon's tab is shown, that boxes stand in
front, and the click itself are for a person to see.
"""

from __future__ import annotations

import platform
import re
import shutil
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any
from unittest import mock

import xlwings as xw
from oletools.olevba import VBA_Parser

from tests.support.clicker import clicks_yes
from tests.support.ready import JUNE, NAME, ready_book, ready_bytes, refresh
from xl_addin import __version__, boxes, macros, udfs
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


Clicks = Callable[[], AbstractContextManager[list[str]]]
"""Who answers the boxes of macros, and what those said."""

LONGEST = 120.0
"""Seconds for which a macro's last box is waited for."""

NORMAL, REPAIR = 0, 1
"""XlCorruptLoad: as a file is opened always, and as one that is to be repaired."""

MACROS = ("CheckWorkbook", "SyncNotes", "SettleHandEdits", "ShareCopy", "UndoLastChange")
"""Those that ask for nothing but yes or no, in the order in which they are run."""

GERMAN = {"DecimalSeparator": ",", "ThousandsSeparator": ".", "UseSystemSeparators": False}
FUNCTIONS = {
    "=DIRECTION_OF_TRAVEL(23)": udfs.DIRECTION_OF_TRAVEL(23),
    "=DIRECTION_OF_TRAVEL(-10)": udfs.DIRECTION_OF_TRAVEL(-10),
    '=STATE_SHORTHAND("Late")': udfs.STATE_SHORTHAND("Late"),
    "=CHANGE_FROM_LAST_YEAR(150,100)": 50.0,
}
"""Formulas with what their cells are to show."""

PASS, FAIL, LEFT_OUT = "pass", "FAIL", "left out"


@dataclass
class InExcel:
    """An Excel of its own with a workbook up to May 2015, and June's return in its Settings."""

    app: xw.App
    folder: Path
    clicks: Clicks = clicks_yes
    boxes: list[str] = field(default_factory=list)
    before: Sheets | None = None

    @property
    def path(self) -> Path:
        return self.folder / NAME

    @property
    def book(self) -> xw.Book:
        """The workbook as it is open by now: an undo opens it anew."""
        return self.app.books[NAME]

    def run(self, macro: str) -> str:
        """Run a macro of the workbook's own VBA, someone clicking Yes; the last that was said."""
        run = says(self.app.api, "Run")
        if run is None:
            raise LeftOut("this program runs no macros")
        with self.clicks() as said:
            run(f"'{NAME}'!{macro}")
            _wait_until(lambda: bool(said) and "?" not in said[-1].splitlines()[-1])
        return said[-1]

    def open_anew(self, data: bytes | None = None) -> None:
        """Close the workbook, put another in its place, and open that."""
        self.book.close()
        self.path.write_bytes(data or ready_bytes())
        self.app.api.Workbooks.Open(str(self.path), CorruptLoad=NORMAL)
        self.book.api.Saved = True

    def press(self, macro: Callable[..., None], **options: Any) -> str:
        """Do what a button does, saying yes; the last that the officer would be told."""

        def answer(app: xw.App, text: str, title: str, buttons: str, mode: str | None) -> str:
            self.boxes.append(text)
            return {"ok": "ok", "ok_cancel": "ok"}.get(buttons, "yes")

        with mock.patch.object(boxes, "show_box", answer):
            macro(self.book, **options)
        return self.boxes[-1]


def _wait_until(is_done: Callable[[], bool]) -> None:
    """Wait for a box of another process, as long as a patient officer would."""
    until = time.monotonic() + LONGEST
    while not is_done():
        if time.monotonic() > until:
            raise AssertionError(f"no last box within {LONGEST:.0f} seconds")
        time.sleep(0.2)


def opens_whole(excel: InExcel) -> str:
    """Opened without repair, which a program gets only where it asks for it; whole as the file."""
    excel.app.api.Workbooks.Open(str(excel.path), CorruptLoad=NORMAL)
    excel.before = live.read(excel.book)
    in_file = dataset_file.read(excel.path)
    assert excel.before.tables.keys() == in_file.tables.keys()
    assert figures(excel.before) == figures(in_file)
    return f"{len(in_file.tables)} tables as in the file"


def needs_no_repair(excel: InExcel) -> str:
    """A copy that Excel is asked to repair holds the same as the one it was not asked to."""
    copy = excel.folder / "To repair.xlsm"
    copy.write_bytes(ready_bytes())
    excel.app.api.Workbooks.Open(str(copy), CorruptLoad=REPAIR)
    repaired = excel.app.books[copy.name]
    try:
        assert outline(repaired) == outline(excel.book)
        assert live.read(repaired) == excel.before
    finally:
        repaired.close()
    return "a repair finds nothing to change"


def outline(book: xw.Book) -> list[tuple[Any, ...]]:
    """What stands on each sheet, as far as Excel counts it."""
    counted = ("Shapes", "ListObjects", "Comments", "Hyperlinks", "ChartObjects")
    return [
        (sheet.name, *(says(says(sheet.api, kind), "Count") for kind in counted))
        for sheet in book.sheets
    ]


def has_its_ribbon(excel: InExcel) -> str:
    """The file's part for the ribbon is read, and each of its commands has its macro."""
    with zipfile.ZipFile(excel.path) as package:
        called = re.findall(rb'onAction="(\w+)"', package.read("customUI/customUI.xml"))
    parser = VBA_Parser(str(excel.path))
    there = "\n".join(code for *_, code in parser.extract_macros())
    parser.close()
    missing = [name for name in called if f"Public Sub {name.decode()}(" not in there]
    assert called and not missing, missing
    return f"{len(called)} commands, each with its macro; that the tab is shown: look"


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
    assert figures(live.read(excel.book)) == june(excel)
    return said


def june(excel: InExcel) -> tuple[Any, ...]:
    """The page that the same refresh of a closed workbook gives."""
    beside = excel.folder / "closed"
    beside.mkdir(exist_ok=True)
    other = ready_book(beside)
    refresh(other)
    return figures(dataset_file.read(other))


def shows(excel: InExcel) -> str:
    return done(excel.press(macros.show_month, month="2015-03"))


def checks(excel: InExcel) -> str:
    return excel.press(macros.check_workbook).splitlines()[0]


def undoes(excel: InExcel) -> str:
    before = figures(live.read(excel.book))
    said = done(excel.press(macros.undo_last_change))
    assert figures(live.read(excel.book)) != before
    return said


def calculates(excel: InExcel) -> str:
    """The functions for cells, each asked in a cell, say what Python says."""
    cell = excel.book.sheets[excel.book.names["DatasetTitle"].refers_to_range.sheet.name]["ZZ1"]
    try:
        for formula, expected in FUNCTIONS.items():
            cell.formula = formula
            if cell.value is None:
                raise LeftOut("this program calculates no functions")
            assert cell.value == expected, f"{formula} gives {cell.value}"
    finally:
        cell.formula = ""
    return f"{len(FUNCTIONS)} functions say what Python says"


def writes_as_in_german(excel: InExcel) -> str:
    """The month's work where figures are written 1.234,5."""
    excel.open_anew()
    before = {name: getattr(excel.app.api, name) for name in GERMAN}
    try:
        for name, value in GERMAN.items():
            setattr(excel.app.api, name, value)
        chooses(excel)
        return refreshes(excel)
    finally:
        for name, value in before.items():
            setattr(excel.app.api, name, value)


def prints(excel: InExcel) -> str:
    """Excel's own PDF of the workbook."""
    pdf = excel.folder / "Dataset.pdf"
    excel.book.api.ExportAsFixedFormat(0, str(pdf))
    assert pdf.read_bytes().startswith(b"%PDF")
    return f"{pdf.stat().st_size / 1024:.0f} kB"


def runs(macro: str) -> Callable[[InExcel], str]:
    """A step that runs a macro by Application.Run."""

    def step(excel: InExcel) -> str:
        said = excel.run(macro)
        assert "Something happened" not in said and "not installed" not in said, said
        return said.splitlines()[0]

    return step


def refreshes_by_its_macro(excel: InExcel) -> str:
    """The month's work as a click on the button does it, from VBA to the last box."""
    excel.open_anew()
    chooses(excel)
    said = done(excel.run("RefreshMonth"))
    assert figures(live.read(excel.book)) == june(excel)
    return said


def upgrades_by_its_macro(excel: InExcel) -> str:
    excel.open_anew(OLD.read_bytes())
    return done(excel.run("UpgradeWorkbook"))


def shares(excel: InExcel) -> str:
    said = excel.press(macros.share_copy)
    assert [*excel.folder.glob("*share copy.xlsx")], said
    return said.splitlines()[-1]


def upgrades(excel: InExcel) -> str:
    excel.open_anew(OLD.read_bytes())
    return done(excel.press(macros.upgrade_workbook))


STEPS: dict[str, Callable[[InExcel], str]] = {
    "The workbook opens without repair": opens_whole,
    "It is saved when it has just been opened": is_saved,
    "A repair changes nothing": needs_no_repair,
    "The ribbon": has_its_ribbon,
    "Its VBA runs": vba_runs,
    "Choose return": chooses,
    "Refresh month": refreshes,
    "Show month": shows,
    "Check": checks,
    "Undo last change": undoes,
    "Share copy": shares,
    "PDF": prints,
    "Functions in cells": calculates,
    "Upgrade of a workbook of edition 1": upgrades,
    "Refresh month with German number settings": writes_as_in_german,
    "Macro RefreshMonth": refreshes_by_its_macro,
    **{f"Macro {name}": runs(name) for name in MACROS},
    "Macro UpgradeWorkbook": upgrades_by_its_macro,
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


def check_in_excel(page: Path, clicks: Clicks = clicks_yes) -> list[Checked]:
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
            checked = [*check_all(InExcel(app, Path(folder), clicks))]
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
