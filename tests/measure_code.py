"""Measure the code: ``python -m tests.measure_code [FOLDER ...]``, the package where none is named.

Modules, lines, functions to a module, lines to a body (without its docstring), parameters, and
imports of one module by another; then what is beyond the limits of the house, by name. A checkout
of an older state is measured by its folder.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import xl_addin

MOST_LINES, LONGEST_BODY, MOST_PARAMETERS = 390, 24, 5
"""The limits of the house: lines of a module and of a body, parameters of a function."""

COMMAND = "command"
"""A function of this name is called by the command line alone: its parameters are the options."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """A module as it is written: its name from the folder measured on, its lines, its tree."""

    name: str
    lines: int
    tree: ast.Module

    @property
    def functions(self) -> list[Function]:
        return [node for node in ast.walk(self.tree) if isinstance(node, Function)]

    def imported(self, known: set[str]) -> set[str]:
        """The modules it imports, of those known."""
        found = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                parts = {f"{node.module}.{alias.name}" for alias in node.names}
                found |= {part if part in known else node.module for part in parts}
        return (found & known) - {self.name}


def read_modules(folder: Path) -> list[Module]:
    """Every module of a package's folder."""
    return [_module(path, folder) for path in sorted(folder.rglob("*.py"))]


def _module(path: Path, folder: Path) -> Module:
    text = path.read_text(encoding="utf-8")
    parts = (folder.name, *path.relative_to(folder).with_suffix("").parts)
    name = ".".join(parts).removesuffix(".__init__")
    return Module(name, len(text.splitlines()), ast.parse(text))


def body_lines(function: Function) -> int:
    """The lines of a function's body, from its first statement after the docstring on."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


def parameters(function: Function) -> int:
    """How many a caller has to know, without self and cls."""
    given = function.args
    names = [one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    return len([name for name in names if name not in ("self", "cls")])


def nine_in_ten(numbers: Sequence[int]) -> int:
    """What nine in ten of the numbers do not exceed."""
    return sorted(numbers)[max(0, -(-9 * len(numbers) // 10) - 1)]


def edges(modules: Sequence[Module]) -> set[tuple[str, str]]:
    """Which module imports which."""
    known = {module.name for module in modules}
    return {(module.name, other) for module in modules for other in module.imported(known)}


def room(name: str) -> str:
    """The folder or module under the package that a module stands in."""
    return name.split(".")[1] if "." in name else name


def beyond_limits(folder: Path) -> Iterator[str]:
    """The modules and functions that are beyond the limits of the house, with what they have."""
    for module in read_modules(folder):
        if module.lines > MOST_LINES:
            yield f"{module.name}: {module.lines} lines"
        for function in module.functions:
            place = f"{module.name}.{function.name}"
            if (lines := body_lines(function)) > LONGEST_BODY:
                yield f"{place}: {lines} lines"
            if (given := parameters(function)) > MOST_PARAMETERS and function.name != COMMAND:
                yield f"{place}: {given} parameters"


def measured(folder: Path) -> dict[str, str]:
    """The figures of a folder, by what they are."""
    modules = read_modules(folder)
    functions = [function for module in modules for function in module.functions]
    bodies = [body_lines(function) for function in functions]
    counts = [len(module.functions) for module in modules]
    between = edges(modules)
    rooms = {(room(one), room(other)) for one, other in between}
    longest = max(modules, key=lambda module: module.lines)
    return {
        "modules": f"{len(modules)}",
        "lines": f"{sum(module.lines for module in modules):,}",
        "longest module": f"{longest.lines} lines ({longest.name})",
        "functions": f"{len(functions):,}",
        "functions to a module": f"median {median(counts):g}, most {max(counts)}",
        "lines to a body": f"median {median(bodies):g}, nine in ten at most {nine_in_ten(bodies)}, "
        f"most {max(bodies)}",
        "bodies over 24 lines": f"{sum(lines > LONGEST_BODY for lines in bodies)}",
        "functions of over 5 parameters": _of_many_parameters(functions),
        "imports of one module by another": f"{len(between):,}",
        "imports between rooms": f"{len({pair for pair in rooms if pair[0] != pair[1]})}",
    }


def _of_many_parameters(functions: Sequence[Function]) -> str:
    many = [one.name for one in functions if parameters(one) > MOST_PARAMETERS]
    return f"{len(many)}, of which commands with their options: {many.count(COMMAND)}"


if __name__ == "__main__":
    for asked in map(Path, sys.argv[1:] or [str(Path(xl_addin.__file__).parent)]):
        print(asked.resolve().name)
        for what, figure in measured(asked).items():
            print(f"  {what}: {figure}")
        for beyond in beyond_limits(asked):
            print(f"  beyond the limits: {beyond}")
