"""Made-up children's records: what is computed from them is what they were made from."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import ibis
import pytest

from tests.support import engines, judges
from tests.support.command_line import invoke, run
from tests.support.places import README
from tests.support.records import EXTRACT, JUNE, computed_from, not_as_made, write_lists
from xl_addin.commands.synthesize import write_synthetic
from xl_addin.definitions.calendar import build_calendar
from xl_addin.definitions.cases import figures_of
from xl_addin.definitions.choices import Choices
from xl_addin.definitions.figures import Work, compute
from xl_addin.definitions.lists import LISTS
from xl_addin.definitions.measures import DEFINITIONS, Definition
from xl_addin.records.engine import connect, runner
from xl_addin.records.read import read_records, records_in
from xl_addin.records.synthetic import Wanted, synthesise, with_mess

YEAR = JUNE.window(13)


@pytest.mark.parametrize("seed", range(4))
def test_every_measure_of_made_up_records_is_what_they_were_made_from(tmp_path, seed):
    made = synthesise(Wanted(400 + 300 * seed, YEAR, seed))
    found = computed_from(write_lists(tmp_path / "a", made), months=YEAR)
    assert not not_as_made(found, made, YEAR)


@pytest.mark.parametrize("seed", range(4))
def test_untidy_rows_change_no_figure(tmp_path, seed):
    made = synthesise(Wanted(900, YEAR, seed))
    untidy = write_lists(tmp_path / "a", with_mess(made, seed))
    told: list[str] = []
    assert not not_as_made(computed_from(untidy, months=YEAR, told=told), made, YEAR)
    assert (tmp_path / "a rows to look at.csv").exists()
    assert any("want a look" in line for line in told)


def test_a_wrong_definition_would_be_noticed(tmp_path):
    made = synthesise(Wanted(900, YEAR, 1))
    found = computed_from(
        write_lists(tmp_path / "a", made), months=YEAR, choices=Choices(short_breaks=True)
    )
    assert any(line.startswith("LAC1") for line in not_as_made(found, made, YEAR))


def test_every_engine_finds_the_same_to_the_last_digit(tmp_path):
    made = synthesise(Wanted(300, YEAR, 7))
    here = connect()
    records = read_records(here, [write_lists(tmp_path / "a", made)], lambda line: None, EXTRACT)
    expected = compute(records, Work(YEAR, Choices(), runner(here)))
    for name in engines.NAMES[1:]:
        if reason := engines.missing(name):
            if os.environ.get(judges.REQUIRED) == "1":
                pytest.fail(reason)
            pytest.skip(reason)
        there = engines.engine(name)
        for one, table in records.lists.items():
            there.create_table(one, here.to_pyarrow(table), overwrite=True)
        months = YEAR if name == "postgres" else YEAR[-3:]
        found = compute(records_in(there, EXTRACT), Work(months, Choices(), runner(there)))
        assert found == [one for one in expected if one.month in months]


def test_sql_server_is_asked_in_its_own_words(tmp_path):
    """Compiled, never run: no SQL Server is at hand."""
    lists = {
        name: ibis.table({c.name: c.kind.type for c in columns}, name=name)
        for name, columns in LISTS.items()
    }
    for definition in DEFINITIONS.values():
        if isinstance(definition, Definition):
            cases = definition.cases(lists, build_calendar(YEAR), Choices())
            sql = ibis.to_sql(figures_of(cases), dialect="mssql")
            assert "SELECT" in sql
            assert "GROUP BY" in sql


def test_nothing_that_names_a_child_leaves_the_files_beside_the_source(tmp_path):
    """Ids are planted; workbook, backups, share copy, messages, temporary folder are searched."""
    source, book, scratch = tmp_path / "records", tmp_path / "Book.xlsm", tmp_path / "scratch"
    scratch.mkdir()
    made = with_mess(synthesise(Wanted(600, YEAR, 3)), 3)
    planted = "PLANTED-CHILD"
    for rows in made.lists.values():
        for row in rows:
            row["child_id"] = row["child_id"].replace("C0", planted)
    write_lists(source, made)
    env = {"TMPDIR": str(scratch), "XDG_STATE_HOME": str(tmp_path / "state")}
    assert run("new", book, **env).returncode == 0
    asked = ("--compute", source, "--month", "2015-06", "--yes")
    done = run("refresh", book, *asked, **env)
    assert done.returncode == 0, done.stderr
    shared = run("share", book, "--out", tmp_path / "Copy.xlsx", **env)
    assert shared.returncode == 0, shared.stderr
    wrong = run("refresh", book, "--compute", source, "--month", "2031-01", **env)
    assert wrong.returncode == 1
    for said in (done, shared, wrong):
        assert planted not in said.stdout + said.stderr
    may_hold = {source, tmp_path / "records rows to look at.csv"}
    for path in tmp_path.rglob("*"):
        if path.is_file() and not may_hold & {path, path.parent}:
            assert planted.encode() not in _unpacked(path), path
    assert list(scratch.iterdir()) == []


def _unpacked(path: Path) -> bytes:
    if not zipfile.is_zipfile(path):
        return path.read_bytes()
    with zipfile.ZipFile(path) as package:
        return b"".join(package.read(name) for name in package.namelist())


def test_from_annex_a_to_the_share_copy_as_the_readme_walks(tmp_path):
    walk = README.read_text(encoding="utf-8").partition("### From children's records")[2]
    assert all(word in walk for word in ("synthesize", "refresh", "--compute", "children"))
    list(write_synthetic(tmp_path / "made up", Wanted(500, YEAR, 1)))
    source, book = tmp_path / "made up" / "annex_a", tmp_path / "Monthly Dataset.xlsm"
    out = tmp_path / "June return.csv"
    assert invoke("new", book).exit_code == 0
    asked = ("--month", "2015-06", "--months", "13")
    assert invoke("compute", source, *asked, "--out", out).exit_code == 0
    done = invoke("refresh", book, "--return", out, "--yes")
    assert done.exit_code == 0, done.output
    assert "19 of 22 figures" in done.output
    listed = invoke("children", source, "--measure", "CP8-QL", "--month", "2015-06")
    assert listed.exit_code == 0
    against = invoke("compute", source, "--month", "2015-06", "--against", book)
    assert "Every computed figure is the one on record." in against.output
    assert invoke("share", book, "--out", tmp_path / "June.xlsx").exit_code == 0
