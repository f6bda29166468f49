"""The measures of five lists in pandas and in polars, as an analyst would write them.

The same as xl-addin computes from the same files: text becomes dates and numbers, copies of a row
and rows whose dates cannot be are taken out, assessments are held against working days, stays
against the end of each of thirteen months. A figure is (counted, of), ``of`` None for a count.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from xl_addin.period import Month

Figures = dict[tuple[str, str], tuple[int, int | None]]
"""By ref and month, such as ("M1", "Jun 2015")."""

SPANS: Mapping[str, tuple[str, str]] = {
    "List 4": (
        "Continuous Assessment Start Date",
        "Continuous Assessment Date of Authorisation",
    ),
    "List 7": ("Child Protection Plan Start Date", "Child Protection Plan End Date"),
    "List 8": ("Date Started to be Looked After", "Date Ceased to be Looked After"),
}
CONTACT, REFERRAL = "Date of Contact", "Date of referral"
VISIT, EARLIER = "Date of the Last Statutory Visit", "Number of Previous Child Protection Plans"
REASON = "Reason Ceased to be Looked After"
LASTING = ("E11", "E12", "E45", "E46", "E47", "E48")
UNTIL_2018 = ("E43", "E44")
CHANGED = date(2018, 4, 1)
IN_TIME, VISITED = 45, 14
"""Working days of an assessment; days before the end of the month."""


def holidays_of(months: list[Month]) -> list[date]:
    """The bank holidays of England and Wales around some months."""
    from holidays import country_holidays

    years = range(months[0].year - 3, months[-1].year + 1)
    return sorted(country_holidays("GB", subdiv="ENG", years=years))


def last_of(month: Month) -> date:
    return month.plus(1).first_day - timedelta(days=1)


def by_pandas(folder: Path, months: list[Month]) -> Figures:
    """All figures of the months, in pandas."""
    import numpy as np
    import pandas as pd

    lists = {path.stem: _pandas_list(pd, path) for path in sorted(folder.glob("List *.csv"))}
    found: Figures = {}
    assessed = lists["List 4"]
    start, end = (assessed[name] for name in SPANS["List 4"])
    timed = (start.notna() & end.notna()).to_numpy()
    days = np.full(len(assessed), IN_TIME + 1)
    after = [day[timed].to_numpy().astype("datetime64[D]") + 1 for day in (start, end)]
    days[timed] = np.busday_count(*after, holidays=holidays_of(months))
    assessed["in time"] = days <= IN_TIME
    for month in months:
        first, last = pd.Timestamp(month.first_day), pd.Timestamp(last_of(month))
        found |= {
            (ref, month.label): figure
            for ref, figure in _pandas_month(lists, first, last, month == months[-1])
        }
    return found


def _pandas_month(lists: Any, first: Any, last: Any, is_newest: bool) -> Iterator[Any]:
    within = lambda table, name: table[name].between(first, last)  # noqa: E731
    m1 = int(within(lists["List 1"], CONTACT).sum())
    m2 = int(within(lists["List 3"], REFERRAL).sum())
    done = lists["List 4"][within(lists["List 4"], SPANS["List 4"][1])]
    yield from (("M1", (m1, None)), ("M2", (m2, None)), ("M3", (m2, m1)))
    yield from (("EH3", (len(done), None)), ("EH4-QL", (int(done["in time"].sum()), len(done))))
    plans, care = lists["List 7"], lists["List 8"]
    begun = plans[within(plans, SPANS["List 7"][0])]
    yield "CP5-QL", (int((begun[EARLIER] > 0).sum()), len(begun))
    open_plans = plans[_pandas_open(plans, "List 7", last)]
    yield "CP6B", (len(open_plans), None)
    yield "CP7", (int(within(plans, SPANS["List 7"][1]).sum()), None)
    if is_newest:
        known = open_plans[~(open_plans[VISIT] > last)]
        visited = known[VISIT] >= last - timedelta(days=VISITED)
        yield "CP8-QL", (int(visited.sum()), len(known))
    yield "LAC1", (int(_pandas_open(care, "List 8", last).sum()), None)
    yield "LAC2", (int(within(care, SPANS["List 8"][0]).sum()), None)
    left = care[within(care, SPANS["List 8"][1])]
    old = left[REASON].isin(UNTIL_2018) & (last.date() < CHANGED)
    lasting = int((left[REASON].isin(LASTING) | old).sum())
    yield from (("LAC3", (len(left), None)), ("LAC4-QL", (lasting, None)))
    yield "LAC5-QL", (lasting, len(left))


def _pandas_open(table: Any, name: str, last: Any) -> Any:
    start, end = (table[column] for column in SPANS[name])
    return (start <= last) & (end.isna() | (end > last))


def _pandas_list(pd: Any, path: Path) -> Any:
    table = pd.read_csv(path, dtype=str).apply(lambda column: column.str.strip())
    for column in table.columns:
        if "Date" in column:
            table[column] = pd.to_datetime(table[column], format="%d/%m/%Y", errors="coerce")
        elif "Number" in column:
            table[column] = pd.to_numeric(table[column], errors="coerce")
    table = table.drop_duplicates()
    if path.stem in SPANS:
        start, end = (table[column] for column in SPANS[path.stem])
        table = table[~(end < start)]
    return table.copy()


def by_polars(folder: Path, months: list[Month]) -> Figures:
    """All figures of the months, in polars: what is asked of a list is asked at once."""
    import polars as pl

    found: Figures = {}
    lists = {path.stem: _polars_list(pl, path) for path in sorted(folder.glob("List *.csv"))}
    asked: dict[str, dict[str, Any]] = {name: {} for name in lists}
    for month in months:
        for name, one in _polars_month(pl, month, month == months[-1], holidays_of(months)):
            asked[name] |= {f"{ref} {month.label}": test for ref, test in one.items()}
    counted: dict[str, int] = {}
    for name, table in lists.items():
        counted |= table.select(**asked[name]).collect().row(0, named=True)
    for month in months:
        found |= _polars_figures({r: counted.get(f"{r} {month.label}") for r in _REFS}, month.label)
    return found


_REFS = ("M1", "M2", "EH3", "EH4", "CP5", "CP5 of", "CP6B", "CP7", "CP8", "CP8 of")
_REFS += ("LAC1", "LAC2", "LAC3", "LAC4-QL")


def _polars_figures(n: Mapping[str, Any], label: str) -> Figures:
    plain = ("M1", "M2", "EH3", "CP6B", "CP7", "LAC1", "LAC2", "LAC3", "LAC4-QL")
    found: dict[str, tuple[int, int | None]] = {ref: (n[ref], None) for ref in plain}
    found |= {"M3": (n["M2"], n["M1"]), "EH4-QL": (n["EH4"], n["EH3"])}
    found |= {"CP5-QL": (n["CP5"], n["CP5 of"]), "LAC5-QL": (n["LAC4-QL"], n["LAC3"])}
    if n["CP8"] is not None:
        found["CP8-QL"] = (n["CP8"], n["CP8 of"])
    return {(ref, label): figure for ref, figure in found.items()}


def _polars_month(pl: Any, month: Month, is_newest: bool, closed: list[date]) -> Iterator[Any]:
    first, last = month.first_day, last_of(month)
    within = lambda name: pl.col(name).is_between(first, last)  # noqa: E731
    yield "List 1", {"M1": within(CONTACT).sum()}
    yield "List 3", {"M2": within(REFERRAL).sum()}
    begun, done = SPANS["List 4"]
    day = timedelta(days=1)
    after = [pl.col(name) + day for name in (begun, done)]
    in_time = pl.business_day_count(*after, holidays=closed) <= IN_TIME
    yield "List 4", {"EH3": within(done).sum(), "EH4": (within(done) & in_time).sum()}
    is_open = {
        name: (pl.col(s) <= last) & (pl.col(e).is_null() | (pl.col(e) > last))
        for name, (s, e) in SPANS.items()
    }
    started, ended = SPANS["List 7"]
    again = within(started) & (pl.col(EARLIER) > 0)
    plans = {"CP5": again.sum(), "CP5 of": within(started).sum(), "CP7": within(ended).sum()}
    plans["CP6B"] = is_open["List 7"].sum()
    if is_newest:
        known = is_open["List 7"] & (pl.col(VISIT) > last).fill_null(False).not_()
        seen = (pl.col(VISIT) >= last - timedelta(days=VISITED)).fill_null(False)
        plans |= {"CP8": (known & seen).sum(), "CP8 of": known.sum()}
    yield "List 7", plans
    came, left = SPANS["List 8"]
    codes = (*LASTING, *(UNTIL_2018 if last < CHANGED else ()))
    lasting = within(left) & pl.col(REASON).is_in(codes)
    care = {"LAC1": is_open["List 8"].sum(), "LAC2": within(came).sum()}
    yield "List 8", {**care, "LAC3": within(left).sum(), "LAC4-QL": lasting.sum()}


def _polars_list(pl: Any, path: Path) -> Any:
    table = pl.scan_csv(path, infer_schema=False)
    names = table.collect_schema().names()
    days = [name for name in names if "Date" in name]
    numbers = [name for name in names if "Number" in name]
    texts = pl.col(pl.String).str.strip_chars()
    table = table.with_columns(texts).with_columns(
        pl.col(days).str.to_date("%d/%m/%Y", strict=False),
        pl.col(numbers).cast(pl.Int64, strict=False),
    )
    if path.stem in SPANS:
        start, end = SPANS[path.stem]
        table = table.filter((pl.col(end) < pl.col(start)).fill_null(False).not_())
    return table.unique()
