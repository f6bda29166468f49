"""A process killed at any step leaves the old or the new workbook, and the next one goes on."""

from __future__ import annotations

import os

import pytest

from tests.proof.kill import Job, kills
from tests.support.editions import upgraded
from tests.support.places import EDITIONS

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the processes are forked")


def test_a_dozen_kills_at_random_steps_lose_nothing():
    found = kills(12, seed=7)
    assert sum(found.values()) == 12
    assert "done before the kill" not in found
    assert {outcome.split()[0] for outcome in found} == {"old", "new"}


def test_three_kills_of_an_upgrade_lose_nothing():
    found = kills(3, seed=3, job=Job(upgraded, EDITIONS.joinpath("1", "demo.xlsm").read_bytes()))
    assert sum(found.values()) == 3
    assert "done before the kill" not in found
