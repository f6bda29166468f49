"""Whatever officers type is recorded as it stands in its cell, or refused by its cell."""

from __future__ import annotations

import math
import tempfile
from functools import cache
from pathlib import Path

from hypothesis import strategies as st

from tests.support.agreed import AGREED
from tests.support.printed_returns import CATALOGUE
from tests.support.ready import NAME, OCCASION, ready_bytes
from tests.support.weird_returns import (
    COUNTS,
    MONTHS,
    SHARES,
    UNREADABLE_MONTHS,
    Cell,
    Rows,
    Says,
    number_in,
    write_document,
    write_text,
    write_workbook,
)
from xl_addin.checks.returns import check_return
from xl_addin.dataset.workbook import Workbook, parse_workbook
from xl_addin.errors import ReturnRefused
from xl_addin.excel import dataset_file
from xl_addin.layout import History
from xl_addin.observation import Observation, State
from xl_addin.period import Month
from xl_addin.refresh import refresh as decide
from xl_addin.sources import read_return
from xl_addin.update import AppendRows

REFS = {"M1": COUNTS, "LAC1": COUNTS, "CP8-QL": SHARES, "LAC7-QL": SHARES}
SPELT = {"M1": ("M1", "m1", " M 1 "), "CP8-QL": ("CP8-QL", "cp8 – ql", "CP8−QL")}
FORMS = ("csv,", "csv;", "csv\t", "utf-16", "xlsx", "ods")
Given = dict[tuple[str, Month], tuple[Cell, str]]
"""The cell of each measure and month, and how its place is called."""


@st.composite
def tidy_returns(draw: st.DrawFn) -> tuple[Rows, Given]:
    """A row for each figure, in any order, some blank rows between, some columns more."""
    keys = draw(
        st.lists(
            st.tuples(st.sampled_from(list(REFS)), st.sampled_from(list(MONTHS))),
            min_size=1,
            max_size=8,
            unique=True,
        )
    )
    more = draw(st.sampled_from([[], ["Owner"], ["Owner", None]]))
    rows: Rows = [list(row) for row in draw(TITLES)]
    rows.append([draw(st.sampled_from(["Measure Ref", "REF", "measure_ref"])), "Month ", *more])
    rows[-1].append(draw(st.sampled_from(["Value", "VALUE", " value:"])))
    given: Given = {}
    for ref, month in keys:
        if draw(st.integers(0, 9)) == 0:
            rows.append([None] * len(rows[-1]))
        cell = draw(REFS[ref])
        month_cell = draw(st.sampled_from(MONTHS[month]))
        spelt = draw(st.sampled_from(SPELT.get(ref, (ref,))))
        rows.append([spelt, month_cell, *("someone" if m else None for m in more), cell.typed])
        given[ref, month] = (cell, f"row {len(rows)}")
    return rows, given


@st.composite
def wide_returns(draw: st.DrawFn) -> tuple[Rows, Given]:
    """The familiar page: a row for each measure, a column for each month."""
    months = draw(st.lists(st.sampled_from(list(MONTHS)), min_size=1, max_size=3, unique=True))
    refs = draw(st.lists(st.sampled_from(list(REFS)), min_size=1, max_size=4, unique=True))
    rows: Rows = [list(row) for row in draw(TITLES)]
    headings = [draw(st.sampled_from(MONTHS[month])) for month in months]
    rows.append(["Measure Ref", "Description", *headings])
    given: Given = {}
    for ref in refs:
        if draw(st.integers(0, 9)) == 0:
            rows.append(["Section heading"])
            rows[-1] = [None, "A section", *[None] * len(months)]
        cells = [draw(REFS[ref]) for _ in months]
        rows.append(
            [draw(st.sampled_from(SPELT.get(ref, (ref,)))), "Words", *(c.typed for c in cells)]
        )
        for month, cell in zip(months, cells, strict=True):
            given[ref, month] = (cell, f"row {len(rows)}, {month.label}")
    trailing = draw(st.integers(0, 3))
    return [[*row, *[None] * trailing] for row in rows], given


TITLES = st.sampled_from([(), (("Children’s services",),), (("Title", None), (None,))])


def write(folder: Path, form: str, rows: Rows) -> Path:
    kind = "csv" if form.startswith(("csv", "utf")) else form
    path = folder / f"June.{kind}"
    if kind == "xlsx":
        write_workbook(path, rows)
    elif kind == "ods":
        write_document(path, rows)
    else:
        encoding = "utf-16" if form == "utf-16" else "utf-8"
        write_text(path, rows, form[3:] if encoding == "utf-8" else ",", encoding)
    return path


def figures_are_as_typed_or_refused(rows: Rows, given: Given, form: str) -> None:
    """The property of every return: no figure but those that stand there; the others by place."""
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder), form, rows)
        try:
            return_ = read_return(path, CATALOGUE)
        except ReturnRefused as refusal:
            raise AssertionError(f"the file as a whole: {refusal}") from refusal
    # Where all percentages are typed as 39, one problem of the whole file tells of them.
    typed_alike = {p.place for p in return_.problems if "percentages are typed as 39" in p.found}
    places = {problem.place for problem in return_.problems} - typed_alike
    assert all(p.place and p.found.endswith(".") and p.remedy for p in return_.problems)
    seen = {entry.observation.key: entry.observation for entry in return_.entries}
    assert seen.keys() <= given.keys()
    for key, (cell, place) in given.items():
        is_problem = f"{path.name}, {place}" in places
        is_problem |= bool(typed_alike) and CATALOGUE[key[0]].is_percentage and not seen.get(key)
        assert_as_typed(cell, seen.get(key), is_problem)
    whole_file = {path.name} & places
    assert places - whole_file <= {f"{path.name}, {place}" for _, place in given.values()}
    assert not whole_file or all(c.says in (Says.NOTHING, Says.UNSURE) for c, _ in given.values())


def assert_as_typed(cell: Cell, seen: Observation | None, is_problem: bool) -> None:
    """Whether what was read of a cell is what it says."""
    what = (cell, seen, is_problem)
    if cell.says is Says.REFUSED:
        assert is_problem and seen is None, what
    elif cell.says is Says.FIGURE:
        assert not is_problem and seen and _same_number(seen.value, cell.means), what
    elif cell.says is Says.WORDS:
        assert not is_problem and seen and (seen.value, seen.status) == (None, cell.means), what
    elif cell.says is Says.NOTHING:
        assert not is_problem and (not seen or seen.state is State.MISSING), what
    elif seen and seen.value is not None:
        assert seen.value == number_in(str(cell.typed)), what


def _same_number(read: float | None, typed: object) -> bool:
    """Equal to the last digit; XlsxWriter keeps 16 of the 17 that a number may need."""
    return read in (typed, float(f"{typed:.16g}"))


RETURNS = st.tuples(st.one_of(tidy_returns(), wide_returns()), st.sampled_from(FORMS))


@st.composite
def spoilt_returns(draw: st.DrawFn) -> tuple[Rows, str, str]:
    """A sound tidy return with one thing wrong: where that is, and a word of what is said."""
    rows: Rows = [["Measure Ref", "Month", "Value"]]
    rows += [[ref, "Jun 2015", str(n)] for n, ref in enumerate(("M1", "LAC1", "LAC2", "LAC3"))]
    place = draw(st.integers(1, 4))
    kind = draw(st.sampled_from(["ref", "look-alike", "month", "twice", "no ref", "no month"]))
    row = rows[place]
    if kind == "ref":
        row[0] = draw(st.sampled_from(["M99", "LAC", "TOTAL", "0", "-", "=M1", "M1 M2", "Ｍ1x"]))
    elif kind == "look-alike":
        row[0] = draw(st.sampled_from(["М1", "LAС1", "LΑC2"]))
    elif kind == "month":
        row[1] = draw(st.sampled_from(UNREADABLE_MONTHS))
    elif kind == "twice":
        rows.append(list(row))
        place = len(rows) - 1
    else:
        row[0 if kind == "no ref" else 1] = draw(st.sampled_from([None, " ", "\u00a0"]))
    words = {
        "ref": "is not a measure ref",
        "look-alike": "which only looks alike",
        "month": "onth",
        "twice": "is given here again",
        "no ref": "names no measure",
        "no month": "names no month",
    }
    return rows, f"row {place + 1}", words[kind]


def what_is_wrong_is_said_with_its_place(spoilt: tuple[Rows, str, str], form: str) -> None:
    """The property of returns with one thing wrong: one sentence, its place, no other figure."""
    rows, place, words = spoilt
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder), form, rows)
        return_ = read_return(path, CATALOGUE)
        problems = (*return_.problems, *check_return(return_, CATALOGUE))
    assert f"{path.name}, {place}" in {problem.place for problem in problems}, problems
    assert all(words in p.found for p in problems if p.place.endswith(place))
    typed = {str(row[0]): float(str(row[2])) for row in rows[1:]}
    for entry in return_.entries:
        assert entry.observation.value == typed[entry.observation.ref]


@cache
def workbook() -> Workbook:
    """What the workbook that waits for June says."""
    return parse_workbook(dataset_file.parse(Path(NAME), ready_bytes()))


def an_update_says_what_the_grid_says(rows: Rows, given: Given) -> None:
    """The property of a refresh: History gets the figures of the cells, or nothing happens."""
    with tempfile.TemporaryDirectory() as folder:
        return_ = read_return(write(Path(folder), "csv,", rows), CATALOGUE)
    try:
        update = decide(workbook(), return_, OCCASION, answers=AGREED)
    except ReturnRefused as refusal:
        assert all(p.place and p.found and p.remedy for p in refusal.problems)
        return
    assert not return_.problems
    recorded = {
        (ref, Month.of(month)): value
        for change in update.changes
        if isinstance(change, AppendRows) and change.table == History.TABLE
        for ref, month, _, _, _, value, *_ in change.rows
    }
    for key, value in recorded.items():
        if key[0] not in REFS:  # a ratio, worked out from what was given
            assert value is None or 0 <= value <= 1
            continue
        cell, _ = given.get(key, (Cell(None, Says.NOTHING), ""))
        assert value is None or cell.says is Says.UNSURE or _same_number(value, cell.means)
    for key, (cell, _) in given.items():
        if cell.says is Says.FIGURE and key not in recorded:
            assert math.isclose(workbook().history.observed(*key).value, cell.means, abs_tol=0.005)
