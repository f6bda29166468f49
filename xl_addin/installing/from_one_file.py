"""What runs when the file that `xl-addin wheelhouse` made is started with Python."""

from __future__ import annotations

import sys
import tempfile
import zipfile
from pathlib import Path

from xl_addin.installing.environment import Packages, Tell, install
from xl_addin.installing.place import NotInstalled, Place, this_place
from xl_addin.installing.start_menu import add_entries

WHEELS, REQUIREMENTS = "wheels", "requirements.txt"


def install_from(archive: Path, place: Place, tell: Tell) -> None:
    """Install from one file, without the network. Raises NotInstalled.

    Each package is held against its hash in the list, which travels in the same file.
    """
    with tempfile.TemporaryDirectory(prefix="xl-addin-") as folder:
        try:
            with zipfile.ZipFile(archive) as packed:
                packed.extractall(folder)
        except zipfile.BadZipFile as failure:
            found = f"{archive.name} is not a whole file of xl-addin's wheelhouse."
            raise NotInstalled(found, "Copy it again.") from failure
        except OSError as failure:
            found = f"{archive.name} cannot be unpacked ({failure.strerror})."
            raise NotInstalled(found, "Make room on the disk, then try again.") from failure
        wheels = Path(folder, WHEELS)
        own = sorted(wheels.glob("xl_addin-*.whl"))
        if not own or not Path(folder, REQUIREMENTS).exists():
            found = f"{archive.name} is not a file of xl-addin's wheelhouse."
            raise NotInstalled(found, "Make one with xl-addin wheelhouse.")
        install(place, Packages(Path(folder, REQUIREMENTS), own[-1], wheels), tell)
    add_entries(place)


def done(place: Place) -> list[str]:
    """What an officer is told at the end."""
    lines = [f"Installed: {place.program}", f'Try it: "{place.program}" demo']
    if place.menu is not None:
        lines.append("Refresh month in the open workbook, and Doctor, are in the Start menu.")
        lines.append(
            "If Excel blocks the workbook's buttons: File, Options, Trust Center, Trusted "
            "Locations, and add the folder your workbook is in (IT may have to)."
        )
    return lines


def main() -> int:
    """Install from the file that was started, and say how it went: 0 done, 1 not."""
    try:
        place = this_place()
        install_from(Path(sys.argv[0]).resolve(), place, print)
    except NotInstalled as refusal:
        print(f"Not installed. {refusal.found}\n→ {refusal.remedy}", file=sys.stderr)
        return 1
    print("\n".join(done(place)))
    return 0
