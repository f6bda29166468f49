"""Every message of the product in one list: docs/messages.md.

    python -m tests.messages --write

They are found in the code itself. What stands in a message from case to case is shown as ‹…›.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import xl_addin
from tests.support.places import README

PACKAGE = Path(xl_addin.__file__).parent
LIST = README.parent / "docs" / "messages.md"

PROBLEMS = {"Problem", "refused", "FigureRefused", "TypedAsPerCent", "NotCalculated", "damaged"}
PROBLEMS |= {"NotInstalled", "Diagnosis", "attention", "broken"}
PLACED = {"Problem", "Diagnosis", "attention", "broken"}
"""Those whose first argument is the place, or the subject."""
TOLD = {"tell", "say", "agreeing", "agree", "ask", "progress"}
WORDS = {"found", "remedy", "together", "text", "yes", "no", "outcome"}
HEAD = """# Every message, as the code has it

Made by `python -m tests.messages --write`; a test holds it equal to the code. ‹…› stands for what
differs from case to case. A problem says what was found and what to do; its place comes before it.

"""


def words_of(node: ast.expr | None) -> str:
    """A text of the code as a person reads it; blank for what is no text."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        parts = (words_of(p) if isinstance(p, ast.Constant) else "‹…›" for p in node.values)
        return "".join(parts)
    if isinstance(node, ast.IfExp):
        return " / ".join(filter(None, (words_of(node.body), words_of(node.orelse))))
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return words_of(node.left) + words_of(node.right)
    return ""


def messages_of(path: Path) -> list[str]:
    """The messages of a module, each once, in the order in which they stand."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found: dict[str, None] = {}
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            assigned = list(_assigned(function))
            for node in ast.walk(function):
                for text in _said(node, assigned):
                    found.setdefault(" ".join(text.split()))
    for node in tree.body:
        for text in map(words_of, _parts_of(node)):
            if text.endswith((".", "?")):
                found.setdefault(" ".join(text.split()))
    return [text for text in found if _is_sentence(text)]


def _parts_of(node: ast.stmt) -> list[ast.expr]:
    """What a constant of a module is, or is made of."""
    if not isinstance(node, ast.Assign):
        return []
    return node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]


def _assigned(function: ast.FunctionDef) -> Iterator[tuple[int, str, str]]:
    """The texts that names of a function stand for, and the line from which they do."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            yield node.lineno, node.targets[0].id, words_of(node.value)


def _said(node: ast.AST, assigned: list[tuple[int, str, str]]) -> Iterator[str]:
    if isinstance(node, ast.Yield) and isinstance(node.value, ast.JoinedStr | ast.Constant):
        yield words_of(node.value)
    if not isinstance(node, ast.Call):
        return
    given = node.args[_name(node.func) in PLACED :]
    texts = [_resolved(argument, assigned) for argument in given]
    texts += [_resolved(k.value, assigned) for k in node.keywords if k.arg in WORDS]
    if _name(node.func) in PROBLEMS:
        yield " ".join(text for text in texts if _is_sentence(text))
    elif _name(node.func) in TOLD or _name(node.func) == "Question":
        yield from texts


def _resolved(node: ast.expr, assigned: list[tuple[int, str, str]]) -> str:
    """The words of an argument: of a name, those it was given last before this line."""
    if not isinstance(node, ast.Name):
        return words_of(node)
    given = [(line, text) for line, name, text in assigned if name == node.id]
    return max((pair for pair in given if pair[0] <= node.lineno), default=(0, ""))[1]


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _is_sentence(text: str) -> bool:
    """Whether a text is for a person: words, not the name of a thing."""
    return text.count(" ") > 1 and not text.startswith(("xl/", "{http", "<", "Attribute"))


def listed() -> str:
    """The whole list, module by module."""
    parts = [HEAD.rstrip()]
    for path in sorted(PACKAGE.rglob("*.py")):
        if found := messages_of(path):
            name = path.relative_to(PACKAGE).with_suffix("").as_posix()
            parts.append("\n".join([f"## {name}", "", *(f"- {text}" for text in found)]))
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    if "--write" in sys.argv[1:]:
        LIST.write_text(listed(), encoding="utf-8")
    else:
        print(listed())
