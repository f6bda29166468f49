"""Take xl-addin away from this computer; nothing of the officer's goes with it."""

from __future__ import annotations

from xl_addin.commands.book import Agree, Tell
from xl_addin.commands.install import refusing_installation
from xl_addin.console import Yes, agreeing, say
from xl_addin.excel.error_log import log_path
from xl_addin.installing.place import Place, this_place
from xl_addin.installing.uninstall import uninstall


def uninstall_for_user(place: Place, *, tell: Tell, agree: Agree) -> bool:
    """Take away the environment, the entries in the Start menu and the log; say whether it was.

    Raises NotInstalled where there is none, or something holds it.
    """
    tell(f"{place.home} and the log of errors go.")
    tell("Workbooks, their backups, and the record of shared copies stay as they are.")
    if not agree():
        tell("Nothing was removed.")
        return False
    uninstall(place, log_path().parent)
    tell("Done." if not place.home.exists() else "It goes within a few seconds.")
    return True


def command(yes: Yes = False) -> None:
    """Take xl-addin away from this computer; your workbooks and their backups stay."""
    with refusing_installation():
        uninstall_for_user(this_place(), tell=say, agree=agreeing(yes, "Remove it?"))
