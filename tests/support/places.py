"""Where things are: the checkout, its README, and the data the tests carry."""

from __future__ import annotations

from pathlib import Path

TESTS = Path(__file__).parents[1]
ROOT = TESTS.parent
README = ROOT / "README.md"
DATA = TESTS / "data"
RETURNS = DATA / "returns"
EDITIONS = DATA / "editions"
