"""Tests that drive a running LibreOffice."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.libreoffice.engine import Calc, running_libreoffice

collect_ignore = ["calc.py", "cells.py"]


@pytest.fixture(scope="module")
def calc() -> Iterator[Calc]:
    """A LibreOffice without windows, for all tests of a module."""
    with running_libreoffice() as running:
        yield running
