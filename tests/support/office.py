"""LibreOffice as an independent reader of workbooks: what they show once everything is worked out.

One LibreOffice with a profile of its own serves all tests of a process. Needs soffice and a Python
with uno (Debian: libreoffice-calc, python3-uno), and pdftoppm and pdftotext (poppler-utils).
"""

from __future__ import annotations

import atexit
import functools
import json
import os
import queue
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Cell = tuple[int, int]
Typed = Mapping[tuple[str, int, int], Any]

ANSWER_WITHIN = 180


class OfficeFailed(AssertionError):
    """LibreOffice gave no answer, or could not do what it was asked."""


@dataclass(frozen=True)
class Shown:
    """A workbook after a hard recalculation.

    ``values`` and ``formulas`` hold, for each sheet, the cells that are not empty by (row, column)
    from 1. Numbers have full precision; an error is its text. ``tables`` gives the sheet, last
    row and last column of each table.
    """

    values: dict[str, dict[Cell, Any]]
    formulas: dict[str, dict[Cell, str]]
    hidden: frozenset[str]
    tables: dict[str, tuple[str, int, int]]
    names: frozenset[str]
    defined: dict[str, str]


def calculated(path: Path | str) -> dict[str, dict[Cell, Any]]:
    """The values of every sheet after a hard recalculation."""
    return shown(path).values


def shown(
    path: Path | str,
    typed: Typed | None = None,
    rearrange: Sequence[tuple[str | int, ...]] = (),
) -> Shown:
    """A workbook after typing into cells (sheet, row, column) and a hard recalculation.

    Before that, cells are inserted, deleted or moved: what to do, sheet, row, first and last
    column; of what is moved, the row it goes to.
    """
    answer = _ask(path, {"do": "open", "rearrange": list(rearrange)}, typed)
    sheets = answer["sheets"]
    return Shown(
        {name: _cells(sheet["values"]) for name, sheet in sheets.items()},
        {name: _formulas(sheet["formulas"]) for name, sheet in sheets.items()},
        frozenset(name for name, sheet in sheets.items() if sheet["hidden"]),
        {name: tuple(place) for name, place in answer["tables"].items()},
        frozenset(answer["names"]),
        answer["names"],
    )


def to_pdf(path: Path | str, out_dir: Path, typed: Typed | None = None) -> Path:
    """Print a workbook to a PDF of the same name in ``out_dir``."""
    return save_as(path, Path(out_dir) / f"{Path(path).stem}.pdf", "calc_pdf_Export", typed)


def save_as(path: Path | str, out: Path, filter_name: str, typed: Typed | None = None) -> Path:
    """Save a workbook, recalculated, through one of LibreOffice's export filters."""
    _ask(path, {"do": "save", "to": str(out.resolve()), "filter": filter_name}, typed)
    return out


def to_png(pdf: Path, dpi: int = 70) -> list[Path]:
    """Draw each page of a PDF beside it, as NAME-1.png and so on."""
    command = ["pdftoppm", "-r", str(dpi), "-png", str(pdf), str(pdf.with_suffix(""))]
    subprocess.run(command, check=True, timeout=ANSWER_WITHIN)
    return sorted(pdf.parent.glob(f"{pdf.stem}-*.png"))


def missing() -> str:
    """What keeps LibreOffice from serving here; blank when nothing does."""
    if not shutil.which("soffice"):
        return "LibreOffice (soffice) is not installed"
    if not _python_with_uno():
        return "no Python with uno is installed (Debian: python3-uno)"
    if not shutil.which("pdftoppm") or not shutil.which("pdftotext"):
        return "pdftoppm and pdftotext are not installed (Debian: poppler-utils)"
    return ""


@functools.cache
def _python_with_uno() -> str:
    for python in ("/usr/bin/python3", shutil.which("python3") or ""):
        if python and Path(python).exists():
            found = subprocess.run([python, "-c", "import uno"], capture_output=True, timeout=60)
            if found.returncode == 0:
                return python
    return ""


def _cells(rows: list[list[Any]]) -> dict[Cell, Any]:
    return {
        (r, c): value
        for r, row in enumerate(rows, 1)
        for c, value in enumerate(row, 1)
        if value != ""
    }


def _formulas(rows: list[list[str]]) -> dict[Cell, str]:
    return {cell: text for cell, text in _cells(rows).items() if str(text).startswith("=")}


def _ask(path: Path | str, request: dict[str, Any], typed: Typed | None) -> dict[str, Any]:
    cells = [[*place, value] for place, value in (typed or {}).items()]
    with tempfile.TemporaryDirectory(prefix="xl_addin_office_") as folder:
        copy = Path(shutil.copy(path, Path(folder) / Path(path).name))
        copy.chmod(0o600)
        return _office().ask({**request, "path": str(copy), "type": cells})


class _Office:
    """One running LibreOffice and the Python that talks to it."""

    def __init__(self) -> None:
        self._profile = tempfile.mkdtemp(prefix=f"xl_addin_lo_{os.getpid()}_")
        self._process = subprocess.Popen(
            [_python_with_uno(), str(Path(__file__).with_name("recalculate.py")), self._profile],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._answers: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()
        self._next()

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        answer = self._next()
        if "error" in answer:
            raise OfficeFailed(answer["error"])
        return answer

    def close(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
        shutil.rmtree(self._profile, ignore_errors=True)

    def _listen(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            self._answers.put(line)
        self._answers.put("")

    def _next(self) -> dict[str, Any]:
        try:
            line = self._answers.get(timeout=ANSWER_WITHIN)
        except queue.Empty:
            line = ""
        if not line:
            _forget()
            raise OfficeFailed(f"LibreOffice gave no answer within {ANSWER_WITHIN} seconds")
        answer: dict[str, Any] = json.loads(line)
        return answer


_running: list[_Office] = []


def _office() -> _Office:
    if reason := missing():
        raise OfficeFailed(reason)
    if not _running:
        _running.append(_Office())
    return _running[0]


@atexit.register
def _forget() -> None:
    while _running:
        _running.pop().close()
