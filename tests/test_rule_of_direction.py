"""The layout of the package: a module imports only from its own line or the lines below."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import xl_addin

ROOT = Path(xl_addin.__file__).parent

LINES = [
    ["__main__"],
    ["cli", "macros", "demo", "progress"],
    ["work", "undo", "sharing"],
    ["excel", "sources", "udfs"],
    ["refresh", "share"],
    ["report", "hand_edits", "renames", "findings"],
    ["workbook"],
    ["notes", "page", "key_measures", "ratio"],
    ["returns"],
    ["refs"],
    ["update", "settings"],
    ["history", "seals"],
    ["derived", "direction", "shorthand"],
    ["layout", "observation"],
    ["measure", "period", "table"],
    ["errors", "limits"],
]
LEVEL = {module: level for level, line in enumerate(reversed(LINES)) for module in line}
TOUCHING = LEVEL["sources"]
OUTSIDE = {"xlwings", "lxml", "openpyxl", "pandas", "python_calamine", "xlsxwriter", "pyopenvba"}
IMPURE = OUTSIDE | {"os", "pathlib", "io", "sys", "shutil", "tempfile", "zipfile", "time", "random"}


def modules() -> list[Path]:
    return sorted(path for path in ROOT.rglob("*.py") if path != ROOT / "__init__.py")


def room(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def own(imported: str) -> str | None:
    parts = imported.split(".")
    if parts[0] != "xl_addin" or len(parts) < 2:
        return None
    return parts[1] if (ROOT / parts[1]).exists() or (ROOT / f"{parts[1]}.py").exists() else None


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(ROOT)))
def test_a_module_imports_only_from_its_own_line_or_below(path):
    for imported in imports(path):
        if name := own(imported):
            assert LEVEL[name] <= LEVEL[room(path)], f"{room(path)} imports {name}"


@pytest.mark.parametrize(
    "path",
    [path for path in modules() if LEVEL.get(room(path), 0) < TOUCHING],
    ids=lambda p: p.name,
)
def test_the_core_touches_no_file_no_clock_and_no_spreadsheet_library(path):
    assert not {name.split(".")[0] for name in imports(path)} & IMPURE
    assert ".now(" not in path.read_text(encoding="utf-8")
    assert ".today(" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(ROOT)))
def test_the_licensed_part_of_xlwings_is_never_imported(path):
    assert not any(name.startswith("xlwings.pro") for name in imports(path))


def test_every_module_has_its_line():
    assert {room(path) for path in modules()} <= set(LEVEL)


def test_the_readme_draws_the_same_lines():
    readme = Path(__file__).parent.parent / "README.md"
    _, _, developers = readme.read_text(encoding="utf-8").partition("## For developers")
    groups = developers.split("```")[1].split("→")
    drawn = [{name.strip() for name in group.split(",")} for group in groups]
    assert drawn == [set(line) for line in reversed(LINES[1:])]
