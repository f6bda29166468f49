"""Signals, summary and commentary in share copies, as an officer makes and reads them."""

from __future__ import annotations

import shutil
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from tests.support import command_line
from tests.support.editions import copied, read, upgraded
from tests.support.places import DATA, EDITIONS
from tests.support.share_data import DAY, ISSUE, OCCASION, count, demo_folder, seed, workbook
from xl_addin.commands.share import account_names, unpublished_digits
from xl_addin.dataset.history import History, Revision
from xl_addin.disclosure.published import Mark
from xl_addin.disclosure.redaction import Discretion
from xl_addin.disclosure.releases import NO_COPIES, EarlierCopies, copy_made
from xl_addin.disclosure.suppression import NOTHING_HIDDEN
from xl_addin.errors import WorkbookRefused
from xl_addin.excel.share_copy import findings_in, write_share
from xl_addin.excel.share_copy.accessibility import barriers_in
from xl_addin.excel.share_copy.audit import Secrets
from xl_addin.layout import Commentary, DataNotes, Dataset, Settings, Targets
from xl_addin.measure import Catalogue
from xl_addin.observation import Observation
from xl_addin.share.commentary import SaidBeside
from xl_addin.share.decision import NO_SIGNALS, OWNERS, Wish, decide_copy
from xl_addin.share.told import told
from xl_addin.table import Table
from xl_addin.values import replace

SUPPRESSED = Wish(hide_small=True)
SAID = (
    (date(2015, 6, 1), "LAC1", "Two homes closed", "A. Lead", "Find carers", date(2015, 7, 30)),
    (date(2015, 5, 1), "LAC1", "As last year", None, None, None),
    (date(2015, 6, 1), "M4", "A new team counts", None, None, None),
    (date(2015, 6, 1), "CP6B", "Plans last longer", None, None, None),
)
COMMENTARY = Table(Commentary.TABLE, "Commentary", Commentary.COLUMNS, SAID, 5)


def book_with(**tables):
    book = seed()
    return replace(book, tables={**book.tables, **tables})


def decided(wish=SUPPRESSED, **tables):
    return decide_copy(book_with(**tables), NO_COPIES, OCCASION, wish)


def beside(found, ref):
    return next(one.said for one in found.copy.signals.sentences if one.ref == ref)


def test_a_copy_that_hides_nothing_says_the_month_as_the_summary_does():
    golden = (DATA / "summary_jun_2015.txt").read_text(encoding="utf-8").splitlines()
    said = [one.text for one in decided(Wish()).copy.signals.sentences]
    assert said == [line.removeprefix("• ") for line in golden if line[-1:] not in ("", ":", "5")]


def test_a_copy_that_hides_small_counts_says_the_same_of_the_measures_it_may_tell_of():
    """Limits of a percentage whose numerator is not listed go by its print: only those differ."""
    whole = {one.text for one in decided(Wish()).copy.signals.sentences[1:]}
    found = decided().copy.signals.sentences
    assert found[0].text.startswith("Of 14 measures, 3 changed")
    by_print = {one.ref for one in found[1:-1] if one.text not in whole}
    assert by_print <= {"CP3-QL", "CP8-QL", "LAC7-QL", "EH4-QL"}
    assert found[-1].text.endswith("[c]: M4, M5, CP4, CP5-QL, CP7, LAC8-QL, LAC4-QL, LAC5-QL.")


def test_a_copy_of_a_past_month_says_nothing_of_what_a_later_issue_restated():
    """A copy showed 341 of May; the issue of July says 350. The copy of June is made again then."""
    book, later = seed(), datetime(2015, 8, 3)
    news = (("M2", ISSUE.plus(1), 400.0), ("M2", ISSUE.previous(), 350.0))
    revisions = [r for ref in book.history.refs() for r in book.history.all_revisions(ref)]
    revisions += [Revision(Observation(*one), 2, later, "July") for one in news]
    before = decided()
    earlier = EarlierCopies((copy_made(before.copy, "June.xlsx", OCCASION.when),))
    page = book.tables[Dataset.TABLE]
    may = page.headings.index(ISSUE.previous().label)
    shown = tuple((*r[:may], 350, *r[may + 1 :]) if "M2" in r else r for r in page.rows)
    tables = {**book.tables, Dataset.TABLE: replace(page, rows=shown)}
    book = replace(book, history=History(revisions), tables=tables)
    again = decide_copy(book, earlier, OCCASION, replace(SUPPRESSED, month=ISSUE)).copy
    assert [row.months[-2] for row in again.rows if row.measure.ref == "M2"] == [350]
    assert not any("is now" in one.text for one in again.signals.sentences)
    of_july = decide_copy(book, earlier, OCCASION, replace(SUPPRESSED, month=ISSUE.plus(1))).copy
    assert any("was 341 and is now 350" in one.text for one in of_july.signals.sentences)


def test_commentary_is_carried_as_written_and_owners_only_where_they_are_asked_for():
    said = beside(decided(Wish(), Commentary=COMMENTARY), "LAC1")
    assert said == {
        "Commentary": "Two homes closed",
        "Action": "Find carers",
        "Due": "30 Jul 2015",
        "Commentary last month": "As last year",
    }
    asked = beside(decided(Wish(parts=(OWNERS,)), Commentary=COMMENTARY), "LAC1")
    assert asked == {**said, "Owner": "A. Lead"}


def test_commentary_on_a_measure_with_a_hidden_figure_is_withheld_and_told_to_the_officer():
    found = decided(Commentary=COMMENTARY)
    assert not any("new team" in text for one in found.copy.signals.sentences for text in one.said)
    lines = "\n".join(told(found))
    assert "Withheld from the Summary: the commentary on M4 “A new team counts”" in lines
    assert "--safe-commentary M4" in lines
    assert beside(found, "CP6B") == {"Commentary": "Plans last longer"}
    assert "the commentary on LAC1 “Two homes closed" in lines, "a number, and LAC3 has LAC4-QL"
    assert "The commentary on CP6B stands in the Summary as it was written." in lines


def test_commentary_near_a_hidden_figure_is_withheld_where_it_holds_a_number():
    """CP2 has no hidden figure, but a percentage that has."""
    rows = ((date(2015, 6, 1), "CP2", "Three led to no plan", None, None, None),)
    found = decided(Commentary=replace(COMMENTARY, rows=rows))
    assert beside(found, "CP2") == {"Commentary": "[c]"}


def test_a_figure_with_all_its_digits_is_found_wherever_it_stands():
    """M3's 393 of 1363 prints 29%: with more digits it gives the counts away, hidden or not."""
    found = decided()
    digits = frozenset(unpublished_digits(found))
    (first, *others), signals = found.copy.signals.sentences, found.copy.signals
    assert f"{393 / 1363}"[:8] in digits
    for text, is_refused in ((first.text, False), (f"It is {393 / 1363}.", True)):
        sentences = (replace(first, text=text), *others)
        copy = replace(found.copy, signals=replace(signals, sentences=sentences))
        problems = findings_in(write_share(copy, DAY), copy, Secrets(figures=digits))
        assert any("with all its digits" in str(one) for one in problems) is is_refused


def test_commentary_near_a_hidden_figure_by_a_sum_or_a_stock_is_withheld_too():
    """LAC1 has no hidden figure, CP6B neither; with CP7, which has, it gives the new plans."""
    rows = ((date(2015, 6, 1), "CP6B", "Three came back", None, None, None),)
    found = decided(Commentary=replace(COMMENTARY, rows=rows))
    assert beside(found, "CP6B") == {"Commentary": "[c]"}


def test_a_note_found_safe_by_a_number_that_the_copy_does_not_have_is_refused():
    with pytest.raises(WorkbookRefused, match="--safe-note 9: This copy has no such data note"):
        decided(replace(SUPPRESSED, marked=frozenset({1, 9})))


def test_a_note_that_stands_by_its_number_is_told_with_its_words():
    lines = "\n".join(told(decided(replace(SUPPRESSED, marked=frozenset({1})))))
    assert "Note 1 stands because you found it safe: “Step-up numbers" in lines


def test_a_reason_with_a_number_in_a_sentence_of_the_summary_is_told_to_be_read():
    catalogue, reason = Catalogue((count("A"), count("B"))), "Only 2 of the homes answered"
    seen = [Observation(ref, m, 40.0) for ref in "AB" for m in ISSUE.previous().window()]
    seen += [Observation("A", ISSUE, None, reason), Observation("B", ISSUE, 41.0)]
    book = workbook(catalogue, [Revision(one, 1, OCCASION.when, "test") for one in seen])
    found = decide_copy(book, NO_COPIES, OCCASION, SUPPRESSED)
    assert any(f"(“{reason}”)" in one.text for one in found.copy.signals.sentences)
    read = next(line for line in told(found) if "These words hold numbers" in line)
    assert f"“{reason}”" in read


def test_commentary_that_the_officer_finds_safe_stands_also_where_nothing_else_is_said():
    found = decided(replace(SUPPRESSED, safe=frozenset({"M4"})), Commentary=COMMENTARY)
    assert beside(found, "M4") == {"Commentary": "A new team counts"}
    assert "--safe-commentary M4" not in "\n".join(told(found))


def test_commentary_stands_also_where_no_rule_has_a_sentence_as_in_the_workbook():
    rows = ((date(2015, 6, 1), "eh3", "Team moved", None, None, None),)
    for wish in (Wish(), SUPPRESSED):
        found = decided(wish, Commentary=replace(COMMENTARY, rows=rows))
        assert beside(found, "EH3") == {"Commentary": "Team moved"}
        assert "The commentary on EH3 stands" in "\n".join(told(found))


def test_commentary_under_the_ref_that_a_measure_had_goes_along_with_its_rename():
    rows = ((date(2015, 6, 1), "OLD", "Two homes closed", None, None, None),)
    book = book_with(Commentary=replace(COMMENTARY, rows=rows))
    book = replace(book, carried=replace(book.carried, renames={"OLD": "LAC1"}))
    found = decide_copy(book, NO_COPIES, OCCASION, Wish())
    assert beside(found, "LAC1") == {"Commentary": "Two homes closed"}


def test_the_day_by_which_something_is_done_is_no_number_that_keeps_words_back():
    """CP2 gives a percentage that is hidden in part: words near it stand without a number."""
    rows = ((date(2015, 6, 1), "CP2", "More plans", None, "Audit them", date(2015, 7, 30)),)
    found = decided(Commentary=replace(COMMENTARY, rows=rows))
    assert beside(found, "CP2") == {
        "Commentary": "More plans",
        "Action": "Audit them",
        "Due": "30 Jul 2015",
    }


def test_words_near_a_measure_of_which_only_earlier_months_are_hidden_stand_without_a_number():
    near = SaidBeside(
        book_with(), ISSUE, Discretion(seed().catalogue, NOTHING_HIDDEN), frozenset({"CP2"})
    )
    said = {"Commentary": "Three of them led to no plan"}
    assert not near.is_safe("CP2", said)
    assert near.is_safe("CP2", {"Commentary": "More plans"})


@pytest.mark.parametrize("words", ["n/a", "see [tbc]", "a\r\nb", "a\vb", "_x0041_", "[b] anew"])
def test_words_that_officers_write_refuse_no_copy(words):
    rows = ((date(2015, 6, 1), "LAC1", words, None, words, words),)
    copy = replace(decided(Wish(), Commentary=replace(COMMENTARY, rows=rows)).copy, charts=())
    package = write_share(copy, DAY)
    assert [
        str(one) for one in (*findings_in(package, copy, Secrets()), *barriers_in(package))
    ] == []


def test_a_note_on_a_break_in_the_series_refuses_no_copy_and_is_explained(tmp_path):
    book = seed()
    note = dict.fromkeys(DataNotes.COLUMNS) | {
        DataNotes.APPLIES_TO: "LAC1",
        DataNotes.TEXT: "[b] Counted by home now; n/a before, see [tbc]",
        DataNotes.FROM: date(2015, 1, 1),
    }
    table = book.tables[DataNotes.TABLE]
    rows = (*table.rows, tuple(note[heading] for heading in table.headings))
    book = replace(book, tables={**book.tables, DataNotes.TABLE: replace(table, rows=rows)})
    copy = replace(decide_copy(book, NO_COPIES, OCCASION, Wish()).copy, charts=())
    path = tmp_path / "copy.xlsx"
    path.write_bytes(write_share(copy, DAY))
    assert [str(one) for one in barriers_in(path.read_bytes())] == []
    sheet = openpyxl.load_workbook(path)["Data notes"]
    assert any("[b] break in series" in str(sheet.cell(row, 1).value) for row in (3, 4, 5))


def test_owners_are_named_also_where_one_of_them_makes_the_copy():
    rows = ((date(2015, 6, 1), "LAC1", "Closed", "Jane Okafor", "Act", None),)
    found = decided(Wish(parts=(OWNERS,)), Commentary=replace(COMMENTARY, rows=rows))
    by = replace(OCCASION, who="Jane Okafor")
    assert "Jane Okafor" not in set(account_names(found, by))
    unnamed = decided(Wish(), Commentary=replace(COMMENTARY, rows=rows))
    assert "Jane Okafor" in set(account_names(unnamed, by))


def test_targets_stand_on_the_page_only_where_there_are_any():
    assert "Target" not in decided().copy.headings
    rows = (("CP8-QL", None, None, 0.9),)
    table = Table(Targets.TABLE, "Targets", Targets.COLUMNS, rows, 5)
    copy = decided(Targets=table).copy
    row = dict(zip(copy.headings, copy.cells(copy.row("CP8-QL")), strict=True))
    assert (row["Target"], row["Assurance"]) == (0.9, "? hit and miss")
    hidden = dict(zip(copy.headings, copy.cells(copy.row("M4")), strict=True))
    assert hidden["Target"] == hidden["Assurance"] == "[c]"


def test_the_setting_says_whether_copies_have_signals():
    book = seed()
    table = book.tables[Settings.TABLE]
    rows = tuple((r[0], "no", *r[2:]) if r[0] == Settings.SHARE_SIGNALS else r for r in table.rows)
    assert Settings.SHARE_SIGNALS in {row[0] for row in rows}
    settings = replace(book.settings, share_signals=False)
    without = replace(book, settings=settings)
    assert decide_copy(without, NO_COPIES, OCCASION, Wish()).copy.signals is None


def test_a_workbook_of_the_first_edition_has_none_to_carry():
    first = replace(seed(), edition=1)
    assert decide_copy(first, NO_COPIES, OCCASION, Wish()).copy.signals is None


def test_what_the_copy_says_by_signals_is_values_that_other_programs_read(tmp_path):
    path = tmp_path / "copy.xlsx"
    path.write_bytes(write_share(replace(decided(Commentary=COMMENTARY).copy, charts=()), DAY))
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Dataset", "Summary", "Key measures", "Signals", "Data notes"]
    rows = {row[0].value: row for row in book["Signals"].iter_rows()}
    assert [c.value for c in rows["LAC1"]][2:9] == [
        "Jun 2014",
        13,
        575.7,
        547.3,
        604.1,
        "▲ high",
        "outside a limit",
    ]
    assert {c.value for c in rows["M4"][2:]} == {"[c]"}
    assert ISSUE.label in book["Summary"]["A2"].value


@pytest.mark.parametrize("made", ["demo", "lived_in"])
def test_an_upgraded_workbook_of_the_first_edition_has_signals_to_carry(made, tmp_path):
    path = copied(EDITIONS / "1" / f"{made}.xlsm", tmp_path)
    assert upgraded(path)
    book = read(path)
    month = book.month.first_day
    rows = ((month, "LAC1", "Two homes closed", "A. Lead", None, None),)
    book = replace(book, tables={**book.tables, Commentary.TABLE: replace(COMMENTARY, rows=rows)})
    found = decide_copy(book, NO_COPIES, OCCASION, SUPPRESSED)
    assert beside(found, "LAC1") == {"Commentary": "Two homes closed"}
    assert {"Signal"} <= set(found.copy.headings)
    hidden = {ref for ref, _ in found.suppression.hidden}
    withheld = [row for row in found.copy.signals.rows if Mark.HIDDEN in row.cells.values()]
    assert {row.measure.ref for row in withheld} >= hidden
    named = decide_copy(book, NO_COPIES, OCCASION, replace(SUPPRESSED, parts=(OWNERS,)))
    assert beside(named, "LAC1")["Owner"] == "A. Lead"
    without = decide_copy(book, NO_COPIES, OCCASION, replace(SUPPRESSED, parts=(NO_SIGNALS,)))
    assert without.copy.signals is None


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return Path(shutil.copy(next(demo_folder().glob("*.xlsm")), tmp_path / "Monthly.xlsm"))


def test_the_command_leaves_signals_out_where_it_is_told_to(book, tmp_path):
    out = tmp_path / "June.xlsx"
    done = command_line.run("share", str(book), "--out", str(out), "--suppress", "--no-signals")
    assert done.returncode == 0, done.stderr
    assert openpyxl.load_workbook(out).sheetnames == ["Dataset", "Key measures", "Data notes"]
    assert "Signals" not in done.stdout


def test_owners_asked_for_in_a_copy_without_a_summary_are_said_to_be_in_vain(book, tmp_path):
    shared = ("share", str(book), "--owners", "--out")
    done = command_line.run(*shared, str(tmp_path / "June.xlsx"), "--no-signals")
    found = "Please look at: --owners names nobody: this copy has no Summary"
    assert done.returncode == 0 and found in " ".join(done.stdout.split())
    done = command_line.run(*shared, str(tmp_path / "Again.xlsx"))
    assert done.returncode == 0 and "--owners" not in done.stdout
