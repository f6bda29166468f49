"""The other formats of a share copy: each is made from the finished .xlsx, beside it."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

FORMATS = {"pdf": "Print it to a PDF too, through LibreOffice."}
"""Each format and how the help explains it.

Its name is its file here, which is imported when it is wanted, its option, and what its files'
names end in.
"""


def beside(out: Path, name: str) -> Path:
    """Where the file of a format goes."""
    return out.with_suffix(f".{name}")


def write_as(name: str, out: Path, book: Path) -> Path:
    """Make a finished copy of a workbook in another format too, and say where it is.

    Raises WorkbookRefused where that cannot be done; the .xlsx stands.
    """
    import_module(f"xl_addin.excel.share_copy.{name}").write(out, beside(out, name), book)
    return beside(out, name)
