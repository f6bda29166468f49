"""Kill the process at random steps of a refresh: ``python -m tests.proof.kill [TIMES [SEED]]``.

After each kill the workbook is the old or the new one, whole; the next refresh completes the
work and clears what was left.
"""

from __future__ import annotations

import io
import os
import random
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.ready import JUNE, NAME, OCCASION, ready_bytes
from xl_addin.commands.refresh import HowToRefresh, refresh_book
from xl_addin.excel.closed import held


def at_work(path: Path) -> None:
    """Refresh as the command line does."""
    with held(path) as book:
        refresh_book(
            book, OCCASION, tell=lambda line: None, agree=lambda: True, how=HowToRefresh(file=JUNE)
        )


Counts = Callable[[Any], bool]
"""Whether the call of such a function is a step."""


def any_call(function: Any) -> bool:
    """Every call is one: most steps are work in memory."""
    return True


CHANGING = {
    *("open", "write", "close", "fsync", "utime", "chmod", "mkdir", "link", "replace", "unlink"),
}


def on_disk(function: Any) -> bool:
    """A call that may change a file or a folder: where a kill would leave half of one."""
    file = isinstance(getattr(function, "__self__", None), io.FileIO | io.BufferedWriter)
    ours = file or getattr(function, "__module__", "") in ("posix", "_io")
    return ours and getattr(function, "__name__", "") in CHANGING


@dataclass(frozen=True)
class Job:
    """What is killed: a piece of work on a workbook that was ``old`` before it."""

    work: Callable[[Path], object]
    old: bytes

    def book(self, folder: Path) -> Path:
        """The workbook before the work, in a folder."""
        path = folder / NAME
        path.write_bytes(self.old)
        return path


def kills(times: int, seed: int, job: Job | None = None) -> Counter[str]:
    """Kill so many refreshes, half of them at the disk; how often what was found afterwards."""
    job = job or Job(at_work, ready_bytes())
    chance, found = random.Random(seed), Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        job.work(complete := job.book(Path(folder)))
        new = complete.read_bytes()
        steps = {counts: _steps_of(job, counts) for counts in (any_call, on_disk)}
        for number in range(times):
            place = Path(folder) / str(number)
            place.mkdir()
            counts = (any_call, on_disk)[number % 2]
            last = chance.randint(1, steps[counts])
            path = job.book(place)
            found[_killed(job, path, new, _started(job, path, counts, last))] += 1
    return found


def _steps_of(job: Job, counts: Counts) -> int:
    with tempfile.TemporaryDirectory() as folder:
        path = job.book(Path(folder))
        return steps_made(lambda: job.work(path), counts)


def steps_made(do: Callable[[], object], counts: Counts, last: int | None = None) -> int:
    """The calls begun and ended meanwhile; at the last that is allowed, the process is killed.

    Steps, not seconds: on a busy machine the same moments come.
    """
    made = 0

    def step(frame: object, event: str, function: object) -> None:
        nonlocal made
        made += counts(function)
        if made == last:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(step)
    try:
        do()
    finally:
        sys.setprofile(None)
    return made


def _started(job: Job, path: Path, counts: Counts, last: int) -> int:
    """The number of a process that works on a workbook until it is killed."""
    child = os.fork()
    if not child:
        try:
            steps_made(lambda: job.work(path), counts, last)
        finally:
            os._exit(0)
    return child


def _killed(job: Job, path: Path, new: bytes, process: int) -> str:
    _, status = os.waitpid(process, 0)
    now = path.read_bytes()
    assert now in (job.old, new), "the workbook is half written"
    left = any(p.name != NAME and not p.is_dir() for p in path.parent.iterdir())
    _completes(job, path, new)
    if not os.WIFSIGNALED(status):
        return "done before the kill"
    return f"{'new' if now == new else 'old'} workbook{', something left beside' if left else ''}"


def _completes(job: Job, path: Path, new: bytes) -> None:
    job.work(path)
    assert path.read_bytes() == new, "the next refresh did not complete it"
    left = {p.name for p in path.parent.iterdir()} - {NAME, "Monthly Dataset backups"}
    assert not left, left


if __name__ == "__main__":
    asked = [int(word) for word in sys.argv[1:]]
    counts = kills(*(asked + [300, 1][len(asked) :]))
    for outcome, times in counts.most_common():
        print(f"{times:5} {outcome}")
    print(f"{sum(counts.values()):5} kills; half-written workbooks: 0")
