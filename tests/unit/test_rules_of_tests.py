"""The layout of the tests: what is shared stands in support, and nothing is decided by a clock."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.support.places import TESTS

ROOMS = ("unit", "story", "proof", "excel")
MEASURING = {"benchmarks.py", "benchmark_records.py", "in_excel.py", "suppression_tables.py"}
WAITING = {
    "patience.py",
    "recalculate.py",
    "screen.py",
    "calc.py",
    "click.py",
    "office.py",
}
"""Those that wait for another program until it answers or hangs, or that play one."""


def modules() -> list[Path]:
    return sorted(TESTS.rglob("*.py"))


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(TESTS)))
def test_no_module_imports_a_test_module_and_support_imports_no_other_room(path):
    room = path.relative_to(TESTS).parts[0]
    for name in imported(path):
        package, *inside = name.split(".")
        if package == "tests" and inside:
            assert not any(part.startswith("test_") for part in inside), f"{path.name}: {name}"
            assert inside[0] not in ROOMS or inside[0] == room, f"{path.name}: {name}"


@pytest.mark.parametrize(
    "path",
    [path for path in modules() if path.name not in WAITING | MEASURING],
    ids=lambda p: str(p.relative_to(TESTS)),
)
def test_nothing_is_decided_by_the_clock(path):
    """The processor's own time of a piece of work is no clock: it stands while others work."""
    assert not {name for name in imported(path) if name.startswith("time.")}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "time":
            assert node.attr == "process_time", f"{path.name}, {node.lineno}"
        if isinstance(node, ast.keyword) and node.arg in ("timeout", "deadline"):
            assert ast.unparse(node.value) in ("None", "HANGS"), f"{path.name}, {node.lineno}"


def test_a_value_of_the_product_is_changed_by_its_own_replace():
    """That of ``dataclasses`` is for dataclasses, which only tests have."""
    for path in modules():
        names = imported(path)
        if "dataclasses.replace" in names:
            assert "dataclasses.dataclass" in names, f"{path.name}: see xl_addin.values.replace"
