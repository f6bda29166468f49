"""Names too long for a backup are said before anything is done."""

from __future__ import annotations

import sys

import pytest

from tests.support.ready import OCCASION, ready_book
from xl_addin.dataset.settings import Keep
from xl_addin.errors import WorkbookRefused
from xl_addin.excel import paths
from xl_addin.excel.backups import back_up
from xl_addin.excel.closed import held


def test_a_path_whose_backup_windows_would_not_take_is_refused_before_anything_is_done(
    tmp_path, monkeypatch
):
    book = ready_book(tmp_path)
    copy = back_up(book, OCCASION.when, Keep())
    longest = len(str(copy)) + len(" (999)")
    copy.with_name("backups.tsv").unlink()
    copy.unlink()
    copy.parent.rmdir()
    monkeypatch.setattr(paths, "_longest_path", lambda: longest)
    with held(book):
        pass
    monkeypatch.setattr(paths, "_longest_path", lambda: longest - 1)
    said = f"would have {longest} characters, .* or move it to a folder higher up"
    with pytest.raises(WorkbookRefused, match=said), held(book):
        raise AssertionError("held")
    assert list(tmp_path.iterdir()) == [book]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows refuses the path first")
def test_a_name_to_which_no_date_can_be_added_is_refused(tmp_path):
    book = ready_book(tmp_path, "d" * 230 + ".xlsm")
    with pytest.raises(WorkbookRefused, match="Its name is too long"), held(book):
        raise AssertionError("held")
