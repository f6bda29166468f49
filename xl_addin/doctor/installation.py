"""Python and its packages: there, of versions that go together, where they are looked for."""

from __future__ import annotations

import ntpath
from collections.abc import Iterator
from importlib.metadata import requires

from packaging.requirements import Requirement

from xl_addin import __version__
from xl_addin.doctor.desk import Desk
from xl_addin.doctor.diagnosis import Diagnosis, attention, broken, ok

PYTHONS = ((3, 11), (3, 12), (3, 13))
"""The versions of Python that the locked packages are kept for."""

FIXED_PLACE = r"%LOCALAPPDATA%\xl-addin"
"""Where the buttons of a workbook look for Python on Windows."""

_INSTALL = "Install xl-addin as its README says."


def python(desk: Desk) -> Iterator[Diagnosis]:
    """Whether the Python in use is one that xl-addin stands on."""
    said = ".".join(map(str, desk.python_version))
    if "windowsapps" in str(desk.python).casefold():
        found = f"Python is the Microsoft Store's ({desk.python}), which Excel cannot start."
        remedy = "Install Python from python.org, then xl-addin again."
        yield broken("Python", found, remedy, _STORE)
    elif desk.python_version not in PYTHONS:
        known = ", ".join(".".join(map(str, each)) for each in PYTHONS)
        found = f"Python is {said}; xl-addin was tried with {known}."
        yield attention("Python", found, "Install one of these if something does not work.")
    elif desk.bits != 64:
        found = f"Python is a {desk.bits}-bit one; xl-addin's packages are for 64 bits."
        yield broken("Python", found, "Install the 64-bit Python from python.org.")
    else:
        yield ok("Python", f"{said}, {desk.bits}-bit, at {desk.python}.")


_STORE = (
    "Please install 64-bit Python 3.11, 3.12 or 3.13 from python.org for this user (no "
    "administrator rights needed), and turn off the App execution alias for python.exe."
)


def packages(desk: Desk) -> Iterator[Diagnosis]:
    """Whether each package that xl-addin stands on is there, of a version it was tried with."""
    wanted = [need for need in map(Requirement, requires("xl-addin") or ()) if _is_needed(need)]
    found = {need: desk.installed(need.name) for need in wanted}
    if missing := [need.name for need, version in found.items() if version is None]:
        yield broken("Packages", f"Not installed: {', '.join(missing)}.", _INSTALL)
    others = [
        f"{need.name} {version} (tried: {need.specifier})"
        for need, version in found.items()
        if version is not None and version not in need.specifier
    ]
    if others:
        yield broken("Packages", f"Of another version than tried: {'; '.join(others)}.", _INSTALL)
    if not missing and not others:
        yield ok("Packages", f"xl-addin {__version__}, and all that it stands on.")


def _is_needed(need: Requirement) -> bool:
    return need.marker is None or need.marker.evaluate({"extra": ""})


def place(desk: Desk) -> Iterator[Diagnosis]:
    """Whether xl-addin is where the workbook's buttons look for it."""
    if not desk.is_windows:
        found = "This is not Windows: the command line works, the workbook's buttons do not."
        yield ok("Place", found)
        return
    local = desk.environment.get("LOCALAPPDATA", "")
    wanted = ntpath.join(local, "xl-addin", "Scripts", "python.exe")
    if ntpath.normcase(str(desk.python)) == ntpath.normcase(wanted):
        yield ok("Place", f"It is where the workbook's buttons look: {wanted}.")
        return
    found = f"xl-addin runs from {desk.python}; the workbook's buttons look in {FIXED_PLACE}."
    remedy = "Type xl-addin install, which puts it there for you."
    yield attention("Place", found, remedy)
