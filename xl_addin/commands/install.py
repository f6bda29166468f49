"""Installing xl-addin for one user, and taking it away again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

from xl_addin.command_line import Option
from xl_addin.commands.book import Tell
from xl_addin.console import say
from xl_addin.errors import Problem, XlAddinError
from xl_addin.installing.environment import Packages, install
from xl_addin.installing.from_one_file import done, install_from
from xl_addin.installing.place import NotInstalled, Place, this_place
from xl_addin.installing.start_menu import add_entries, entries_missing
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


class InstallationRefused(XlAddinError):
    """Installing ends with all in place and tried, or with what was there before."""

    outcome = "Nothing was installed, and nothing removed."


@contextmanager
def refusing_installation() -> Iterator[None]:
    """Say in sentences, as every command does, what kept an installation from being done."""
    try:
        yield
    except NotInstalled as refusal:
        problem = Problem("Installation", refusal.found, refusal.remedy)
        raise InstallationRefused([problem]) from refusal


From = Annotated[
    Path | None,
    Option("--from", "The file that xl-addin wheelhouse made; no network is needed.", "FILE.zip"),
]
CheckOnly = Annotated[
    bool, Option("--check-only", "Say what is installed and what is not; change nothing.")
]


def command(from_: From = None, check_only: CheckOnly = False) -> None:
    """Install for you alone, where the workbook's buttons look; no administrator is needed.

    Run it in xl-addin's folder, or name a file made by xl-addin wheelhouse.
    """
    with refusing_installation():
        place = this_place()
        if not check_only:
            install_for_user(place, from_, Path(), tell=say)
        elif not check_installed(place, tell=say):
            raise SystemExit(1)
