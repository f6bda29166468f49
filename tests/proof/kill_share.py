"""Kill a share at its steps on the disk: ``python -m tests.proof.kill_share [EVERY]``.

After each kill a copy that stands is in the record beside the workbook, the workbook is the old or
the new one, and the next share goes on and clears what was left. With a number, every so manieth
step alone.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from tests.proof.kill import on_disk, steps_made
from tests.support.share_data import OCCASION, demo_folder
from xl_addin.commands.share import share_book
from xl_addin.excel import dataset_file
from xl_addin.excel.closed import held
from xl_addin.excel.share_copy.files import read_rows, record_beside

BOOK, COPY, NEXT = "Monthly.xlsm", "June.xlsx", "June again.xlsx"


def share_it(path: Path, copy: str = COPY) -> None:
    """Share as the command line does."""
    with held(path) as book:
        share_book(book, path.with_name(copy), OCCASION, tell=lambda line: None)


def book_in(folder: Path) -> Path:
    """The workbook of the printed issue, in a folder of its own."""
    folder.mkdir(exist_ok=True)
    path = folder / BOOK
    path.write_bytes(next(demo_folder().glob("*.xlsm")).read_bytes())
    return path


def steps_of_a_share() -> int:
    """How many steps on the disk a share makes."""
    with tempfile.TemporaryDirectory() as folder:
        path = book_in(Path(folder))
        return steps_made(lambda: share_it(path), on_disk)


def kills_of_shares(steps: Iterable[int]) -> Counter[str]:
    """Kill a share at each of some steps; how often what was found afterwards."""
    found = Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        for step in steps:
            path = book_in(Path(folder) / str(step))
            _killed_at(step, path)
            found[_found_after(path)] += 1
    return found


def _killed_at(step: int, path: Path) -> None:
    child = os.fork()
    if not child:
        try:
            steps_made(lambda: share_it(path), on_disk, step)
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), f"step {step}: the share was done before the kill"


def _found_after(path: Path) -> str:
    """What became of copy and record. Raises where a copy is not recorded or work cannot go on."""
    copy, record = path.with_name(COPY), record_beside(path)
    is_recorded = any(COPY in row for row in read_rows(record))
    assert is_recorded or not copy.exists(), "a copy stands that is not recorded"
    dataset_file.read(path)
    outcome = f"{'a' if copy.exists() else 'no'} copy, {'' if is_recorded else 'not '}recorded"
    share_it(path, NEXT)
    left = {p.name for p in path.parent.iterdir()} - {BOOK, COPY, NEXT, record.name}
    assert left == {"Monthly backups"}, left
    return outcome


if __name__ == "__main__":
    every = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    counts = kills_of_shares(range(1, steps_of_a_share() + 1, every))
    for outcome, times in counts.most_common():
        print(f"{times:5} {outcome}")
    print(f"{sum(counts.values()):5} kills; copies that stand unrecorded: 0")
