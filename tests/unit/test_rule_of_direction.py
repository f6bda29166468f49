"""The layout of the package: a module imports only from its own line or the lines below."""

from __future__ import annotations

import ast
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import xl_addin
from tests.support.places import README

ROOT = Path(xl_addin.__file__).parent

LINES = [
    ["__main__"],
    ["boxes", "cli", "cli_help", "macros", "share_boxes"],
    ["command_line", "commands", "console", "demo", "progress"],
    ["doctor"],
    ["excel", "excel.share_copy", "installing"],
    ["excel.template"],
    ["udfs"],
    ["excel.live"],
    ["records", "sources"],
    ["ooxml"],
    [
        "bring_rows",
        "check",
        "definitions",
        "refresh",
        "share",
        "summary",
        "summary_table",
        "take_over",
    ],
    ["disclosure", "questions", "report"],
    ["checks"],
    ["notes"],
    ["returns"],
    ["dataset"],
    ["dataset.columns", "dataset.derived", "layout", "observation", "refs", "update"],
    ["measure", "period", "rounding", "table", "unit"],
    ["errors", "limits", "patterns", "values"],
]
LEVEL = {module: level for level, line in enumerate(reversed(LINES)) for module in line}
TOUCHING = LEVEL["ooxml"]
OUTSIDE = {"xlwings", "lxml", "openpyxl", "pandas", "python_calamine", "xlsxwriter", "pyopenvba"}
IMPURE = OUTSIDE | {"os", "pathlib", "io", "sys", "shutil", "tempfile", "zipfile", "time", "random"}


def modules() -> list[Path]:
    return sorted(path for path in ROOT.rglob("*.py") if path != ROOT / "__init__.py")


def dotted(path: Path) -> str:
    """A module without the package's own name: dataset.page."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def room(module: str) -> str:
    """The longest of the names in LINES that a module, or a name in it, stands in."""
    parts = module.split(".")
    names = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((name for name in names if name in LEVEL), parts[0])


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def packages(path: Path) -> set[str]:
    """The packages that a module imports from."""
    return {name.split(".")[0] for name in imports(path)}


def own(path: Path) -> set[str]:
    """What a module imports of the package: names, and the modules they stand in."""
    return {
        name.removeprefix("xl_addin.") for name in imports(path) if name.startswith("xl_addin.")
    }


def imported_modules(path: Path, known: set[str]) -> set[str]:
    found = {name if name in known else name.rpartition(".")[0] for name in own(path)}
    return (found & known) - {dotted(path)}


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(ROOT)))
def test_a_module_imports_only_from_its_own_line_or_below(path):
    here = room(dotted(path))
    for name in own(path):
        if room(name) in LEVEL:
            assert LEVEL[room(name)] <= LEVEL[here], f"{here} imports {name}"


def test_no_module_of_a_room_imports_itself_by_way_of_others():
    graph = {dotted(path): path for path in modules()}
    TopologicalSorter({m: imported_modules(p, set(graph)) for m, p in graph.items()}).prepare()


@pytest.mark.parametrize(
    "path",
    [path for path in modules() if LEVEL.get(room(dotted(path)), 0) < TOUCHING],
    ids=lambda p: str(p.relative_to(ROOT)),
)
def test_the_core_touches_no_file_no_clock_and_no_spreadsheet_library(path):
    assert not {name.split(".")[0] for name in imports(path)} & IMPURE
    assert ".now(" not in path.read_text(encoding="utf-8")
    assert ".today(" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(ROOT)))
def test_the_licensed_part_of_xlwings_is_never_imported(path):
    assert not any(name.startswith("xlwings.pro") for name in imports(path))


@pytest.mark.parametrize("path", sorted((ROOT / "ooxml").rglob("*.py")), ids=lambda p: p.name)
def test_the_editor_of_workbooks_knows_nothing_of_measures(path):
    """It could be lifted out as a library of its own."""
    outside = {name.split(".")[0] for name in imports(path)} - {"xl_addin"}
    assert outside <= {*sys.stdlib_module_names, "lxml"}
    assert {room(name) for name in own(path)} <= {
        "errors", "limits", "ooxml", "patterns", "rounding", "table", "update", "values"
    }  # fmt: skip


def test_value_types_are_made_without_what_is_slow_to_load():
    """Starting is half of a refresh: a value type is a ``value_type`` of xl_addin.values."""
    assert not [dotted(path) for path in modules() if "dataclasses" in packages(path)]


def test_every_module_has_its_line():
    assert {room(dotted(path)) for path in modules()} <= set(LEVEL)


def test_the_readme_draws_the_same_lines():
    _, _, developers = README.read_text(encoding="utf-8").partition("## For developers")
    groups = developers.split("```")[1].split("→")
    drawn = [{name.strip() for name in group.split(",")} for group in groups]
    assert drawn == [set(line) for line in reversed(LINES[1:])]
