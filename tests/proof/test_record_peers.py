"""What pandas and polars find in the same records, by definitions written anew, is what we find."""

from __future__ import annotations

import pytest

from tests.benchmark_records import BY, MONTHS, WAYS, make_files
from tests.support.records import JUNE


@pytest.mark.parametrize("by", BY[1:])
def test_another_engine_finds_the_same_figures_of_thirteen_months(tmp_path, by):
    make_files(tmp_path, 20_000)
    months = list(JUNE.window(MONTHS))
    ours = WAYS["xl-addin"](tmp_path, months)
    assert len(ours) == 13 * MONTHS + 1
    assert WAYS[by](tmp_path, months) == ours
