"""A process killed at any moment leaves the old or the new workbook, and the next one goes on."""

from __future__ import annotations

import os

import pytest

from tests.proof.kill import kills


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the processes are forked")
def test_forty_kills_at_random_moments_lose_nothing():
    found = kills(40, seed=7)
    assert sum(found.values()) == 40
    assert sum(times for outcome, times in found.items() if "workbook" in outcome) > 8
