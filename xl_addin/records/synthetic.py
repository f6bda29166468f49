"""Synthetic records: made-up children whose true figures are known because they were wanted.

Figures are chosen first; then rows are made that give them, and each row is entered in a ledger
as it is made. No definition is asked: what the definitions find can be held against the ledger.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from xl_addin.definitions.calendar import last_day
from xl_addin.definitions.lists import (
    ASSESSMENTS,
    CARE,
    CONTACTS,
    LISTS,
    NO,
    PLANS,
    REFERRALS,
    SECTION_47,
    YES,
)
from xl_addin.period import Month
from xl_addin.values import field, value_type

Row = dict[str, str]
"""A row of a list: dates as dd/mm/yyyy, empty text for what is not given."""

WELL_WITHIN = 10
"""Calendar days that are fewer than 15 working days whatever holidays there are."""
WELL_BEYOND = 120
"""Calendar days that are more than 45 working days whatever holidays there are."""


@value_type(frozen=False)
class Synthetic:
    """The rows of each list, and the true figures: how many of how many, by ref and month.

    A count has itself as both.
    """

    lists: dict[str, list[Row]] = field(default_factory=lambda: {name: [] for name in LISTS})
    counted: Counter[tuple[str, Month]] = field(default_factory=Counter)
    of: Counter[tuple[str, Month]] = field(default_factory=Counter)

    def enter(self, ref: str, month: Month, *, is_counted: bool = True, times: int = 1) -> None:
        """Enter in the ledger that a row counts for a measure."""
        self.of[ref, month] += times
        self.counted[ref, month] += is_counted * times


@value_type
class Wanted:
    """What is to be made: about so many children, consecutive months, a seed."""

    children: int
    months: Sequence[Month]
    seed: int


class _Maker:
    """Makes the rows of an authority, month by month."""

    def __init__(self, wanted: Wanted) -> None:
        self.wanted = wanted
        self.chance = random.Random(wanted.seed)
        self.made = Synthetic()
        self._child = 0

    def share(self, part: float) -> int:
        """About that part of the children in a month: the figure that is wanted."""
        most = max(1, round(self.wanted.children * part / len(self.wanted.months)))
        return self.chance.randint(most // 2, most + 1)

    def day_in(self, month: Month, until: int = 28) -> date:
        """A day of a month."""
        return month.first_day + timedelta(days=self.chance.randrange(until))

    def child(self) -> Row:
        """A child not seen before."""
        self._child += 1
        born = date(2000, 1, 1) + timedelta(days=self.chance.randrange(3650))
        return {"child_id": f"C{self._child:07}", "date_of_birth": written(born)}

    def is_so(self, chance: float) -> bool:
        """Yes with that chance."""
        return self.chance.random() < chance


def written(day: date | None) -> str:
    """A day as the files write it, the day first.

    >>> written(date(2015, 6, 3))
    '03/06/2015'
    """
    return f"{day:%d/%m/%Y}" if day else ""


def synthesise(wanted: Wanted) -> Synthetic:
    """Rows and the true figures of every month, for the choices as published."""
    maker = _Maker(wanted)
    for make in (_contacts, _referrals, _assessments, _conferences, _plans, _care):
        make(maker)
    return maker.made


def _contacts(maker: _Maker) -> None:
    for month in maker.wanted.months:
        for _ in range(maker.share(0.5)):
            day = written(maker.day_in(month))
            row = {**maker.child(), "contact_date": day, "contact_source": "Schools"}
            maker.made.lists[CONTACTS].append(row)
            maker.made.enter("M1", month)


def _referrals(maker: _Maker) -> None:
    for month in maker.wanted.months:
        contacts = maker.made.of["M1", month]
        for _ in range(min(contacts, maker.share(0.2))):
            ended = YES if maker.is_so(0.2) else NO
            day = written(maker.day_in(month))
            row = {**maker.child(), "referral_date": day, "no_further_action": ended}
            maker.made.lists[REFERRALS].append(row)
            maker.made.enter("M2", month)


def _assessments(maker: _Maker) -> None:
    for month in maker.wanted.months:
        for _ in range(maker.share(0.2)):
            done, in_time = maker.day_in(month), maker.is_so(0.8)
            begun = done - timedelta(days=maker.chance.randint(0, 50) if in_time else WELL_BEYOND)
            row = {"assessment_start": written(begun), "assessment_authorised": written(done)}
            maker.made.lists[ASSESSMENTS].append({**maker.child(), **row})
            maker.made.enter("EH3", month)
            maker.made.enter("EH4-QL", month, is_counted=in_time)


def _conferences(maker: _Maker) -> None:
    """Conferences of each month; the discussion before them may lie in an earlier month."""
    first = maker.wanted.months[0]
    for month in maker.wanted.months:
        for _ in range(maker.share(0.06)):
            held, in_time, planned = maker.day_in(month), maker.is_so(0.7), maker.is_so(0.85)
            begun = held - timedelta(days=maker.chance.randint(0, WELL_WITHIN) if in_time else 60)
            row = {
                "strategy_discussion": written(begun),
                "conference_unnecessary": NO,
                "conference_date": written(held),
                "conference_led_to_plan": YES if planned else NO,
            }
            maker.made.lists[SECTION_47].append({**maker.child(), **row})
            maker.made.enter("CP2", month)
            maker.made.enter("CP3-QL", month, is_counted=in_time)
            maker.made.enter("CP4", month, is_counted=planned)
            if Month.of(begun) >= first:
                maker.made.enter("CP1", Month.of(begun))
        for _ in range(maker.share(0.04)):
            row = {"strategy_discussion": written(maker.day_in(month)), "conference_date": ""}
            row |= {"conference_unnecessary": YES, "conference_led_to_plan": ""}
            maker.made.lists[SECTION_47].append({**maker.child(), **row})
            maker.made.enter("CP1", month)


@value_type
class _Stay:
    """A time with a plan, or in care: when it began and ended, and how it is counted."""

    began: date
    ended: date | None


def _stays(maker: _Maker, already: float, coming: float) -> Iterator[_Stay]:
    """Stays begun before the first month, and in each month; some of them end."""
    months = maker.wanted.months
    for _ in range(max(1, round(maker.wanted.children * already))):
        before = months[0].first_day - timedelta(days=maker.chance.randint(1, 900))
        yield _Stay(before, _end(maker, months, before))
    for month in months:
        for _ in range(maker.share(coming)):
            began = maker.day_in(month)
            yield _Stay(began, _end(maker, months, began))


def _end(maker: _Maker, months: Sequence[Month], began: date) -> date | None:
    """A day after a stay began and within the months, or none."""
    if maker.is_so(0.4):
        return None
    ended = maker.day_in(maker.chance.choice(list(months)), 31)
    return ended if began <= ended <= last_day(months[-1]) else None


def _enter_stay(maker: _Maker, stay: _Stay, refs: Mapping[str, str]) -> list[Month]:
    """Enter a stay under its refs (open, started, ended); the months at whose end it is open."""
    months = maker.wanted.months
    open_in = [m for m in months if stay.began <= last_day(m) < (stay.ended or date.max)]
    for month in open_in:
        maker.made.enter(refs["open"], month)
    if stay.ended and "ended" in refs:
        maker.made.enter(refs["ended"], Month.of(stay.ended))
    if "started" in refs and Month.of(stay.began) >= months[0]:
        maker.made.enter(refs["started"], Month.of(stay.began))
    return open_in


def _visit(maker: _Maker, in_time: bool, within: int) -> date:
    """A last visit so many days before the end of the last month, or long before it."""
    end = last_day(maker.wanted.months[-1])
    return end - timedelta(days=maker.chance.randint(0, within) if in_time else 200)


def _plans(maker: _Maker) -> None:
    last = maker.wanted.months[-1]
    for stay in _stays(maker, 0.1, 0.05):
        again, in_time = maker.is_so(0.15), maker.is_so(0.8)
        open_in = _enter_stay(maker, stay, {"open": "CP6B", "ended": "CP7"})
        if Month.of(stay.began) >= maker.wanted.months[0]:
            maker.made.enter("CP5-QL", Month.of(stay.began), is_counted=again)
        if last in open_in:
            maker.made.enter("CP8-QL", last, is_counted=in_time)
        row = {
            "plan_start": written(stay.began),
            "plan_end": written(stay.ended),
            "last_visit": written(_visit(maker, in_time, 14)),
            "previous_plans": "1" if again else "0",
        }
        maker.made.lists[PLANS].append({**maker.child(), **row})


def _care(maker: _Maker) -> None:
    for stay in _stays(maker, 0.15, 0.04):
        if maker.is_so(0.05):
            _short_break(maker, stay)
            continue
        refs = {"open": "LAC1", "started": "LAC2", "ended": "LAC3"}
        open_in = _enter_stay(maker, stay, refs)
        row = {"reason_ceased": "", **_visited(maker, stay, open_in)}
        if stay.ended:
            lasting = maker.is_so(0.3)
            maker.made.enter("LAC4-QL", Month.of(stay.ended), is_counted=lasting)
            row["reason_ceased"] = _reason(maker, stay.ended, lasting)
        row |= {"care_start": written(stay.began), "care_end": written(stay.ended)}
        maker.made.lists[CARE].append({**maker.child(), "legal_status": "C2", **row})


def _reason(maker: _Maker, ended: date, lasting: bool) -> str:
    guardianship = ("E45", "E46") if ended >= date(2018, 4, 1) else ("E43", "E44")
    return maker.chance.choice(("E11", "E12", *guardianship) if lasting else ("E4A", "E8"))


def _visited(maker: _Maker, stay: _Stay, open_in: Sequence[Month]) -> Row:
    """A last visit and a placement as old as the stay; one of the last weeks is left in time."""
    end, in_time = last_day(maker.wanted.months[-1]), maker.is_so(0.8)
    visit = _visit(maker, in_time, 40)
    if stay.began > end - timedelta(days=210):
        in_time, visit = True, max(end - timedelta(days=40), stay.began)
    if maker.wanted.months[-1] in open_in:
        maker.made.enter("LAC7-QL", maker.wanted.months[-1], is_counted=in_time)
    return {"last_visit": written(visit), "placement_start": written(stay.began)}


def _short_break(maker: _Maker, stay: _Stay) -> None:
    """A series of short breaks: in the list, and in no figure."""
    row = {"care_start": written(stay.began), "care_end": written(stay.ended)}
    row |= {"legal_status": maker.chance.choice(("V3", "V4")), "last_visit": ""}
    maker.made.lists[CARE].append({**maker.child(), "reason_ceased": "", **row})


Spoil = Callable[[random.Random, Row], Row]


def with_mess(made: Synthetic, seed: int) -> Synthetic:
    """The same figures in untidy rows: copies, prefixes, capitals, spaces, dates written out.

    Copies count once, and rows whose dates cannot be are set aside, so no figure changes.
    """
    chance = random.Random(seed)
    untidy = Synthetic(counted=made.counted, of=made.of)
    for name, rows in made.lists.items():
        untidy.lists[name] = [row for one in rows for row in _untidied(one, name, chance)]
    return untidy


def _untidied(row: Row, name: str, chance: random.Random) -> Iterator[Row]:
    changed = {column: _untidy(text, chance) for column, text in row.items()}
    yield changed
    if chance.random() < 0.02:
        yield dict(changed)
    if chance.random() < 0.02 and name == PLANS:
        bad = {**changed, "child_id": f"{row['child_id']}-X"}
        yield {**bad, "plan_start": "05/06/2015", "plan_end": "04/06/2015"}


def _untidy(text: str, chance: random.Random) -> str:
    if text in (YES, NO):
        letter = "a" if text == YES else "b"
        return chance.choice((text, text.capitalize(), f"{letter}) {text.capitalize()}"))
    return f" {text} " if text and chance.random() < 0.05 else text
