"""Every derived figure twice: the Python function and the native formula as LibreOffice has it."""

from __future__ import annotations

import itertools
import tempfile
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.support import office
from xl_addin.dataset.columns import CHANGE, DERIVED, derived_cells
from xl_addin.dataset.derived import NOT_AVAILABLE
from xl_addin.dataset.direction import arrow_formats, change_text, direction, verdict
from xl_addin.measure import Polarity
from xl_addin.period import Month
from xl_addin.rounding import round_half_away

pytestmark = pytest.mark.libreoffice

MONTHS = Month(2015, 6).window()
COLUMNS = {month.label: "ABCDEFGHIJKLM"[n] for n, month in enumerate(MONTHS)}
FIRST_ARROW = 19
DERIVED_AT = [13 if column is CHANGE else 30 + n for n, column in enumerate(DERIVED)]

counts = st.integers(0, 3000).map(float)
ratios = st.tuples(st.integers(0, 400), st.integers(1, 400)).map(lambda p: min(p) / max(p))
halves = st.integers(1, 4000).map(lambda n: n / 200)
absent = st.sampled_from([None, "Not updated", ""])
rows = st.one_of(
    *(st.lists(st.one_of(f, f, f, absent), min_size=13, max_size=13) for f in (counts, ratios)),
    st.lists(halves, min_size=13, max_size=13),
    st.lists(absent, min_size=13, max_size=13),
)
cases = st.tuples(rows, st.sampled_from(Polarity), st.sampled_from([1, 5, 10, 12.5, 100]))


def write(path: Path, drawn) -> None:
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("Rows")
    for number, (shown, polarity, threshold) in enumerate(drawn, 1):
        sheet.write_row(number - 1, 0, shown)
        for column, formula in zip(DERIVED_AT, derived_cells(MONTHS, shown), strict=True):
            sheet.write_formula(
                number - 1, column, formula.in_row(lambda h, n=number: f"{COLUMNS[h]}{n}")
            )
        sheet.write_row(number - 1, 16, [str(polarity), threshold])
        sheet.write_formula(number - 1, 18, f"=IF(ISNUMBER(N{number}),ROUND(N{number},0),0)")
        references = (f"N{number}", f'$Q{number}&""', f"R{number}")
        for column, arrow in enumerate(arrow_formats(*references), FIRST_ARROW):
            sheet.write_formula(number - 1, column, arrow.formula)
    book.close()


def recalculated(drawn) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.xlsx"
        write(path, drawn)
        return office.calculated(path)["Rows"]


def same(cell, twin) -> bool:
    if isinstance(twin, str):
        return cell == twin
    return cell == pytest.approx(twin, rel=1e-12, abs=1e-12)


# Lists that are much longer hold more than hypothesis draws for one example: it would try and try.
@settings(
    max_examples=6,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(st.lists(cases, min_size=50, max_size=60))
def test_every_derived_column_direction_and_state_agrees(drawn):
    cells = recalculated(drawn)
    for number, (shown, polarity, threshold) in enumerate(drawn, 1):
        twins = [formula.value for formula in derived_cells(MONTHS, shown)]
        for column, twin in zip(DERIVED_AT, twins, strict=True):
            assert same(cells.get((number, column + 1)), twin), (shown, column)
        change = twins[DERIVED.index(CHANGE)]
        held = [bool(cells.get((number, FIRST_ARROW + 1 + n))) for n in range(10)]
        if change == NOT_AVAILABLE:
            assert not any(held)
            continue
        assert cells.get((number, 19), 0) == round_half_away(change), change
        first = next(itertools.compress(arrow_formats("", "", ""), held))
        moved = direction(change, threshold)
        assert (first.moved, first.verdict) == (moved, verdict(moved, polarity))
        assert change_text(change, threshold).startswith(first.number_format.strip('"')[0])
