"""Local measures: what has no national source is counted from any list of dated rows."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from xl_addin.definitions.cases import cases_of, happened
from xl_addin.definitions.lists import EVERYWHERE, YES, Column, Kind
from xl_addin.definitions.measures import Definition, Gives

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from xl_addin.definitions.calendar import Calendar
    from xl_addin.definitions.choices import Choices
    from xl_addin.definitions.lists import Lists

LOCAL = "local_"
"""How the names of local lists begin."""

DAY = Column("happened_on", Kind.DATE, needed=True)
ANSWER = Column("is_counted", Kind.ANSWER)
COLUMNS = (*EVERYWHERE, DAY, ANSWER)
"""What a local list holds: whose a row is, the day it counts on, and whether it is counted."""


def list_of(ref: str) -> str:
    """The name of the list of a local measure.

    >>> list_of("LAC8-QL")
    'local_lac8_ql'
    """
    return LOCAL + "".join(c if c.isalnum() else "_" for c in ref.casefold())


def local_definition(ref: str, gives: Gives) -> Definition:
    """The definition of a local measure: rows of its list whose day lies in the month."""
    return Definition(ref, partial(_cases, list_of(ref)), gives, (list_of(ref),))


def _cases(name: str, lists: Lists, calendar: Calendar, choices: Choices) -> Table:
    rows = happened(lists[name], DAY.name, calendar)
    counted = rows[ANSWER.name] == YES
    return cases_of(rows, is_counted=counted, dates=(DAY.name, DAY.name))
