"""Every command meets what Windows answers: it does its work, or says in a sentence why not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support.command_line import Invoked, invoke
from tests.support.editions import KEPT
from tests.support.ready import JUNE, NAME, ready_bytes
from tests.support.windows import played, short
from xl_addin.demo import HISTORY
from xl_addin.errors import XlAddinError
from xl_addin.excel import dataset_file
from xl_addin.ooxml.saving import WAITS

pytestmark = pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="Linux plays Windows")

EMPTY, MAY, OLD = "an empty workbook", "a workbook to May", "a workbook of the first edition"

COMMANDS: dict[str, tuple[str, tuple[object, ...]]] = {
    "new": ("", ("new", "{new}")),
    "template": (MAY, ("template", "--out", "{book}", "--replace")),
    "import": (EMPTY, ("import", "{book}", HISTORY, "--yes")),
    "refresh": (MAY, ("refresh", "{book}", "--return", JUNE, "--yes")),
    "show": (MAY, ("show", "{book}", "--month", "2015-03")),
    "check": (MAY, ("check", "{book}")),
    "notes": (MAY, ("notes", "{book}", "--yes")),
    "share": (MAY, ("share", "{book}", "--out", "{copy}")),
    "undo": (MAY, ("undo", "{book}", "--yes")),
    "upgrade": (OLD, ("upgrade", "{book}", "--yes")),
}
"""Each command, the workbook it works on, and its words."""

CHANGES_NOTHING = {"new", "check", "notes"}
"""What replaces no file that is there: it makes a new one, or finds nothing to do."""
EACH = pytest.mark.parametrize("name", COMMANDS)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "work").mkdir()
    return tmp_path / "work"


def prepared(name: str, folder: Path) -> Path:
    """The workbook that a command works on; for an undo, one with something to undo."""
    book, kind = folder / NAME, COMMANDS[name][0]
    if kind == OLD:
        shutil.copy(next(path for path in KEPT if path.name == "demo.xlsm"), book)
    elif kind == EMPTY:
        assert invoke("new", book).exit_code == 0
    elif kind == MAY:
        book.write_bytes(ready_bytes())
    if name == "new":
        # What a command imports when it is first called is to be there before Windows is played.
        assert invoke("new", folder.parent / "Other.xlsm").exit_code == 0
    if name == "undo":
        assert invoke("refresh", book, "--return", JUNE, "--yes").exit_code == 0
    return book


def done(name: str, book: Path) -> Invoked:
    """Run a command as it is typed, on a workbook by some name."""
    places = {
        "{book}": book,
        "{new}": book.with_name("New.xlsm"),
        "{copy}": book.with_name("J.xlsx"),
    }
    return invoke(*(places.get(str(word), word) for word in COMMANDS[name][1]))


def is_whole(folder: Path) -> None:
    """The workbooks can be read, and nothing half-written is left."""
    for book in folder.glob("*.xlsm"):
        dataset_file.read(book)
    assert not [p for p in folder.rglob(".*") if p.is_file()], list(folder.rglob(".*"))


def succeeded(ended: Invoked) -> None:
    assert ended.exit_code == 0 and ended.exception is None, (ended.output, ended.exception)


def refused(ended: Invoked, *words: str) -> None:
    """A sentence said why: no traceback, and no bare error of the system."""
    assert isinstance(ended.exception, XlAddinError), (ended.output, ended.exception)
    assert any(word in str(ended.exception) for word in words), str(ended.exception)


@EACH
def test_every_command_waits_for_a_file_that_is_held_for_a_moment_and_does_its_work(name, folder):
    book = prepared(name, folder)
    with played(folder, holds=2) as disk:
        succeeded(done(name, book))
    is_whole(folder)
    assert disk.hidden or name == "check"
    if name not in CHANGES_NOTHING:
        assert (disk.holds, disk.waited[:2]) == (0, list(WAITS[:2]))


@EACH
def test_a_file_that_stays_held_changes_nothing_and_is_said(name, folder):
    book = prepared(name, folder)
    before = book.read_bytes() if book.exists() else b""
    with played(folder, holds=10_000):
        ended = done(name, book)
    if name in CHANGES_NOTHING:
        succeeded(ended)
    else:
        refused(ended, "another program holds it")
        assert book.read_bytes() == before
        assert not (folder / "J.xlsx").exists()
    is_whole(folder)


@EACH
def test_a_read_only_workbook_is_left_as_it_is(name, folder):
    book = prepared(name, folder)
    if not book.exists():
        return
    before = book.read_bytes()
    book.chmod(0o444)
    with played(folder):
        ended = done(name, book)
    assert book.read_bytes() == before
    book.chmod(0o644)
    is_whole(folder)
    if name == "check":
        succeeded(ended)
    elif name != "share" or ended.exception:
        refused(ended, "The workbook is read-only")
        assert not (folder / "J.xlsx").exists()


@EACH
def test_a_short_name_and_other_capitals_lead_to_the_same_workbook(name, folder):
    if name in {"new", "template"}:
        return
    prepared(name, folder)
    for alias in (short(NAME), NAME.upper()):
        shutil.copytree(folder, other := folder.parent / alias)
        with played(other):
            succeeded(done(name, other / alias))
        is_whole(other)
        assert {p.name for p in other.iterdir()} <= {NAME, "J.xlsx", *OF_THE_WORKBOOK}


OF_THE_WORKBOOK = {f"{Path(NAME).stem} backups", f"{Path(NAME).stem} shared copies.csv"}


@EACH
def test_a_path_too_long_for_a_backup_is_said_before_anything_is_done(name, folder):
    if name in CHANGES_NOTHING:
        return
    deep = folder / ("x" * (230 - len(str(folder))))
    deep.mkdir()
    book = prepared(name, deep)
    before = {path.name for path in deep.rglob("*")}
    with played(folder):
        ended = done(name, book)
    refused(ended, "Windows takes 259")
    assert {path.name for path in deep.rglob("*")} == before
