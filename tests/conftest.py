"""What all tests share: the judges from outside are there, or are said to be left out."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.support import judges
from xl_addin.excel import error_log

settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")  # a busy machine takes longer, and is not wrong

collect_ignore_glob = ["support/recalculate.py", "support/libreoffice/c*.py"]
"""Run by the Python that has LibreOffice's uno, not by the one that runs the tests."""


def pytest_runtest_setup(item: pytest.Item) -> None:
    judges.leave_out(judges.missing(marker.name for marker in item.iter_markers()))


@pytest.fixture
def own_log(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A log of the test's own, in a folder that is not there yet."""
    path = tmp_path_factory.mktemp("logs") / "log" / "xl-addin.log"
    monkeypatch.setattr(error_log, "log_path", lambda: path)
    monkeypatch.setattr("xl_addin.excel.lock.log_path", lambda: path)
    return path
