"""docs/share.md: each guarantee names a test that is there."""

from __future__ import annotations

import re
from pathlib import Path

from tests.support.places import ROOT

NAMED = re.findall(r"`(test_\w+)`", (ROOT / "docs" / "share.md").read_text(encoding="utf-8"))


def test_every_guarantee_names_a_test_that_is_there():
    there = {
        name
        for path in Path(ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert len(NAMED) >= 10
    assert set(NAMED) <= there
