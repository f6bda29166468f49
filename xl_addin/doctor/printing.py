"""What prints the PDF of a share copy."""

from __future__ import annotations

from collections.abc import Iterator

from xl_addin.doctor.desk import Desk
from xl_addin.doctor.diagnosis import Diagnosis, attention, ok
from xl_addin.errors import WorkbookRefused
from xl_addin.excel.share_copy.pdf import libreoffice


def printing(_desk: Desk) -> Iterator[Diagnosis]:
    """Whether LibreOffice is there, which prints share copies."""
    try:
        place = libreoffice()
    except WorkbookRefused:
        remedy = "Open a share copy in Excel and save it as PDF, or have LibreOffice installed."
        yield attention("PDF", "LibreOffice, which makes PDFs, is not on this computer.", remedy)
    else:
        yield ok("PDF", f"LibreOffice makes them: {place}.")
