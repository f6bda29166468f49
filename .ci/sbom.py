"""The list of what an officer's installation holds (SBOM), as CycloneDX 1.6 in JSON.

It says the same for the same lock: no time, no serial number, no place on a disk.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from importlib.metadata import Distribution, distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PRODUCT = "xl-addin"
PYTHONS = ("3.11", "3.12", "3.13")
SYSTEMS = {"win32": ("Windows", "nt"), "linux": ("Linux", "posix"), "darwin": ("Darwin", "posix")}

STATED = {
    "MIT": "MIT",
    "BSD-3-Clause": "BSD-3-Clause",
    "License :: OSI Approved :: MIT License": "MIT",
    "License :: OSI Approved :: ISC License (ISCL)": "ISC",
    "License :: OSI Approved :: Apache Software License": "Apache-2.0",
    "License :: OSI Approved :: Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "License :: OSI Approved :: Python Software Foundation License": "PSF-2.0",
}
"""Older ways of stating a licence that leave no doubt, and the SPDX name for each."""

READ = {
    "appscript": [{"license": {"name": "Public Domain"}}],
    "colorama": [{"expression": "BSD-3-Clause"}],
    "xlrd": [
        {"license": {"id": "BSD-3-Clause"}},
        {"license": {"name": "BSD style with acknowledgement"}},
    ],
    "xlwings": [{"expression": "BSD-3-Clause"}],
}
"""Licences stated only as "BSD" or in prose: read in the licence file that the package carries."""

FORTRAN = (
    "its wheels carry OpenBLAS (BSD-3-Clause) and, where they need it, GCC's run-time library "
    "(GPL-3.0-or-later WITH GCC-exception-3.1)"
)
REMARKS = {
    "lxml": "its wheels carry libxml2, libxslt (MIT) and, on Linux, libiconv (LGPL-2.1-or-later)",
    "numpy": FORTRAN,
    "xlwings": "its folder xlwings/pro has a licence of its own; xl-addin never imports it",
    "xlrd": "its earlier part asks that its author, David Giffin, be acknowledged",
}


def project() -> dict:
    """What pyproject.toml says."""
    return tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))


def product_version() -> str:
    """The edition of xl-addin, as its package says."""
    text = Path("xl_addin/__init__.py").read_text(encoding="utf-8")
    return re.search(r'__version__ = "([^"]+)"', text)[1]


def asked() -> dict[str, list[Requirement]]:
    """What xl-addin asks for itself, by CycloneDX scope; building it is not part of running it."""
    said = project()
    return {
        "required": [*map(Requirement, said["project"]["dependencies"])],
        "optional": [*map(Requirement, said["project"]["optional-dependencies"]["share"])],
        "excluded": [*map(Requirement, said["build-system"]["requires"])],
    }


def pins(lock: Path) -> list[Requirement]:
    """The locked packages; their hashes, comments and options left out."""
    lines = re.findall(r"^[A-Za-z0-9][^\\\n]*==[^\\\n]*", lock.read_text(encoding="utf-8"), re.M)
    return [Requirement(line.strip()) for line in lines]


def locked_reference(pin: Requirement) -> str:
    """The package URL of a pin: xlrd==2.0.2 is pkg:pypi/xlrd@2.0.2."""
    return reference(pin.name, str(pin.specifier).removeprefix("=="))


def called(package: str, names: set[str]) -> bool:
    """Whether a package URL is that of one of the names, at any version."""
    return package.removeprefix("pkg:pypi/").partition("@")[0] in names


def reference(name: str, version: str) -> str:
    """The package URL, by which everyone's lists know a package."""
    return f"pkg:pypi/{canonicalize_name(name)}@{version}"


def environments() -> list[dict[str, str]]:
    """The computers the lock is meant for, in the words of environment markers."""
    return [
        {
            "sys_platform": system,
            "platform_system": name,
            "os_name": kind,
            "python_version": python,
            "python_full_version": f"{python}.0",
            "implementation_name": "cpython",
            "platform_python_implementation": "CPython",
            "extra": "",
        }
        for system, (name, kind) in SYSTEMS.items()
        for python in PYTHONS
    ]


def applies(requirement: Requirement, environment: dict[str, str]) -> bool:
    """Whether a computer needs it."""
    return requirement.marker is None or requirement.marker.evaluate(environment)


def installed(folders: list[str]) -> dict[str, Distribution]:
    """Each package and version found in any of the folders, by its reference."""
    return {reference(d.name, d.version): d for d in distributions(path=folders)}


def needs(found: dict[str, Distribution], locked: list[Requirement]) -> dict[str, set[str]]:
    """Which package asks for which, on any of the computers."""
    wanted: dict[str, set[str]] = {locked_reference(pin): set() for pin in locked}
    for environment in environments():
        here = [pin for pin in locked if applies(pin, environment)]
        at = {canonicalize_name(pin.name): locked_reference(pin) for pin in here}
        for package in at.values():
            for requirement in map(Requirement, found[package].requires or []):
                if applies(requirement, environment):
                    wanted[package].add(at[canonicalize_name(requirement.name)])
    return wanted


def reached(roots: list[Requirement], wanted: dict[str, set[str]]) -> set[str]:
    """The roots at every locked version, and all that they ask for."""
    names = {canonicalize_name(root.name) for root in roots}
    ahead = [package for package in wanted if called(package, names)]
    seen: set[str] = set()
    while ahead:
        package = ahead.pop()
        if package not in seen:
            seen.add(package)
            ahead.extend(wanted[package])
    return seen


def licences(distribution: Distribution) -> list[dict]:
    """A package's licence as CycloneDX has it; one that is in doubt stops the work."""
    said = distribution.metadata
    if said["License-Expression"]:
        return [{"expression": said["License-Expression"]}]
    if distribution.name.lower() in READ:
        return READ[distribution.name.lower()]
    for words in [said["License"] or "", *said.get_all("Classifier", [])]:
        if words in STATED:
            return [{"expression": STATED[words]}]
    raise SystemExit(
        f"{distribution.name}: its licence is not stated plainly. Read its licence file and add it "
        "to READ in .ci/sbom.py."
    )


def component(pin: Requirement, distribution: Distribution, scope: str) -> dict:
    """One package: its version, its licence, where it is installed, what else to know."""
    remarks = {
        "installed-when": str(pin.marker or "always"),
        "remark": REMARKS.get(canonicalize_name(pin.name)),
    }
    return {
        "type": "library",
        "bom-ref": locked_reference(pin),
        "name": distribution.name,
        "version": distribution.version,
        "scope": scope,
        "licenses": licences(distribution),
        "purl": locked_reference(pin),
        "properties": [
            {"name": f"{PRODUCT}:{name}", "value": value}
            for name, value in remarks.items()
            if value
        ],
    }


def scopes(wanted: dict[str, set[str]]) -> dict[str, str]:
    """The strongest scope of each package; a package that nobody asked for has none."""
    found: dict[str, str] = {}
    for scope, roots in asked().items():
        for package in reached(roots, wanted):
            found.setdefault(package, scope)
    return found


def components(locked: list[Requirement], found: dict, wanted: dict) -> list[dict]:
    """Every locked package, in the order of the lock."""
    scope = scopes(wanted)
    named = [(pin, locked_reference(pin)) for pin in locked]
    return [component(pin, found[package], scope[package]) for pin, package in named]


def dependencies(wanted: dict[str, set[str]]) -> list[dict]:
    """Who asks for whom, xl-addin first; what only builds it is asked for by xl-addin too."""
    own = {canonicalize_name(root.name) for roots in asked().values() for root in roots}
    first = sorted(package for package in wanted if called(package, own))
    rest = [{"ref": ref, "dependsOn": sorted(on)} for ref, on in sorted(wanted.items())]
    return [{"ref": PRODUCT, "dependsOn": first}, *rest]


def bill(lock: Path, folders: list[str]) -> dict:
    """The whole list, from the lock and the folders its packages were installed into."""
    locked = pins(lock)
    found = installed(folders)
    wanted = needs(found, locked)
    said = project()["project"]
    product = {
        "type": "application",
        "bom-ref": PRODUCT,
        "name": PRODUCT,
        "version": product_version(),
        "description": said["description"],
        "licenses": [{"expression": said["license"]}],
        "purl": reference(PRODUCT, product_version()),
    }
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": product},
        "components": components(locked, found, wanted),
        "dependencies": dependencies(wanted),
    }


def validate(path: Path) -> None:
    """Hold the list against CycloneDX's own schema, and its licences against SPDX."""
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.spdx import is_expression
    from cyclonedx.validation.json import JsonStrictValidator

    text = path.read_text(encoding="utf-8")
    wrong = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if wrong:
        raise SystemExit(f"{path.name}: {wrong}")
    for one in json.loads(text)["components"]:
        expression = one["licenses"][0].get("expression")
        if expression and not is_expression(expression):
            raise SystemExit(f"{one['name']}: {expression!r} is no SPDX expression.")


def main(task: str, *words: str) -> None:
    """Do one of the three tasks of .ci/lock."""
    if task == "build-requirements":
        print(*project()["build-system"]["requires"], sep="\n")
    elif task == "list":
        print(json.dumps(bill(Path(words[0]), list(words[1:])), indent=2, ensure_ascii=False))
    elif task == "validate":
        validate(Path(words[0]))


if __name__ == "__main__":
    main(*sys.argv[1:])
