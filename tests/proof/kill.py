"""Kill the process at random moments of a refresh: ``python -m tests.proof.kill [TIMES [SEED]]``.

After each kill the workbook is the old or the new one, whole; the next refresh completes the
work and clears what was left.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.support.ready import JUNE, NAME, OCCASION, ready_book, ready_bytes
from xl_addin.commands.refresh import refresh_book
from xl_addin.excel.closed import held


def at_work(path: Path) -> None:
    """Refresh as the command line does."""
    with held(path) as book:
        refresh_book(book, OCCASION, tell=lambda line: None, agree=lambda: True, file=JUNE)


def kills(times: int, seed: int) -> Counter[str]:
    """Kill so many refreshes and say how often what was found afterwards."""
    chance, found = random.Random(seed), Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        at_work(complete := ready_book(Path(folder)))
        new = complete.read_bytes()
        (Path(folder) / "timed").mkdir()
        lasts = min(_time_of(ready_book(Path(folder) / "timed")) for _ in range(5))
        for number in range(times):
            place = Path(folder) / str(number)
            place.mkdir()
            # The later a moment is, the likelier: at the end the file is written and swapped.
            after = lasts * max(chance.random(), chance.random())
            found[_killed(ready_book(place), new, after)] += 1
    return found


def _time_of(path: Path) -> float:
    """The seconds a refresh takes that is not killed, to its last moment."""
    begun = time.perf_counter()
    os.waitpid(_started(path), 0)
    return time.perf_counter() - begun


def _started(path: Path) -> int:
    """The number of a process that refreshes a workbook."""
    child = os.fork()
    if not child:
        try:
            at_work(path)
        finally:
            os._exit(0)
    return child


def _killed(path: Path, new: bytes, after: float) -> str:
    child = _started(path)
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    now = path.read_bytes()
    assert now in (ready_bytes(), new), "the workbook is half written"
    left = any(p.name != NAME and not p.is_dir() for p in path.parent.iterdir())
    _completes(path, new)
    if not os.WIFSIGNALED(status):
        return "done before the kill"
    return f"{'new' if now == new else 'old'} workbook{', something left beside' if left else ''}"


def _completes(path: Path, new: bytes) -> None:
    at_work(path)
    assert path.read_bytes() == new, "the next refresh did not complete it"
    left = {p.name for p in path.parent.iterdir()} - {NAME, "Monthly Dataset backups"}
    assert not left, left


if __name__ == "__main__":
    asked = [int(word) for word in sys.argv[1:]]
    counts = kills(*(asked + [300, 1][len(asked) :]))
    for outcome, times in counts.most_common():
        print(f"{times:5} {outcome}")
    print(f"{sum(counts.values()):5} kills; half-written workbooks: 0")
