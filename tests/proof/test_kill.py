"""A process killed at any step leaves the old or the new workbook, and the next one goes on."""

from __future__ import annotations

import os

import pytest

from tests.proof.kill import Job, kills
from tests.support.editions import upgraded
from tests.support.places import EDITIONS

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the processes are forked")


def test_forty_kills_at_random_steps_lose_nothing():
    found = kills(40, seed=7)
    assert sum(found.values()) == 40
    assert "done before the kill" not in found
    assert {outcome.split()[0] for outcome in found} == {"old", "new"}


def test_ten_kills_of_an_upgrade_lose_nothing():
    found = kills(10, seed=3, job=Job(upgraded, EDITIONS.joinpath("1", "demo.xlsm").read_bytes()))
    assert sum(found.values()) == 10
    assert "done before the kill" not in found
