"""Make a workbook where none is, or, where an officer says so by name, in the place of one."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from xl_addin.dataset.settings import Keep
from xl_addin.excel.closed import ClosedBook, held
from xl_addin.excel.template import build_template, refuse_name, write_template
from xl_addin.measure import Catalogue
from xl_addin.ooxml.refusals import refuse
from xl_addin.ooxml.saving import replace_file

_KEEP_ALL = Keep(copies=100_000)


def make_book(
    path: Path,
    title: str,
    catalogue: Catalogue,
    *,
    functions: bool = True,
    replacing: datetime | None = None,
) -> None:
    """Make a new, empty workbook, whole or not at all.

    A file of that name is replaced only where ``replacing`` says when: it is backed up first.
    Raises WorkbookRefused for a name that is taken, in use, or that Excel would not open.
    """
    refuse_name(path)
    with held(path, to_change=True) as book:
        if not book.path.exists():
            write_template(book.path, title, catalogue, functions=functions)
            return
        if replacing is None:
            remedy = "Choose another name, or move it away; template and demo take --replace."
            raise refuse(book.path, "It is there already.", remedy)
        _replace(book, build_template(title, catalogue, functions=functions), replacing)


def _replace(book: ClosedBook, data: bytes, when: datetime) -> None:
    was = book.path.read_bytes()
    if was != data:
        book.back_up(when, _KEEP_ALL, "New workbook in its place")
        replace_file(book.path, data, was, lambda written: None)
