"""Engines that definitions run on: DuckDB, a PostgreSQL of our own, Spark in this process.

Each is started once and stopped in the end; PostgreSQL listens on a socket in its folder alone.
"""

from __future__ import annotations

import atexit
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import ibis
import pyarrow

from xl_addin.definitions.lists import LISTS, Column, Kind

NAMES = ("duckdb", "postgres", "spark")
QUICK_JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
ARROW = {Kind.DATE: pyarrow.date32(), Kind.NUMBER: pyarrow.int64()}


def missing(name: str) -> str:
    """What keeps an engine from being started here; blank when nothing does."""
    if name == "postgres" and not (_postgres_programs() and shutil.which("runuser")):
        return "PostgreSQL is not installed (Debian: postgresql)"
    if name == "spark" and not shutil.which("java"):
        return "Java is not installed (Debian: openjdk-17-jre-headless)"
    return ""


@cache
def engine(name: str) -> Any:
    """A running engine, connected to."""
    return {"duckdb": ibis.duckdb.connect, "postgres": _postgres, "spark": _spark}[name]()


def fill(engine: Any, lists: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Give an engine these lists and no others; a row names the columns it fills."""
    for name in set(engine.list_tables()) & set(LISTS):
        engine.drop_table(name)
    for name, rows in lists.items():
        engine.create_table(name, table_of(LISTS[name], rows), overwrite=True)


def table_of(columns: Sequence[Column], rows: Sequence[Mapping[str, Any]]) -> pyarrow.Table:
    """Rows as a table with every column of a list; each row has a number and a child."""
    filled = [
        {"source": "made up", "row": number, "child_id": f"C{number}", **row}
        for number, row in enumerate(rows, 2)
    ]
    unknown = {key for row in filled for key in row} - {column.name for column in columns}
    assert not unknown, f"no such column: {unknown}"
    schema = pyarrow.schema([(c.name, ARROW.get(c.kind, pyarrow.string())) for c in columns])
    cells = [{c.name: _cell(row.get(c.name), c.kind) for c in columns} for row in filled]
    return pyarrow.Table.from_pylist(cells, schema=schema)


def _cell(value: Any, kind: Kind) -> Any:
    return date.fromisoformat(value) if value and kind is Kind.DATE else value


def _postgres_programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


def _postgres() -> Any:
    """A PostgreSQL server of our own: it refuses to run as root, so its own user runs it."""
    programs = _postgres_programs()
    assert programs
    folder = Path(tempfile.mkdtemp(prefix="xl_addin_pg_"))
    as_user: list[str] = []
    if os.geteuid() == 0:
        user = pwd.getpwnam("postgres")
        os.chown(folder, user.pw_uid, user.pw_gid)
        as_user = ["runuser", "-u", "postgres", "--"]
    data = folder / "data"
    run = [*as_user, str(programs / "initdb"), "-A", "trust", "-U", "tests", "-D", str(data)]
    subprocess.run(run, check=True, capture_output=True, cwd=folder)
    options = f"-c listen_addresses='' -k {folder} -c fsync=off"
    start = [*as_user, str(programs / "pg_ctl"), "-D", str(data), "-o", options, "-w", "start"]
    subprocess.run(start, check=True, stdout=subprocess.DEVNULL, cwd=folder)
    stop = [*as_user, str(programs / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop"]
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(subprocess.run, stop, stdout=subprocess.DEVNULL, cwd="/")
    return ibis.postgres.connect(user="tests", host=str(folder), database="postgres")


def _spark() -> Any:
    from pyspark.sql import SparkSession

    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    folder = tempfile.mkdtemp(prefix="xl_addin_spark_")
    session = (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "1")
        .config("spark.driver.memory", "1g")
        .config("spark.sql.warehouse.dir", folder)
        # Small queries, each run once: making them ready would take longer than running them.
        .config("spark.driver.extraJavaOptions", f"-Dderby.system.home={folder} {QUICK_JAVA}")
        .config("spark.sql.codegen.wholeStage", "false")
        .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
        .config("spark.sql.adaptive.enabled", "false")
        .config("spark.sql.catalogImplementation", "in-memory")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.log.level", "ERROR")
        .getOrCreate()
    )
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(session.stop)
    return ibis.pyspark.connect(session)
