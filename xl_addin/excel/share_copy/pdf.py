"""The PDF of a share copy, printed by LibreOffice without its window."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from pathlib import Path

from xl_addin.errors import Problem, WorkbookRefused

WITHIN_SECONDS = 180
_USUAL_PLACES = (
    Path("C:/Program Files/LibreOffice/program/soffice.exe"),
    Path("C:/Program Files (x86)/LibreOffice/program/soffice.exe"),
    Path("/Applications/LibreOffice.app/Contents/MacOS/soffice"),
)
_OPTIONS = {"UseTaggedPDF": "true", "ExportBookmarks": "true", "ExportFormFields": "false"}


def print_pdf(copy: Path) -> Path:
    """Print a share copy to a PDF beside it: tagged, with bookmarks, its fonts embedded.

    Raises WorkbookRefused, with the remedy, where LibreOffice is not there or fails.
    """
    office = _libreoffice()
    with tempfile.TemporaryDirectory(prefix="xl-addin-") as folder:
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
        return Path(shutil.move(made, copy.with_suffix(".pdf")))


def _options() -> str:
    return json.dumps({n: {"type": "boolean", "value": value} for n, value in _OPTIONS.items()})


def _libreoffice() -> str:
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if found:
        return found
    for place in _USUAL_PLACES:
        if place.exists():
            return str(place)
    problem = Problem(
        "PDF",
        "LibreOffice, which prints it, is not on this computer. The .xlsx is made.",
        "Install LibreOffice, or open the .xlsx in Excel and save it as PDF.",
    )
    raise WorkbookRefused([problem])


def _run(command: list[str], copy: Path) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=WITHIN_SECONDS)
    except (subprocess.SubprocessError, OSError):
        raise _failed(copy) from None


def _failed(copy: Path) -> WorkbookRefused:
    problem = Problem(
        "PDF",
        f"LibreOffice could not print {copy.name}. The .xlsx is made.",
        "Open the .xlsx in Excel and save it as PDF.",
    )
    return WorkbookRefused([problem])
