"""The workbook's own VBA, run by LibreOffice."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.libreoffice import click
from tests.support.libreoffice.engine import Calc, running_libreoffice
from xl_addin.excel.template import write_template
from xl_addin.excel.template.tables import INTERPRETER
from xl_addin.sources.catalogue import read_catalogue

pytestmark = pytest.mark.libreoffice


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("vba")
    before = os.environ.get(click.FOLDER)
    os.environ[click.FOLDER] = str(path)
    yield path
    os.environ.pop(click.FOLDER) if before is None else os.environ.update({click.FOLDER: before})


@pytest.fixture(scope="module")
def calc(folder) -> Iterator[Calc]:
    with running_libreoffice() as running:
        yield running


@pytest.fixture
def full(calc, folder):
    """The template with functions, and with xlwings' module replaced."""
    book = folder / "With functions.xlsm"
    book.unlink(missing_ok=True)
    write_template(book, *read_catalogue(None))
    click.with_stand_in(book)
    calc.open_with_macros(str(book))
    yield calc
    calc.close()


@pytest.fixture
def plain(calc, folder):
    """The template without functions, exactly as it is built."""
    book = folder / "Without = functions.xlsm"
    book.unlink(missing_ok=True)
    write_template(book, *read_catalogue(None), functions=False)
    calc.open_with_macros(str(book))
    yield calc
    calc.close()


def python_says(folder: Path, figure: str | None) -> None:
    """What Python answers to functions from now on; None: it is gone."""
    if figure is None:
        (folder / "answer").unlink()
    else:
        (folder / "answer").write_text(f"{figure}\n")


def test_a_cell_with_a_function_holds_its_last_figure_when_python_is_gone(full, folder):
    python_says(folder, "218.75")
    full.type_in("Dataset", 60, 2, "=CHANGE_FROM_LAST_YEAR(D8;P8)")
    assert full.shown("Dataset", 60, 2) == [218.75, 0]
    python_says(folder, "5.25")
    full.type_in("Dataset", 61, 2, "=TWELVE_MONTH_AVERAGE(E8:P8)")
    assert full.shown("Dataset", 61, 2) == [5.25, 0]
    python_says(folder, None)
    full.calculate_all()
    assert full.shown("Dataset", 60, 2) == [218.75, 0]
    assert full.shown("Dataset", 61, 2) == [5.25, 0]
    full.type_in("Dataset", 62, 2, "=CHANGE_FROM_LAST_YEAR(D9;P9)")
    assert full.shown("Dataset", 62, 2) == ["Error 2042", 0]
    python_says(folder, "7")
    full.calculate_all()
    assert full.shown("Dataset", 60, 2) == [7.0, 0]


SHOWN = [
    ("↑ 219", 219.0),
    ("↓ (23)", -23.0),
    ("→ 0", 0.0),
    ("39%", 0.39),
    ("(4%)", -0.04),
    ("1,219", 1219.0),
    ("n/a", "n/a"),
    ("Not updated (see note)", "Not updated (see note)"),
]


@pytest.mark.parametrize(("text", "figure"), SHOWN)
def test_what_a_cell_shows_is_read_back_as_its_figure(full, text, figure):
    assert full.macro("LastFigures.AsFigure", text) == pytest.approx(figure)


def test_the_interpreter_is_looked_for_before_it_is_started(full, plain):
    assert full.macro("Performance.FileIsThere", sys.executable) is True
    assert full.macro("Performance.FileIsThere", sys.executable + "-gone") is False
    full.choose(str(Path(os.environ[click.FOLDER]) / "With functions.xlsm"))
    assert full.macro("Performance.InterpreterPath") == sys.executable
    full.choose(str(Path(os.environ[click.FOLDER]) / "Without = functions.xlsm"))
    assert full.macro("Performance.InterpreterPath") == INTERPRETER.replace("%LOCALAPPDATA%", "")


def test_python_is_started_with_the_name_of_the_workbook_in_one_piece(plain):
    line = plain.macro(
        "PythonStarter.CommandLine", r"C:\My Python\python.exe", "import a; a.b()", 7.0
    )
    assert shlex.split(line.replace("\\", "/")) == [
        "C:/My Python/python.exe", "-B", "-c", "import a; a.b()",
        "--wb=Without = functions.xlsm", "--from_xl=1", "--hwnd=7",
    ]  # fmt: skip


@pytest.fixture(params=[True, False], ids=["with functions", "without functions"])
def shipped(request, calc, folder):
    """The template exactly as it is built, opened with its macros on."""
    book = folder / "As shipped.xlsm"
    book.unlink(missing_ok=True)
    write_template(book, *read_catalogue(None), functions=request.param)
    calc.open_with_macros(str(book))
    yield calc
    calc.close()


def test_libreoffice_can_run_the_macros_as_they_are_shipped_and_is_told_from_excel(shipped):
    # One module that does not compile keeps every macro of the workbook from running.
    assert shipped.macro("Performance.InterpreterPath").endswith("python.exe")
    assert shipped.macro("Performance.IsExcel") is False


MONTHS = [
    ("Mar 2015", "2015-03"),
    ("Mar 15", "2015-03"),
    ("Mar-15", "2015-03"),
    ("March 15", "2015-03"),
    ("2015-03-01", "2015-03"),
    ("Marzo", ""),
]


@pytest.mark.parametrize(("typed", "month"), MONTHS)
def test_a_month_typed_with_two_digits_is_no_day_of_this_year(full, typed, month):
    assert full.macro("Performance.AsMonth", typed) == month
