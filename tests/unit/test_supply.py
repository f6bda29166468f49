"""What an officer installs: locked with hashes, listed with licences, and nothing missing."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, distribution, version
from itertools import product

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import xl_addin
from tests.support.places import ROOT

PAGE = (ROOT / "docs" / "install.md").read_text(encoding="utf-8")
LOCK = (ROOT / "docs" / "install" / "requirements.txt").read_text(encoding="utf-8")
LIST = (ROOT / "docs" / "install" / "sbom.cdx.json").read_text(encoding="utf-8")
BILL = json.loads(LIST)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

OWN = [
    *PROJECT["project"]["dependencies"],
    *PROJECT["project"]["optional-dependencies"]["share"],
    *PROJECT["build-system"]["requires"],
]
COMPUTERS = [
    {"sys_platform": system, "platform_system": name, "os_name": kind, "extra": ""}
    | {"python_version": python, "python_full_version": f"{python}.4"}
    for (system, name, kind), python in product(
        [("win32", "Windows", "nt"), ("linux", "Linux", "posix"), ("darwin", "Darwin", "posix")],
        ["3.11", "3.12", "3.13"],
    )
]
FREE = {
    *("MIT", "MIT-0", "ISC", "0BSD", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "PSF-2.0"),
    *("Zlib", "CC0-1.0", "Public Domain", "BSD style with acknowledgement"),
}
"""Licences that leave xl-addin under its own; a package under another is a decision to make."""
FREE_TO_BUILD_WITH = FREE | {"MPL-2.0"}


def blocks() -> dict[Requirement, list[str]]:
    """Each pin of the lock with its hashes."""
    lines = re.sub(r"\\\n", " ", LOCK).splitlines()
    pinned = [line for line in lines if line[:1].isalnum()]
    return {
        Requirement(line.partition(" --hash=")[0]): re.findall(r"--hash=(\S+)", line)
        for line in pinned
    }


PINS = blocks()


def applies(requirement: Requirement, computer: dict[str, str]) -> bool:
    return requirement.marker is None or requirement.marker.evaluate(computer)


def locked_version(pin: Requirement) -> str:
    return re.fullmatch(r"==([^,*]+)", str(pin.specifier))[1]


def locked_on(computer: dict[str, str]) -> dict[str, str]:
    """Name and version of each package that the lock installs on a computer."""
    here = [pin for pin in PINS if applies(pin, computer)]
    found = {canonicalize_name(pin.name): locked_version(pin) for pin in here}
    assert len(found) == len(here), "two versions of one package on one computer"
    return found


def not_locked(lines: list[str]) -> list[str]:
    """What of the requirements some computer would not get from the lock."""
    missing = []
    for line, computer in product(lines, COMPUTERS):
        wanted = Requirement(line)
        if applies(wanted, computer):
            found = locked_on(computer).get(canonicalize_name(wanted.name))
            if found is None or not wanted.specifier.contains(found, prereleases=True):
                where = f"{computer['sys_platform']}, Python {computer['python_version']}"
                missing.append(f"{wanted} on {where}: the lock has {found}")
    return missing


@pytest.mark.parametrize("line", OWN)
def test_what_xl_addin_asks_for_is_locked_at_a_version_it_admits(line):
    assert not not_locked([line]), "run .ci/lock"


@pytest.mark.parametrize("line", ["pandas>=2.2", "xlrd<2", "typer>=99", "xlwings==0.1"])
def test_a_requirement_that_the_lock_does_not_meet_is_noticed(line):
    assert len(not_locked([line])) == len(COMPUTERS)


@pytest.mark.parametrize("pin", PINS, ids=str)
def test_every_package_has_one_version_and_hashes(pin):
    assert locked_version(pin)
    assert PINS[pin]
    assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", one) for one in PINS[pin])


def test_nothing_is_built_on_an_officers_computer_but_xl_addin():
    assert "\n--only-binary :all:\n" in LOCK


@pytest.mark.parametrize(
    ("package", "systems"),
    [
        ("pywin32", {"win32"}),
        ("colorama", {"win32"}),
        ("appscript", {"darwin"}),
        ("psutil", {"darwin"}),
        ("xlwings", {"win32", "linux", "darwin"}),
        ("highspy", {"win32", "linux", "darwin"}),
    ],
)
def test_a_package_of_one_system_is_locked_for_that_system(package, systems):
    assert {c["sys_platform"] for c in COMPUTERS if package in locked_on(c)} == systems


def installed_as_locked(pin: Requirement) -> bool:
    try:
        return version(pin.name) == locked_version(pin)
    except PackageNotFoundError:
        return False


def test_what_the_installed_packages_ask_for_is_locked_too():
    missing = {}
    for pin in filter(installed_as_locked, PINS):
        asked = distribution(pin.name).requires or []
        missing[str(pin)] = not_locked(asked)
    assert not any(missing.values()), missing


def component_licences(component: dict) -> set[str]:
    """The names of all licences of a component; AND and OR alike, so that each is known."""
    found = set()
    for one in component["licenses"]:
        stated = one.get("license", {})
        words = re.split(r" AND | OR |[()]", one.get("expression", ""))
        found |= {stated.get("id"), stated.get("name"), *words}
    return found - {None, ""}


def test_the_list_names_exactly_what_is_locked():
    listed = {
        (canonicalize_name(c["name"]), c["version"]): c["properties"] for c in BILL["components"]
    }
    assert sorted(listed) == sorted(
        (canonicalize_name(pin.name), locked_version(pin)) for pin in PINS
    )
    for pin in PINS:
        when = listed[canonicalize_name(pin.name), locked_version(pin)][0]
        assert when == {"name": "xl-addin:installed-when", "value": str(pin.marker or "always")}


@pytest.mark.parametrize("component", BILL["components"], ids=lambda c: c["bom-ref"])
def test_every_licence_is_known_and_leaves_xl_addin_its_own(component):
    known = FREE_TO_BUILD_WITH if component["scope"] == "excluded" else FREE
    licences = component_licences(component)
    assert licences
    assert licences <= known


def test_the_list_is_of_this_edition_and_says_how_to_find_each_package():
    product = BILL["metadata"]["component"]
    assert (BILL["bomFormat"], BILL["specVersion"]) == ("CycloneDX", "1.6")
    assert product["version"] == xl_addin.__version__, "run .ci/lock"
    for one in [product, *BILL["components"]]:
        assert one["purl"] == f"pkg:pypi/{canonicalize_name(one['name'])}@{one['version']}"


def test_all_in_the_list_is_asked_for_by_xl_addin_or_by_what_it_asks_for():
    asked = {one["ref"]: one["dependsOn"] for one in BILL["dependencies"]}
    ahead, reached = ["xl-addin"], set()
    while ahead:
        reached.add(package := ahead.pop())
        ahead.extend(other for other in asked[package] if other not in reached)
    assert reached == {"xl-addin"} | {one["bom-ref"] for one in BILL["components"]}


@pytest.mark.parametrize(
    ("package", "scope"),
    [("xlwings", "required"), ("highspy", "optional"), ("numpy", "optional")]
    + [("hatchling", "excluded"), ("pathspec", "excluded"), ("mdurl", "required")],
)
def test_the_list_says_what_runs_what_is_optional_and_what_only_builds(package, scope):
    assert {c["scope"] for c in BILL["components"] if c["name"] == package} == {scope}


@pytest.mark.parametrize("text", [LOCK, LIST], ids=["lock", "list"])
def test_neither_names_a_registry_a_place_on_a_disk_or_an_hour(text):
    for word in ["://", "pypi.org", "pythonhosted", "--index", "--extra-index", "--find-links"]:
        assert word not in text
    assert not re.search(r"(?<![\w.])/\w+/|[A-Za-z]:\\|~/|\.\./", text)
    assert not re.search(r'"(timestamp|serialNumber)"', text)


def test_every_file_that_the_page_names_is_there():
    named = set(re.findall(r"(?:docs/install|\.ci)/[\w.-]+\w", PAGE.replace("\\", "/")))
    assert {"docs/install/requirements.txt", "docs/install/sbom.cdx.json"} <= named
    assert not [name for name in sorted(named) if not (ROOT / name).exists()]


def test_every_option_the_page_gives_to_pip_is_one_that_pip_knows():
    lines = re.findall(r"pip\"?(?: --python \S+)? install (.*)", PAGE)
    command = [sys.executable, "-m", "pip", "install", "--help"]
    shown = subprocess.run(command, capture_output=True, text=True)
    given = {word for line in lines for word in re.findall(r"--[a-z-]+", line)}
    assert "--require-hashes" in given
    assert not [word for word in given if word not in shown.stdout]


@pytest.mark.parametrize(
    "command", sorted(set(re.findall(r"`xl-addin ([a-z]+)[^`]*`", PAGE))) or ["none"]
)
def test_every_command_and_option_the_page_gives_is_one_that_xl_addin_knows(command):
    shown = subprocess.run(
        [sys.executable, "-m", "xl_addin", command, "--help"],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", "COLUMNS": "160"},
    )
    assert shown.returncode == 0, shown.stderr
    lines = re.findall(rf"`xl-addin {command}([^`]*)`", PAGE)
    given = {word for line in lines for word in re.findall(r"--[a-z-]+", line)}
    assert not [word for word in given if word not in shown.stdout]
