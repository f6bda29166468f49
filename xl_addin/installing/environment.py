"""Making the environment: whole and tried, or as it was before."""

from __future__ import annotations

import shutil
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from xl_addin.installing.place import LOGS, PYTHONS, NotInstalled, Place
from xl_addin.values import value_type

Tell = Callable[[str], None]
_LAST_LINES = 5


@value_type
class Packages:
    """What is installed: the locked list, a wheel or folder of xl-addin, and where wheels lie.

    Without a folder of ``wheels`` they come from the network.
    """

    requirements: Path
    project: Path
    wheels: Path | None = None

    @property
    def where_from(self) -> list[str]:
        """What tells pip where to find packages."""
        return ["--no-index", "--find-links", str(self.wheels)] if self.wheels else []


def refuse_python() -> None:
    """Make sure that the locked packages are kept for this Python. Raises NotInstalled."""
    known = ", ".join(".".join(map(str, each)) for each in PYTHONS)
    if sys.version_info[:2] not in PYTHONS or struct.calcsize("P") != 8:
        said = ".".join(map(str, sys.version_info[:2]))
        found = f"This is Python {said} for {8 * struct.calcsize('P')} bits."
        raise NotInstalled(found, f"Use 64-bit Python {known} (on Windows: py -3.12 …).")


def install(place: Place, packages: Packages, tell: Tell) -> None:
    """Install for this user, in the place of what was there, and try it.

    Where anything fails, what was there before is there again; but not where xl-addin installs
    over itself, which has to be repeated then. Raises NotInstalled.
    """
    refuse_python()
    with _instead_of_what_is_there(place):
        if not place.is_this:
            tell(f"Making {place.home} …")
            _run([_base_python(), "-m", "venv", str(place.home)], "Python made no environment.")
        pip = [str(place.python), "-m", "pip", "install", "--disable-pip-version-check", "--quiet"]
        tell("Installing the locked packages, each against its hash …")
        locked = ["--require-hashes", "--only-binary", ":all:", "-r", str(packages.requirements)]
        _run([*pip, *packages.where_from, *locked], "The packages could not be installed.")
        own = ["--no-deps", "--no-build-isolation", "--force-reinstall", str(packages.project)]
        _run([*pip, *packages.where_from, *own], "xl-addin could not be installed.")
        _run([str(place.program), "--version"], "What was installed does not start.")


def _base_python() -> str:
    """The Python that environments are made from, also where this is one."""
    return str(getattr(sys, "_base_executable", "") or sys.executable)


@contextmanager
def _instead_of_what_is_there(place: Place) -> Iterator[None]:
    """Set aside what is installed until the new one works; the logs stay."""
    aside = place.home.with_name(f"{place.home.name}.before")
    if aside.exists() and not place.is_this:
        # An earlier try was killed before its end: what it had set aside is what worked.
        shutil.rmtree(place.home, ignore_errors=True)
        _move(aside, place.home)
    if place.is_this or not place.home.exists():
        aside = place.home
    else:
        _move(place.home, aside)
    try:
        yield
    except BaseException:
        if aside != place.home:
            shutil.rmtree(place.home, ignore_errors=True)
            _move(aside, place.home)
        elif not place.is_this:
            shutil.rmtree(place.home, ignore_errors=True)
        raise
    if aside != place.home:
        if (aside / LOGS).is_dir() and not (place.home / LOGS).exists():
            shutil.move(aside / LOGS, place.home / LOGS)
        shutil.rmtree(aside, ignore_errors=True)


def _move(old: Path, new: Path) -> None:
    try:
        old.rename(new)
    except OSError as failure:
        found = f"{old} cannot be replaced ({failure.strerror})."
        raise NotInstalled(found, "Close Excel and every xl-addin, then try again.") from failure


def _run(command: Sequence[str], found: str) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace")
    except OSError as failure:
        raise NotInstalled(found, f"It could not be started ({failure.strerror}).") from failure
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()[-_LAST_LINES:]
        raise NotInstalled(found, "It said: " + " / ".join(said))
