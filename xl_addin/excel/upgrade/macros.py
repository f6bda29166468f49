"""The macros and the ribbon of an older workbook: ours become the present ones, others stay."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

from xl_addin.errors import Problem, WorkbookRefused
from xl_addin.excel.template.functions import MODULE as FUNCTIONS
from xl_addin.excel.template.macros import RIBBON, vba_sources
from xl_addin.ooxml import WorkbookFile
from xl_addin.ooxml.package import Package

_PROJECT = "xl/vbaProject.bin"

RELEASED = {
    "LastFigures": ("fa786fc2a142851c04ae6fcbe0c419a1a39bb0208765b12694f91ca02b9963c5",),
    "MeasureFunctions": ("2cf33659d6648e0330d6f64300b4e0cf68e419c08bac0ce040610ccf04736309",),
    "Performance": ("496d544bf6858de165edf00398423558f5885511ceffb5da22b3db065af53a71",),
    "PythonStarter": ("d21b212db9433789888a33088810c97a3dc904badf75513beaf9c2aeba61bed3",),
    "ThisWorkbook": ("1260538292fdf22efa9f8e1014614c35a2fb73a1b5b180477c5789024177f1eb",),
    "xlwings": ("f70e4684543759264c7a658ac0b58d1ffddaaa819720933146b633d83f8c4e1a",),
    RIBBON: ("1f26fa8176c761161f7b6bfdd831ef6d6673895d89cd6a4af5ec30143e02559d",),
}
"""The digest of each module, and of the ribbon, as each edition had them: what an officer changed
is neither one of these nor the present one. Add to it when an edition is released."""

_UNSIGNED = "The macros' digital signature has gone with the old ones: have them signed again."


def modules_of(book: WorkbookFile) -> dict[str, str]:
    """The macros' modules by name, with what each says; none for a workbook without macros."""
    part = _project_of(book)
    if part is None:
        return {}
    with _opened(book.package.part(part)) as (file, _):
        return {module.name: module.source for module in file.vba_project().modules}


def has_functions(modules: Mapping[str, str]) -> bool:
    """Whether a workbook has the functions for cells, or was made without any."""
    return FUNCTIONS in modules


def modules_naming(modules: Mapping[str, str], sheet: str) -> list[str]:
    """The modules, none of ours, that find a sheet by its name."""
    return [
        name
        for name, source in modules.items()
        if name not in RELEASED and f'"{sheet}"'.casefold() in source.casefold()
    ]


def upgrade_macros(book: WorkbookFile, modules: Mapping[str, str]) -> Iterator[str]:
    """Give a workbook the present macros and ribbon, and say what the officer has to know.

    Modules that are not ours stay, and so do ours that no edition has changed. A workbook
    without macros gets none. Raises WorkbookRefused where a password protects the macros.
    """
    yield from _upgrade_ribbon(book.package)
    part = _project_of(book)
    stale = dict(_stale(modules)) if part else {}
    if part is None or not stale:
        return
    book.package.replace(part, _renewed(book.package.part(part), stale))
    yield from _told(stale, modules)
    for signature in book.package.relationships(part):
        book.package.remove(signature.target, part)
        yield _UNSIGNED


def code_digest(source: str) -> str:
    """The SHA-256 of what a module says, whatever Excel made of its capitals and blank lines."""
    lines = [line.strip().casefold() for line in source.splitlines()]
    code = [line for line in lines if line and not line.startswith("attribute vb_")]
    return sha256("\n".join(code).encode()).hexdigest()


def _upgrade_ribbon(package: Package) -> list[str]:
    present = (files("xl_addin") / "vba" / "ribbon.xml").read_bytes()
    if RIBBON not in package or package.part(RIBBON) == present:
        return []
    if sha256(package.part(RIBBON)).hexdigest() in RELEASED[RIBBON]:
        package.replace(RIBBON, present)
        return ["The ribbon tab Performance has its present buttons."]
    return ["The ribbon tab was changed here and stays as it is: it has no new buttons."]


def _project_of(book: WorkbookFile) -> str | None:
    parts = book.package.relationships(book.part, "vbaProject")
    return parts[0].target if parts else None


@contextmanager
def _opened(project: bytes) -> Iterator[tuple[Any, Path]]:
    """The macros' project, in a file that holds nothing else of the workbook and goes."""
    from pyopenvba import ExcelFile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "macros.xlsm"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(_PROJECT, project)
        with ExcelFile(path) as file:
            yield file, path


def _renewed(project: bytes, stale: Mapping[str, str]) -> bytes:
    """The macros' project with modules that say something else, or are new."""
    with _opened(project) as (file, path):
        if file.vba_project().protection.has_password:
            found = "A password protects the macros, so that they cannot be renewed."
            remedy = "Take it off (Alt+F11, Tools, VBAProject Properties, Protection), and save."
            raise WorkbookRefused([Problem("Macros", found, remedy)])
        present = {module.name for module in file.vba_project().modules}
        for name, source in stale.items():
            if name in present:
                file.set_module(name, source)
            else:
                file.vba_project().add_module(name, source)
        file.save(allow_invalidate_signature=True)
        return Package(path.read_bytes()).part(_PROJECT)


def stale_modules(modules: Mapping[str, str]) -> list[str]:
    """The names of our modules, of a workbook with macros, that this version words otherwise."""
    return [name for name, _ in _stale(modules)] if modules else []


def _stale(modules: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Our modules that are to be others, with what they are to say."""
    for name, source in vba_sources(functions=FUNCTIONS in modules).items():
        known = code_digest(modules[name]) if name in modules else ""
        present = code_digest(source)
        if known == present or (known and present in RELEASED.get(name, ())[-1:]):
            continue
        yield name, source


def _told(stale: Mapping[str, str], modules: Mapping[str, str]) -> Iterator[str]:
    yield f"Macros renewed: {', '.join(stale)}."
    for name in stale:
        if name in modules and code_digest(modules[name]) not in RELEASED.get(name, ()):
            yield f"“{name}” was not as xl-addin made it; the backup keeps it as it was."
