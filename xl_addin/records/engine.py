"""The engine that works definitions out: DuckDB in memory, or the one a URL names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from xl_addin.definitions.lists import LISTS
from xl_addin.definitions.local import LOCAL
from xl_addin.errors import Problem, RecordsRefused

if TYPE_CHECKING:
    from ibis.backends import BaseBackend
    from ibis.expr.types import Table

    from xl_addin.definitions.figures import Run
    from xl_addin.definitions.lists import Lists

INSTALL = 'In the folder with xl-addin\'s README, type pip install ".[compute]".'


def connect(url: str = "") -> BaseBackend:
    """The engine of a URL such as postgres://…, or a DuckDB in memory.

    DuckDB is kept from writing to a disk: children's records stay out of temporary folders.
    Raises RecordsRefused where what it needs is not installed or it cannot be reached.
    """
    try:
        import ibis
    except ImportError as error:
        found = "Computing figures needs packages that are not installed."
        raise RecordsRefused([Problem("Compute", found, INSTALL)]) from error
    if not url:
        return ibis.duckdb.connect(temp_directory="")
    try:
        return ibis.connect(url)
    except Exception as error:
        found = f"The database could not be reached: {type(error).__name__}."
        remedy = "Check the address after --engine, your rights, and that its driver is installed."
        raise RecordsRefused([Problem("Compute", found, remedy)]) from error


@contextmanager
def within_memory() -> Iterator[None]:
    """Raises RecordsRefused where records take more memory than there is."""
    from duckdb import OutOfMemoryException

    try:
        yield
    except OutOfMemoryException as error:
        found = "This computer has too little memory for so many rows."
        remedy = "Compute from fewer files at a time, or in a database (--engine)."
        raise RecordsRefused([Problem("Records", found, remedy)]) from error


def runner(engine: BaseBackend) -> Run:
    """How an engine works an expression out."""

    def run(expression: Table) -> list[dict[str, Any]]:
        with within_memory():
            rows: list[dict[str, Any]] = engine.to_pyarrow(expression).to_pylist()
        return rows

    return run


def lists_in(engine: BaseBackend) -> Lists:
    """The lists that a database holds under their own names, those of local measures too."""
    there = engine.list_tables()
    own = [name for name in there if name in LISTS or name.startswith(LOCAL)]
    return {name: engine.table(name) for name in own}
