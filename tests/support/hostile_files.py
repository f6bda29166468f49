"""Returns made to harm, and workbooks in which more is packed than they say.

Each maker fills a path. ``MEASURED`` is the table of docs/safety.md: what its rows are about, how
such a file is called and what makes it; ``python -m tests.hostile`` measures them.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import xlsxwriter

from tests.support.sample_files import inject, part
from xl_addin import limits

SHEET = "xl/worksheets/sheet1.xml"

Maker = Callable[[Path], None]


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


def cut_old_workbook(path: Path) -> None:
    path.write_bytes(compound(old_workbook([b""]))[:700])


def xlsx_with_far_cell(path: Path) -> None:
    far_cell(xlsx(path))


def xlsx_with_lying_size(path: Path) -> None:
    lying_size(xlsx(path))


def xlsx_with_bomb(path: Path) -> None:
    bomb(xlsx(path))


MEASURED: dict[str, tuple[str, tuple[Maker, ...]]] = {
    "CSV of ten million rows; of five million short rows": (
        "June.csv",
        (ten_million_rows, many_short_rows),
    ),
    "CSV of 199,000 rows, each wrong in its own way: 200 sentences are listed, the rest counted; "
    "of 60,000 figures of ninety digits": ("June.csv", (wrong_rows, wrong_figures)),
    "CSV with a cell of a million digits: its beginning and end are quoted": (
        "June.csv",
        (a_million_digits,),
    ),
    ".xlsx with a cell at XFD1048576, a part that unpacks to more than it says, a part packed a "
    "thousand times": (
        "June.xlsx",
        (xlsx_with_far_cell, xlsx_with_lying_size, xlsx_with_bomb),
    ),
    ".xlsx with cells in the last row that do not say where they stand": (
        "June.xlsx",
        (cells_without_addresses,),
    ),
    ".xlsx with one long text that thousands of cells name": ("June.xlsx", (one_text_many_times,)),
    ".xlsx with one cell 2.1 million times over": ("June.xlsx", (one_cell_many_times,)),
    ".xlsx of 100 sheets; of 999 sheets on one part; with a sheet without a name": (
        "June.xlsx",
        (many_sheets, many_sheets_on_one_part, sheet_without_a_name),
    ),
    ".xlsx with two million tags that never close, or a text of openings (4 MB)": (
        "June.xlsx",
        (opening_tags, openings_in_a_text),
    ),
    ".xlsx with blanks, column letters or digits without end": (
        "June.xlsx",
        (blanks_in_tags, letters_without_end, digits_without_end),
    ),
    ".xlsx with a million and a half blank rows; with thirty million in thirty sheets; with a "
    "million oddly written": ("June.xlsx", (blank_rows, blank_rows_in_many_sheets, oddly_written)),
    ".ods with one cell repeated over a whole sheet, long texts, many tables, a table in a cell, a "
    "part packed a thousand times, blank rows without end": (
        "June.ods",
        (
            repeated_cells,
            one_ods_text_many_times,
            many_ods_tables,
            ods_table_in_a_cell,
            ods_bomb,
            ods_blank_rows,
        ),
    ),
    ".ods whose few words stand for two thousand million blanks, or hide a text or a repetition "
    "behind another prefix": (
        "June.ods",
        (ods_spaces, ods_spaces_many_times, ods_shadowed_text, ods_shadowed_times),
    ),
    ".xls with a cell far away, 40 sheets, or one text in 60,000 cells; cut off": (
        "June.xls",
        (far_old_cell, many_old_sheets, old_texts, cut_old_workbook),
    ),
    ".xls of three sheets of 65,536 rows as wide as can be": ("June.xls", (old_wide_rows,)),
    ".xls whose 90,000 lists name one sector again and again (46 MB)": (
        "June.xls",
        (old_lists_of_one_sector,),
    ),
}

NOT_FOR_THEIR_SIZE = {
    one_cell_many_times,
    ods_blank_rows,
    old_lists_of_one_sector,
    cut_old_workbook,
    opening_tags,
    openings_in_a_text,
    blanks_in_tags,
    letters_without_end,
    digits_without_end,
    blank_rows,
    blank_rows_in_many_sheets,
    many_sheets_on_one_part,
    sheet_without_a_name,
    a_million_digits,
    wrong_rows,
    wrong_figures,
}
"""Those that are refused for something else than that they are larger than any return."""
