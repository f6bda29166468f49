"""Make the demonstration: a workbook with the figures of a real issue."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from xl_addin.command_line import Option
from xl_addin.console import Replace, occasion, say
from xl_addin.demo import make_demo

Out = Annotated[Path, Option("--out", "Where to put it.", "DIR")]


def command(out: Out = Path("demo"), replace: Replace = False) -> None:
    """Make a workbook with the figures of a real issue, and refresh its June 2015."""
    make_demo(out, occasion(), tell=say, replace=replace)
