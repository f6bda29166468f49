"""Check: each thing it can find, in a workbook made for it; and nothing in a sound one."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.support.books import applied, measure_row, new_sheets, with_cell
from xl_addin.check import check
from xl_addin.checks.finding import Severity
from xl_addin.dataset.workbook import parse_workbook
from xl_addin.layout import DataNotes, Dataset, Measures
from xl_addin.measure import Catalogue, Measure, Unit
from xl_addin.observation import Observation
from xl_addin.period import Month
from xl_addin.refresh import Occasion, refresh
from xl_addin.returns import Entry, Return
from xl_addin.values import replace

JUN = Month(2015, 6)
OCCASION = Occasion(datetime(2015, 9, 7, 9, 30), "officer", "0.1.0")
LATE = "Not updated pending data accuracy work"
SHARE = Measure("M3", "MASH", "Share", "", Unit.PERCENTAGE, numerator="M2", denominator="M1")
CATALOGUE = Catalogue(
    (
        Measure("M1", "MASH", "Contacts", key=True),
        Measure("M2", "MASH", "Referrals"),
        SHARE,
        *(Measure(f"C{n}", "Care", f"Count {n}") for n in range(1, 5)),
    )
)
USUAL = {"M1": 1000.0, "M2": 400.0, "C1": 20.0, "C2": 30.0, "C3": 40.0, "C4": 50.0}


def return_of(*given, source="Return.csv"):
    entries = []
    for ref, month, cell in given:
        value, reason = (None, cell) if isinstance(cell, str) else (cell, "")
        seen = Observation(ref, month, value, reason, half_width=0.005 if ref == "M3" else 0.0)
        entries.append(Entry(seen, f"{source}, row {len(entries) + 2}"))
    return Return(tuple(entries), source, "ab" * 32)


def with_return(sheets, *given):
    update = refresh(parse_workbook(sheets), return_of(*given), OCCASION)
    return applied(sheets, update)


def year(**unusual):
    """Thirteen months that differ a little; ``C4_0`` is C4's figure in June, ``C4_1`` in May."""
    given = []
    for back, month in zip(range(12, -1, -1), JUN.window(), strict=True):
        for at, (ref, figure) in enumerate(USUAL.items()):
            cell = unusual.get(f"{ref}_{back}", figure + (back + at) % 3)
            given.append((ref, month, cell))
    return with_return(new_sheets(CATALOGUE), *given)


def with_rows(sheets, table, *rows):
    old = sheets.tables[table]
    filled = tuple((*row, *[None] * (len(old.headings) - len(row))) for row in rows)
    return replace(sheets, tables={**sheets.tables, table: replace(old, rows=filled)})


def a_sound_workbook():
    return year()


def counts_that_measures_names_later():
    """M3 was recorded as it was given; Measures names its counts only afterwards."""
    alone = replace(SHARE, numerator="", denominator="")
    catalogue = Catalogue(tuple(alone if m is SHARE else m for m in CATALOGUE))
    sheets = new_sheets(catalogue)
    given = (("M1", JUN, 1000.0), ("M2", JUN, 400.0), ("M3", JUN, 0.29))
    sheets = with_return(sheets, *given)
    return with_rows(sheets, Measures.TABLE, *map(measure_row, CATALOGUE))


def a_part_above_its_whole():
    alone = replace(SHARE, numerator="", denominator="")
    catalogue = Catalogue(tuple(alone if m is SHARE else m for m in CATALOGUE))
    sheets = with_return(new_sheets(catalogue), ("M1", JUN, 10.0), ("M2", JUN, 11.0))
    return with_rows(sheets, Measures.TABLE, *map(measure_row, CATALOGUE))


def a_copied_column():
    return year(
        **{f"{ref}_0": figure + (1 + n) % 3 for n, (ref, figure) in enumerate(USUAL.items())}
    )


def a_month_missing_in_between():
    return with_return(a_sound_workbook(), ("M1", JUN.plus(3), 1001.0))


def a_note_without_its_marker():
    return with_rows(a_sound_workbook(), DataNotes.TABLE, (1, "C1", "Counted anew."))


def a_marker_without_a_note():
    return with_cell(a_sound_workbook(), Dataset.TABLE, "C2", Dataset.NOTES, "[note 4]")


def a_note_for_nothing():
    return with_rows(a_sound_workbook(), DataNotes.TABLE, (1, "CiN and EH numbers", "Withdrawn."))


def a_measure_that_stopped_long_ago():
    return year(**{f"C4_{back}": LATE for back in range(8)})


def a_figure_changed_by_hand():
    return with_cell(a_sound_workbook(), Dataset.TABLE, "C3", "May 2015", 99.0)


def a_formula_typed_over():
    return with_cell(a_sound_workbook(), Dataset.TABLE, "C3", Dataset.MAXIMUM, 99.0)


NO_REASON = "It is not updated, and no reason is given."
WORKBOOKS = [
    (
        counts_that_measures_names_later,
        "please look: Dataset, M3: For Jun 2015 it is 29%, but M2 is 400 and M1 is 1000, "
        "which gives 40%.",
    ),
    (
        a_part_above_its_whole,
        "please look: Dataset, M3: In Jun 2015 M2 is 11, above M1, which is 10.",
    ),
    (
        lambda: year(C4_0=80.0),
        "please look: Dataset, C4: 80 for Jun 2015 is 17 above the usual 43.5 to 63.0 of its 13 "
        "months since Jun 2014.",
    ),
    (
        lambda: year(M2_0=600.0),
        "please look: Dataset, M3: 60% for Jun 2015 is 14 percentage points above the usual "
        "36.8% to 46.4% of its 13 months since Jun 2014.",
    ),
    (
        a_copied_column,
        "please look: Dataset, Jun 2015: 7 of 7 figures are the same as in May 2015.",
    ),
    (
        a_month_missing_in_between,
        "please look: Figures recorded: Nothing is recorded for Jul 2015 to Aug 2015.",
    ),
    (
        a_note_without_its_marker,
        "please look: Dataset, row 5, “Notes”: It shows nothing; the notes that apply are "
        "[note 1].",
    ),
    (
        a_marker_without_a_note,
        "please look: Dataset, row 6, “Notes”: It shows [note 4]; the notes that apply are none.",
    ),
    (
        a_note_for_nothing,
        "please look: Data notes, note 1 (“Withdrawn.”): It applies to “CiN and EH numbers”, "
        "which names no measure and no performance area.",
    ),
    (
        a_measure_that_stopped_long_ago,
        "please look: Dataset, C4: It has not been updated since Oct 2014.",
    ),
    (lambda: year(C1_0="Not updated"), f"please look: Dataset, C1, Jun 2015: {NO_REASON}"),
    (lambda: year(C1_0="n/a"), f"please look: Dataset, C1, Jun 2015: {NO_REASON}"),
    (
        lambda: year(C1_0=None),
        "please look: Dataset, C1: There is neither a figure nor a reason for Jun 2015.",
    ),
    (
        lambda: with_cell(a_sound_workbook(), Measures.TABLE, "C4", Measures.UNIT, "percentage"),
        "please look: Dataset, C4: Its Unit is percentage, but 5",
    ),
    (
        a_figure_changed_by_hand,
        "error: Dataset, row 7: C3 May 2015 shows “99”, but “42” is recorded.",
    ),
    (
        a_formula_typed_over,
        "please look: Dataset, row 7, “Max. value in last 12 months”: It shows 99, which its "
        "formula would not give.",
    ),
]


def told(sheets, return_=None):
    findings = check(parse_workbook(sheets), return_, OCCASION)
    assert [f.severity for f in findings] == sorted((f.severity for f in findings), key=weight)
    return [f"{finding.severity}: {finding.problem}" for finding in findings]


def weight(severity):
    return severity is not Severity.ERROR


def test_a_sound_workbook_has_no_findings():
    assert told(a_sound_workbook()) == []


@pytest.mark.parametrize(("make", "found"), WORKBOOKS, ids=[w[0].__name__ for w in WORKBOOKS])
def test_check_finds(make, found):
    assert [line for line in told(make()) if line.startswith(found)], "\n".join(told(make()))


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (
            [("M3", JUN, 0.9)],
            "error: Return.csv, row 2: M3 Jun 2015 is 90.0%, but M2 is 401 and M1 is 1000",
        ),
        (
            [("M1", JUN, 10.0), ("M2", JUN, 11.0)],
            "error: Return.csv, row 3: M2 is 11 and M1 is 10 for Jun 2015, so M3 would be above",
        ),
        (
            [("M1", JUN, 100.0), ("M2", JUN, 11.0), ("M3", JUN, 0.29)],
            "error: Return.csv, row 4: M3 for Jun 2015 is 29%, but M2 is 11 and M1 is 100, which "
            "gives 11.00%.",
        ),
        (
            [("C1", JUN.plus(2), 5.0)],
            "please look: Figures recorded: Nothing is recorded for Jul 2015.",
        ),
        ([("C1", JUN.plus(9), 5.0)], "error: Return.csv, row 2: Mar 2016 is still to come."),
    ],
)
def test_check_finds_in_a_return(given, found):
    lines = told(a_sound_workbook(), return_of(*given))
    assert [line for line in lines if line.startswith(found)], "\n".join(lines)


def test_errors_do_not_hide_what_else_is_to_be_seen():
    sheets = with_cell(a_measure_that_stopped_long_ago(), Dataset.TABLE, "C3", "May 2015", 99.0)
    lines = told(sheets)
    assert [line.split(":")[0] for line in lines] == ["error", "please look"]


def test_a_part_above_its_whole_is_not_said_to_be_a_wrong_percentage():
    lines = [line for line in told(a_part_above_its_whole()) if "M3" in line]
    assert [line.split(": ")[2][:11] for line in lines] == ["There is ne", "In Jun 2015"]
