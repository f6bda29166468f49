"""The script for whoever has Excel works, over xlwings' own Windows code."""

from __future__ import annotations

import pytest

from tests.in_excel import FAIL, LEFT_OUT, PASS, STEPS, InExcel, check_in_excel
from tests.support.com_double import running_excel

pytestmark = pytest.mark.usefixtures("own_log")


@pytest.mark.parametrize("language", ["en", "de"])
def test_everything_is_checked_and_written_on_a_page(tmp_path, language):
    page = tmp_path / "page.html"
    with running_excel(language=language) as excel:
        checked = check_in_excel(page)
        assert excel.desktop.killed == []
    assert [c.name for c in checked] == list(STEPS)
    assert {c.name: c.outcome for c in checked if c.outcome != PASS} == {"Its VBA runs": LEFT_OUT}
    written = page.read_text(encoding="utf-8")
    assert all(f"<td>{c.name}</td><td>{c.outcome}</td>" in written for c in checked)


def test_what_fails_is_told_and_the_rest_is_checked_all_the_same(tmp_path, monkeypatch):
    def fails(_: InExcel) -> str:
        raise AssertionError("a <repair> was offered")

    monkeypatch.setitem(STEPS, "Check", fails)
    page = tmp_path / "page.html"
    with running_excel():
        checked = check_in_excel(page)
    assert [c.name for c in checked if c.outcome == FAIL] == ["Check"]
    assert "a &lt;repair&gt; was offered" in page.read_text(encoding="utf-8")
