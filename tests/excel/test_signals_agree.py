"""Signals three times: Python, the workbook's formulas as LibreOffice has them, and functions."""

from __future__ import annotations

import random
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.support import office
from xl_addin import udfs
from xl_addin.commands.refresh import HowToRefresh, refresh_book
from xl_addin.dataset.workbook import parse_workbook
from xl_addin.demo import HISTORY, RETURN
from xl_addin.excel.closed import ClosedBook
from xl_addin.excel.template import write_template
from xl_addin.layout import Sheet, Signals, Targets
from xl_addin.measure import Catalogue, Measure, Polarity, Unit
from xl_addin.observation import Observation
from xl_addin.period import Month
from xl_addin.refresh import Occasion, refresh
from xl_addin.returns import Entry, Return
from xl_addin.sources.catalogue import read_catalogue
from xl_addin.update import Row, SetRows, Update

pytestmark = pytest.mark.libreoffice

JUNE = Month(2015, 6)
LOOKED_UP = (Signals.SIGNAL, Signals.TARGET, Signals.ASSURANCE)
OCCASION = Occasion(datetime(2015, 7, 3, 9, 30), "officer", "0.1.0")
WORKED_OUT = Signals.FORMULAS


def drawn(chance: random.Random, number: int) -> tuple[Measure, list[float | str | None]]:
    """A measure and its months: few values, so that ties, runs and points on a line are common."""
    polarity, unit = chance.choice(list(Polarity)), chance.choice(list(Unit))
    scale = 1 / 8 if unit is Unit.PERCENTAGE else chance.choice([1, 10])
    usual = [chance.choice((2, 3, 4)) for _ in range(chance.randint(9, 30))]
    among = chance.choice([(2, 3, 4), (4, 5), (0, 1, 2), (3, 4, 5, 6)])
    recent = [chance.choice(among) for _ in range(chance.randint(1, 9))]
    if chance.random() < 0.2:
        recent = [*range(7)][:: chance.choice((1, -1))]
    values: list[float | str | None] = [value * scale for value in (*usual, *recent)]
    if chance.random() < 0.15:
        values[-chance.randint(1, 20) % len(values)] = "Not updated"
    return Measure(f"R{number}", "", f"Drawn {number}", "", unit, polarity=polarity), values


def scale_of(measure: Measure) -> float:
    return 1 / 8 if measure.is_percentage else 1.0


def filled(path: Path, seed: str, measures: int) -> dict[str, tuple[Measure, list]]:
    """A workbook with drawn measures, refreshed as a closed file; what was drawn, by ref."""
    chance = random.Random(seed)
    series = {m.ref: (m, values) for m, values in (drawn(chance, n) for n in range(measures))}
    write_template(path, "Drawn", Catalogue(tuple(m for m, _ in series.values())))
    entries = []
    for ref, (_, values) in series.items():
        for month, value in zip(JUNE.window(len(values)), values, strict=True):
            reason = value if isinstance(value, str) else ""
            seen = Observation(ref, month, None if reason else value, reason)
            entries.append(Entry(seen, "Drawn"))
    rows = tuple(
        Row((ref, None, None, chance.choice((0, 1, 2, 3, 4, 5)) * scale_of(measure)))
        for ref, (measure, _) in series.items()
    )
    ClosedBook(path).apply(Update((SetRows(Targets.TABLE, Targets.COLUMNS, rows),)))
    update = refresh(
        parse_workbook(ClosedBook(path).read()), Return(tuple(entries), "D", "0" * 64), OCCASION
    )
    ClosedBook(path).apply(update)
    return series


def signals_of(cells) -> dict[str, dict[str, object]]:
    """The rows of the table Signals as LibreOffice works them out, by ref."""
    (top,) = (row for (row, column), text in cells.items() if (column, text) == (1, Signals.REF))
    headings = {column: text for (row, column), text in cells.items() if row == top}
    rows: dict[int, dict[str, object]] = {}
    for (row, column), value in cells.items():
        if row > top and column in headings:
            rows.setdefault(row, {})[headings[column]] = value
    return {str(row[Signals.REF]): row for row in rows.values()}


def check_agreement(path: Path, series) -> None:
    calculated = office.calculated(path)
    found = signals_of(calculated[Sheet.SIGNALS])
    stored = signals_of(stored_in(path, Sheet.SIGNALS))
    drawn = calculated[Sheet.SIGNAL_FIGURES]
    assert stored_in(path, Sheet.SIGNAL_FIGURES) == {c: v for c, v in drawn.items() if v != ""}
    page = {row[0]: row for row in in_rows(calculated["Dataset"])}
    assert set(series) <= set(found)
    for ref, (measure, values) in series.items():
        own = found[ref]
        for heading in WORKED_OUT:
            assert (own.get(heading) or None) == (stored[ref].get(heading) or None), (ref, heading)
        shown = [own.get(heading) or None for heading in LOOKED_UP]
        assert [cell or None for cell in page[ref][-3:]] == shown, ref
        assert udfs.SPECIAL_CAUSE([values], str(measure.polarity)) == own[Signals.SIGNAL], values
        limits = udfs.CONTROL_LIMITS([values])
        if isinstance(limits, str):
            assert own[Signals.SIGNAL] == limits and Signals.MEAN not in own
        else:
            assert [own[h] for h in Signals.LIMITS] == pytest.approx(limits[0], abs=1e-9)


def stored_in(path: Path, sheet: str) -> dict[tuple[int, int], object]:
    """What a sheet shows to readers that do not calculate; days as their numbers."""
    cells = (cell for row in load_workbook(path, data_only=True)[sheet].iter_rows() for cell in row)
    return {(c.row, c.column): stored_as(c.value) for c in cells if c.value not in (None, "")}


def stored_as(value: object) -> object:
    return (value - datetime(1899, 12, 30)).days if isinstance(value, datetime) else value


def in_rows(cells) -> list[list[object]]:
    last = max(column for (row, column), text in cells.items() if text == "Assurance")
    rows = {row for row, _ in cells if row > 5}
    return [[cells.get((row, column)) for column in range(1, last + 1)] for row in sorted(rows)]


def test_formulas_python_and_functions_say_the_same_of_random_series(tmp_path):
    path = tmp_path / "Drawn.xlsm"
    series = filled(path, "random series", 150)
    check_agreement(path, series)
    said = {udfs.SPECIAL_CAUSE([v], str(m.polarity)).split(":")[0] for m, v in series.values()}
    held = {
        row.get(Signals.ASSURANCE)
        for row in signals_of(office.calculated(path)["Signals"]).values()
    }
    assert {"✓ hits", "✗ misses", "? hit and miss"} <= held
    assert {"○ usual", "not enough data", "▲ concern", "▼ improvement"} <= said


def test_formulas_python_and_functions_say_the_same_of_the_printed_issue(tmp_path):
    path = tmp_path / "Printed.xlsm"
    title, catalogue = read_catalogue()
    write_template(path, title, catalogue)
    for returned in (HISTORY, RETURN):
        how = HowToRefresh(file=returned)
        refresh_book(ClosedBook(path), OCCASION, tell=print, agree=lambda: True, how=how)
    history = parse_workbook(ClosedBook(path).read()).history
    months = JUNE.window()
    series = {
        m.ref: (m, [history.observed(m.ref, month).shown for month in months]) for m in catalogue
    }
    check_agreement(path, series)
    found = signals_of(office.calculated(path)["Signals"])
    assert {ref: row[Signals.RULE] for ref, row in found.items() if row[Signals.RULE] != "–"} == {
        "CP6B": "7 or more on one side of the mean",
        "LAC1": "outside a limit",
        "LAC7-QL": "outside a limit",
        "LAC8-QL": "2 of 3 near a limit",
    }


BESIDE = 40
"""A column of Signals right of all that stands there."""


def limits_in_excel(counts: list[tuple[float, float]]) -> list[str]:
    """Mean and limits of the last month as an officer would type them."""
    parts, wholes = ("+".join(f"{n:g}" for n in each) for each in zip(*counts, strict=True))
    mean = f"({parts})/({wholes})"
    reach = f"3*SQRT({mean}*(1-{mean})/{counts[-1][1]:g})"
    return [f"={mean}", f"={mean}-{reach}", f"={mean}+{reach}"]


def check_functions_by_counts(counts, polarity: Polarity, row: dict[str, object]) -> None:
    """The functions for cells say of counts what LibreOffice has on Signals."""
    given = [[n for n, _ in counts]], [[d] for _, d in counts]  # in a row, and in a column
    assert udfs.SPECIAL_CAUSE_BY_COUNTS(*given, str(polarity)) == row[Signals.SIGNAL]
    limits = udfs.CONTROL_LIMITS_BY_COUNTS(*given)
    assert [row[h] for h in Signals.LIMITS] == pytest.approx(limits[0], abs=1e-9)


def test_formulas_say_of_limits_by_counts_what_python_does(tmp_path):
    """Shares of few, whose limits are wide, beside shares of many: each month has its own.

    Of one share no counts are on record, only its figures.
    """
    chance = random.Random("p-chart")
    measures, entries = [], []
    counted: dict[str, list[tuple[float, float]]] = {}
    for number in range(12):
        part, whole, share = (f"{kind}{number}" for kind in "NDP")
        measures += [Measure(part, "", part), Measure(whole, "", whole)]
        measures.append(
            Measure(share, "", share, "", Unit.PERCENTAGE, 0, chance.choice(list(Polarity)),
                    part, whole, control_limits="p-chart")
        )  # fmt: skip
        for month in JUNE.window(20):
            of = chance.choice((8, 20, 400))
            seen = min(of, max(0, round(of * chance.choice((0.2, 0.3, 0.3, 0.4, 0.5)))))
            counted.setdefault(share, []).append((float(seen), float(of)))
            for ref, count in ((part, seen), (whole, of)):
                entries.append(Entry(Observation(ref, month, float(count)), "Drawn"))
    bare = Measure("P", "", "P", "", Unit.PERCENTAGE, 0, Polarity.LOWER, "N", "D",
                   control_limits="p-chart")  # fmt: skip
    measures += [Measure("N", "", "N"), Measure("D", "", "D"), bare]
    entries += [Entry(Observation("P", month, 0.4), "Drawn") for month in JUNE.window(20)]
    polarities = {measure.ref: measure.polarity for measure in measures}
    path = tmp_path / "Counts.xlsm"
    write_template(path, "Counts", Catalogue(tuple(measures)))
    return_ = Return(tuple(entries), "D", "0" * 64)
    ClosedBook(path).apply(refresh(parse_workbook(ClosedBook(path).read()), return_, OCCASION))
    typed = {
        (Sheet.SIGNALS, row, BESIDE + column): formula
        for row, counts in enumerate(counted.values(), 1)
        for column, formula in enumerate(limits_in_excel(counts))
    }
    calculated = office.shown(path, typed).values[Sheet.SIGNALS]
    found = signals_of(calculated)
    for row, (ref, counts) in enumerate(counted.items(), 1):
        check_functions_by_counts(counts, Polarity(polarities[ref]), found[ref])
        by_formula = [calculated[row, BESIDE + column] for column in range(3)]
        assert [found[ref][h] for h in Signals.LIMITS] == pytest.approx(by_formula, abs=1e-9)
    stored = ClosedBook(path).read().tables[Signals.TABLE]
    shares = [row for _, row in stored.records() if str(row[Signals.REF]).startswith("P")]
    assert shares[-1][Signals.SIGNAL] == "no counts"
    assert len({row[Signals.RULE] for row in shares}) > 2
    for row in shares:
        worked_out = found[str(row[Signals.REF])]
        assert {h: worked_out.get(h) or "" for h in WORKED_OUT if h != Signals.ASSURANCE} == {
            h: row[h] or "" for h in WORKED_OUT if h != Signals.ASSURANCE
        }
