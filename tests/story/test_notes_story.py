"""The notes over time: whatever happens, nothing is lost; and six months as an officer's log."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from functools import partial

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.support.notes_desk import JUN, Desk, month, warnings_of
from xl_addin.layout import DataNotes
from xl_addin.notes import ReturnedNote, read_notes
from xl_addin.table import CellError

FIGURES = st.sampled_from([None, 0.1, 0.2, 0.104, 0.2, "Not updated", "Late", "late ", "Closed"])
MONTHS = st.integers(-14, 8).map(JUN.plus)
MONTH_CELLS = st.one_of(st.none(), MONTHS.map(lambda m: m.first_day), st.just("soon"))
APPLIES_TO = st.sampled_from(
    ["M5", "m3;LAC1", "MASH", "Adoption and Fostering", "", "CiN and EH", "EH3 + CP1", None, "CP9"]
)
TEXTS = st.one_of(
    st.sampled_from(
        ["Late.", " late. ", "=1+1", "See [note 1].", "[note 2][note 12]", "long " * 99, "\n", None]
    ),
    st.sampled_from([CellError("#NAME?"), 12.0, "M5: Late (from Jun 2015)", "ملاحظة 👩‍👧"]),
    st.text(max_size=12),
)


def plain(text):
    return " ".join(str(text or "").split()).casefold()


class AnyWork(RuleBasedStateMachine):
    """Any sequence of months, figures, restatements, edits, renames and pages shown."""

    def __init__(self) -> None:
        super().__init__()
        self.desk = Desk(steady=False)
        self.renamed = 0
        self.done = None

    @initialize(figures=st.lists(FIGURES, min_size=5, max_size=5))
    def first_month(self, figures):
        self._refresh(JUN, dict(zip(self._refs(), figures, strict=True)), {}, ())

    @rule(
        after=st.integers(0, 3),
        figures=st.lists(FIGURES, min_size=5, max_size=5),
        earlier=st.lists(st.tuples(st.integers(0, 4), st.integers(1, 15), FIGURES), max_size=4),
        notes=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3), TEXTS), max_size=3),
    )
    def a_month_comes_in(self, after, figures, earlier, notes):
        at = self.desk.newest.plus(after)
        refs = self._refs()
        changed = {(refs[i], at.plus(-back)): new for i, back, new in earlier}
        brought = [
            ReturnedNote(refs[i], at.plus(-back), str(text or "")) for i, back, text in notes
        ]
        self._refresh(at, dict(zip(refs, figures, strict=True)), changed, tuple(brought))

    @rule(
        applies_to=APPLIES_TO,
        text=TEXTS,
        start=MONTH_CELLS,
        end=MONTH_CELLS,
        state=st.sampled_from([None, "active", "ended", "closed"]),
    )
    def an_officer_adds_a_note(self, applies_to, text, start, end, state):
        self.desk.add(applies_to, text, start, end, state)

    @precondition(lambda self: self.desk.rows)
    @rule(
        row=st.integers(0, 99),
        edit=st.one_of(
            st.tuples(st.just(DataNotes.TEXT), TEXTS),
            st.tuples(st.just(DataNotes.APPLIES_TO), APPLIES_TO),
            st.tuples(st.sampled_from([DataNotes.FROM, DataNotes.TO]), MONTH_CELLS),
            st.tuples(st.just(DataNotes.STATE), st.sampled_from(["active", "ended", None])),
            st.tuples(st.just(DataNotes.ORIGIN), st.sampled_from(["officer", "automatic", "?"])),
            st.tuples(st.just(DataNotes.NOTE), st.sampled_from([None, 1, 7, "three"])),
        ),
    )
    def an_officer_edits_a_note(self, row, edit):
        self.desk.write(row % len(self.desk.rows), *edit)

    @precondition(lambda self: self.desk.rows)
    @rule(row=st.integers(0, 99))
    def an_officer_deletes_a_note(self, row):
        del self.desk.rows[row % len(self.desk.rows)]

    @rule(which=st.integers(0, 4))
    def a_ref_is_renamed(self, which):
        self.renamed += 1
        before = self._texts()
        self.desk.rename(self._refs()[which], f"N{self.renamed}")
        assert self._texts() == before

    @rule(back=st.integers(0, 16))
    def another_month_is_shown(self, back):
        self._synced(lambda: self.desk.show(self.desk.newest.plus(-back)))

    @rule()
    def notes_are_synced(self):
        self._synced(self.desk.sync)

    def _refresh(self, at, figures, earlier, notes):
        work = partial(self.desk.refresh, at, figures, earlier, notes)
        self._synced(work, notes, issue=at)

    def _synced(self, work, brought=(), issue=None):
        before = self._texts()
        self.done = work()
        restated = self.desk.restated if issue else ()
        assert not before - self._texts(), "words that were there are gone"
        there = {plain(text) for text in self.desk.column(DataNotes.TEXT)}
        assert all(plain(note.text) in there for note in brought if plain(note.text))
        rows, markers = list(self.desk.rows), self.done.markers
        again = self.desk.sync(restated, brought, issue)
        assert (self.desk.rows, again.markers, again.changed) == (rows, markers, ())

    def _refs(self):
        return self.desk.catalogue.refs

    def _texts(self):
        texts = self.desk.column(DataNotes.TEXT)
        return Counter((type(text), text) for text in texts if plain(text))

    @invariant()
    def numbers_are_gapless_and_unique(self):
        if self.done:
            numbers = [note.number for note in self.done.notes]
            assert numbers == [*range(1, len(numbers) + 1)]

    @invariant()
    def every_marker_has_a_text_and_every_note_on_the_page_a_marker(self):
        if not self.done:
            return
        marked = [int(n) for text in self.done.markers.values() for n in re.findall(r"\d+", text)]
        assert set(marked) == set(self.done.on_page)
        assert list(dict.fromkeys(marked)) == sorted(set(marked)), "not by first appearance"
        assert self.done.on_page == tuple(range(1, len(self.done.on_page) + 1))
        assert all(self.done.notes[n - 1].has_text for n in marked)

    @invariant()
    def a_note_that_ended_before_the_month_shown_has_no_marker(self):
        shown = self.desk.shown
        for number in self.done.on_page if self.done else ():
            note = self.done.notes[number - 1]
            assert (note.start or shown) <= shown <= (note.end or shown)

    @invariant()
    def what_cannot_be_read_never_stops_the_sync(self):
        read_notes(self.desk.table)


AnyWork.TestCase.settings = settings(max_examples=50, stateful_step_count=25, deadline=None)
TestAnyWork = AnyWork.TestCase


def test_six_months_read_as_the_log_an_officer_would_have_written():
    desk = Desk()
    log: list[str] = []

    def issue(at, figures, earlier=None, notes=()):
        desk.today = date(at.year, at.month, 6)
        done = desk.refresh(at, figures, earlier, notes)
        log.append(f"{at.label} issue")
        log.extend(f"  {line}" for line in (*done.changed, *map(str, warnings_of(done))))
        log.append("  Page: " + ", ".join(f"{r} {m}" for r, m in done.markers.items() if m))

    jan, feb, mar, apr, may, jun = (
        month(f"{m} 2015") for m in ["Jan", "Feb", "Mar", "Apr", "May", "Jun"]
    )
    late = "Not updated pending data accuracy work"
    desk.shown = desk.newest = jan
    desk.add("LAC1", "Unaccompanied children are counted from their arrival.")
    issue(jan, {"M5": 30, "LAC1": 561, "M3": 0.34})
    issue(feb, {"M5": late, "LAC1": 571, "M3": 0.37})
    brought = ReturnedNote("EH3", mar, "Two teams sent theirs late.")
    issue(mar, {"M5": late, "LAC1": 586, "M3": 0.34}, {("LAC1", jan): 558}, (brought,))
    restated = desk.column(DataNotes.APPLIES_TO).index("LAC1") + 1
    desk.write(restated, DataNotes.TEXT, "Three children were counted twice in January.")
    issue(apr, {"M5": 12, "LAC1": 615, "M3": 0.33}, {("LAC1", jan): 561})
    log.append("LAC1 is renamed CLA1")
    log.extend(f"  {line}" for line in desk.rename("LAC1", "CLA1"))
    issue(may, {"M5": 14, "CLA1": 622, "M3": None})
    issue(jun, {"M5": 11, "CLA1": 626, "M3": 0.29}, {("M3", apr): 0.35, ("M3", may): 0.29})
    assert log == SIX_MONTHS.strip("\n").splitlines(), "\n".join(log)


SIX_MONTHS = """
Jan 2015 issue
  Page: LAC1 [note 1]
Feb 2015 issue
  Note 1 added: “M5: Not updated pending data accuracy work (from Feb 2015)”
  Notes renumbered: 1 is now 2
  Page: M5 [note 1], LAC1 [note 2]
Mar 2015 issue
  Note 2 added: “Two teams sent theirs late.”
  Note 4 added: “LAC1: Jan 2015 restated from 561 to 558 in the Mar 2015 issue”
  Notes renumbered: 2 is now 3
  Page: M5 [note 1], EH3 [note 2], LAC1 [note 3][note 4]
Apr 2015 issue
  Note 3 was reworded and is an officer's from now on: “Three children were counted twice in January.”
  Note 4 added: “LAC1: Jan 2015 restated from 558 back to 561 in the Apr 2015 issue”
  Note 5 ended with Mar 2015: “M5: Not updated pending data accuracy work (from Feb 2015)”
  Notes renumbered: 1 is now 5, 2 is now 1, 3 is now 2, 4 is now 3
  Page: EH3 [note 1], LAC1 [note 2][note 3][note 4]
LAC1 is renamed CLA1
  Data notes, note 4 (“LAC1: Jan 2015 restated from 558 back to 561 in the Apr 201…”): The text names LAC1, which is now CLA1. Texts are left as they are; reword it if it should name the new ref.
May 2015 issue
  Note 1 added: “M3: where a month from May 2015 on is blank, no figure and no reason was given”
  Notes renumbered: 1 is now 2, 2 is now 3, 3 is now 4, 4 is now 5, 5 is now 6
  Page: M3 [note 1], EH3 [note 2], CLA1 [note 3][note 4][note 5]
Jun 2015 issue
  Note 1 added: “M3: Apr 2015 restated from 33% to 35% in the Jun 2015 issue”
  Note 6 ended with May 2015: “M3: where a month from May 2015 on is blank, no figure and no reason was given”
  Notes renumbered: 1 is now 6, 6 is now 7
  Page: M3 [note 1], EH3 [note 2], CLA1 [note 3][note 4][note 5]
"""  # noqa: E501
