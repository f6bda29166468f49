"""The doctor: what on an officer's desk keeps xl-addin from working, in plain sentences.

To add an examination, write it in a module here and its line in ``OF_THE_DESK`` or
``OF_THE_WORKBOOK``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from xl_addin.doctor import backups, installation, place, printing, security, workbook
from xl_addin.doctor.desk import Desk, this_desk
from xl_addin.doctor.diagnosis import Diagnosis, Mend, State, broken

__all__ = ["Desk", "Diagnosis", "Mend", "State", "examine", "this_desk"]

OF_THE_DESK: tuple[Callable[[Desk], Iterator[Diagnosis]], ...] = (
    installation.python,
    installation.packages,
    installation.place,
    security.defender,
    printing.printing,
)
"""What is looked at on the computer, in this order."""

OF_THE_WORKBOOK: tuple[Callable[[Path, Desk], Iterator[Diagnosis]], ...] = (
    security.from_the_internet,
    place.synced,
    place.folder,
    place.in_use,
    workbook.contents,
    backups.backups,
)
"""What is looked at of a workbook, in this order."""


def examine(book: Path | None, desk: Desk) -> tuple[Diagnosis, ...]:
    """Everything the doctor finds on a computer, and about a workbook where one is named."""
    found = [diagnosis for look in OF_THE_DESK for diagnosis in look(desk)]
    found += security.macros(desk, book)
    if book is None:
        return tuple(found)
    if _is_address(book):
        return (*found, _IN_THE_CLOUD)
    if not book.is_file():
        remedy = "Check its name and its folder; undo brings back one that was deleted."
        return (*found, broken("Workbook", f"There is no file {book}.", remedy))
    path = book.resolve()
    found += [diagnosis for look in OF_THE_WORKBOOK for diagnosis in look(path, desk)]
    return tuple(found)


def _is_address(book: Path) -> bool:
    return book.as_posix().casefold().startswith(("https:/", "http:/"))


_IN_THE_CLOUD = broken(
    "Cloud",
    "This is an address in the cloud, not a file of this computer.",
    "Name the workbook in the folder that OneDrive or SharePoint keeps on this computer, or save "
    "a copy on a mapped drive.",
)
