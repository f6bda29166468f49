"""The figures of the code are those of a package small enough to count by hand."""

from __future__ import annotations

from pathlib import Path

import xl_addin
from tests.measure_code import beyond_limits, edges, measured, read_modules

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
        "functions of over 5 parameters": "1, of which commands with their options: 0",
        "imports of one module by another": "2",
        "imports between rooms": "1",
    }


def test_what_is_beyond_the_limits_is_named_and_a_commands_options_are_not(tmp_path):
    long = "def long(a):\n" + "    a += 1\n" * 25
    many = "def {}(a, b, c, d, e, f): return a\n"
    (tmp_path / "one.py").write_text(long + many.format("many") + many.format("command"))
    (tmp_path / "two.py").write_text("a = 1\n" * 391)
    package = tmp_path.name
    assert list(beyond_limits(tmp_path)) == [
        f"{package}.one.long: 25 lines",
        f"{package}.one.many: 6 parameters",
        f"{package}.two: 391 lines",
    ]


def test_the_product_is_within_the_limits_of_the_house():
    assert list(beyond_limits(Path(xl_addin.__file__).parent)) == []
