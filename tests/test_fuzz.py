"""Damaged files are taken or refused in sentences; ``python -m tests.fuzz`` tries for longer."""

from __future__ import annotations

from tests.fuzz import fuzz


def test_damaged_files_are_taken_or_refused_and_nothing_is_half_done():
    counts, failures = fuzz(15, most=400)
    assert not failures, "\n".join(failures[:5])
    kinds = {what.split()[0] for what in counts}
    assert kinds == {"return", "workbook", "measures"}
    assert sum(times for what, times in counts.items() if what.endswith("refused")) > 50
