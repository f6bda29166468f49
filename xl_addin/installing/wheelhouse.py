"""One file that installs xl-addin on a computer without internet: locked wheels and what runs them.

Not in that file itself: it uses packaging, to read the locked list for another computer.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from importlib.resources import files
from pathlib import Path

from packaging.markers import default_environment
from packaging.requirements import Requirement

from xl_addin.installing.from_one_file import REQUIREMENTS, WHEELS
from xl_addin.installing.place import PYTHONS, NotInstalled
from xl_addin.values import value_type

LOCK = Path("docs", "install", "requirements.txt")
_DATE = (2000, 1, 1, 0, 0, 0)
_MODULES = (
    *("__init__", "values", "installing/__init__", "installing/place", "installing/environment"),
    *("installing/start_menu", "installing/from_one_file"),
)
_MAIN = "import sys\n\nfrom xl_addin.installing.from_one_file import main\n\nsys.exit(main())\n"


@value_type
class Target:
    """A kind of computer: its system as pip calls it, and the version of its Python."""

    platforms: tuple[str, ...]
    python: tuple[int, int]
    marks: tuple[tuple[str, str], ...]

    @property
    def environment(self) -> dict[str, str | AbstractSet[str]]:
        """What the locked list asks of a computer, as it is there."""
        version = ".".join(map(str, self.python))
        ours = {"python_version": version, "python_full_version": f"{version}.0"}
        known = {name: str(value) for name, value in default_environment().items()}
        return {**known, **ours, **dict(self.marks)}


SYSTEMS = {
    "windows": (
        ("win_amd64",),
        (("sys_platform", "win32"), ("platform_system", "Windows"), ("os_name", "nt")),
    ),
    "linux": (
        ("manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64"),
        (("sys_platform", "linux"), ("platform_system", "Linux"), ("os_name", "posix")),
    ),
}
"""The systems a file can be made for."""


def target(system: str, python: tuple[int, int]) -> Target:
    """A kind of computer. Raises NotInstalled for one that there is no list for."""
    if system not in SYSTEMS or python not in PYTHONS:
        systems = " or ".join(SYSTEMS)
        versions = ", ".join(".".join(map(str, each)) for each in PYTHONS)
        found = f"There are no packages for {system} with Python {'.'.join(map(str, python))}."
        raise NotInstalled(found, f"Choose {systems}, and Python {versions}.")
    platforms, marks = SYSTEMS[system]
    return Target(platforms, python, marks)


def build_wheelhouse(out: Path, project: Path, wanted: Target) -> int:
    """Make the file from a folder of xl-addin's sources, and say how many packages are in it.

    Each package is fetched for the wanted computer and held against its hash. Raises
    NotInstalled where the folder is not xl-addin's, the network is not there, or the file is.
    """
    lock = project / LOCK
    if not lock.is_file() or not (project / "pyproject.toml").is_file():
        found = f"{project} is not the folder of xl-addin."
        raise NotInstalled(found, "Go to the folder with xl-addin's README, then try again.")
    with tempfile.TemporaryDirectory(prefix="xl-addin-") as folder:
        wheels, needed = Path(folder, WHEELS), Path(folder, REQUIREMENTS)
        needed.write_text(for_target(lock.read_text(encoding="utf-8"), wanted), encoding="utf-8")
        _fetch(needed, wheels, wanted)
        _pip("wheel", "--no-deps", "--wheel-dir", str(wheels), str(project))
        try:
            _pack(out, needed, wheels)
        except FileExistsError as failure:
            remedy = "Choose another name, or move it away."
            raise NotInstalled(f"{out} is there already.", remedy) from failure
        return len(list(wheels.iterdir()))


def for_target(lock: str, wanted: Target) -> str:
    """The locked list as a kind of computer needs it: nothing for others, hashes as they are."""
    return "--only-binary :all:\n" + "".join(_needed(lock, wanted))


def _needed(lock: str, wanted: Target) -> Iterator[str]:
    for entry in lock.replace("\\\n", " ").splitlines():
        text = entry.partition(" --hash")[0].strip()
        if not text or text.startswith(("#", "-")):
            continue
        need = Requirement(text)
        if need.marker is None or need.marker.evaluate(wanted.environment):
            hashes = entry[entry.index(" --hash") :].split("#")[0].split()
            yield f"{need.name}{need.specifier} {' '.join(hashes)}\n"


def _fetch(needed: Path, wheels: Path, wanted: Target) -> None:
    platforms = [word for name in wanted.platforms for word in ("--platform", name)]
    version = "".join(map(str, wanted.python))
    computer = ["--python-version", version, "--implementation", "cp", *platforms]
    kept = ["--only-binary", ":all:", "--no-deps", "--require-hashes", "-r", str(needed)]
    _pip("download", "--dest", str(wheels), *computer, *kept)


def _pip(*words: str) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", *words]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace")
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()[-3:]
        raise NotInstalled("The packages could not be fetched.", "pip said: " + " / ".join(said))


def _pack(out: Path, needed: Path, wheels: Path) -> None:
    ours = files("xl_addin")
    parts = {"__main__.py": _MAIN.encode()}
    for path in _MODULES:
        parts[f"xl_addin/{path}.py"] = (ours / f"{path}.py").read_bytes()
    parts[REQUIREMENTS] = needed.read_bytes()
    parts |= {f"{WHEELS}/{wheel.name}": wheel.read_bytes() for wheel in sorted(wheels.iterdir())}
    with out.open("xb") as file, zipfile.ZipFile(file, "w") as packed:
        for name, data in parts.items():
            packed.writestr(zipfile.ZipInfo(name, _DATE), data)
