"""The PDF of a share copy, printed by LibreOffice without its window."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from xl_addin.errors import Problem, WorkbookRefused
from xl_addin.ooxml.saving import make_file

WITHIN_SECONDS = 180
_USUAL_PLACES = (
    Path("C:/Program Files/LibreOffice/program/soffice.exe"),
    Path("C:/Program Files (x86)/LibreOffice/program/soffice.exe"),
    Path("/Applications/LibreOffice.app/Contents/MacOS/soffice"),
)
_NAMES = ("soffice.exe",) if os.name == "nt" else ("soffice", "libreoffice")
_OPTIONS = {"UseTaggedPDF": "true", "ExportBookmarks": "true", "ExportFormFields": "false"}


def write(copy: Path, printed: Path, book: Path) -> None:
    """Print a share copy of a workbook to a PDF: tagged, its fonts embedded.

    What a print that was killed left among temporary files is removed first: who shares from a
    workbook holds it. Raises WorkbookRefused, with the remedy, where LibreOffice is not there
    or fails, and where there is a PDF of that name.
    """
    office, start = libreoffice(), _folder_start(book)
    for left in Path(tempfile.gettempdir()).glob(f"{start}*"):
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=start) as folder:
        profile, out = Path(folder) / "profile", Path(folder) / "out"
        command = [
            office,
            "--headless",
            f"-env:UserInstallation={profile.as_uri()}",
            "--convert-to",
            f"pdf:calc_pdf_Export:{_options()}",
            "--outdir",
            str(out),
            str(copy.absolute()),
        ]
        _run(command, copy)
        made = out / f"{copy.stem}.pdf"
        if not made.exists():
            raise _failed(copy)
        make_file(printed, made.read_bytes(), copy, book)


def _folder_start(book: Path) -> str:
    """How the names of the temporary folders of a workbook's prints begin."""
    return f"xl-addin-{sha256(os.fsencode(book.resolve())).hexdigest()[:8]}-"


def _options() -> str:
    return json.dumps({n: {"type": "boolean", "value": value} for n, value in _OPTIONS.items()})


def libreoffice() -> str:
    """The program, by its whole path: one that lies in the current folder is never started."""
    for place in (*_places_on_the_way(), *_USUAL_PLACES):
        if place.is_file() and os.access(place, os.X_OK):
            return str(place)
    problem = Problem(
        "PDF",
        "LibreOffice, which prints it, is not on this computer. The .xlsx is made.",
        "Install LibreOffice, or open the .xlsx in Excel and save it as PDF.",
    )
    raise WorkbookRefused([problem])


def _places_on_the_way() -> Iterator[Path]:
    """Where PATH says that programs lie; what it names from the current folder on is left out."""
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        if Path(folder).is_absolute():
            yield from (Path(folder) / name for name in _NAMES)


def _run(command: list[str], copy: Path) -> None:
    try:
        subprocess.run(
            command,
            check=True,
            capture_output=True,
            timeout=WITHIN_SECONDS,
            cwd=tempfile.gettempdir(),
        )
    except (subprocess.SubprocessError, OSError):
        raise _failed(copy) from None


def _failed(copy: Path) -> WorkbookRefused:
    problem = Problem(
        "PDF",
        f"LibreOffice could not print {copy.name}. The .xlsx is made.",
        "Open the .xlsx in Excel and save it as PDF.",
    )
    return WorkbookRefused([problem])
