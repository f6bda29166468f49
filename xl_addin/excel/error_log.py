"""The log of what went wrong: where in the program and when, and none of the figures."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from xl_addin import __version__
from xl_addin.errors import XlAddinError
from xl_addin.excel.account import user_name

LARGEST = 1_000_000
"""Bytes after which a log is put aside and a new one begun; one old log is kept."""


def record(doing: str, error: BaseException) -> Path:
    """Add an error to the log and say where the log is.

    Its message is left out, because it may quote figures: the kind of error, the places that
    a refusal names, and the lines of the program it went through are kept.
    """
    path = log_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > LARGEST:
        path.replace(path.with_suffix(".old.log"))
    with path.open("a", encoding="utf-8") as log:
        log.write(_entry(doing, error))
    return path


def log_path() -> Path:
    """The log, in the user's own folder for logs, or among temporary files for one without any."""
    from platformdirs import user_log_path

    folder = user_log_path("xl-addin", appauthor=False)
    if not folder.is_absolute():
        import tempfile  # slow to load, and seldom needed

        folder = Path(tempfile.gettempdir()) / f"xl-addin {user_name()}"
    return folder / "xl-addin.log"


def _entry(doing: str, error: BaseException) -> str:
    head = f"{datetime.now():%Y-%m-%d %H:%M:%S} xl-addin {__version__}: {doing}: {_kind(error)}\n"
    if isinstance(error, XlAddinError) and not error.__cause__:
        return head + "".join(f"  {problem.place}\n" for problem in error.problems)
    return head + "".join(_lines(error))


def _kind(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}"


def _lines(error: BaseException) -> list[str]:
    """The way through the program, of the first cause first."""
    import traceback  # slow to load, and seldom needed

    before = error.__cause__ or error.__context__
    earlier = [*_lines(before), f"  {_kind(before)} led to\n"] if before else []
    return [*earlier, *traceback.format_tb(error.__traceback__)]
