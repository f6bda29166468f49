"""Workbooks in odd but valid forms are worked on like the plain one."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import cache
from pathlib import Path

import pytest
from hypothesis import strategies as st

from tests.support import independent
from tests.support.odd_package import ODDITIES, ZIPS, made_odd, parts_of
from tests.support.ready import NAME, OCCASION, ready_bytes, refresh
from xl_addin.commands.check import check_book
from xl_addin.commands.undo import undo
from xl_addin.excel import dataset_file
from xl_addin.excel.closed import ClosedBook


def refreshed(data: bytes) -> bytes:
    """What the month's work makes of a workbook."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / NAME
        path.write_bytes(data)
        assert refresh(path)
        return path.read_bytes()


@cache
def plain_after() -> bytes:
    """What it makes of the workbook as we write it."""
    return refreshed(ready_bytes())


@cache
def expected(read: Callable[[bytes], object], *, after: bool) -> object:
    """What a reader finds in the plain workbook, before or after the month's work."""
    return read(plain_after() if after else ready_bytes())


@cache
def plain_sheets(*, after: bool) -> object:
    return dataset_file.parse(Path(NAME), plain_after() if after else ready_bytes())


@cache
def plain_findings(*, after: bool) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / NAME
        path.write_bytes(plain_after() if after else ready_bytes())
        return findings(path)


class NoOtherReader(Exception):
    """No other program reads this form: whether it is valid cannot be seen."""


def findings(path: Path) -> list[str]:
    return [str(finding) for finding in check_book(ClosedBook(path), OCCASION)]


def odd(names: list[str], pack: str = "plain zip") -> bytes:
    return ZIPS[pack](made_odd(parts_of(ready_bytes()), names))


def reader_of(data: bytes) -> Callable[[bytes], object]:
    """A reader that understands this form: it finds in it what is in the plain one."""
    for read in (independent.by_calamine, independent.by_openpyxl):
        try:
            if read(data) == expected(read, after=False):
                return read
            reason = None
        except Exception as error:  # whatever a reader raises: it is asked no further
            reason = error
    raise NoOtherReader from reason


def formulas_of(after: bytes, before: bytes) -> object:
    """The formulas by openpyxl; those expected where it cannot read even what we were given."""
    try:
        return independent.formulas(after)
    except Exception:
        with pytest.raises((KeyError, TypeError, ValueError)):
            independent.formulas(before)
    return expected(independent.formulas, after=True)


def assert_same_as_plain(folder: Path, data: bytes, *, with_formulas: bool = True) -> None:
    """Check, refresh and undo do with this workbook what they do with the plain one."""
    path = folder / NAME
    path.write_bytes(data)
    read = reader_of(data)
    assert dataset_file.read(path) == plain_sheets(after=False)
    assert findings(path) == plain_findings(after=False)
    assert refresh(path)
    after = path.read_bytes()
    assert dataset_file.read(path) == plain_sheets(after=True)
    assert read(after) == expected(read, after=True)
    if with_formulas:
        assert formulas_of(after, data) == expected(independent.formulas, after=True)
    assert independent.drawn(after) == expected(independent.drawn, after=True)
    assert findings(path) == plain_findings(after=True)
    assert not refresh(path)
    assert undo(ClosedBook(path), datetime(2026, 7, 4), tell=lambda line: None, agree=lambda: True)
    assert path.read_bytes() == data


TOGETHER = 5
"""How many combinations each run of the tests tries."""

COMBINED = st.tuples(
    st.lists(st.sampled_from(list(ODDITIES)), min_size=2, max_size=7, unique=True),
    st.sampled_from(list(ZIPS)),
)


def combined_oddities_are_worked_on_like_the_plain_workbook(names_and_zip):
    names, pack = names_and_zip
    with tempfile.TemporaryDirectory() as folder, suppress(NoOtherReader):
        assert_same_as_plain(Path(folder), odd(names, pack))
