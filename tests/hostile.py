"""What hostile returns take to refuse: ``python -m tests.hostile [--write]``.

With ``--write`` the table of docs/safety.md is made anew. Each return is refused twice, in a
program of its own; the lesser seconds of the processor count, as the computer may be at work on
other things, and the greater memory.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.support.hostile_files import MEASURED, Maker
from tests.support.patience import HANGS
from tests.support.places import ROOT
from xl_addin import limits

TIMES = 2
PAGE = ROOT / "docs" / "safety.md"
HEAD = "| Hostile return | Refused in | Memory at most |\n|---|--:|--:|\n"

REFUSED = """
import resource, sys
from pathlib import Path
from xl_addin.console import tell_problems
from xl_addin.errors import XlAddinError
from xl_addin.sources import read_return
from xl_addin.sources.catalogue import read_catalogue
resource.setrlimit(resource.RLIMIT_AS, (3_000_000_000, 3_000_000_000))
resource.setrlimit(resource.RLIMIT_CPU, (50, 50))
try:
    found = read_return(Path(sys.argv[1]), read_catalogue(None)[1])
    tell_problems(found.problems)
except XlAddinError as refusal:
    tell_problems(refusal.problems)
status = Path("/proc/self/status").read_text()
children = resource.getrusage(resource.RUSAGE_CHILDREN)
own = resource.getrusage(resource.RUSAGE_SELF)
most = max(int(status.partition("VmHWM:")[2].split()[0]), children.ru_maxrss)
print(most, own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime)
"""


@dataclass(frozen=True)
class Refusal:
    """What is said of a return, and what that took: seconds of the processor, megabytes at most.

    Both are of the process that reads it and of the one apart, together or the greater.
    """

    said: str
    seconds: float
    megabytes: float


def refusal_of(path: Path) -> Refusal:
    """Read a return in a program of its own. Raises AssertionError where it does not end well."""
    done = subprocess.run(
        [sys.executable, "-c", REFUSED, path], capture_output=True, text=True, timeout=HANGS
    )
    assert done.returncode == 0, done.stderr[-2000:]
    memory, seconds = map(float, done.stdout.split())
    return Refusal(done.stderr, seconds, memory * 1024 / limits.MEGABYTE)


def _most_of(name: str, makers: tuple[Maker, ...]) -> tuple[float, float]:
    """The seconds and megabytes of the dearest of some returns."""
    found = []
    for make in makers:
        with tempfile.TemporaryDirectory() as folder:
            make(path := Path(folder) / name)
            runs = [refusal_of(path) for _ in range(TIMES)]
        found.append((min(r.seconds for r in runs), max(r.megabytes for r in runs)))
        print(f"{make.__name__}: {found[-1][0]:.1f} s, {found[-1][1]:.0f} MB", file=sys.stderr)
    return max(seconds for seconds, _ in found), max(memory for _, memory in found)


def rows() -> Iterator[str]:
    """The rows of the table."""
    for about, (name, makers) in MEASURED.items():
        seconds, megabytes = _most_of(name, makers)
        yield f"| {about} | {seconds:.1f} s | {megabytes:.0f} MB |"


if __name__ == "__main__":
    table = "\n".join(rows())
    print(table)
    if "--write" in sys.argv[1:]:
        before, head, after = PAGE.read_text(encoding="utf-8").partition(HEAD)
        rest = after[after.index("\n\n") :]
        PAGE.write_text(before + head + table + rest, encoding="utf-8")
