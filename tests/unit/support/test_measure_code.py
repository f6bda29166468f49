"""The figures of the code are those of a package small enough to count by hand."""

from __future__ import annotations

from tests.measure_code import edges, measured, read_modules

ONE = '''"""One."""
import small.room.two
from small.room import three


def long(a, b, c, d, e, f):
    """Three lines, and this is none of them."""
    a = b
    c = d
    return e, f
'''
TWO = "class Two:\n    def short(self, a):\n        return a\n\n    def other(self): return 1\n"


def test_modules_functions_bodies_and_imports_are_counted(tmp_path):
    package = tmp_path / "small"
    (package / "room").mkdir(parents=True)
    texts = {"__init__": "", "one": ONE, "room/__init__": "", "room/two": TWO, "room/three": ""}
    for name, text in texts.items():
        (package / f"{name}.py").write_text(text)
    assert edges(read_modules(package)) == {
        ("small.one", "small.room.two"),
        ("small.one", "small.room.three"),
    }
    assert measured(package) == {
        "modules": "5",
        "lines": "15",
        "longest module": "10 lines (small.one)",
        "functions": "3",
        "functions to a module": "median 0, most 2",
        "lines to a body": "median 1, nine in ten at most 3, most 3",
        "bodies over 24 lines": "0",
        "functions of over 5 parameters": "1",
        "imports of one module by another": "2",
        "imports between rooms": "1",
    }
