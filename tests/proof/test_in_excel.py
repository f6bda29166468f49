"""The script for whoever has Excel works, over xlwings' own Windows code."""

from __future__ import annotations

from contextlib import contextmanager

import pytest

from tests import in_excel
from tests.in_excel import FAIL, LEFT_OUT, PASS, STEPS, InExcel, check_in_excel
from tests.support.com_double import running_excel

pytestmark = pytest.mark.usefixtures("own_log")


def clicked_in(excel):
    """Who clicks Yes, or OK, in the double's boxes, as clicker does in Windows'."""

    @contextmanager
    def clicks_yes():
        before = len(excel.boxes)
        said = Said(excel, before)
        excel.desktop.clicker = lambda buttons: "yes" if "yes" in buttons else "ok"
        try:
            yield said
        finally:
            excel.desktop.clicker = None

    return clicks_yes


class Said(list[str]):
    """What the boxes said since."""

    def __init__(self, excel, before: int) -> None:
        super().__init__()
        self._excel, self._before = excel, before

    def _now(self) -> list[str]:
        return [box.text for box in self._excel.boxes[self._before :]]

    def __bool__(self) -> bool:
        return bool(self._now())

    def __getitem__(self, at):
        return self._now()[at]


@pytest.mark.parametrize(("version", "language"), [("365", "en"), ("2016", "de")])
def test_everything_is_checked_and_written_on_a_page(tmp_path, version, language):
    page = tmp_path / "page.html"
    with running_excel(version, language) as excel:
        checked = check_in_excel(page, clicked_in(excel))
        assert excel.desktop.killed == []
    assert [c.name for c in checked] == list(STEPS)
    assert {c.name: c.outcome for c in checked if c.outcome != PASS} == {
        "Functions in cells": LEFT_OUT
    }
    written = page.read_text(encoding="utf-8")
    assert all(f"<td>{c.name}</td><td>{c.outcome}</td>" in written for c in checked)


def test_what_fails_is_told_and_the_rest_is_checked_all_the_same(tmp_path, monkeypatch):
    def fails(_: InExcel) -> str:
        raise AssertionError("a <repair> was offered")

    some = ("The workbook opens without repair", "Check", "PDF")
    monkeypatch.setattr(in_excel, "STEPS", {name: STEPS[name] for name in some} | {"Check": fails})
    page = tmp_path / "page.html"
    with running_excel() as excel:
        checked = check_in_excel(page, clicked_in(excel))
    assert [c.name for c in checked if c.outcome == FAIL] == ["Check"]
    assert "a &lt;repair&gt; was offered" in page.read_text(encoding="utf-8")
