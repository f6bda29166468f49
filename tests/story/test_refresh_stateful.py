"""Any work on a workbook: whatever officers and returns do, page, notes, History and log agree."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.support.agreed import AGREED
from tests.support.books import applied, measure_row, new_sheets, with_cell
from xl_addin.dataset.derived import average, maximum, percentage_change
from xl_addin.dataset.page import is_month_heading
from xl_addin.dataset.workbook import parse_workbook
from xl_addin.errors import ReturnRefused, WorkbookRefused
from xl_addin.layout import DataNotes, Dataset, History, Measures, Name, RefreshLog
from xl_addin.measure import Catalogue, Measure, Unit
from xl_addin.observation import Observation
from xl_addin.period import Month
from xl_addin.refresh import Occasion, refresh, show, sync_notes
from xl_addin.returns import Entry, Return
from xl_addin.returns.hand_edits import HandEdits, find_hand_edits
from xl_addin.update import AppendRows
from xl_addin.values import replace

JUN = Month(2015, 6)
MASH, CARE = "MASH", "Children in care"
CATALOGUE = Catalogue(
    (
        Measure("M1", MASH, "Contacts", key=True),
        Measure("M2", MASH, "Referrals"),
        Measure("M3", MASH, "Share", "", Unit.PERCENTAGE, numerator="M2", denominator="M1"),
        Measure("LAC1", CARE, "Looked after children", key=True),
        Measure("LAC2", CARE, "Started"),
    )
)
REASONS = ["Not updated", "Late", "Closed for the move"]
COUNTS = {"Contacts": [10.0, 11.0, 12.0], "Referrals": [0.0, 4.0, 5.0]}
OTHERS = [0.0, 300.0, 301.0]
TEXTS = st.one_of(
    st.sampled_from(
        ["=1+1", "+44", "-", "@home", "See [note 1].", "[note 2][note 9]", "a\nb\r\nc"]
    ),
    st.just(32_767).map("x".__mul__),
    st.sampled_from(["ملاحظة שלום", "👩‍👧 moved", "Late.", " late. ", "\n ", None]),
    st.text(max_size=9),
)
APPLIES_TO = ["{0}", "{1};{2}", "{3}, {4} and {0}", MASH, CARE, "CiN and EH numbers", "", None]
MONTH_CELLS = st.one_of(
    st.none(), st.integers(-14, 8).map(lambda n: JUN.plus(n).first_day), st.just("soon")
)
CELLS = st.one_of(st.none(), st.integers(0, 2), st.sampled_from(REASONS))


class AnyWork(RuleBasedStateMachine):
    """A workbook as plain tables, and what was said about each measure beside it.

    A measure is known by its description, which never changes; its ref may.
    """

    def __init__(self) -> None:
        super().__init__()
        self.sheets = new_sheets(CATALOGUE)
        self.measures = list(CATALOGUE)
        self.retired: list[Measure] = []
        self.said: dict[tuple[str, Month], float | str] = {}
        self.when = datetime(2030, 1, 7, 9, 0)
        self.newest = JUN
        self.made = self.logged = 0
        self.former: dict[str, str] = {}
        self.in_line = False

    @initialize(cells=st.lists(CELLS, min_size=5, max_size=5))
    def the_first_month_comes_in(self, cells):
        cells[3] = 1
        self._refresh(self._return([(i, 0, cell, "") for i, cell in enumerate(cells)]))

    @rule(
        after=st.integers(0, 2),
        cells=st.lists(CELLS, min_size=4, max_size=7),
        earlier=st.lists(st.tuples(st.integers(0, 6), st.integers(1, 14), CELLS), max_size=4),
        notes=st.lists(st.tuples(st.integers(0, 6), TEXTS), max_size=2),
    )
    def a_return_comes_in(self, after, cells, earlier, notes):
        self.newest = self.newest.plus(after)
        words = dict(notes)
        figures = [(i, 0, cell, words.get(i) or "") for i, cell in enumerate(cells)]
        self._refresh(self._return([*figures, *((i, back, c, "") for i, back, c in earlier)]))

    @rule(back=st.integers(1, 14), which=st.integers(0, 6), cell=st.integers(0, 2))
    def an_earlier_month_comes_late(self, back, which, cell):
        self._refresh(self._return([(which, back, cell, "Came late.")]))

    @precondition(lambda self: self.in_line)
    @rule(
        which=st.integers(0, 6),
        month=st.integers(0, 12),
        cell=CELLS,
        choice=st.sampled_from([HandEdits.RECORD, HandEdits.PUT_BACK]),
        after=st.integers(0, 1),
    )
    def a_figure_is_changed_on_the_page(self, which, month, cell, choice, after):
        measure = self._counted(which)
        heading = [h for h in self._page.headings if is_month_heading(h)][month]
        value = self._value(measure, cell)
        at = Month.parse(heading)
        if measure.ref not in self._shown() or value == self._shown()[measure.ref][heading]:
            return
        self.sheets = with_cell(self.sheets, Dataset.TABLE, measure.ref, heading, value)
        self.newest = self.newest.plus(after)
        return_ = self._return([(3, 0, 1, "")])
        occasion = self._occasion()
        workbook = parse_workbook(self.sheets)
        with pytest.raises(ReturnRefused, match=re.escape(f"{measure.ref} {at.label} shows")):
            refresh(workbook, return_, occasion)
        with pytest.raises(WorkbookRefused, match=re.escape(f"{measure.ref} {at.label} shows")):
            sync_notes(workbook, occasion)
        if choice is HandEdits.RECORD and value is not None:
            self.said[measure.description, at] = value
            self._share_follows(at)
        self._refresh(return_, choice)

    @rule(
        applies_to=st.sampled_from(APPLIES_TO),
        text=TEXTS,
        start=MONTH_CELLS,
        end=MONTH_CELLS,
        number=st.sampled_from([None, 1.0, 7.0, "three"]),
    )
    def an_officer_adds_a_note(self, applies_to, text, start, end, number):
        row = (number, self._named(applies_to), text, start, end, None, None, None)
        self._write_notes([*self._notes, row])

    @precondition(lambda self: self._notes)
    @rule(
        row=st.integers(0, 99),
        text=TEXTS,
        applies_to=st.sampled_from([*APPLIES_TO, "as it is", "as it is"]),
    )
    def an_officer_edits_a_note(self, row, text, applies_to):
        rows = self._notes
        at = row % len(rows)
        cells = list(rows[at])
        cells[2] = text
        if applies_to != "as it is":
            cells[1] = self._named(applies_to)
        rows[at] = tuple(cells)
        self._write_notes(rows)

    @precondition(lambda self: self._notes)
    @rule(row=st.integers(0, 99))
    def an_officer_deletes_a_note(self, row):
        rows = self._notes
        del rows[row % len(rows)]
        self._write_notes(rows)

    @precondition(lambda self: self._notes)
    @rule()
    def an_officer_turns_the_notes_round(self):
        self._write_notes(self._notes[::-1])

    @rule(which=st.integers(0, 6), back=st.booleans())
    def a_ref_is_renamed(self, which, back):
        """To a new name, or back to the one before."""
        self.made += 1
        measure = self.measures[which % len(self.measures)]
        if measure.description not in {row[Dataset.DESCRIPTION] for row in self._shown().values()}:
            return
        old, new = measure.ref, f"N{self.made}"
        if back:
            new = self.former.get(measure.description, new)
        self.former[measure.description] = old
        self.measures = [
            replace(
                m,
                ref=new if m.ref == old else m.ref,
                numerator=new if m.numerator == old else m.numerator,
                denominator=new if m.denominator == old else m.denominator,
            )
            for m in self.measures
        ]
        self._write_measures()

    @precondition(lambda self: len(self.measures) > 4)
    @rule(which=st.integers(0, 6))
    def a_measure_is_retired(self, which):
        measure = self.measures[which % len(self.measures)]
        if measure.area == MASH:
            return
        self.measures.remove(measure)
        known = {row[Dataset.DESCRIPTION]: ref for ref, row in self._shown().items()}
        self.retired.append(replace(measure, ref=known.get(measure.description, measure.ref)))
        self._write_measures()

    @precondition(lambda self: len(self.measures) + len(self.retired) < 7)
    @rule(at=st.integers(0, 6))
    def a_measure_is_added(self, at):
        self.made += 1
        new = Measure(f"A{self.made}", CARE, f"Added {self.made}")
        self.measures.insert(at, new)
        self._write_measures()

    @precondition(lambda self: self.retired)
    @rule()
    def a_retired_measure_comes_back(self):
        self.measures.append(self.retired.pop())
        self._write_measures()

    @rule()
    def measures_are_put_in_another_order(self):
        self.measures = [*self.measures[1:], self.measures[0]]
        self._write_measures()

    @rule(which=st.integers(0, 99))
    def a_recorded_month_is_shown(self, which):
        months = sorted(parse_workbook(self.sheets).history.months())
        month = months[which % len(months)]
        self._apply(lambda workbook, occasion: show(workbook, month, occasion))
        assert self._month == month

    @rule()
    def notes_are_synced(self):
        self._apply(sync_notes)

    def _refresh(self, return_, choice=HandEdits.LIST):
        """Bring a return in, and again: the second time it changes nothing."""
        shown = self._month
        for seen in (entry.observation for entry in return_.entries):
            if seen.shown is not None:
                self.said[self._described(seen.ref), seen.month] = seen.shown
        for month in {entry.observation.month for entry in return_.entries}:
            self._share_follows(month)
        occasion = self._occasion()
        update = self._apply(
            lambda workbook, _: refresh(workbook, return_, occasion, choice, AGREED)
        )
        self.logged += not update.is_empty and not recorded(update)
        told = {e.observation.month for e in return_.entries if e.observation.shown is not None}
        assert self._month == max(told | ({shown} if shown else set()))
        texts = {plain(row[2]) for row in self._notes}
        assert all(plain(entry.note) in texts for entry in return_.entries if plain(entry.note))

    def _share_follows(self, month):
        """A share is worked out from its two counts, and withdrawn with one of them."""
        above, below = (self.said.get((count, month)) for count in ("Referrals", "Contacts"))
        if isinstance(above, float) and isinstance(below, float):
            self.said["Share", month] = above / below
        elif isinstance(self.said.get(("Share", month)), float):
            self.said["Share", month] = above if isinstance(above, str) else below

    def _apply(self, work):
        """Do it, and see that nothing was lost; do it again, and see that nothing changes."""
        before, words = self._rows(History.TABLE), self._words()
        log = self._rows(RefreshLog.TABLE)
        update = work(parse_workbook(self.sheets), self._occasion())
        self.sheets = applied(self.sheets, update)
        self.logged += recorded(update)
        assert not words - self._words(), "words that were there are gone"
        assert self._rows(History.TABLE)[: len(before)] == before, "History was rewritten"
        assert self._rows(RefreshLog.TABLE)[: len(log)] == log
        again = parse_workbook(self.sheets)
        assert sync_notes(again, self._occasion()).is_empty, "not in line after one sync"
        repeated = work(again, self._occasion())
        assert repeated.is_empty, repeated.summary
        self.in_line = True
        return update

    @invariant()
    def numbers_are_gapless_and_unique(self):
        if self.in_line:
            assert [row[0] for row in self._notes] == [*range(1, len(self._notes) + 1)]

    @invariant()
    def every_marker_has_a_text_and_numbers_follow_first_appearance(self):
        if not self.in_line:
            return
        text_of = {row[0]: row[2] for row in self._notes}
        marked = [int(n) for row in self._shown().values() for n in markers(row)]
        assert all(plain(text_of[n]) for n in marked)
        assert list(dict.fromkeys(marked)) == [*range(1, len(set(marked)) + 1)]

    @invariant()
    def every_note_meant_for_the_page_has_a_marker_in_each_of_its_rows(self):
        for number, applies_to, text, start, end, state, origin, _ in (
            self._notes if self.in_line else ()
        ):
            now = self._month.first_day
            begun = not hasattr(start, "year") or start <= now
            runs = not hasattr(end, "year") or now <= end
            refs = self._meant(applies_to) if plain(text) and begun and runs else set()
            rows = {ref for ref, row in self._shown().items() if str(number) in markers(row)}
            assert rows <= refs
            if origin != "automatic" and not (state == "ended" and end is None):
                assert rows == refs

    @invariant()
    def a_cell_that_is_not_updated_is_explained(self):
        for ref, row in self._shown().items() if self.in_line else ():
            about = {r[6] for r in self._notes if ref in self._meant(r[1])}
            if isinstance(row[self._month.label], str) and "officer" not in about:
                assert markers(row)

    @invariant()
    def the_page_is_what_was_said(self):
        if not self.in_line:
            return
        window = self._month.window()
        assert [h for h in self._page.headings if is_month_heading(h)] == [m.label for m in window]
        assert list(self._shown()) == [m.ref for m in self.measures]
        for measure in self.measures:
            row = self._shown()[measure.ref]
            cells = [row[m.label] for m in window]
            assert cells == [self.said.get((measure.description, m)) for m in window]
            for heading, expected in (
                (Dataset.CHANGE, percentage_change(cells[-1], cells[0])),
                (Dataset.AVERAGE, average(cells[1:])),
                (Dataset.MAXIMUM, maximum(cells[1:])),
            ):
                assert row[heading] == ("n/a" if expected is None else expected)
        assert not find_hand_edits(parse_workbook(self.sheets))

    @invariant()
    def the_charts_show_measures_of_the_page(self):
        if self.in_line:
            boxes = [self.sheets.names[Name.key_measure(n)][0][0] for n in (1, 2)]
            chosen = {ref for ref in boxes if ref}
            assert chosen <= {m.ref for m in self.measures}
            if None in boxes or "" in boxes:
                assert {m.ref for m in self.measures if m.key} <= chosen

    @invariant()
    def the_log_has_a_row_for_each_refresh_that_changed_something(self):
        """And for a renamed measure's figures, whatever carried them over."""
        assert len(self._rows(RefreshLog.TABLE)) == self.logged

    @property
    def _page(self):
        return self.sheets.tables[Dataset.TABLE]

    @property
    def _month(self):
        last = [h for h in self._page.headings if is_month_heading(h)][-1]
        return None if last in Dataset.UNNAMED_MONTHS else Month.parse(last)

    @property
    def _notes(self):
        return self._rows(DataNotes.TABLE)

    def _rows(self, table):
        return [r for r in self.sheets.tables[table].rows if any(c is not None for c in r)]

    def _shown(self):
        records = (dict(zip(self._page.headings, r, strict=True)) for r in self._page.rows)
        return {record[Dataset.REF]: record for record in records}

    def _occasion(self):
        self.when += timedelta(days=1)
        return Occasion(self.when, "officer", "0.1.0")

    def _words(self):
        return Counter(row[2] for row in self._notes if plain(row[2]))

    def _described(self, ref):
        return next(m.description for m in self.measures if m.ref == ref)

    def _counted(self, which):
        counted = [m for m in self.measures if m.description != "Share"]
        return counted[which % len(counted)]

    def _value(self, measure, cell):
        return COUNTS.get(measure.description, OTHERS)[cell] if isinstance(cell, int) else cell

    def _return(self, given):
        """A return of (measure, months back, cell, note); each measure and month once."""
        entries = {}
        for which, back, cell, note in given:
            measure = self._counted(which)
            month = self.newest.plus(-back)
            value = self._value(measure, cell)
            reason = value if isinstance(value, str) else ""
            seen = Observation(measure.ref, month, None if reason else value, reason)
            entries.setdefault(seen.key, Entry(seen, f"row {len(entries) + 2}", note))
        return Return(tuple(entries.values()), "return.csv", "ab" * 32)

    def _named(self, applies_to):
        refs = [m.ref for m in self.measures]
        return applies_to.format(*refs, *refs) if applies_to else applies_to

    def _meant(self, applies_to):
        areas = {area: {m.ref for m in self.measures if m.area == area} for area in (MASH, CARE)}
        if applies_to in areas:
            return areas[applies_to]
        named = set(re.split(r"; ?|, | and ", applies_to or ""))
        return named & {m.ref for m in self.measures}

    def _write_notes(self, rows):
        self._write(DataNotes.TABLE, rows)

    def _write_measures(self):
        self._write(Measures.TABLE, [measure_row(m) for m in self.measures])

    def _write(self, name, rows):
        table = self.sheets.tables[name]
        rows = tuple(rows) or ((None,) * len(table.headings),)
        tables = {**self.sheets.tables, name: replace(table, rows=rows)}
        self.sheets = replace(self.sheets, tables=tables)
        self.in_line = False


def recorded(update):
    appended = (change for change in update.changes if isinstance(change, AppendRows))
    return any(change.table == History.TABLE for change in appended)


def plain(text):
    return " ".join(str(text or "").split()).casefold()


def markers(row):
    return re.findall(r"\[note (\d+)\]", row[Dataset.NOTES] or "")


AnyWork.TestCase.settings = settings(
    max_examples=60, stateful_step_count=25, deadline=None, derandomize=True
)
TestAnyWork = AnyWork.TestCase
