"""The leak audit and the accessibility checks: each is broken once, in the finished bytes."""

from __future__ import annotations

import re

import pytest
from openxml_audit import OpenXmlValidator

from tests.support.careless import primary_only
from tests.support.share_data import (
    DAY,
    ISSUE,
    OCCASION,
    count,
    demo_folder,
    ratio,
    recorded,
    seed,
    seed_copy,
    seed_file,
    share,
    workbook,
)
from xl_addin.commands.share import proof_of, share_book
from xl_addin.disclosure.releases import NO_COPIES
from xl_addin.disclosure.rule import Rule
from xl_addin.disclosure.suppression import Suppression, suppress
from xl_addin.errors import WorkbookRefused
from xl_addin.excel.closed import ClosedBook
from xl_addin.excel.share_copy import write_share
from xl_addin.excel.share_copy.accessibility import barriers_in, contrast
from xl_addin.excel.share_copy.audit import Proof, Secrets, findings_in
from xl_addin.excel.template.packing import pack, read_parts
from xl_addin.measure import Catalogue
from xl_addin.share.copy import build_copy
from xl_addin.share.decision import Wish, decide_copy
from xl_addin.table import text_of
from xl_addin.values import replace

SECRETS = Secrets(frozenset({"j.okafor"}), frozenset({"/srv/team"}), frozenset({"0.545454"}))
PAGE, CHARTS, NOTES = (f"xl/worksheets/sheet{n}.xml" for n in (1, 2, 3))
STRINGS, BOOK, CORE = "xl/sharedStrings.xml", "xl/workbook.xml", "docProps/core.xml"
DRAWING, STYLES = "xl/drawings/drawing1.xml", "xl/styles.xml"


def changed(part: str, old: str, new: str, times: int = 1) -> bytes:
    """The file of the printed issue with one part changed; the change must take place."""
    parts = read_parts(seed_file())
    before = parts[part].decode()
    after = re.sub(old, new, before, count=times)
    assert after != before
    return pack(parts | {part: after.encode()})


def with_part(name: str) -> bytes:
    return pack(read_parts(seed_file()) | {name: b"<x/>"})


def test_the_finished_copy_of_the_printed_issue_passes_both():
    assert findings_in(seed_file(), seed_copy(), SECRETS) == ()
    assert barriers_in(seed_file()) == ()


def test_the_suppressed_copy_of_the_printed_issue_passes_both():
    decided = decide_copy(seed(), NO_COPIES, OCCASION, Wish(hide_small=True))
    package = write_share(decided.copy, DAY)
    assert findings_in(package, decided.copy, SECRETS, proof_of(decided)) == ()
    assert barriers_in(package) == ()


LEAKS = {
    "a macro": (with_part, ("xl/vbaProject.bin",), "a part that does not belong there"),
    "a ribbon": (with_part, ("customUI/customUI.xml",), "a part that does not belong there"),
    "a comment": (with_part, ("xl/comments1.xml",), "a part that does not belong there"),
    "a link": (with_part, ("xl/externalLinks/externalLink1.xml",), "does not belong there"),
    "a fourth person": (with_part, ("xl/persons/person.xml",), "does not belong there"),
    "a formula": (changed, (PAGE, "<v>1363</v>", "<f>1300+63</f><v>1363</v>"), "a formula"),
    "a hidden sheet": (changed, (BOOK, 'sheetId="2"', 'sheetId="2" state="hidden"'), "hidden"),
    "a hidden column": (changed, (PAGE, '<col min="4"', '<col hidden="1" min="4"'), "hidden row"),
    "an outside target": (
        changed,
        ("xl/_rels/workbook.xml.rels", "<Relationship ", '<Relationship TargetMode="External" '),
        "a link to another file",
    ),
    "a name": (
        changed,
        (BOOK, "<definedNames>", '<definedNames><definedName name="A">1</definedName>'),
        "a defined name",
    ),
    "an author": (
        changed,
        (CORE, "</cp:core", "<dc:creator>Jo</dc:creator></cp:core"),
        "a person's name",
    ),
    "a revision id": (
        changed,
        (PAGE, "<worksheet ", '<worksheet xmlns:xr="x" xr:uid="{1}" '),
        "revision id",
    ),
    "an account": (changed, (STRINGS, "<t>MASH", "<t>J.Okafor MASH"), "account name “j.okafor”"),
    "a folder": (changed, (STRINGS, "<t>MASH", "<t>/srv/team MASH"), "path"),
    "a Windows path": (changed, (DRAWING, 'descr="', r'descr="C:\\Users '), "path of a file"),
    "the digits": (changed, (STRINGS, "<t>MASH", "<t>0.5454545"), "all its digits"),
    "another figure": (changed, (PAGE, "<v>1363</v>", "<v>1364</v>"), "Row 1 of Dataset"),
    "a figure beside": (
        changed,
        (PAGE, '<row r="2"([^>]*)>', r'<row r="2"\1><c r="Z2"><v>4</v></c>'),
        "outside the table",
    ),
    "a chart's memory": (
        changed,
        ("xl/charts/chart1.xml", "<c:v>1303.0</c:v>|<c:v>1303</c:v>", "<c:v>1303.4</c:v>"),
        "Chart 1 keeps other figures",
    ),
    "a chart's text": (
        changed,
        ("xl/charts/chart4.xml", "<a:t>Number", "<a:t>3 is the Number"),
        "Chart 4 keeps a text",
    ),
    "a description": (changed, (DRAWING, "Jun 2014: 1303", "Jun 2014: 4"), "Chart 1 is described"),
    "a fourth sheet": (
        changed,
        (BOOK, '<sheet name="Dataset"', '<sheet name="History"'),
        "Its sheets are History",
    ),
}


@pytest.mark.parametrize("leak", LEAKS)
def test_the_audit_finds(leak):
    make, how, sentence = LEAKS[leak]
    found = " ".join(map(str, findings_in(make(*how), seed_copy(), SECRETS)))
    assert sentence in found


def test_the_audit_solves_the_equations_of_the_file_itself():
    book = seed()
    hidden = suppress(book.catalogue, book.history, ISSUE.window(), Rule())
    copy = build_copy(book, ISSUE, OCCASION, primary_only(hidden))
    proof = Proof(book.catalogue, Rule())
    found = " ".join(map(str, findings_in(write_share(copy, DAY), copy, Secrets(), proof)))
    assert "A hidden count can be worked out: LAC4-QL in Jun 2014 to within 1 whole" in found


def test_the_audit_finds_an_average_that_gives_a_hidden_percentage_away():
    book = seed()
    hidden = suppress(book.catalogue, book.history, ISSUE.window(), Rule())
    copy = build_copy(book, ISSUE, OCCASION, hidden)
    rows = tuple(
        replace(row, derived={**row.derived, "12 month average": 0.33})
        if row.measure.ref == "LAC5-QL"
        else row
        for row in copy.rows
    )
    careless = replace(copy, rows=rows)
    proof = Proof(book.catalogue, Rule())
    found = findings_in(write_share(careless, DAY), careless, Secrets(), proof)
    assert "The average of LAC5-QL gives a hidden percentage away." in str(found[0])


def audited(catalogue, counts, keep, counted=frozenset()):
    """What the audit finds in a copy that shows some figures which the rule hides."""
    book = workbook(catalogue, recorded(catalogue, counts))
    hidden = suppress(catalogue, book.history, ISSUE.window(), Rule())
    assert keep <= set(hidden.hidden)
    shown = {cell: why for cell, why in hidden.hidden.items() if cell not in keep}
    copy = build_copy(book, ISSUE, OCCASION, replace(hidden, hidden=shown))
    proof = Proof(catalogue, Rule(), counted=counted)
    return " ".join(map(str, findings_in(write_share(copy, DAY), copy, Secrets(), proof)))


SHOWN_ALL_THE_SAME = {
    "a percentage of few": ({"W": 42.0, "X": 41.0}, "X", "X in Jun 2015 may stand for a small"),
    "a percentage beside a hidden count": ({"W": 4.0, "X": 2.0}, "X", "beside a hidden count"),
    "a small count": ({"W": 4.0, "X": 2.0}, "W", "W in Jun 2015 is a small count"),
    "a small rest": ({"V": 10.0, "P": 8.0}, "P", "P in Jun 2015 leaves few of V"),
    "a ratio of few": ({"V": 400.0, "R": 0.01}, "R", "R in Jun 2015 may stand for a small"),
    "a ratio that leaves few": ({"P": 40.0, "R": 0.91}, "R", "R in Jun 2015 may stand for a small"),
    "counts that may become known": ({"R": 0.5}, "R", "R in Jun 2015 is shown without counts"),
}


@pytest.mark.parametrize("case", SHOWN_ALL_THE_SAME)
def test_the_audit_refuses_what_the_rule_should_have_hidden(case):
    counts, ref, sentence = SHOWN_ALL_THE_SAME[case]
    catalogue = Catalogue((count("A"), *map(count, "WVP"), share("X", "W"), ratio("R", "P", "V")))
    cells = {("A", month): 100.0 for month in ISSUE.window()}
    cells |= {(each, ISSUE): value for each, value in counts.items()}
    assert sentence in audited(catalogue, cells, {(ref, ISSUE)})


def test_the_audit_knows_of_counts_that_were_recorded_with_a_percentage():
    """2% of 300 may be 5, and is 7: then it is shown, and 5 would not be."""
    catalogue = Catalogue((count("W"), share("X", "W")))
    march = ISSUE.plus(-3)  # recorded with its counts
    cells = {("W", march): 300.0, ("X", march): 7.0}
    assert audited(catalogue, cells, set(), frozenset({("X", march)})) == ""
    assert "X in Mar 2015 may stand for a small" in audited(catalogue, cells, set())
    few = {("W", march): 42.0, ("X", march): 41.0}
    counted = frozenset({("X", march)})
    assert "X in Mar 2015 may stand" in audited(catalogue, few, {("X", march)}, counted)


def test_a_finding_refuses_the_file(tmp_path, monkeypatch):
    """A copy whose account name stands in a note is not handed over."""
    out = tmp_path / "copy.xlsx"
    book = ClosedBook(next(demo_folder().glob("*.xlsm")))
    contact = replace(OCCASION, who="accuracy")
    with pytest.raises(WorkbookRefused, match="account name “accuracy”"):
        share_book(book, out, contact, tell=lambda line: None)
    assert not out.exists()


def test_no_part_of_the_suppressed_copy_holds_a_suppressed_value():
    """Counts of one digit stand in every part; those with many digits, and cells, can be told."""
    book = seed()
    hidden = suppress(book.catalogue, book.history, ISSUE.window(), Rule())
    package = write_share(build_copy(book, ISSUE, OCCASION, hidden), DAY)
    text = "\n".join(part.decode() for part in read_parts(package).values())
    ratios = [c for c in hidden.hidden if c[0] == "LAC5-QL"]
    assert len(ratios) == 10
    for ref, month in ratios:
        digits = text_of(book.history.observed(ref, month).value)
        assert digits[:7] not in text or len(digits) < 7
    shown = Suppression()
    plain = write_share(build_copy(book, ISSUE, OCCASION, shown), DAY)
    for value in (">55%<", "Jun 2015: 55%", "highest of the last 12 months 75%"):
        assert any(value in part.decode() for part in read_parts(plain).values())
        assert value not in text
    for name in ("j.okafor", "/tmp", "openpyxl", "root"):
        assert name not in text


BARRIERS = {
    "no title in A1": (PAGE, '<c r="A1"[^>]*>.*?</c>', "", "Dataset has no title in A1"),
    "no language": (CORE, "<dc:language>.*?</dc:language>", "", "has no language"),
    "no subject": (CORE, "<dc:subject>.*?</dc:subject>", "", "has no subject"),
    "no document title": (CORE, "<dc:title>.*?</dc:title>", "", "has no title"),
    "another sheet first": (BOOK, "<workbookView ", '<workbookView activeTab="2" ', "first sheet"),
    "merged cells": (
        PAGE,
        "</sheetData>",
        '</sheetData><mergeCells><mergeCell ref="A1:C1"/></mergeCells>',
        "merged cells",
    ),
    "cursor elsewhere": (
        PAGE,
        '<selection pane="bottomRight"/>',
        '<selection pane="bottomRight" activeCell="D9" sqref="D9"/>',
        "cursor does not stand in A1",
    ),
    "chart without words": (
        DRAWING,
        'descr="[^"]*"',
        'descr="A chart."',
        "Chart 1 of Key measures",
    ),
    "no table": (
        "xl/worksheets/_rels/sheet3.xml.rels",
        "<Relationship [^>]*/>",
        "",
        "Data notes has 0 marked-up tables",
    ),
    "two heading rows": (
        "xl/tables/table1.xml",
        "<table ",
        '<table headerRowCount="2" ',
        "has 2 heading rows",
    ),
    "headings alike": ("xl/tables/table1.xml", "Jul 2014", "Jun 2014", "headings of Dataset"),
    "an empty cell": (PAGE, "<v>1363</v>", "", "Row 6 of Dataset has an empty cell"),
    "shorthand unexplained": (STRINGS, r"Shorthand: \[x\]", "Shorthand:", r"uses [x] without"),
    "n/a": (STRINGS, "<t>Similar</t>", "<t>n/a</t>", "says n/a"),
    "an arrow without its word": (
        STRINGS,
        "<t>Decrease</t>",
        "<t>Fewer</t>",
        "shows ↓ without the word",
    ),
    "colour alone": (
        STRINGS,
        "<t>Increase, positive change</t>",
        "<t>Increase</t>",
        "by colour alone",
    ),
    "notes out of order": (STRINGS, r"<t>\[note 1\]</t>", "<t>[note 7]</t>", "numbered in order"),
    "note without text": (
        "xl/tables/table3.xml",
        r'ref="A(\d+):C\d+"',
        r'ref="A\1:C6"',
        "refers to note 4",
    ),
    "pale text": (STYLES, 'rgb="FF1B2A41"', 'rgb="FFC5D1DF"', "a contrast of"),
    "no words": (
        "xl/tables/table1.xml",
        "Direction of travel",
        "Something else",
        "no column that says the direction in words",
    ),
}


@pytest.mark.parametrize("barrier", BARRIERS)
def test_the_accessibility_checks_find(barrier):
    part, old, new, sentence = BARRIERS[barrier]
    times = 0 if barrier == "pale text" else 1
    found = " ".join(map(str, barriers_in(changed(part, old, new, times))))
    assert sentence in found


@pytest.mark.parametrize(
    ("ink", "paper", "expected"),
    [("FFFFFF", "000000", 21.0), ("777777", "FFFFFF", 4.48), ("767676", "FFFFFF", 4.54)],
)
def test_contrast_is_that_of_wcag(ink, paper, expected):
    """Expected: WebAIM's contrast checker."""
    assert contrast(ink, paper) == expected


def test_the_finished_copy_keeps_the_schemas_of_office(tmp_path):
    path = tmp_path / "copy.xlsx"
    path.write_bytes(seed_file())
    assert [error.description for error in OpenXmlValidator().validate(str(path)).errors] == []
