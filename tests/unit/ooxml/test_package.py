"""A package: parts that are not replaced are copied as they lie in the file."""

from __future__ import annotations

import io
import zipfile

import pytest

from xl_addin.ooxml.markup import Malformed
from xl_addin.ooxml.package import Package
from xl_addin.ooxml.pieces import Pieces

TYPES = (
    b'<?xml version="1.0"?>\n<Types xmlns="http://schemas.openxmlformats.org/package/2006/'
    b'content-types"><Default Extension="xml" ContentType="application/xml"/>'
    b'<Override PartName="/xl/workbook.xml" ContentType="a+book"/>'
    b'<Override PartName="/xl/calcChain.xml" ContentType="a+chain"/></Types>'
)
RELS = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    b'<Relationship Id="a" Type="http://x/worksheet" Target="worksheets/sheet%201.xml"/>'
    b'<Relationship Id="b" Type="http://x/calcChain" Target="/xl/calcChain.xml"/>'
    b'<Relationship Id="c" Type="http://x/table" Target="../other/table.xml"/>'
    b'<Relationship Id="d" Type="http://x/hyperlink" Target="https://e.org" TargetMode="External"/>'
    b"</Relationships>"
)


def package(comment: bytes = b"", streamed: bool = False) -> bytes:
    """A zip with entries stored and deflated, in no particular order, each with its own time."""
    out = Unseekable() if streamed else io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.comment = comment
        entries = {
            "xl/workbook.xml": b"<workbook/>" * 100,
            "[Content_Types].xml": TYPES,
            "xl/_rels/workbook.xml.rels": RELS,
            "xl/media/": b"",
            "xl/media/é.png": bytes(range(256)),
            "xl/calcChain.xml": b"<calcChain/>",
        }
        for number, (name, data) in enumerate(entries.items()):
            info = zipfile.ZipInfo(name, (1999, 1, 1 + number, 12, 30, 2 * number))
            info.compress_type = zipfile.ZIP_STORED if number % 2 else zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            info.extra = b"\x99\x99\x02\x00ab" if not streamed else b""
            archive.writestr(info, data)
    return out.getvalue()


class Unseekable(io.RawIOBase):
    """What some writers write to: sizes come after the data then."""

    def __init__(self) -> None:
        self._data = b""

    def writable(self) -> bool:
        return True

    def write(self, data) -> int:
        self._data += bytes(data)
        return len(data)

    def getvalue(self) -> bytes:
        return self._data


def infos(data: bytes) -> dict[str, tuple[object, ...]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {
            i.filename: (i.date_time, i.external_attr, i.compress_size) for i in archive.filelist
        }


@pytest.mark.parametrize("streamed", [False, True])
def test_a_package_without_changes_comes_back_byte_for_byte(streamed):
    data = package(b"a comment", streamed)
    assert Package(data).to_bytes() == data


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("name", ["xl/workbook.xml", "xl/media/é.png", "xl/calcChain.xml"])
def test_a_replaced_part_keeps_its_place_name_and_time(name, streamed):
    data = package(b"note", streamed)
    changed = Package(data)
    changed.replace(name, b"<other/>" * 9)
    new = changed.to_bytes()
    with zipfile.ZipFile(io.BytesIO(new)) as archive:
        assert archive.testzip() is None
        assert archive.read(name) == b"<other/>" * 9
        assert archive.comment == b"note"
    before, after = infos(data), infos(new)
    assert list(before) == list(after)
    assert [i[:2] for i in before.values()] == [i[:2] for i in after.values()]
    assert {n for n in before if before[n][2] != after[n][2]} == {name}


def test_a_part_replaced_by_its_own_bytes_is_not_changed():
    changed = Package(package())
    changed.replace("xl/calcChain.xml", b"<calcChain/>")
    assert changed.changed == ()
    changed.replace("xl/calcChain.xml", b"<calcchain/>")
    assert changed.changed == ("xl/calcChain.xml",)
    assert changed.part("xl/calcChain.xml") == b"<calcchain/>"


def test_a_removed_part_leaves_with_its_type_and_relationship():
    changed = Package(package())
    changed.remove("xl/calcChain.xml", "xl/workbook.xml")
    new = Package(changed.to_bytes())
    assert "xl/calcChain.xml" not in new
    assert b"calcChain" not in new.part("[Content_Types].xml")
    assert b"calcChain" not in new.part("xl/_rels/workbook.xml.rels")
    assert new.parts_of_type("+book") == ["xl/workbook.xml"]


def test_relationships_are_resolved_from_their_part_and_outside_targets_are_left_out():
    found = Package(package()).relationships("xl/workbook.xml")
    assert [(r.id, r.kind, r.target) for r in found] == [
        ("a", "worksheet", "xl/worksheets/sheet 1.xml"),
        ("b", "calcChain", "xl/calcChain.xml"),
        ("c", "table", "other/table.xml"),
    ]
    assert Package(package()).relationships("xl/calcChain.xml") == ()


def test_part_names_differ_by_more_than_case_and_slashes():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo("x")
        info.filename = "XL\\Workbook.xml"
        archive.writestr(info, b"<w/>")
    changed = Package(out.getvalue())
    assert changed.part("xl/workbook.xml") == b"<w/>"
    changed.replace("xl/workbook.xml", b"<other/>")
    assert Package(changed.to_bytes()).part("xl/workbook.xml") == b"<other/>"


def test_a_part_that_is_missing_is_named():
    with pytest.raises(Malformed, match=r"the part xl/styles\.xml is missing"):
        Package(package()).part("xl/styles.xml")


def test_a_part_whose_bytes_are_spoilt_is_named():
    data = bytearray(package())
    place = data.index(b"<calcChain/>") if b"<calcChain/>" in data else 0
    data[place] ^= 1
    assert place and Package(bytes(data)).first_damaged() == "xl/calcChain.xml"


def test_what_is_no_zip_is_refused():
    with pytest.raises(zipfile.BadZipFile):
        Package(b"PK\x03\x04 not a zip")


def test_a_part_may_be_written_in_pieces():
    """Long parts: rows that stay lie where they were read, and are not copied for a new one."""
    old = b"<rows>" + b"<row/>" * 300_000 + b"</rows>"
    changed = Package(package())
    changed.replace("xl/styles.xml", old) if "xl/styles.xml" in changed else changed.add(
        "xl/styles.xml", old, ""
    )
    pieces = Pieces([memoryview(old)[:-7], b"<row>new</row>", memoryview(old)[-7:]])
    changed.replace("xl/styles.xml", pieces)
    new = old[:-7] + b"<row>new</row></rows>"
    again = Package(changed.to_bytes())
    assert again.part("xl/styles.xml") == changed.part("xl/styles.xml") == new
    assert again.first_damaged({"xl/styles.xml": pieces}) is None
    for other in (old, new[:-1], new + b" ", new.replace(b"new", b"now")):
        assert again.first_damaged({"xl/styles.xml": Pieces([other])}) == "xl/styles.xml"
    many = Pieces([b"a"] * 20_001)
    assert (len(list(many)), len(many), many.joined) == (1, 20_001, b"a" * 20_001)
