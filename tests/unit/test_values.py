"""A value type does what a dataclass does."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
import re
import subprocess
import sys
from functools import cached_property

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.ready import ready_book
from xl_addin.errors import Problem
from xl_addin.patterns import pattern
from xl_addin.period import Month
from xl_addin.values import field, fields_of, replace, value_type


class Plain:
    ref: str
    number: float | None = None
    told: str = field(default="", compare=False)
    seen: list[int] = field(default_factory=list, repr=False)


class PlainDataclass:
    ref: str
    number: float | None = None
    told: str = dataclasses.field(default="", compare=False)
    seen: list[int] = dataclasses.field(default_factory=list, repr=False)


PlainDataclass.__name__ = PlainDataclass.__qualname__ = "Plain"
OURS, THEIRS = value_type(Plain), dataclasses.dataclass(frozen=True, slots=True)(PlainDataclass)
GIVEN = st.fixed_dictionaries(
    {"ref": st.sampled_from(["M1", "M2"])},
    optional={
        "number": st.sampled_from([None, 0.0, 1.5]),
        "told": st.sampled_from(["", "late"]),
        "seen": st.lists(st.integers(0, 1), max_size=1),
    },
)


@given(GIVEN, GIVEN, GIVEN)
def test_it_is_made_compared_shown_and_changed_as_a_dataclass_is(one, other, changes):
    ours, theirs = OURS(**one), THEIRS(**one)
    assert repr(ours) == repr(theirs)
    assert (ours == OURS(**other)) is (theirs == THEIRS(**other))
    assert repr(replace(ours, **changes)) == repr(dataclasses.replace(theirs, **changes))
    assert [getattr(ours, name) for name in fields_of(ours)] == list(dataclasses.astuple(theirs))
    assert ours.seen is not OURS(**{**one, "seen": [7]}).seen
    assert (ours != theirs) and (ours == theirs) is False


@value_type
class Counted:
    """Its half is worked out after it is made, its double when it is asked for."""

    number: int
    half: float = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "half", self.number / 2)

    @cached_property
    def double(self) -> int:
        return self.number * 2


def test_another_process_and_a_copy_make_the_same_of_it():
    for value in (Problem("here", "wrong", "mend it", "several", "one"), Month(2015, 6)):
        for made in (pickle.loads(pickle.dumps(value)), copy.deepcopy(value)):
            assert made == value
            assert repr(made) == repr(value)
    with pytest.raises(AttributeError):
        pickle.loads(pickle.dumps(Problem("here", "wrong", "mend it"))).place = "there"


def test_it_is_a_key_and_takes_by_place_what_is_given_by_place():
    assert {Counted(3): "three"}[Counted(3)] == "three"
    assert Counted(3).half == 1.5
    assert Counted(3).double == 6
    match Counted(4):
        case Counted(number):
            assert number == 4


def test_what_it_holds_cannot_be_changed_or_added_to():
    made = Counted(3)
    for name in ("number", "other"):
        with pytest.raises(AttributeError, match="cannot assign"):
            setattr(made, name, 4)
    with pytest.raises(AttributeError):
        del made.number
    with pytest.raises(TypeError):
        Counted()
    with pytest.raises(TypeError):
        Counted(1, 2)


@value_type(kw_only=True)
class Named:
    name: str
    said: str = ""


@value_type(kw_only=True)
class More(Named):
    more: int


def test_one_that_builds_on_another_can_be_made_before_it_and_after_it():
    first, then = type("Base", (), {"__annotations__": {"name": str}}), {"more": int}
    base = value_type(first)
    built = value_type(type("Built", (base,), {"__annotations__": then}))
    assert repr(built("a", 1)) == "Built(name='a', more=1)"
    assert repr(base("a")) == "Base(name='a')"
    assert list(inspect.signature(built).parameters) == ["name", "more"]


@value_type(frozen=False)
class Changing:
    number: int = 0


def test_it_may_be_told_by_name_alone_and_build_on_another():
    made = More(name="a", more=1)
    assert repr(made) == "More(name='a', said='', more=1)"
    assert made != Named(name="a")
    with pytest.raises(TypeError):
        Named("a")


def test_one_that_may_change_is_no_key():
    made = Changing()
    made.number = 4
    assert made == Changing(4)
    with pytest.raises(TypeError):
        hash(made)
    with pytest.raises(AttributeError):
        made.other = 5


def test_a_pattern_answers_as_a_compiled_one_does():
    text, ours = r"(\d+)-(\w+)", pattern(r"(\d+)-(\w+)", re.IGNORECASE)
    compiled = re.compile(text, re.IGNORECASE)
    for asked in ("12-ab", "x", "1-a 22-b"):
        assert ours.findall(asked) == compiled.findall(asked)
        assert bool(ours.match(asked)) == bool(compiled.match(asked))
        assert ours.sub(r"\2", asked) == compiled.sub(r"\2", asked)
    assert (ours.pattern, ours.groups, ours.flags) == (text, 2, compiled.flags)
    with pytest.raises(re.error):
        pattern("(").match("x")


LOADED = """
import sys
from xl_addin.__main__ import main

SLOW = {"typer", "click", "rich", "dataclasses", "statistics", "json", "unicodedata", "base64"}
SLOW |= {"textwrap"}
try:
    main()
finally:
    print(sorted(SLOW & sys.modules.keys()))
"""


def test_a_refresh_loads_nothing_that_is_slow_to_start(tmp_path):
    book, file = ready_book(tmp_path), tmp_path / "June.csv"
    file.write_text("Ref,Jun 2015\nM1,1363\n", "utf-8")
    line = ["refresh", str(book), "--return", str(file), "--yes"]
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *line], capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("\n[]\n"), done.stdout
