"""Half a year at an officer's desk: what is asked and told, in a closed and in an open workbook.

Each month something goes wrong that has gone wrong before: nothing is undone, cut off or decided
in silence, and both kinds of workbook tell the same.
"""

from __future__ import annotations

import re
from contextlib import contextmanager, nullcontext
from datetime import datetime
from functools import cache

import pytest

from tests.support.memory_engine import open_in_memory
from tests.support.officer import saved_book
from tests.support.places import ROOT
from tests.support.ways import through_com
from xl_addin import ooxml
from xl_addin.commands.refresh import HowToRefresh, refresh_book
from xl_addin.dataset.workbook import parse_workbook
from xl_addin.errors import ReturnRefused
from xl_addin.excel.closed import ClosedBook
from xl_addin.excel.opened import OpenBook
from xl_addin.excel.template import build_template
from xl_addin.layout import DataNotes, Dataset, Measures, Name, RefreshLog, Return, Settings
from xl_addin.measure import Catalogue, Measure, Unit
from xl_addin.period import Month
from xl_addin.questions import About, Reply
from xl_addin.refresh import Occasion
from xl_addin.update import Row, SetName, SetRows, Update

CATALOGUE = Catalogue(
    (
        Measure("M1", "MASH", "Contacts", key=True),
        Measure("M3", "MASH", "Share", unit=Unit.PERCENTAGE),
        Measure("M4", "MASH", "Referrals with a risk of exploitation"),
    )
)

WITH_MONEY = Catalogue(
    (
        Measure("M1", "MASH", "Contacts", key=True),
        Measure("H1", "Housing", "Rent collected", unit=Unit.ABOVE_100, key=True),
        Measure("M4", "MASH", "Referrals", key=True),
        Measure("H2", "Housing", "Agency spend", unit=Unit.MONEY),
    )
)

PAST = [month.label for month in Month(2015, 5).window(12)]
M1 = ["1000", "1010", "990", "1005", "995", "1000", "1010", "990", "1005", "995", "1000", "1010"]
M4 = ["*", "*", "*", "15", "7", "7", "9", "9", "5", "7", "6", "7"]
PAGE = [
    ["Ref", *PAST, "Comments"],
    ["M1", *M1, "A new form was used from May."],
    ["M3", *["39%"] * 12, ""],
    ["M4", *M4, ""],
    [],
    ["* M4 counts each child once."],
]
HEADINGS = ["Measure Ref", "Month", "Value", "Note"]


class Desk:
    """An officer, a workbook, and the files that come in; ``told`` is what was said last."""

    def __init__(self, book, folder):
        self.book, self.folder = book, folder
        self.told, self.asked = [], []
        self.day = 0

    def file(self, name, rows):
        path = self.folder / name
        path.write_text("\n".join(",".join(row) for row in rows), encoding="utf-8")
        return path

    def brings(self, path, **answers):
        """Bring a return in; the keywords answer questions, by what they are about."""
        self.day += 1
        self.told, self.asked = [], []

        def ask(questions):
            self.asked += [question.text for question in questions]
            given = {About[name]: reply for name, reply in answers.items()}
            return {q.key: given[q.about] for q in questions if q.about in given}

        occasion = Occasion(datetime(2026, 9, self.day, 9, 30), "A. Officer", "0.1.0")
        return refresh_book(
            self.book,
            occasion,
            tell=self.told.append,
            agree=lambda: True,
            how=HowToRefresh(file=path, ask=ask),
        )

    @property
    def workbook(self):
        return parse_workbook(self.book.read())

    def figure(self, ref, month):
        return self.workbook.history.observed(ref, Month.parse(month)).shown

    def types(self, table, ref, heading, value):
        found = self.book.read().tables[table]
        column = found.headings.index(heading)
        rows = tuple(
            Row((value if cells[0] == ref else cells[column],), n)
            for n, cells in enumerate(found.rows)
        )
        self.book.apply(Update((SetRows(table, (heading,), rows),)))

    def retires(self, ref):
        found = self.book.read().tables[Measures.TABLE]
        rows = [
            Row((None,) * len(cells) if cells[0] == ref else cells, n)
            for n, cells in enumerate(found.rows)
        ]
        self.book.apply(Update((SetRows(Measures.TABLE, tuple(found.headings), tuple(rows)),)))

    def fills_in(self, label, **figures):
        """Write the month above the Monthly return, and figures; Settings name no file."""
        self.types(Settings.TABLE, Settings.RETURN, Settings.VALUE, None)
        self.book.apply(Update((SetName(Name.RETURN_MONTH, ((label,),)),)))
        for ref, value in figures.items():
            self.types(Return.TABLE, ref, Return.VALUE, value)

    def refs(self, table):
        return [row[0] for row in self.book.read().tables[table].rows]

    @property
    def charts(self):
        names = self.book.read().names
        return [names[name][0][0] for n in range(1, 4) if (name := Name.key_measure(n)) in names]

    def writes_note(self, ref, text, month):
        found = self.book.read().tables[DataNotes.TABLE]
        columns = (DataNotes.APPLIES_TO, DataNotes.TEXT, DataNotes.FROM)
        places = [found.headings.index(heading) for heading in columns]
        old = [Row(tuple(row[p] for p in places), n) for n, row in enumerate(found.rows)]
        new = Row((ref, text, Month.parse(month).first_day))
        self.book.apply(Update((SetRows(DataNotes.TABLE, columns, (*old, new)),)))


@contextmanager
def at_a_desk(kind, folder, catalogue):
    """An officer at a new workbook, closed or open in Excel."""
    path = folder / "Dataset.xlsm"
    path.write_bytes(new_book(catalogue))
    if kind == "closed":
        yield Desk(ClosedBook(path), folder)
        return
    with through_com() if kind == "over COM" else nullcontext():
        memory = saved_book(folder, ooxml.read(path))
        yield Desk(OpenBook(open_in_memory(memory)), folder)


@cache
def new_book(catalogue):
    return build_template("Monthly Dataset", catalogue)


@pytest.fixture(params=["closed", "in memory", "over COM"])
def kind(request):
    return request.param


@pytest.fixture
def desk(kind, tmp_path):
    with at_a_desk(kind, tmp_path, CATALOGUE) as found:
        yield found


@pytest.fixture
def second(kind, tmp_path):
    with at_a_desk(kind, tmp_path, WITH_MONEY) as found:
        yield found


def month(label, *figures):
    return [HEADINGS, *[[ref, label, value, *note] for ref, value, *note in figures]]


def test_half_a_year_at_the_desk(desk):
    desk.brings(desk.file("Old page.csv", PAGE))
    assert desk.told[0] == "Please look at:"
    assert "3 cells hold “*”, read as “Suppressed in the source”: M4" in desk.told[1]
    assert "12 month average leaves out Jun 2014, Jul 2014, Aug 2014" in "\n".join(desk.told)
    texts = [row[2] for row in desk.workbook.tables[DataNotes.TABLE].rows]
    assert {"A new form was used from May.", "M4 counts each child once."} <= set(texts)

    june = desk.file("June.csv", month("Jun 2015", ("M1", "1002"), ("M3", "39"), ("M4", "7")))
    with pytest.raises(ReturnRefused, match=r"M3 is 39\. A percentage is written 39% or 0\.39\."):
        desk.brings(june)
    assert desk.asked == [
        "All percentages of June.csv are typed as 39, not 39% (1 of them). Read them so?"
    ]
    assert desk.brings(june, PER_CENTS=Reply.YES)
    assert desk.figure("M3", "Jun 2015") == 0.39

    july = month("Jul 2015", ("M1", "13010"), ("M3", "39%"))
    desk.brings(desk.file("July.csv", [*july, ["M1", "Jun 2015", "1009"]]))
    assert "13010 for Jul 2015 is" in desk.told[1]
    log = desk.workbook.tables[RefreshLog.TABLE]
    kept = log.rows[-1][log.headings.index(RefreshLog.WARNINGS)]
    assert kept.startswith("1. Dataset, M1: 13010 for Jul 2015 is")

    desk.brings(june, PER_CENTS=Reply.YES)
    assert desk.asked[-1].startswith("M1 Jun 2015: the return says 1002, but 1009 was recorded on")
    assert desk.figure("M1", "Jun 2015") == 1009
    assert desk.brings(june, PER_CENTS=Reply.YES, OLDER=Reply.YES)
    assert desk.figure("M1", "Jun 2015") == 1002

    august = month("Aug 2025", ("M1", "1011"))
    far = desk.file("August.csv", august)
    with pytest.raises(ReturnRefused, match="It has figures for Aug 2025"):
        desk.brings(far)
    assert desk.workbook.month == Month(2015, 7)

    desk.writes_note("M1", "Calls of the new line are counted.", "Jul 2015")
    desk.types(Dataset.TABLE, "M1", Dataset.DESCRIPTION, "Contacts with the MASH")
    desk.brings(desk.file("M4.csv", month("Jul 2015", ("M4", "6"))), WORDING=Reply.YES)
    assert not [line for line in desk.told if "13010" in line]
    measures = desk.book.read().tables[Measures.TABLE]
    at = measures.headings.index(Measures.DESCRIPTION)
    assert measures.rows[0][at] == "Contacts with the MASH"

    wrong = month("Aug 2015", ("M1", "six"), ("M4", "n/k"), ("TOTAL", "13"))
    with pytest.raises(ReturnRefused) as refused:
        desk.brings(desk.file("August.csv", wrong))
    assert [problem.found for problem in refused.value.problems] == [
        "M1 is “six”, which is neither a figure nor a reason.",
        "M4 is “n/k”, which is neither a figure nor a reason.",
        "“TOTAL” is not a measure ref.",
    ]
    assert desk.workbook.month == Month(2015, 7)


def test_the_other_half_of_the_year(second):
    """Other units, a measure that goes, and the sheets that follow."""
    june = [
        ("M1", "1000"),
        ("H1", "102.5%"),
        ("H2", '"£12,500"'),
        ("M4", "Not updated: new system"),
    ]
    second.brings(second.file("June.csv", month("Jun-15", *june)))
    assert (second.figure("H1", "Jun 2015"), second.figure("H2", "Jun 2015")) == (1.025, 12500)
    assert second.figure("M4", "Jun 2015") == "Not updated: new system"
    second.writes_note("M4", "Counted by the new system.", "Jun 2015")
    second.brings(second.file("July.csv", month("Jul 15", ("M1", "1002"), ("M4", "7"))))
    assert second.charts == ["M1", "H1", "M4"]

    second.retires("M4")
    second.types(Measures.TABLE, "H2", Measures.KEY, "yes")
    second.brings(second.file("August.csv", month("Aug 2015", ("M1", "1004"), ("H1", "99%"))))
    assert second.charts == ["M1", "H1", "H2"]
    assert second.refs(Dataset.TABLE) == second.refs(Return.TABLE) == ["M1", "H1", "H2"]
    page, notes = (second.book.read().tables[name] for name in (Dataset.TABLE, DataNotes.TABLE))
    of_m4 = {row[0] for row in notes.rows if row[1] == "M4"}
    assert of_m4, "an officer's words are never lost"
    markers = " ".join(str(row[page.headings.index(Dataset.NOTES)]) for row in page.rows)
    assert not [number for number in of_m4 if f"[note {number}]" in markers]

    second.fills_in("September 2015", M1=1006.0, H1=1.01, H2=12900.0)
    assert second.brings(None)
    assert second.workbook.month == Month(2015, 9)
    assert second.figure("H2", "Sep 2015") == 12900
    assert second.figure("M4", "Jul 2015") == 7


def test_every_test_that_the_page_names_is_there():
    named = set(re.findall(r"`(test_\w+)`", (ROOT / "docs" / "desk.md").read_text("utf-8")))
    texts = [path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py")]
    there = {name for text in texts for name in re.findall(r"^def (test_\w+)", text, re.MULTILINE)}
    assert len(named) > 30
    assert not named - there
