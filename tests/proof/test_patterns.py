"""Patterns of ours take a time that grows as their input does, whatever the input is.

Each is tried on what its own parts match, repeated thousands of times: what makes a pattern begin
anew again and again. A pattern that does so takes a thousand times as long as one that does not.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import time
from collections.abc import Iterator
from pathlib import Path
from re import _constants as kinds
from re import _parser as parser
from typing import Any

import pytest

import xl_addin
from xl_addin.ooxml import cells, formulas, sheet
from xl_addin.patterns import _WhenUsed
from xl_addin.records import columns

LENGTH = 6_000
SECONDS = 0.1
"""A linear pattern takes some milliseconds for so much, a quadratic one seconds."""


def modules() -> Iterator[Any]:
    for found in pkgutil.walk_packages(xl_addin.__path__, "xl_addin."):
        if not found.name.endswith("__main__") and "functions_of_cells" not in found.name:
            yield importlib.import_module(found.name)


def in_functions() -> dict[str, re.Pattern[Any]]:
    """Patterns that are compiled only when they are needed, each made once as its function does."""
    part = sheet.Sheet(b'<x:worksheet xmlns:x="u"><x:sheetData></x:sheetData></x:worksheet>')
    return {
        "sheet._row_pattern": part._row_pattern,
        "sheet._cell_pattern": part._cell_pattern,
        "cells._pattern_of": cells._pattern_of("ref"),
        "cells.without_value": re.compile(rb"<((?:[\w.-]+:)?)v\b[^<>]*?(?:/>|>[^<]*</\1v>)"),
        "columns.list_named": re.compile("|".join(columns._NAMES.values())),
        **{
            f"columns.match_columns, {column}": re.compile(f"{column}|{pattern}")
            for headings in (columns._EVERYWHERE, *columns.PATTERNS.values())
            for column, pattern in headings.items()
        },
        "sheet_names._is_named_in_text": re.compile(r"\bHistory\b"),
        "formulas._quoted_bracketed_or_of": formulas._quoted_bracketed_or_of("Dataset"),
    }


def with_patterns() -> Iterator[tuple[Path, ast.Module]]:
    """The modules that have to do with patterns, parsed: that takes long."""
    for path in sorted(Path(xl_addin.__path__[0]).rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if re.search(r"^\s*(?:import|from) re\b", text, re.MULTILINE):
            yield path, ast.parse(text)


def written_in_calls() -> Iterator[tuple[str, str | bytes]]:
    """Patterns that are written where they are used: re.sub(rb"…", …)."""
    for path, tree in with_patterns():
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id == "re"
                and isinstance(node.args[0], ast.Constant)
                and node.func.attr not in ("compile", "match", "fullmatch")
            ):
                yield f"{path.stem}:{node.lineno}", node.args[0].value


def patterns() -> dict[str, re.Pattern[Any]]:
    found = {
        f"{module.__name__}.{name}": re.compile(value.pattern, value.flags)
        for module in modules()
        for name, value in vars(module).items()
        if isinstance(value, re.Pattern | _WhenUsed)
    }
    found |= {place: re.compile(written) for place, written in written_in_calls()}
    return found | in_functions()


def sample(items: Any) -> str:
    """A text that parts of a pattern match, as short as may be, but for one round of each loop."""
    return "".join(_sample(kind, what) for kind, what in items)


def _sample(kind: Any, what: Any) -> str:
    match kind:
        case kinds.LITERAL:
            return chr(what)
        case kinds.NOT_LITERAL:
            return "a" if what != ord("a") else "b"
        case kinds.ANY:
            return "a"
        case kinds.IN:
            return _of_set(what)
        case kinds.BRANCH:
            return sample(what[1][0])
        case kinds.SUBPATTERN:
            return sample(what[-1])
        case kinds.MAX_REPEAT | kinds.MIN_REPEAT | kinds.POSSESSIVE_REPEAT:
            return sample(what[2]) * max(1, what[0])
        case kinds.ATOMIC_GROUP:
            return sample(what)
    return ""


CATEGORIES = {kinds.CATEGORY_DIGIT: "1", kinds.CATEGORY_SPACE: " ", kinds.CATEGORY_WORD: "a"}


def _of_set(what: Any) -> str:
    kind, first = what[0]
    if kind is kinds.NEGATE:
        return next(c for c in "a1 <\"'=x" if not any(_holds(k, w, c) for k, w in what[1:]))
    if kind is kinds.RANGE:
        return chr(first[0])
    if kind is kinds.CATEGORY:
        return CATEGORIES.get(first, "-")
    return chr(first)


def _holds(kind: Any, what: Any, character: str) -> bool:
    if kind is kinds.RANGE:
        return what[0] <= ord(character) <= what[1]
    if kind is kinds.CATEGORY:
        return CATEGORIES.get(what) == character
    return chr(what) == character


def pieces(items: Any) -> Iterator[str]:
    """What each beginning of a pattern and of its parts matches: what is repeated to try it."""
    items = list(items)
    for end in range(1, len(items) + 1):
        yield sample(items[:end])
    for start in range(len(items)):
        yield sample(items[start : start + 1])
    for kind, what in items:
        if kind is kinds.SUBPATTERN:
            yield from pieces(what[-1])
        elif kind in (kinds.MAX_REPEAT, kinds.MIN_REPEAT):
            yield from pieces(what[2])
        elif kind is kinds.BRANCH:
            for branch in what[1]:
                yield from pieces(branch)


def tried_on(pattern: re.Pattern[Any]) -> Iterator[Any]:
    tree = parsed(pattern)
    start = sample(tree)
    for piece in sorted({p for p in pieces(tree) if p}):
        many = piece * (LENGTH // len(piece))
        for text in (many, many + "\0", start + many + "\0", start[:1] + many):
            yield text.encode("latin-1", "replace") if isinstance(pattern.pattern, bytes) else text


PATTERNS = patterns()


BEGINNINGS = {
    "_CHANGE": "redaction",
    "_PLACE": "finished_copy",
    "_PLAIN_RANGE": "workbook_file",
    "_ROW_NUMBER": "sheet_values",
    "_STYLE": "ooxml/cells",
    "_PER_CENT": "guess_measures",
}
"""Patterns that are only ever asked whether a text begins so, or is so: they begin once."""


def begins_once(name: str) -> bool:
    return name.rpartition(".")[2] in BEGINNINGS


def quickest(name: str, pattern: re.Pattern[Any], text: Any, times: int = 3) -> float:
    """The least time of three, in seconds, of going through a text; the first that is quick."""
    least = 99.0
    for _ in range(times):
        begun = time.process_time()
        if not begins_once(name):
            for found in pattern.finditer(text):
                del found
        pattern.fullmatch(text)
        pattern.match(text)
        least = min(least, time.process_time() - begun)
        if least < SECONDS:
            break
    return least


@pytest.mark.parametrize("name", PATTERNS)
def test_a_pattern_goes_through_any_input_in_a_time_that_grows_as_the_input(name):
    for text in tried_on(PATTERNS[name]):
        assert quickest(name, PATTERNS[name], text) < SECONDS, (PATTERNS[name].pattern, text[:60])


def parsed(pattern: re.Pattern[Any]) -> Any:
    return parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE & ~re.LOCALE)


ONE_CHARACTER = (kinds.LITERAL, kinds.NOT_LITERAL, kinds.IN, kinds.ANY)


def holds_what_it_took(items: Any) -> Iterator[Any]:
    """What is matched without going back, in a pattern and in all its parts."""
    for kind, what in items:
        if kind is kinds.POSSESSIVE_REPEAT:
            yield what[2]
        if kind is kinds.ATOMIC_GROUP:
            yield what
        for part in _parts(kind, what):
            yield from holds_what_it_took(part)


def _parts(kind: Any, what: Any) -> list[Any]:
    match kind:
        case kinds.BRANCH:
            return list(what[1])
        case kinds.SUBPATTERN:
            return [what[-1]]
        case kinds.MAX_REPEAT | kinds.MIN_REPEAT | kinds.POSSESSIVE_REPEAT:
            return [what[2]]
        case kinds.ATOMIC_GROUP:
            return [what]
        case kinds.ASSERT | kinds.ASSERT_NOT:
            return [what[1]]
    return []


def only_characters(part: Any) -> bool:
    return len(part) == 1 and part[0][0] in ONE_CHARACTER


@pytest.mark.parametrize("name", PATTERNS)
def test_a_pattern_means_the_same_to_every_python_we_name(name):
    """Python 3.11.0 to 3.11.4 lost what a group took without going back (cpython issue 106052)."""
    pattern = PATTERNS[name]
    assert all(map(only_characters, holds_what_it_took(parsed(pattern))))


@pytest.mark.parametrize(
    "group", [r"(?:[^']|'')++", r"(?:a[^<]*+)*+", r"(?>a*b)", r"(?:x|(y{2}+)?+)"]
)
def test_a_group_that_is_held_whole_would_be_found(group):
    assert not all(map(only_characters, holds_what_it_took(parsed(re.compile(group)))))


def test_what_is_said_to_begin_once_is_never_searched_for():
    for name, stem in BEGINNINGS.items():
        (path,) = Path(xl_addin.__path__[0]).rglob(f"{stem}.py")
        uses = set(re.findall(rf"\b{name}\.(\w+)", path.read_text(encoding="utf-8")))
        assert uses and uses <= {"match", "fullmatch"}, (name, uses)


@pytest.mark.parametrize("quadratic", [r"v>[^<]*&#", r"<c\s[^>]*?(?:='|\s=|=\s)", r"\s*x"])
def test_a_pattern_that_begins_anew_again_and_again_would_be_found(quadratic):
    pattern = re.compile(quadratic)
    assert any(quickest("", pattern, text * 3, 1) > SECONDS for text in tried_on(pattern))


def test_the_patterns_built_from_words_are_all_tried():
    """A new one with a loop in it has to be added to in_functions, or be of escaped words alone."""
    built = set()
    for path, tree in with_patterns():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                built |= {f"{path.stem}.{node.name}" for call in ast.walk(node) if _builds(call)}
    assert built == WITH_LOOPS | OF_WORDS


def _builds(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "re"
        and node.func.attr != "escape"
        and not isinstance(node.args[0], ast.Constant)
    )


WITH_LOOPS = {
    "columns.list_named",
    "columns.match_columns",
    "sheet._element",
    "patterns.__getattr__",
    "cells._pattern_of",
    "cells.without_value",
    "formulas._quoted_bracketed_or_of",
}
"""Those that in_functions makes; patterns compiled when used stand where they are written."""
OF_WORDS = {
    "sheet_names._is_named_in_text",
    "redaction.holds_a_number",
    "redaction._is_near",
    "audit._part_findings",
    "audit.has_name",
    "applies_to._mentions",
    "columns.names_child",
    "measure._taken_for",
}
"""A word with its letters escaped, and what may stand beside it; patterns of the list in audit."""
