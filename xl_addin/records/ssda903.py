"""SSDA903 episodes: those of one period of care become one row of children in care.

Columns by the guide to the children looked after return: RNE S begins a period, REC that is
neither blank nor X1 ends it, LS V3 and V4 are short breaks. A return covers a year from April, and
an episode that goes on stands in the next year's too: files that share episodes are one
authority's, and the newest of them counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from xl_addin.definitions.care import SHORT_BREAKS
from xl_addin.definitions.lists import CARE, SOURCE
from xl_addin.records.cells import DATES, literal
from xl_addin.records.cleaning import FINDINGS, KEPT, LEFT_EMPTY, SET_ASIDE
from xl_addin.records.tables import RawList
from xl_addin.values import value_type

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


@value_type
class Episodes:
    """The episodes of a file as rows of text, in a table of DuckDB."""

    table: str
    source: str


def periods_of_care(engine: DuckDBPyConnection, files: Sequence[Episodes]) -> RawList:
    """The periods of care in episodes files, as rows of text of the list children in care.

    What is wrong with an episode is added to the findings; one that does not say whose it is or
    when it began is set aside.
    """
    rows = " union all ".join(_episodes(one, number) for number, one in enumerate(files))
    engine.execute(f"create or replace table episodes as {rows}")
    for test, said, done in _WRONG:
        engine.execute(
            f"insert into {FINDINGS} select '{CARE}', source, place, child, {said}, "
            f"{literal(done)} from episodes where {test}"
        )
    engine.execute("delete from episodes where begun is null or child = ''")
    _keep_newest(engine, _authorities(engine, len(files)))
    engine.execute(f"create or replace table periods_of_care as {_PERIODS}")
    engine.execute("drop table episodes")
    columns = {name: name for name in (SOURCE.name, *COLUMNS, "legal_status")}
    names = ", ".join(one.source for one in files)
    return RawList(CARE, "periods_of_care", names, columns, has_rows=True, kind="SSDA903")


def _episodes(file: Episodes, number: int) -> str:
    """The episodes with dates as dates, and codes in capitals without spaces."""
    day, code = "cast(try_strptime(trim({}), {}) as date)", "upper(trim(coalesce({}, '')))"
    return (
        f"select {number} as file, {literal(file.source)} as source, rowid + 2 as place, "
        f"trim(coalesce(CHILD, '')) as child, "
        f"{day.format('DECOM', list(DATES))} as begun, {day.format('DEC', list(DATES))} as ended, "
        f"{code.format('RNE')} as why, {code.format('LS')} as legal, "
        f"{code.format('REC')} as reason, trim(coalesce(DECOM, '')) as said_begun, "
        f"trim(coalesce(DEC, '')) as said_ended from {file.table}"
    )


_ENDS = f"reason not in ('', '{GOES_ON}')"
_WRONG = (
    ("child = ''", literal("There is no child ID."), SET_ASIDE),
    ("said_begun = '' and child <> ''", literal("The episode has no start (DECOM)."), SET_ASIDE),
    (
        "begun is null and said_begun <> ''",
        "'“' || said_begun || '” is no date (DECOM).'",
        SET_ASIDE,
    ),
    (
        "ended is null and said_ended <> ''",
        "'“' || said_ended || '” is no date (DEC).'",
        LEFT_EMPTY,
    ),
    (
        f"said_ended = '' and {_ENDS}",
        literal("Care ceased (REC), but no day is given (DEC)."),
        KEPT,
    ),
    (
        "said_ended <> '' and reason = ''",
        literal("The episode ended (DEC), and no reason (REC)."),
        KEPT,
    ),
)
"""What may be wrong with an episode: a condition, a sentence, and what is done."""


def _authorities(engine: DuckDBPyConnection, files: int) -> Mapping[int, int]:
    """The authority of each file, as a number: files that share an episode have the same."""
    found = {number: number for number in range(files)}
    shared = engine.execute(
        "select distinct one.file, other.file from episodes one join episodes other "
        "using (child, begun, why, legal) where one.file < other.file order by all"
    ).fetchall()
    for one, other in shared:
        was, now = found[other], found[one]
        found = {number: now if it == was else it for number, it in found.items()}
    return found


def _keep_newest(engine: DuckDBPyConnection, authorities: Mapping[int, int]) -> None:
    """Let an episode that stands in several files of an authority be as the newest of them has it.

    The newest file is that with the latest day. Listed are a child who was in care at the end of
    an older file and is in no newer one, and one whose first episode of the year begins no care.
    """
    cases = " ".join(f"when {file} then {of}" for file, of in authorities.items())
    engine.execute(
        "create or replace table episodes as "
        f"with of_authorities as (select *, case file {cases} end as authority_, "
        "max(greatest(begun, ended)) over (partition by file) as latest from episodes) "
        "select * from of_authorities "
        "qualify latest = max(latest) over (partition by authority_, child, begun)"
    )
    engine.execute(
        f"insert into {FINDINGS} select '{CARE}', source, place, child, {literal(_LATE)}, "
        f"{literal(KEPT)} from (select *, min(ended) over (partition by file) as year_began "
        "from episodes qualify row_number() over ("
        "partition by authority_, child order by begun, place) = 1) "
        "where why <> 'S' and begun > year_began"
    )
    engine.execute(
        f"insert into {FINDINGS} select '{CARE}', source, place, child, {literal(_LOST)}, "
        f"{literal(KEPT)} from (select *, max(latest) over (partition by authority_) as newest "
        "from episodes qualify row_number() over ("
        "partition by authority_, child order by begun desc, place desc) = 1) "
        f"where latest < newest and not ({_ENDS})"
    )


_LATE = "Care did not begin with this episode (RNE), and the one before is not there."
_LOST = "The child is in care at the end of this file, and in none of the newer ones."


_PERIODS = f"""
    with marked as (
        select *, lag(reason, 1, '') over (in_order) as before from episodes
        window in_order as (partition by authority_, child order by begun, place)
    ), numbered as (
        select *, sum(cast(why = 'S' or before not in ('', '{GOES_ON}') as integer)) over (
            partition by authority_, child order by begun, place rows unbounded preceding
        ) as period from marked
    )
    select arg_max(source, (begun, place)) as source, arg_max(place, (begun, place)) as "row",
        child as child_id, strftime(min(begun), '%Y-%m-%d') as care_start,
        case when arg_max(reason, (begun, place)) not in ('', '{GOES_ON}')
            then strftime(arg_max(ended, (begun, place)), '%Y-%m-%d') end as care_end,
        nullif(arg_max(reason, (begun, place)), '{GOES_ON}') as reason_ceased,
        strftime(max(begun) filter (why in {PLACED}), '%Y-%m-%d') as placement_start,
        case when bool_and(legal in {SHORT_BREAKS}) then max(legal)
            else arg_max(legal, (begun, place)) filter (legal not in {SHORT_BREAKS}) end
            as legal_status
    from numbered group by authority_, child, period
"""
"""One row a period: its first start, its last end where it has ended, its placement."""
