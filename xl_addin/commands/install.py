"""Installing xl-addin for one user, and taking it away again."""

from __future__ import annotations

from pathlib import Path

from xl_addin.commands.book import Tell
from xl_addin.excel.error_log import log_path
from xl_addin.installing.environment import Packages, install
from xl_addin.installing.from_one_file import done, install_from
from xl_addin.installing.place import NotInstalled, Place
from xl_addin.installing.start_menu import add_entries, entries_missing
from xl_addin.installing.uninstall import uninstall
from xl_addin.installing.wheelhouse import LOCK


def install_for_user(place: Place, archive: Path | None, project: Path, *, tell: Tell) -> None:
    """Install where the workbooks look, from one file or from xl-addin's folder.

    Raises NotInstalled; then what was installed before works as before.
    """
    if archive is not None:
        install_from(archive, place, tell)
    elif (project / LOCK).is_file():
        install(place, Packages(project / LOCK, project), tell)
        add_entries(place)
    else:
        found = f"{project} is not the folder of xl-addin."
        remedy = "Go to the folder with its README, or name a file: --from FILE.zip."
        raise NotInstalled(found, remedy)
    for line in done(place):
        tell(line)


def check_installed(place: Place, *, tell: Tell) -> bool:
    """Say what is installed and what is not, and whether all is; nothing is changed."""
    tell(f"{'There' if place.is_there else 'Not there'}: {place.program}")
    missing = entries_missing(place)
    for name in missing:
        tell(f"Not in the Start menu: {name}")
    return place.is_there and not missing


def uninstall_for_user(place: Place, *, tell: Tell) -> None:
    """Take xl-addin away: its environment, its entries in the Start menu, its log.

    Raises NotInstalled where there is none, or something holds it.
    """
    uninstall(place, [log_path().parent])
    tell(f"{place.home} is gone. Your workbooks, and their backups, are as they were.")
