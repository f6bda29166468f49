"""What a caller takes a workbook to be, where nothing in the file itself says so."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from xl_addin.values import value_type

Headings = Mapping[str, tuple[str, ...]]
"""The headings of each table, by its name."""


def _takes_any(file: str, tables: Headings) -> None:
    """Any workbook will do."""


def _needs_none(table: str, heading: str) -> bool:
    return False


def _reads_all(name: str) -> bool:
    return True


@value_type
class Expectation:
    """What a workbook must be for a caller, and which of its columns hold what the caller reads.

    ``refuse`` is given the file's name and its tables' headings, and raises WorkbookRefused for
    a workbook that is another. ``is_needed`` is asked by table and heading: where the values of
    a column are needed, a formula that was never calculated refuses the file, and a new row does
    not take the formula of the row above. ``is_read`` is asked by the name of a range: what stands
    in the others is left unread.
    """

    refuse: Callable[[str, Headings], None] = _takes_any
    is_needed: Callable[[str, str], bool] = _needs_none
    is_read: Callable[[str], bool] = _reads_all


ANY = Expectation()
"""Any workbook, read as far as it says something."""
