"""Damaged files are taken or refused in sentences; ``tests.proof.fuzz`` tries more of them."""

from __future__ import annotations

from tests.proof.fuzz import fuzz, properties, try_properties

TIMES = 100


def test_damaged_files_are_taken_or_refused_and_nothing_is_half_done():
    became = fuzz(TIMES)
    counts = became.counts
    assert not became.failures, "\n".join(became.failures[:5])
    assert sum(counts.values()) == TIMES
    kinds = {what.split()[0] for what in counts}
    assert kinds == {"return", "workbook", "upgrade", "measures", "records", "local"}
    assert sum(times for what, times in counts.items() if what.endswith("refused")) > 20


def test_the_longer_run_tries_every_property_of_odd_and_weird_files():
    names = {name for name, _, _ in properties()}
    assert len(names) == 7
    counts, failures = try_properties(14, first_seed=3)
    assert not failures, "\n".join(failures)
    assert counts.keys() == names
