"""Backups: a dated copy beside the workbook before anything is changed."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path


def back_up(path: Path, when: datetime) -> Path:
    """Copy a workbook into the folder "… backups" beside it and say where.

    The copy's name bears the time to the second; a number is added if that is taken, so that
    no backup is ever replaced.
    """
    folder = path.with_name(f"{path.stem} backups")
    folder.mkdir(exist_ok=True)
    stem = f"{path.stem} {when:%Y-%m-%d %H.%M.%S}"
    names = (f"{stem}{f' ({n})' if n else ''}{path.suffix}" for n in range(1000))
    target = next(folder / name for name in names if not (folder / name).exists())
    shutil.copy2(path, target)
    return target
