"""A new workbook never takes the place of a file, unless the officer says so by name."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import pytest

from tests.support.command_line import invoke
from tests.support.faults import FailingDisk, failing
from tests.support.ready import OCCASION, ready_book
from xl_addin import ooxml
from xl_addin.commands.make_book import make_book
from xl_addin.demo import NAME, make_demo
from xl_addin.errors import WorkbookRefused, XlAddinError
from xl_addin.excel.lock import one_at_a_time
from xl_addin.sources.catalogue import read_catalogue

WHEN = datetime(2026, 7, 3, 9, 30)


def made(path: Path, **more) -> None:
    make_book(path, *read_catalogue(None), **more)


def demonstrated(path: Path) -> None:
    make_demo(path.parent, OCCASION, tell=lambda line: None)


def commands(book: Path) -> dict[str, list[str]]:
    return {
        "new": ["new", str(book)],
        "template": ["template", "--out", str(book)],
        "template without functions": ["template", "--no-udfs", "--out", str(book)],
        "demo": ["demo", "--out", str(book.parent)],
    }


@pytest.mark.parametrize("command", commands(Path("x")))
def test_no_command_that_makes_a_workbook_replaces_one(tmp_path, command):
    book = ready_book(tmp_path, NAME)
    before = book.read_bytes()
    done = invoke(*commands(book)[command])
    assert isinstance(done.exception, WorkbookRefused)
    assert "It is there already. Choose another name" in str(done.exception)
    assert book.read_bytes() == before
    assert list(tmp_path.iterdir()) == [book]


@pytest.mark.parametrize("command", ["template", "demo"])
def test_what_is_replaced_by_name_is_backed_up_first(tmp_path, command):
    book = ready_book(tmp_path, NAME)
    before = book.read_bytes()
    done = invoke(*commands(book)[command], "--replace")
    assert done.exit_code == 0, done.output
    assert book.read_bytes() != before
    copies = sorted((tmp_path / f"{book.stem} backups").glob("*.xlsm"))
    assert before in [copy.read_bytes() for copy in copies]


def test_a_workbook_in_use_is_not_replaced(tmp_path):
    book = ready_book(tmp_path)
    before = book.read_bytes()
    with one_at_a_time(book), pytest.raises(WorkbookRefused, match="at work"):
        made(book, replacing=WHEN)
    (tmp_path / f".~lock.{book.name}#").write_text(",Sam,office,", encoding="utf-8")
    with pytest.raises(WorkbookRefused, match=r"open in LibreOffice \(Sam\)"):
        made(book, replacing=WHEN)
    assert book.read_bytes() == before
    assert not (tmp_path / f"{book.stem} backups").exists()


def test_the_same_workbook_once_more_makes_no_backup(tmp_path):
    made(book := tmp_path / "New.xlsm")
    made(book, replacing=WHEN)
    assert list(tmp_path.iterdir()) == [book]


@pytest.mark.skipif(os.name == "nt", reason="the failing disk is a POSIX one")
@pytest.mark.parametrize(("work", "step", "least"), [(made, 1, 11), (demonstrated, 9, 103)])
def test_whatever_the_disk_fails_at_a_new_workbook_is_whole_or_not_there(
    tmp_path, work, step, least
):
    (counted := tmp_path / "counted").mkdir()
    with failing(FailingDisk(counted)) as disk:
        work(counted / NAME)
    writes = [n for n, kind in enumerate(disk.calls) if kind in ("write", "fsync", "link", "open")]
    assert len(writes) >= least  # as docs/safety.md says
    for at in writes[::step]:
        (place := tmp_path / str(at)).mkdir()
        try:
            with failing(FailingDisk(place, at)):
                work(place / NAME)
        except (XlAddinError, OSError):
            pass
        left = [path for path in place.iterdir() if not path.is_dir()]
        assert [path.name for path in left] in ([NAME], []), (at, disk.calls[at], left)
        for path in left:
            ooxml.read(path)
