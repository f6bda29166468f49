"""Desks as the doctor meets them: a Windows computer where all is well, and what is not."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path

from xl_addin.doctor.desk import Desk, installed_version
from xl_addin.values import replace

LOCAL = r"C:\Users\officer\AppData\Local"
PYTHON = rf"{LOCAL}\xl-addin\Scripts\python.exe"

WELL = Desk(
    system="win32",
    environment={"LOCALAPPDATA": LOCAL},
    registry=lambda key, name: None,
    python=Path(PYTHON),
    python_version=(3, 12),
    bits=64,
    installed=installed_version,
    free_space=lambda folder: 10**11,
    may_write=lambda folder: True,
)
"""A council's Windows computer as the installation leaves it."""


def with_registry(values: Mapping[tuple[str, str], str | int]) -> Desk:
    """The same, its registry saying some things; Windows overlooks capitals there."""
    known = {(k.casefold(), n.casefold()): value for (k, n), value in values.items()}
    return replace(WELL, registry=lambda k, n: known.get((k.casefold(), n.casefold())))


def edit_part(path: Path, part: str, change: Callable[[str], str]) -> None:
    """Change the text of a part of a workbook, as another program would; it must change."""
    packed = BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name == part:
                changed = change(data.decode()).encode()
                assert changed != data, f"{part} is as it was"
                data = changed
            new.writestr(name, data)
    path.write_bytes(packed.getvalue())


def part_of_sheet(path: Path, sheet: str) -> str:
    """The part that holds a sheet."""
    with zipfile.ZipFile(path) as archive:
        workbook = archive.read("xl/workbook.xml").decode()
        links = archive.read("xl/_rels/workbook.xml.rels").decode()
    found = re.search(rf'<sheet name="{re.escape(sheet)}"[^>]* r:id="(\w+)"', workbook)
    assert found, sheet
    target = re.search(rf'<Relationship Id="{found[1]}"[^>]*Target="([^"]+)"', links)
    assert target, found[1]
    return f"xl/{target[1]}"
