"""What all tests share: the judges from outside are there, or are said to be left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
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


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what uses ``way`` both ways, unless it is about the engine in memory itself."""
    if "way" in metafunc.fixturenames:
        is_about_memory = metafunc.definition.get_closest_marker("in_memory")
        ways = ["memory"] if is_about_memory else ["memory", "com"]
        metafunc.parametrize("way", ways, indirect=True)


@pytest.fixture
def way(request: pytest.FixtureRequest) -> Iterator[str]:
    """How an open workbook is reached: in memory, or through xlwings' own code over COM."""
    if request.param == "memory":
        yield request.param
        return
    from tests.support.ways import through_com  # what it needs takes long to load

    with through_com():
        yield request.param


@pytest.fixture
def own_log(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A log of the test's own, in a folder that is not there yet."""
    path = tmp_path_factory.mktemp("logs") / "log" / "xl-addin.log"
    monkeypatch.setattr(error_log, "log_path", lambda: path)
    monkeypatch.setattr("xl_addin.excel.lock.log_path", lambda: path)
    return path


class Templates:
    """Templates, each built once: of the program as it is, and as tests change it, by a name."""

    def __init__(self, build: Callable[..., bytes]) -> None:
        self._build = build
        self._built: dict[str, Callable[..., bytes]] = {}
        self.changed = ""

    def __call__(self, *of: object, **more: object) -> bytes:
        return self._built.setdefault(self.changed, cache(self._build))(*of, **more)


@pytest.fixture(scope="session", autouse=True)
def templates_built_once() -> Iterator[Templates]:
    """Build the template of a catalogue once; that it is the same each time is a test's to show."""
    from xl_addin.doctor import mending, workbook  # each knows it by a name of its own
    from xl_addin.excel import template, upgrade

    built = Templates(template.build_template)
    with pytest.MonkeyPatch.context() as patch:
        for module in (template, upgrade, workbook, mending):
            patch.setattr(module, "build_template", built)
        yield built


@pytest.fixture
def templates_change(templates_built_once: Templates) -> Iterator[Callable[[str], None]]:
    """The test, or a fixture of it, changes what a template holds; it says so by a name."""

    def change(name: str) -> None:
        templates_built_once.changed = name

    yield change
    change("")
