"""The list of backups: what is noted before a change stays, what is noted after it may be lost."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import pytest

from xl_addin.dataset.settings import Keep
from xl_addin.excel.backups import LIST, back_up, digest, read_backups, record_outcome

WHEN = datetime(2026, 7, 3, 9, 30)


@pytest.fixture
def changed(tmp_path) -> tuple[Path, Path]:
    """A workbook that was backed up and then changed, and its copy."""
    book = tmp_path / "Monthly.xlsm"
    book.write_bytes(b"before")
    copy = back_up(book, WHEN, Keep(copies=9), "Refresh month, Jun 2015")
    book.write_bytes(b"after")
    return book, copy


def test_what_a_workbook_became_is_noted_without_waiting_for_the_disk(changed, monkeypatch):
    book, copy = changed
    waits: list[int] = []
    monkeypatch.setattr(os, "fsync", waits.append)
    record_outcome(copy, book)
    (known,) = read_backups(copy.parent)
    assert (known.before, known.after) == (digest(b"before"), digest(b"after"))
    assert not waits


def test_the_note_before_waits_for_the_disk(tmp_path, monkeypatch):
    book, waits = tmp_path / "Monthly.xlsm", []
    book.write_bytes(b"before")
    monkeypatch.setattr(os, "fsync", waits.append)
    back_up(book, WHEN, Keep(copies=9))
    assert len(waits) == 4, "the copy, the list, and the folder after each"


def test_a_note_follows_a_line_that_was_cut_short(changed):
    book, copy = changed
    with (copy.parent / LIST).open("ab") as file:
        file.write(b"2026-07-03T09:31:00\tbef")
    record_outcome(copy, book)
    (known,) = read_backups(copy.parent)
    assert known.after == digest(b"after")


@pytest.mark.skipif(os.name == "nt", reason="a link needs a right there")
def test_a_list_that_leads_elsewhere_is_not_written_to(changed, tmp_path):
    book, copy = changed
    other = tmp_path / "other.txt"
    (copy.parent / LIST).rename(other)
    (copy.parent / LIST).symlink_to(other)
    before = other.read_bytes()
    record_outcome(copy, book)
    assert other.read_bytes() == before


def test_a_list_that_is_gone_is_not_made_anew_by_the_note_after(changed):
    book, copy = changed
    (copy.parent / LIST).unlink()
    record_outcome(copy, book)
    assert not (copy.parent / LIST).exists()
