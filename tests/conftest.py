"""What all tests share: LibreOffice is there, or its tests say that they were left out."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.support import office
from xl_addin.excel import error_log

settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")  # a busy machine takes longer, and is not wrong

collect_ignore_glob = ["support/recalculate.py", "support/libreoffice/c*.py"]
"""Run by the Python that has LibreOffice's uno, not by the one that runs the tests."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    reason = office.missing()
    if not reason or os.environ.get(office.REQUIRED) == "1":
        return
    for item in items:
        if item.get_closest_marker("libreoffice"):
            item.add_marker(pytest.mark.skip(reason=reason))


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("libreoffice") and (reason := office.missing()):
        pytest.fail(f"{reason}, but {office.REQUIRED}=1 says it must be")


@pytest.fixture
def own_log(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A log of the test's own, in a folder that is not there yet."""
    path = tmp_path_factory.mktemp("logs") / "log" / "xl-addin.log"
    monkeypatch.setattr(error_log, "log_path", lambda: path)
    monkeypatch.setattr("xl_addin.excel.lock.log_path", lambda: path)
    return path
