"""Half a year of one workbook, and its log as an officer would have written it.

Told four times: in plain tables, in a closed file, in an open workbook in memory, and in one that
LibreOffice has open. What comes of it is the same, cell for cell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime

import pytest

from tests.support.books import applied, new_sheets
from tests.support.libreoffice.engine import running_libreoffice
from tests.support.memory_engine import from_sheets, open_in_memory
from xl_addin.dataset.printing import printed
from xl_addin.dataset.workbook import parse_workbook
from xl_addin.errors import ReturnRefused
from xl_addin.excel import live
from xl_addin.excel.closed import ClosedBook
from xl_addin.excel.template import write_template
from xl_addin.layout import DataNotes, Dataset, History, Measures, Name, RefreshLog
from xl_addin.measure import Catalogue, Measure, Unit
from xl_addin.observation import Observation
from xl_addin.period import Month
from xl_addin.refresh import Occasion, refresh, show, sync_notes
from xl_addin.returns import Entry, Return
from xl_addin.returns.hand_edits import HandEdits
from xl_addin.table import same_value
from xl_addin.update import AppendRows, Row, SetRows, Update

CATALOGUE = Catalogue(
    (
        Measure("M1", "MASH", "Contacts", key=True),
        Measure("M2", "MASH", "Referrals"),
        Measure("M3", "MASH", "Share", "", Unit.PERCENTAGE, numerator="M2", denominator="M1"),
        Measure("M5", "MASH", "Children stepped up", key=True),
        Measure("LAC1", "Children in care", "Looked after children", key=True),
    )
)
JAN, FEB, MAR, APR, MAY, JUN = (Month(2015, n) for n in range(1, 7))
LATE = "Not updated pending data accuracy work"
TOLD_ALIKE = (DataNotes.TABLE, Dataset.TABLE, History.TABLE, RefreshLog.TABLE, Measures.TABLE)


class PlainBook:
    def __init__(self):
        self.sheets = new_sheets(CATALOGUE)

    def read(self):
        return self.sheets

    def apply(self, update):
        self.sheets = applied(self.sheets, update)


class LiveBook:
    def __init__(self, book):
        self.book = book

    def read(self):
        return live.read(self.book)

    def apply(self, update):
        live.apply(self.book, update)


@dataclass
class Officer:
    """Who works at a workbook from month to month, and the log kept of it."""

    book: object
    log: list[str] = field(default_factory=list)
    today: datetime = datetime(2015, 1, 1)

    def month(self, month, figures, earlier=(), hand_edits=HandEdits.LIST):
        self.today = datetime(month.plus(1).year, month.plus(1).month, 6, 9, 30)
        given = [(ref, month, figure) for ref, figure in figures.items()]
        return_ = return_of([*given, *earlier], f"{month.label} return.csv")
        self.does(f"{month.label} return", refresh, return_, hand_edits=hand_edits)

    def does(self, title, work, *given, **choice):
        """Do a piece of work, and write down what the officer is told and what the page shows."""
        self.log.append(title)
        occasion = Occasion(self.today, "A. Officer", "0.1.0")
        asked = (*given, occasion, *choice.values())
        try:
            update = work(parse_workbook(self.book.read()), *asked)
        except ReturnRefused as refusal:
            self.log += [f"  Refused: {problem}" for problem in refusal.problems]
            return
        self.book.apply(update)
        self.log += [f"  {line}" for line in (*update.summary, *update.warnings)]
        workbook = parse_workbook(self.book.read())
        rows = [row for _, row in workbook.dataset.records()]
        marked = [f"{row[Dataset.REF]} {row[Dataset.NOTES]}" for row in rows if row[Dataset.NOTES]]
        self.log.append(f"  {workbook.month.label} page: {', '.join(marked)}")

    def types(self, table, row, heading, value):
        """Type into the row whose cells hold ``row``."""
        found = self.book.read().tables[table]
        (at,) = (n for n, cells in enumerate(found.rows) if row in cells)
        column = found.headings.index(heading)
        rows = tuple(
            Row((value if n == at else cells[column],), n) for n, cells in enumerate(found.rows)
        )
        self.book.apply(Update((SetRows(table, (heading,), rows),)))


def return_of(figures, source):
    entries = []
    for ref, month, cell in figures:
        value, reason = (None, cell) if isinstance(cell, str) else (cell, "")
        seen = Observation(ref, month, value, reason)
        entries.append(Entry(seen, f"{source}, row {len(entries) + 2}"))
    return Return(tuple(entries), source, "ab" * 32)


def half_a_year(book):
    officer = Officer(book)
    note = ("LAC1", "Unaccompanied children are counted from their arrival.")
    columns = (DataNotes.APPLIES_TO, DataNotes.TEXT)
    book.apply(Update((AppendRows(DataNotes.TABLE, columns, (note,)),)))
    officer.month(JAN, {"M1": 1000.0, "M2": 400.0, "M5": 30.0, "LAC1": 561.0})
    officer.month(FEB, {"M1": 1100.0, "M2": 330.0, "M5": LATE, "LAC1": 571.0})
    march = {"M1": 1200.0, "M2": 480.0, "M5": LATE, "LAC1": 586.0}
    officer.month(MAR, march, [("LAC1", JAN, 558.0)])
    restated = "LAC1: Jan 2015 restated from 561 to 558 in the Mar 2015 issue"
    reworded = "Three children had been counted twice in January."
    officer.types(DataNotes.TABLE, restated, DataNotes.TEXT, reworded)
    april = {"M1": 1150.0, "M2": 345.0, "M5": 12.0, "LAC1": 615.0}
    officer.month(APR, april, [("LAC1", JAN, 561.0)])
    officer.types(Measures.TABLE, "LAC1", Measures.REF, "CLA1")
    officer.types(Dataset.TABLE, "M1", APR.label, 1380.0)
    may = {"M1": 1100.0, "M2": 440.0, "M5": 14.0, "CLA1": 622.0}
    officer.month(MAY, may)
    officer.month(MAY, may, hand_edits=HandEdits.RECORD)
    officer.month(JUN, {"M1": 1000.0, "M2": 300.0, "M5": 11.0, "CLA1": 626.0})
    officer.does("February is shown", show, FEB)
    officer.does("June is shown", show, JUN)
    officer.does("Sync notes", sync_notes)
    return officer.log


LOG = """
Jan 2015 return
  Jan 2015: 5 of 5 figures
  Jan 2015 page: LAC1 [note 1]
Feb 2015 return
  Feb 2015: 4 of 5 figures, 1 not updated
  The page moves from Jan 2015 to Feb 2015.
  Note 1 added: “M5: Not updated pending data accuracy work (from Feb 2015)”
  Notes renumbered: 1 is now 2
  Feb 2015 page: M5 [note 1], LAC1 [note 2]
Mar 2015 return
  Mar 2015: 4 of 5 figures, 1 not updated
  1 earlier figure restated:
    LAC1 Jan 2015: 561 becomes 558
  The page moves from Feb 2015 to Mar 2015.
  Note 3 added: “LAC1: Jan 2015 restated from 561 to 558 in the Mar 2015 issue”
  Mar 2015 page: M5 [note 1], LAC1 [note 2][note 3]
Apr 2015 return
  Apr 2015: 5 of 5 figures
  1 earlier figure restated:
    LAC1 Jan 2015: 558 becomes 561
  The page moves from Mar 2015 to Apr 2015.
  Note 2 was reworded and is an officer's from now on: “Three children had been counted twice in January.”
  Note 3 added: “LAC1: Jan 2015 restated from 558 back to 561 in the Apr 2015 issue”
  Note 4 ended with Mar 2015: “M5: Not updated pending data accuracy work (from Feb 2015)”
  Notes renumbered: 1 is now 4, 2 is now 1, 3 is now 2
  Apr 2015 page: LAC1 [note 1][note 2][note 3]
May 2015 return
  Refused: Dataset, row 2: M1 Apr 2015 shows “1380”, but “1150” is recorded. Say at the next refresh whether to record the change or to put the recorded figure back (on the command line: --hand-edits record, or --hand-edits put-back).
May 2015 return
  May 2015: 5 of 5 figures
  2 earlier figures restated:
    M1 Apr 2015: 1150 becomes 1380
    M3 Apr 2015: 30% becomes 25%
  The page moves from Apr 2015 to May 2015.
  LAC1 is now called CLA1: its figures and notes go with it.
  Note 1 added: “M1: Apr 2015 restated from 1150 to 1380 in the May 2015 issue”
  Note 2 added: “M3: Apr 2015 restated from 30% to 25% in the May 2015 issue”
  Notes renumbered: 1 is now 3, 2 is now 4, 3 is now 5, 4 is now 6
  Data notes, note 5 (“LAC1: Jan 2015 restated from 558 back to 561 in the Apr 201…”): The text names LAC1, which is now CLA1. Texts are left as they are; reword it if it should name the new ref.
  May 2015 page: M1 [note 1], M3 [note 2], CLA1 [note 3][note 4][note 5]
Jun 2015 return
  Jun 2015: 5 of 5 figures
  The page moves from May 2015 to Jun 2015.
  Jun 2015 page: M1 [note 1], M3 [note 2], CLA1 [note 3][note 4][note 5]
February is shown
  The page shows Feb 2015.
  Notes renumbered: 1 is now 5, 2 is now 6, 3 is now 2, 4 is now 3, 5 is now 4, 6 is now 1
  Feb 2015 page: M5 [note 1], CLA1 [note 2][note 3][note 4]
June is shown
  The page shows Jun 2015.
  Notes renumbered: 1 is now 6, 2 is now 3, 3 is now 4, 4 is now 5, 5 is now 1, 6 is now 2
  Jun 2015 page: M1 [note 1], M3 [note 2], CLA1 [note 3][note 4][note 5]
Sync notes
  Jun 2015 page: M1 [note 1], M3 [note 2], CLA1 [note 3][note 4][note 5]
"""  # noqa: E501


NOTES = [
    (1, "M1", "M1: Apr 2015 restated from 1150 to 1380 in the May 2015 issue", APR, "active"),
    (2, "M3", "M3: Apr 2015 restated from 30% to 25% in the May 2015 issue", APR, "active"),
    (3, "CLA1", "Unaccompanied children are counted from their arrival.", None, "active"),
    (4, "CLA1", "Three children had been counted twice in January.", JAN, "active"),
    (
        5,
        "CLA1",
        "LAC1: Jan 2015 restated from 558 back to 561 in the Apr 2015 issue",
        JAN,
        "active",
    ),
    (6, "M5", "M5: Not updated pending data accuracy work (from Feb 2015)", FEB, "ended"),
]
PAGE = {
    "M1": ["1000", "1100", "1200", "1380", "1100", "1000"],
    "M2": ["400", "330", "480", "345", "440", "300"],
    "M3": ["40%", "30%", "40%", "25%", "40%", "30%"],
    "M5": ["30", LATE, LATE, "12", "14", "11"],
    "CLA1": ["561", "571", "586", "615", "622", "626"],
}
AVERAGES = {"M1": "1130", "M2": "383", "M3": "34%", "M5": "17", "CLA1": "597"}
REVISED = [
    ("LAC1", 1, 561, "Jan 2015 return"),
    ("LAC1", 2, 558, "Mar 2015 return"),
    ("LAC1", 3, 561, "Apr 2015 return"),
    ("CLA1", 1, 561, "Jan 2015 return (as LAC1)"),
    ("CLA1", 2, 558, "Mar 2015 return (as LAC1)"),
    ("CLA1", 3, 561, "Apr 2015 return (as LAC1)"),
]
COUNTED = [(5, 0, 0), (4, 0, 1), (4, 1, 1), (5, 1, 0), (5, 2, 0), (5, 0, 0)]


@pytest.fixture(scope="module")
def plain():
    book = PlainBook()
    return book, half_a_year(book)


def test_the_log_is_what_an_officer_would_have_written(plain):
    assert plain[1] == LOG.strip("\n").splitlines(), "\n".join(plain[1])


def test_the_notes_in_the_end(plain):
    rows = plain[0].read().tables[DataNotes.TABLE].rows
    first_days = [(*note[:3], note[3] and note[3].first_day, note[4]) for note in NOTES]
    assert [(*row[:4], row[5]) for row in rows] == first_days
    assert [row[6] for row in rows] == ["automatic"] * 2 + ["officer"] * 2 + ["automatic"] * 2


def test_the_page_in_the_end(plain):
    workbook = parse_workbook(plain[0].read())
    labels = [month.label for month in (JAN, FEB, MAR, APR, MAY, JUN)]
    for _, row in workbook.dataset.records():
        measure = workbook.catalogue[row[Dataset.REF]]
        assert [printed(row[label], measure) for label in labels] == PAGE[measure.ref]
        assert printed(row[Dataset.AVERAGE], measure) == AVERAGES[measure.ref]


def test_history_tells_every_figure_that_ever_stood(plain):
    rows = plain[0].read().tables[History.TABLE].rows
    january = [row for row in rows if row[0] in ("LAC1", "CLA1") and row[1] == JAN.first_day]
    told = [(row[0], row[2], row[5], row[8].replace(".csv", "")) for row in january]
    assert sorted(told, key=lambda row: row[0] == "CLA1") == REVISED
    april = [(row[2], row[5]) for row in rows if row[0] == "M1" and row[1] == APR.first_day]
    assert april == [(1, 1150), (2, 1380)]
    (by_hand,) = {row[8] for row in rows if row[0] == "M1" and row[2] == 2}
    assert by_hand == "changed by hand on the Dataset page, recorded by A. Officer"


def test_the_refresh_log_in_the_end(plain):
    rows = plain[0].read().tables[RefreshLog.TABLE].rows
    assert [row[5:8] for row in rows] == COUNTED
    assert [row[2] for row in rows] == [m.first_day for m in (JAN, FEB, MAR, APR, MAY, JUN)]
    assert {row[1] for row in rows} == {"A. Officer"}


def test_a_closed_file_tells_the_same_story(plain, tmp_path):
    path = tmp_path / "Monthly Dataset.xlsm"
    write_template(path, "Monthly Dataset", CATALOGUE)
    told = half_a_year(ClosedBook(path))
    assert in_the_plain_place(told) == plain[1]
    same_tables(plain[0].read(), ClosedBook(path).read())


@pytest.mark.usefixtures("way")
def test_an_open_workbook_tells_the_same_story(plain):
    """In memory nothing calculates, so the derived columns are left to LibreOffice.

    They are brought in line by *Sync notes*, which has nothing to do elsewhere.
    """
    book = LiveBook(open_in_memory(from_sheets(new_sheets(CATALOGUE))))
    in_line = "  The page, its notes and charts come in line with each other."
    assert [line for line in half_a_year(book) if line != in_line] == plain[1]
    same_tables(plain[0].read(), book.read(), without=(*Dataset.DERIVED, *Dataset.LOOKED_UP))


@pytest.mark.libreoffice
def test_a_workbook_open_in_libreoffice_tells_the_same_story(plain, tmp_path):
    path = tmp_path / "Monthly Dataset.xlsm"
    write_template(path, "Monthly Dataset", CATALOGUE)
    with running_libreoffice() as calc:
        book = LiveBook(calc.open(path))
        told = half_a_year(book)
        same_tables(plain[0].read(), book.read())
        calc.close()
    assert in_the_plain_place(told) == plain[1]


def in_the_plain_place(log):
    """The log of a workbook made from the template, whose page begins further down."""
    return [re.sub(r"Dataset, row \d+", "Dataset, row 2", line) for line in log]


def same_tables(expected, found, without=()):
    """The same headings and cells in every table that the story wrote."""
    for name in TOLD_ALIKE:
        table, other = expected.tables[name], found.tables[name]
        assert other.headings == table.headings
        assert len(other.rows) == len(table.rows)
        for row, cells in zip(table.rows, other.rows, strict=True):
            for heading, one, two in zip(table.headings, row, cells, strict=True):
                if heading not in (*without, Dataset.TREND):
                    assert same_value(one, two), (name, row[0], heading, one, two)
    assert found.names[Name.MONTH] == expected.names[Name.MONTH]
