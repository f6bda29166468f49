"""Let LibreOffice fail at each call of a refresh: ``python -m tests.proof.live_faults [EVERY]``.

At each call of a month's refresh in turn, before and after it has acted; or at every EVERY-th that
changes something. The workbook is afterwards as it was or complete.
"""

from __future__ import annotations

import sys
from collections import Counter
from functools import partial

from tests.support.libreoffice.engine import running_libreoffice
from tests.support.live_faults import (
    AS_BEFORE,
    BETWEEN,
    COMPLETE,
    every_fault,
    next_month,
    outcomes,
    some_faults,
)

if __name__ == "__main__":
    chosen = partial(some_faults, every=int(sys.argv[1])) if len(sys.argv) > 1 else every_fault
    counts: Counter[str] = Counter()
    with running_libreoffice() as running, next_month(running) as asked:
        for call, moment, became in outcomes(asked, chosen):
            counts[f"{became.partition(':')[0]}, when a call fails {moment}"] += 1
            if became not in (AS_BEFORE, COMPLETE):
                print(f"call {call} fails {moment}: {became}")
    for line, times in sorted(counts.items()):
        print(f"{times:5} {line}")
    half = sum(times for line, times in counts.items() if line.startswith(BETWEEN))
    print(f"{sum(counts.values()):5} faults; half-changed workbooks: {half}")
