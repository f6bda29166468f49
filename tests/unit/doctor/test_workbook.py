"""The doctor at a workbook: each failure staged, told in a sentence, mended where that is safe."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

import pytest

from tests.support.desks import WELL, edit_part, part_of_sheet, with_registry
from tests.support.editions import KEPT, OCCASION, called, copied, silent
from tests.support.places import EDITIONS
from xl_addin.commands.doctor import mend
from xl_addin.commands.undo import undo
from xl_addin.demo import make_demo
from xl_addin.doctor import Mend, State, backups, examine, place, security, workbook
from xl_addin.doctor.security import EXCEL_POLICY
from xl_addin.excel.closed import held
from xl_addin.excel.lock import one_at_a_time
from xl_addin.values import replace

DESK = replace(WELL, system="linux")
MARK = "[ZoneTransfer]\r\nZoneId=3\r\nHostUrl=https://mail.example/\r\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    make_demo(folder, OCCASION, tell=silent)
    (path,) = folder.glob("*.xlsm")
    return path


@pytest.fixture
def book(made, tmp_path):
    path = tmp_path / "Dataset.xlsm"
    path.write_bytes(made.read_bytes())
    return path


LOOKS = {
    "Came from": security.from_the_internet,
    "Cloud": place.synced,
    "Folder": place.folder,
    "Space": place.folder,
    "In use": place.in_use,
    "Backups": backups.backups,
}


def of(path, subject, desk=DESK):
    found = [d for d in LOOKS.get(subject, workbook.contents)(path, desk) if d.subject == subject]
    assert found, subject
    return found


def only(path, subject, desk=DESK):
    (found,) = of(path, subject, desk)
    return found


def test_a_workbook_where_all_is_well_needs_only_its_first_backup(book):
    wanting = [d.subject for d in examine(book, DESK) if d.state is not State.OK]
    assert [subject for subject in wanting if subject != "PDF"] == ["Backups"]


def test_an_examination_changes_nothing_and_leaves_nothing(book):
    before, beside = book.read_bytes(), sorted(book.parent.iterdir())
    examine(book, DESK)
    assert book.read_bytes() == before and sorted(book.parent.iterdir()) == beside


def test_a_workbook_from_the_internet_is_told_to_be_unblocked(book):
    book.with_name(f"{book.name}:Zone.Identifier").write_text(MARK)
    found = only(book, "Came from")
    assert found.state is State.ATTENTION
    assert "Properties, tick Unblock" in found.remedy
    blocking = with_registry({(EXCEL_POLICY, "blockcontentexecutionfrominternet"): 1})
    assert only(book, "Came from", replace(blocking, system="linux")).state is State.BROKEN


def test_a_mark_of_the_local_network_is_none(book):
    book.with_name(f"{book.name}:Zone.Identifier").write_text(MARK.replace("=3", "=1"))
    assert only(book, "Came from").state is State.OK


@pytest.mark.parametrize(("below", "state"), [(1, State.OK), (0, State.ATTENTION)])
def test_in_a_folder_that_excel_trusts_the_mark_does_no_harm(book, below, state):
    book.with_name(f"{book.name}:Zone.Identifier").write_text(MARK)
    key = rf"{EXCEL_POLICY}\Trusted Locations\Location3"
    trusted = {(key, "Path"): f"{book.parent.parent}\\", (key, "AllowSubfolders"): below}
    desk = with_registry(trusted)
    slashes = replace(desk, registry=lambda k, n: desk.registry(k, n))
    assert only(book, "Came from", slashes).state is state


def test_a_folder_of_onedrive_is_named(tmp_path, book):
    folder = tmp_path / "OneDrive - Council"
    folder.mkdir()
    moved = book.rename(folder / book.name)
    found = only(moved, "Cloud")
    assert found.state is State.ATTENTION and "pause syncing" in found.remedy


def test_a_folder_that_windows_names_as_onedrive_s_is_one_whatever_it_is_called(book):
    desk = replace(DESK, environment={"OneDriveCommercial": str(book.parent)})
    assert only(book, "Cloud", desk).state is State.ATTENTION


@pytest.mark.parametrize("address", ["https://council.sharepoint.com/Dataset.xlsm", "HTTP://x/y"])
def test_an_address_in_the_cloud_is_no_file(address):
    assert "not a file of this computer" in examine(Path(address), DESK)[-1].found


def test_a_workbook_that_is_not_there(tmp_path):
    found = examine(tmp_path / "none.xlsm", DESK)[-1]
    assert found.state is State.BROKEN and "There is no file" in found.found


def test_a_folder_that_may_not_be_written_in(book):
    desk = replace(DESK, may_write=lambda folder: False)
    found = of(book, "Folder", desk)[0]
    assert found.state is State.BROKEN and str(book.parent) in found.for_it


def test_a_disk_that_is_nearly_full(book):
    desk = replace(DESK, free_space=lambda folder: 2_000_000)
    assert only(book, "Space", desk).found.startswith("2.0 MB are free")


def test_a_name_too_long_for_a_backup(book):
    long = book.rename(book.with_name("x" * 240 + ".xlsm"))
    assert "name is too long" in only(long, "Folder").found


def test_a_read_only_workbook(book):
    book.chmod(0o444)
    assert only(book, "In use").state is State.ATTENTION


@pytest.mark.parametrize("owner", ["~$Dataset.xlsm", ".~lock.Dataset.xlsm#"])
def test_a_workbook_that_another_program_has_open(book, owner):
    book.with_name(owner).write_bytes(b"\x07Officer" + b" " * 50 if owner[0] == "~" else b",me,pc;")
    assert "open" in only(book, "In use").found


def test_a_workbook_another_xl_addin_is_at_work_on(book):
    with one_at_a_time(book):
        assert "at work" in only(book, "In use").found


def test_a_file_that_is_none_of_ours_or_damaged(tmp_path, book):
    book.write_bytes(book.read_bytes()[:5000])
    assert only(book, "Workbook").state is State.BROKEN
    other = tmp_path / "letter.xlsm"
    other.write_bytes(b"Dear colleague")
    assert only(other, "Workbook").state is State.BROKEN


def test_a_page_that_is_damaged_around_its_rows_is_said_not_stumbled_over(book):
    damage = partial(re.sub, "</worksheet>", "<a:b:c/></worksheet>")
    edit_part(book, part_of_sheet(book, "Dataset"), damage)
    assert "damaged" in only(book, "Workbook").found


def test_an_older_edition_is_offered_its_upgrade_which_the_doctor_does(tmp_path):
    book = copied(EDITIONS / "1" / "demo.xlsm", tmp_path)
    assert only(book, "Edition").mend is Mend.EDITION
    assert mended(book)
    assert only(book, "Edition").state is State.OK
    undone(book, EDITIONS / "1" / "demo.xlsm")


@pytest.mark.parametrize("kept", KEPT, ids=called)
def test_a_workbook_of_an_older_edition_is_not_called_broken_before_or_after(kept, tmp_path):
    book = copied(kept, tmp_path)
    assert only(book, "Charts").state is State.OK
    for _ in range(2):
        broken = [d for d in workbook.contents(book, DESK) if d.state is State.BROKEN]
        assert broken == []
        mended(book)
    gone = [d.found for d in workbook.contents(book, DESK) if d.state is not State.OK]
    assert gone == []


def mended(book):
    return mend(book, OCCASION, tell=silent, agree=lambda: True)


def undone(book, original):
    with held(book) as held_book:
        undo(held_book, OCCASION.when, tell=silent, agree=lambda: True)
    was = original if isinstance(original, bytes) else original.read_bytes()
    assert book.read_bytes() == was


def without_interpreter(book):
    part = part_of_sheet(book, "xlwings.conf")
    edit_part(book, part, lambda xml: re.sub(r'<row r="1".*?</row>', "", xml))


def without_its_sheet(book):
    edit_part(book, "xl/workbook.xml", lambda xml: re.sub(r'<sheet name="xlwings[^>]*/>', "", xml))


def without_arrows(book):
    rules = r"<conditionalFormatting .*</conditionalFormatting>"
    edit_part(book, part_of_sheet(book, "Dataset"), lambda xml: re.sub(rules, "", xml))


def without_half_of_the_arrows(book):
    rule = r'<cfRule type="expression" dxfId="[3-5]".*?</cfRule>'
    edit_part(book, part_of_sheet(book, "Dataset"), lambda xml: re.sub(rule, "", xml))


def with_a_typed_average(book):
    cell = r'(<c r="R8"[^>]*)><f>.*?</f><v>.*?</v></c>'
    edit_part(
        book, part_of_sheet(book, "Dataset"), lambda xml: re.sub(cell, r"\1><v>7</v></c>", xml)
    )


MENDED = [
    (without_interpreter, "Where Python is", "does not say where Python is"),
    (without_its_sheet, "Where Python is", "does not say where Python is"),
    (without_arrows, "Arrows", "have gone"),
    (without_half_of_the_arrows, "Arrows", "have gone"),
    (with_a_typed_average, "Formulas", "1 cell in Dataset hold a typed figure for a formula: R8"),
]


@pytest.mark.parametrize(("damage", "subject", "said"), MENDED)
def test_what_is_safe_to_mend_is_mended_after_a_backup_and_undone(book, damage, subject, said):
    whole = book.read_bytes()
    damage(book)
    was = book.read_bytes()
    found = only(book, subject)
    assert found.state is State.BROKEN and said in found.found
    assert mended(book)
    assert [d for d in examine(book, DESK) if d.state is State.BROKEN] == []
    assert was != book.read_bytes() != whole
    undone(book, was)


def test_where_nothing_can_be_mended_nothing_is_changed(book):
    was = book.read_bytes()
    assert not mended(book)
    assert book.read_bytes() == was and list(book.parent.iterdir()) == [book]


def test_a_chart_that_was_deleted_is_missed(book):
    part = "xl/drawings/drawing2.xml"
    anchor = r"<xdr:twoCellAnchor(?:(?!</xdr:twoCellAnchor>).)*<c:chart .*?</xdr:twoCellAnchor>"
    edit_part(book, part, lambda xml: re.sub(anchor, "", xml, count=1))
    found = only(book, "Charts")
    assert found.state is State.ATTENTION and found.found.startswith("1 chart")


def test_a_name_that_formulas_need_is_missed(book):
    gone = r'<definedName name="DirectionThreshold".*?</definedName>'
    edit_part(book, "xl/workbook.xml", lambda xml: re.sub(gone, "", xml))
    subjects = {d.subject: d for d in examine(book, DESK) if d.state is State.BROKEN}
    assert "DirectionThreshold" in " ".join(d.found for d in subjects.values())


def test_another_version_of_xlwings_than_the_workbook_s_is_told(book):
    known = DESK.installed
    desk = replace(DESK, installed=lambda name: "0.99.0" if name == "xlwings" else known(name))
    found = only(book, "Buttons", desk)
    assert found.state is State.BROKEN
    assert re.search(r"macros are of version 0\.\d+\.\d+, the package is 0\.99\.0", found.found)


def test_backups_that_are_damaged_or_gone(tmp_path):
    make_demo(tmp_path, OCCASION, tell=silent)
    (book,) = tmp_path.glob("*.xlsm")
    first, *others = sorted(tmp_path.glob("* backups/*.xlsm"))
    first.write_bytes(b"something else")
    damaged, whole = of(book, "Backups")
    assert first.name in damaged.found and damaged.state is State.ATTENTION
    assert whole.state is State.OK and f"{len(others)} of {len(others) + 1}" in whole.found
    for copy in (first, *others):
        copy.unlink()
    assert "none of the copies it names" in only(book, "Backups").found
