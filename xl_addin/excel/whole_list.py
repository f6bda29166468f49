"""The list of everything that a button said last, where a box had no room for it.

It stands beside the backups, because it quotes figures as they do: who may see them may see it.
There is one for each workbook; the next takes its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from xl_addin.excel.backups import folder_named_after, make_folder
from xl_addin.ooxml.saving import rewrite

NAME = "What was said last.txt"


def keep_list(workbook: Path, heading: str, lines: Sequence[str]) -> Path:
    """Keep the lines of a list, as Windows' own editor reads it, and say where.

    Raises WorkbookRefused or OSError where it cannot be kept; then the last one stands.
    """
    folder = folder_named_after(workbook)
    make_folder(folder)
    text = "\r\n".join([heading, "", *lines, ""])
    rewrite(folder / NAME, lambda _: text.encode("utf-8-sig"), workbook, workbook)
    return folder / NAME
