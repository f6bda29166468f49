"""What is written is read back before it takes the workbook's place: no damage gets through."""

from __future__ import annotations

import io
import zipfile
import zlib
from datetime import date
from pathlib import Path

import pytest

from tests.support.sample_files import make
from xl_addin.errors import WorkbookRefused
from xl_addin.excel import dataset_file
from xl_addin.layout import History
from xl_addin.ooxml import package, read_back, saving
from xl_addin.ooxml.package import Package
from xl_addin.ooxml.sheet import Sheet, SheetRow
from xl_addin.ooxml.table_part import TablePart
from xl_addin.update import AppendRows, Update

UPDATE = Update(
    (
        AppendRows(
            History.TABLE,
            (History.REF, History.MONTH, History.VALUE),
            tuple((f"M{n}", date(2015, 6, 1), n / 7) for n in range(30)),
        ),
    )
)


@pytest.fixture
def book(tmp_path) -> Path:
    return make(tmp_path / "monthly.xlsx")


@pytest.fixture(params=["as it was read", "not read before"])
def change(request, book):
    """Changes the workbook, after reading it or not, and gives the refusal and the file then."""

    def change() -> str:
        was = book.read_bytes()
        is_read = request.param == "as it was read"
        seen = dataset_file.read_to_change(book, was)[1] if is_read else None
        with pytest.raises(WorkbookRefused) as refused:
            dataset_file.apply(book, UPDATE, seen)
        assert book.read_bytes() == was
        assert [file.name for file in book.parent.iterdir()] == [book.name]
        return str(refused.value)

    return change


def written(monkeypatch, spoil):
    """Let the file that is written be another than the one that was meant."""
    real = saving.write_beside

    def write(path, data, *more, **others):
        return real(path, spoil(data), *more, **others)

    monkeypatch.setattr(saving, "write_beside", write)


def rewritten(data: bytes, parts=lambda name, content: (name, content)) -> bytes:
    """The same zip, its parts given another name or content, or left out for None."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for info in old.infolist():
            if found := parts(info.filename, old.read(info)):
                new.writestr(*found)
    return out.getvalue()


def changed_parts(book: Path) -> list[str]:
    """The parts that the change writes anew, as a copy of the workbook shows."""
    copy = book.with_name("copy.xlsx")
    copy.write_bytes(book.read_bytes())
    dataset_file.apply(copy, UPDATE)
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(copy) as new:
        found = [name for name in new.namelist() if old.read(name) != new.read(name)]
    copy.unlink()
    return found


def test_the_change_itself_is_made(book):
    seen = dataset_file.read_to_change(book, book.read_bytes())[1]
    dataset_file.apply(book, UPDATE, seen)
    assert len(dataset_file.read(book).tables[History.TABLE].rows) >= 30


def test_each_part_that_was_written_with_other_bytes_is_found(monkeypatch, book, change):
    for spoilt in changed_parts(book):
        swap = lambda name, content, spoilt=spoilt: (  # noqa: E731
            name,
            content.replace(b"1", b"2", 1) if name == spoilt else content,
        )
        with monkeypatch.context() as patched:
            written(patched, lambda data, swap=swap: rewritten(data, swap))
            assert f"{spoilt} was not written whole" in change()


def test_a_part_that_is_left_out_or_added_is_found(monkeypatch, book, change):
    with zipfile.ZipFile(book) as archive:
        names = archive.namelist()
    for gone in names:
        with monkeypatch.context() as patched:
            written(
                patched,
                lambda data, gone=gone: rewritten(data, lambda n, c: None if n == gone else (n, c)),
            )
            assert "damaged" in change() or gone == "[Content_Types].xml"
    with monkeypatch.context() as patched:
        written(
            patched,
            lambda data: rewritten(data, lambda n, c: (n.replace("app.xml", "another.xml"), c)),
        )
        assert "other parts than it has" in change()


def test_a_byte_that_turned_anywhere_in_what_lies_in_the_file_is_found(monkeypatch, book, change):
    size = len(book.read_bytes())
    for at in range(40, size, size // 25):

        def turned(data: bytes, at=at) -> bytes:
            return data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :]

        with zipfile.ZipFile(book) as archive, monkeypatch.context() as patched:
            inside = [
                info
                for info in archive.infolist()
                if info.header_offset + 60 < at < info.header_offset + info.compress_size
            ]
            if inside:
                written(patched, turned)
                assert "damaged" in change()


@pytest.mark.parametrize(
    "field", [4, 10, 14, 18, 22, 28], ids=["version", "time", "sum", "packed", "size", "extra"]
)
def test_a_byte_that_turned_in_a_header_that_readers_pass_over_is_found(monkeypatch, change, field):
    def turned(data: bytes) -> bytes:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            at = archive.infolist()[-1].header_offset + field
        return data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :]

    written(monkeypatch, turned)
    assert "damaged" in change()


@pytest.mark.parametrize("broken", [b"<c r='A1'>", b"</row>", b"&", b"\x01", b"\xff"])
def test_a_row_that_was_written_badly_is_found(monkeypatch, change, broken):
    real = SheetRow.to_bytes
    monkeypatch.setattr(SheetRow, "to_bytes", lambda row, prefix: real(row, prefix) + broken)
    assert "damaged" in change()


def test_what_stands_around_the_rows_is_looked_at_too(monkeypatch, change):
    real = Sheet._around
    monkeypatch.setattr(Sheet, "_around", lambda sheet: (real(sheet)[0], real(sheet)[1] + b"<x>"))
    assert "damaged" in change()


def test_a_table_that_is_written_with_an_area_wider_than_its_headings_is_found(monkeypatch, change):
    real = TablePart.to_bytes
    monkeypatch.setattr(
        TablePart, "to_bytes", lambda table: real(table).replace(b":I", b":J") + b""
    )
    assert "damaged" in change()


def test_a_number_that_is_none_in_a_row_added_is_found(monkeypatch, change):
    real = SheetRow.to_bytes
    monkeypatch.setattr(
        SheetRow, "to_bytes", lambda row, prefix: real(row, prefix).replace(b"<v>", b"<v>x")
    )
    assert "damaged" in change()


def test_a_file_that_unpacks_otherwise_than_it_was_packed_is_found(monkeypatch, change):
    real = zlib.compressobj

    class Careless:
        """Packs all but the last byte."""

        def __init__(self, *kinds: int) -> None:
            self._real = real(*kinds)

        def compress(self, data: bytes) -> bytes:
            return self._real.compress(data[:-1])

        def flush(self) -> bytes:
            return self._real.flush()

    monkeypatch.setattr(package.zlib, "compressobj", Careless)
    assert "damaged" in change()


def test_rows_found_well_formed_in_reading_are_compared_and_not_parsed_again(monkeypatch, book):
    (sheet,) = (name for name in changed_parts(book) if "worksheets" in name)
    dataset_file.apply(book, UPDATE)
    parsed: list[bytes] = []
    real = read_back.refuse_broken
    monkeypatch.setattr(read_back, "refuse_broken", lambda data: parsed.append(data) or real(data))
    seen = dataset_file.read_to_change(book, book.read_bytes())[1]
    dataset_file.apply(book, UPDATE, seen)
    (of_sheet,) = (data for data in parsed if b"<sheetData>" in data)
    assert of_sheet.count(b"<row") == len(UPDATE.changes[0].rows)
    assert Package(book.read_bytes()).part(sheet).count(b"<row") > 2 * len(UPDATE.changes[0].rows)


def test_a_row_of_long_ago_that_is_damaged_is_found_before_anything_is_changed(book):
    (sheet,) = (name for name in changed_parts(book) if "worksheets" in name)
    dataset_file.apply(book, UPDATE)

    def damage(name: str, content: bytes) -> tuple[str, bytes]:
        return name, content.replace(b"</v></c>", b"</c>", 1) if name == sheet else content

    book.write_bytes(rewritten(book.read_bytes(), damage))
    with pytest.raises(WorkbookRefused, match="damaged"):
        dataset_file.read(book)
