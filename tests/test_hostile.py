"""Files made to harm: each is refused in a sentence, within bounded memory and time."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import pytest
import xlsxwriter

from tests.ready import OCCASION, ready_book, ready_bytes, refresh
from tests.sample_files import inject, part
from xl_addin import limits
from xl_addin.errors import ReturnRefused, WorkbookRefused
from xl_addin.excel import file
from xl_addin.excel.closed import ClosedBook
from xl_addin.layout import Settings
from xl_addin.sources import read_grids
from xl_addin.update import Row, SetRows, Update
from xl_addin.work import check_book

SHEET = "xl/worksheets/sheet1.xml"
MEMORY = 700 * limits.MEGABYTE
"""What a hostile file may take: the program itself takes some 90 MB."""


@pytest.fixture
def book(tmp_path) -> Path:
    return ready_book(tmp_path)


def xlsx(path: Path, rows=(("Measure Ref", "Month", "Value"), ("M1", "Jun 2015", 585))) -> Path:
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return path


def bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/media/image9.png", bytes(60_000_000))


def many_parts(path: Path) -> None:
    inject(path, {f"xl/media/{n}.png": b"" for n in range(limits.MOST_PARTS + 1)}, {})


def lying_size(path: Path) -> None:
    """A sheet that says it unpacks to 100 bytes; what it unpacks to has their checksum first."""
    inject(path, {}, {SHEET: lambda data: data + b" " * 30_000_000})
    data = bytearray(path.read_bytes())
    first = part(path, SHEET)[:100]
    info = next(i for i in zipfile.ZipFile(path).infolist() if i.filename == SHEET)
    entry = data.index(SHEET.encode(), zipfile.ZipFile(path).start_dir) - 46
    for at in (info.header_offset + 14, entry + 16):
        struct.pack_into("<L", data, at, zlib.crc32(first))
        struct.pack_into("<L", data, at + 8, 100)
    path.write_bytes(data)


def far_cell(path: Path) -> None:
    cell = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    inject(path, {}, {SHEET: lambda data: data.replace(b"</sheetData>", cell)})


def entities(path: Path) -> None:
    types = b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10))
    head = b'?><!DOCTYPE x [<!ENTITY a0 "ha">' + types + b"]>"
    text = b'<c r="A2" t="inlineStr"><is><t>&a9;</t></is></c>'
    edit = lambda data: data.replace(b"?>", head, 1).replace(b'<c r="A2"', text + b'<c r="A2"', 1)  # noqa: E731
    inject(path, {}, {SHEET: edit})


def external(path: Path) -> None:
    head = b'?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    inject(path, {}, {"xl/workbook.xml": lambda data: data.replace(b"?>", head, 1)})


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-500])


HARM = [bomb, many_parts, lying_size, far_cell, entities, external, cut_short]


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


MEASURED = """
import resource, sys
from pathlib import Path
from xl_addin.errors import XlAddinError
from xl_addin.sources import read_grids
resource.setrlimit(resource.RLIMIT_AS, (3_000_000_000, 3_000_000_000))
try:
    read_grids(Path(sys.argv[1]))
except XlAddinError as refusal:
    print(refusal)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)
"""


def ten_million_rows(path: Path) -> None:
    with path.open("wb") as out:
        out.write(b"Measure Ref,Month,Value\n")
        for _ in range(100):
            out.write(b"M1,Jun 2015,585\n" * 100_000)


def many_short_rows(path: Path) -> None:
    path.write_bytes(b"a,b\n" * 4_900_000)


def repeated_cells(path: Path) -> None:
    space = "urn:oasis:names:tc:opendocument:xmlns:"
    cells = '<t:table-cell t:number-columns-repeated="16384" o:value-type="float" o:value="1"/>'
    content = (
        f'<o:document-content xmlns:o="{space}office:1.0" xmlns:t="{space}table:1.0"><o:body>'
        '<o:spreadsheet><t:table t:name="S"><t:table-row t:number-rows-repeated="1048576">'
        f"{cells}</t:table-row></t:table></o:spreadsheet></o:body></o:document-content>"
    )
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("META-INF/manifest.xml", "<manifest/>")
        package.writestr("content.xml", content)


LARGE = [
    ("June.csv", ten_million_rows),
    ("June.csv", many_short_rows),
    ("June.ods", repeated_cells),
    ("June.xlsx", lambda path: far_cell(xlsx(path))),
    ("June.xlsx", lambda path: lying_size(xlsx(path))),
    ("June.xlsx", lambda path: bomb(xlsx(path))),
]


@pytest.mark.skipif(sys.platform != "linux", reason="memory is measured on Linux")
@pytest.mark.parametrize(("name", "make"), LARGE)
def test_what_would_fill_the_memory_is_refused_in_bounded_memory(tmp_path, name, make):
    make(tmp_path / name)
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, tmp_path / name],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert "It is larger than any return needs" in done.stdout
    assert int(done.stderr) * 1024 < MEMORY


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
    reasons = [row[6] for row in file.read(book).tables["History"].rows if row[6]]
    assert "=cmd|' /C calc'!A0" in reasons


@pytest.mark.parametrize(
    "text", ["=cmd|' /C calc'!A0", '=HYPERLINK("http://x")', "+1+1", "@SUM(1)"]
)
def test_formulas_in_notes_arrive_as_text(book, tmp_path, text):
    path = tmp_path / "June.csv"
    quoted = '"' + text.replace('"', '""') + '"'
    path.write_text(f"Measure Ref,Month,Value,Note\nM1,Jun 2015,585,{quoted}\n", encoding="utf-8")
    before = {name: data.count(b"<f>") for name, data in _sheets(book).items()}
    refresh(book, path)
    notes = file.read(book).tables["DataNotes"].rows
    assert text in [row[2] for row in notes]
    assert {name: data.count(b"<f>") for name, data in _sheets(book).items()} == before


def _sheets(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        names = [n for n in package.namelist() if n.startswith("xl/worksheets/sheet")]
        return {
            name: package.read(name) for name in names if b"DataNotes" in package.read(name) or 1
        }


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


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes")
def test_what_never_ends_is_not_read(book, tmp_path):
    os.mkfifo(tmp_path / "June.csv")
    with pytest.raises(ReturnRefused, match="neither a file nor a folder"):
        refresh(book, tmp_path / "June.csv")
    os.mkfifo(tmp_path / "book.xlsm")
    with pytest.raises(WorkbookRefused, match="This is no file"):
        ClosedBook(tmp_path / "book.xlsm").read()


@pytest.mark.parametrize("written", [r"\\evil\share", "//evil/share/June.csv"])
def test_a_workbook_does_not_send_us_to_another_computer(book, written):
    rows = file.read(book).tables["Settings"].rows
    at = [row[0] for row in rows].index(Settings.RETURN)
    kept = [Row((written if n == at else row[1],), n) for n, row in enumerate(rows)]
    file.apply(book, Update((SetRows("Settings", ("Value",), tuple(kept)),)))
    with pytest.raises(ReturnRefused, match="another computer \\(evil\\)"):
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
