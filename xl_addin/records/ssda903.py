"""SSDA903 episodes: those of one period of care become one row of children in care.

Columns by the guide to the children looked after return: RNE S begins a period, REC that is
neither blank nor X1 ends it, LS V3 and V4 are short breaks.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from xl_addin.definitions.care import SHORT_BREAKS
from xl_addin.definitions.lists import CARE
from xl_addin.records.cleaning import DATES, RawList

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

NEEDED = frozenset(("CHILD", "DECOM", "RNE", "LS", "DEC", "REC"))
GOES_ON = "X1"
"""The reason an episode ceased at which care went on in another episode."""

PLACED = ("S", "P", "T", "B", "U")
"""The reasons of a new episode with which a placement begins."""

COLUMNS = ("row", "child_id", "care_start", "care_end", "reason_ceased", "placement_start")


def is_episodes(headings: Sequence[str]) -> bool:
    """Whether a table's headings are those of an episodes file."""
    return set(headings) >= NEEDED


def periods_of_care(engine: DuckDBPyConnection, table: str, source: str, number: int) -> RawList:
    """The periods of care in an episodes table, as rows of text of the list children in care."""
    made = f"{table}_care_{number}"
    engine.execute(f"create or replace table {made} as {_periods(table)}")
    columns = {name: name for name in (*COLUMNS, "legal_status")}
    return RawList(CARE, made, source, columns, has_rows=True)


def _periods(table: str) -> str:
    """One row a period: its first start, its last end where it has ended, its placement."""
    return f"""
        with episodes as ({_episodes(table)}), numbered as (
            select *, sum(cast(why = 'S' as integer)) over (
                partition by child order by begun, place rows unbounded preceding) as period
            from episodes
        )
        select arg_max(place, (begun, place)) as "row", child as child_id,
            strftime(min(begun), '%Y-%m-%d') as care_start,
            case when arg_max(reason, (begun, place)) not in ('', '{GOES_ON}')
                then strftime(arg_max(ended, (begun, place)), '%Y-%m-%d') end as care_end,
            nullif(arg_max(reason, (begun, place)), '{GOES_ON}') as reason_ceased,
            strftime(max(begun) filter (why in {PLACED}), '%Y-%m-%d') as placement_start,
            case when bool_and(legal in {SHORT_BREAKS}) then max(legal)
                else arg_max(legal, (begun, place)) filter (legal not in {SHORT_BREAKS}) end
                as legal_status
        from numbered group by child, period
    """


def _episodes(table: str) -> str:
    """The episodes with dates as dates, and codes in capitals without spaces."""
    day, code = "cast(try_strptime(trim({}), {}) as date)", "upper(trim(coalesce({}, '')))"
    return (
        f"select rowid + 2 as place, trim(CHILD) as child, "
        f"{day.format('DECOM', list(DATES))} as begun, {day.format('DEC', list(DATES))} as ended, "
        f"{code.format('RNE')} as why, {code.format('LS')} as legal, "
        f"{code.format('REC')} as reason from {table}"
    )
