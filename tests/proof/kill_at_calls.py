"""Kill refreshes at their calls to the system: ``python -m tests.proof.kill_at_calls [TIMES]``.

The n-th time that a refresh writes, flushes, links, renames, removes, locks or changes rights,
strace kills it there, for each such call in turn. It is Linux alone that has strace.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.proof.kill import at_work
from tests.support.ready import NAME, ready_book, ready_bytes

CALLS = (
    "write,fsync,rename,renameat2,link,linkat,unlink,unlinkat,mkdir,flock,ftruncate,chmod,fchmod,"
    "fchmodat,chown,fchown,fchownat,setxattr,utimensat"
)
"""The calls that change anything on a disk, or hold a file."""


def kills_at_calls(times: int) -> Counter[str]:
    """Kill so many refreshes at one call after the other; how often what was found afterwards."""
    found = Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        at_work(complete := ready_book(Path(folder)))
        new = complete.read_bytes()
        calls = calls_of(ready_book(_folder(folder, "counted")))
        for number in range(times):
            path = ready_book(_folder(folder, str(number)))
            _traced(path, f"inject={calls[number % len(calls)]}:signal=KILL")
            found[_found_after(path, new)] += 1
    return found


def _folder(within: str, name: str) -> Path:
    (place := Path(within) / name).mkdir()
    return place


def calls_of(path: Path) -> list[str]:
    """Each call of a refresh that goes on to its end: its name, and the how manieth it is."""
    seen, calls = Counter[str](), []
    for line in _traced(path, f"trace={CALLS}").splitlines():
        name = line.partition("(")[0].rpartition(" ")[2]
        if name in CALLS.split(","):
            seen[name] += 1
            calls.append(f"{name}:when={seen[name]}")
    return calls


def _traced(path: Path, what: str) -> str:
    """Refresh under strace, and what it wrote of the calls."""
    work = "import sys, pathlib, tests.proof.kill as k; k.at_work(pathlib.Path(sys.argv[1]))"
    trace = path.with_suffix(".trace")
    strace = ["strace", "-f", "-qq", "-o", trace, "-e"]
    traced = [f"trace={what.split(':')[0].removeprefix('inject=')}", "-e"] if ":" in what else []
    command = [*strace, *traced, what, sys.executable, "-c", work, path]
    subprocess.run(command, capture_output=True, check=False)
    told = trace.read_text(errors="replace")
    trace.unlink()
    return told


def _found_after(path: Path, new: bytes) -> str:
    """What became of a workbook. Raises where it is half written or the next refresh fails."""
    now = path.read_bytes()
    assert now in (ready_bytes(), new), "the workbook is half written"
    left = any(p.name != NAME and not p.is_dir() for p in path.parent.iterdir())
    at_work(path)
    assert path.read_bytes() == new, "the next refresh did not complete it"
    still = {p.name for p in path.parent.iterdir()} - {NAME, "Monthly Dataset backups"}
    assert not still, still
    return f"{'new' if now == new else 'old'} workbook{', something left beside' if left else ''}"


if __name__ == "__main__":
    counts = kills_at_calls(int(sys.argv[1]) if len(sys.argv) > 1 else 130)
    for outcome, number in counts.most_common():
        print(f"{number:5} {outcome}")
    print(f"{sum(counts.values()):5} kills at a call; half-written workbooks: 0")
