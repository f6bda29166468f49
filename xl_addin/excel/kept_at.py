"""Where on this computer an open workbook is kept, also one that was opened from the cloud."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from xl_addin.errors import Problem, WorkbookRefused
from xl_addin.excel.live.com import full_name, load_xlwings

if TYPE_CHECKING:
    from xlwings import main


def path_of(book: main.Book) -> Path:
    """The file of an open workbook. Raises WorkbookRefused for one that only the cloud has."""
    name = full_name(book)
    if path := known_path(name):
        return path
    found = f"It was opened from the cloud ({name}), and its file on this computer is not known."
    remedy = (
        "Save a copy of it in a folder of this computer or on a mapped drive (File, Save As), or "
        "pause syncing and open it from its folder there. Then try again."
    )
    raise WorkbookRefused([Problem(book.name, found, remedy)])


def known_path(name: str) -> Path | None:
    """The file of a workbook that Excel knows by a path, or by an address in the cloud.

    An address has one where Windows' registry names the folder that OneDrive keeps in step with
    it, and the file is in that folder.
    """
    if "://" not in name:
        return Path(name)
    return next((path for path in _synced(name) if path.exists()), None)


def _synced(address: str) -> Iterator[Path]:
    """Where the file of an address would be, by the folder that fits it best."""
    mounted: dict[str, str] = load_xlwings().utils.get_url_to_mount()
    for start in sorted(mounted, key=len, reverse=True):
        for written in (address, unquote(address)):
            below = written[len(start.rstrip("/")) :]
            if written.casefold().startswith(start.rstrip("/").casefold()) and below[:1] == "/":
                yield Path(mounted[start], *below.strip("/").split("/"))
