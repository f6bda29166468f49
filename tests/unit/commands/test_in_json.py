"""What commands print for scripts: one form, as docs/scripts.md has it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.support.command_line import invoke
from tests.support.places import ROOT
from tests.support.ready import JUNE, NAME, ready_book, ready_bytes, refresh

PAGE = (ROOT / "docs" / "scripts.md").read_text("utf-8")
NAMES = {"workbook": str, "return": (str, type(None)), "outcome": str, "changed": bool}
FINDING = {"severity", "place", "found", "remedy"}


@pytest.fixture
def book(tmp_path) -> Path:
    return ready_book(tmp_path)


def told(*words: object) -> tuple[int, dict]:
    """The exit code of a command and what it printed, which is JSON and nothing else."""
    done = invoke(*words, "--json")
    form = json.loads(done.output)
    assert {"form", "version", "command", "workbooks"} == form.keys()
    assert (form["form"], form["command"]) == (1, words[0])
    for each in form["workbooks"]:
        assert each.keys() == {*NAMES, "said", "found"}
        assert all(isinstance(each[name], kind) for name, kind in NAMES.items())
        assert all(isinstance(line, str) for line in each["said"])
        assert all(finding.keys() == FINDING for finding in each["found"])
    return done.exit_code, form


def the_one(form: dict) -> dict:
    (workbook,) = form["workbooks"]
    return workbook


def test_a_refresh_tells_what_it_did_and_does_nothing_without_a_yes(book):
    code, form = told("refresh", book, "--return", JUNE)
    assert (code, the_one(form)["outcome"]) == (0, "would be refreshed")
    assert book.read_bytes() == ready_bytes()
    code, form = told("refresh", book, "--return", JUNE, "--yes")
    assert code == 0
    assert (the_one(form)["outcome"], the_one(form)["changed"]) == ("refreshed", True)
    assert the_one(form)["return"] == JUNE.name
    assert any("Jun 2015" in line for line in the_one(form)["said"])
    assert {finding["severity"] for finding in the_one(form)["found"]} == {"please look"}
    code, form = told("refresh", book, "--return", JUNE, "--yes")
    assert (code, the_one(form)["outcome"]) == (0, "nothing new")
    assert not the_one(form)["changed"]


def test_a_folder_is_told_in_the_same_form(tmp_path, book):
    (tmp_path / "returns").mkdir()
    (tmp_path / "returns" / f"{book.stem}.csv").write_bytes(JUNE.read_bytes())
    (tmp_path / "Alone.xlsm").write_bytes(ready_bytes())
    code, form = told("refresh", tmp_path, "--return", tmp_path / "returns", "--yes")
    outcomes = {each["workbook"]: each["outcome"] for each in form["workbooks"]}
    assert (code, outcomes) == (1, {NAME: "refreshed", "Alone.xlsm": "refused"})


@pytest.mark.parametrize(
    ("command", "more"),
    [
        ("refresh", ["--return", "nowhere.csv", "--yes"]),
        ("refresh", ["--return", JUNE, "--yes"]),
        ("show", ["--month", "2015-03"]),
        ("check", []),
        ("share", ["--out", "copy.xlsx"]),
    ],
)
def test_a_refusal_is_told_in_the_same_form_with_its_exit_code(tmp_path, command, more):
    place = tmp_path / "damaged.xlsm"
    place.write_bytes(b"PK no workbook")
    code, form = told(command, place, *more)
    assert code == 1
    (error,) = the_one(form)["found"]
    assert error["severity"] == "error" and error["remedy"]
    assert not the_one(form)["changed"]
    assert the_one(form)["outcome"] == "refused"


def test_what_is_not_there_was_not_checked(tmp_path, book):
    for words in ([tmp_path / "nowhere.xlsm"], [book, "--return", tmp_path / "nowhere.csv"]):
        code, form = told("check", *words)
        assert (code, the_one(form)["outcome"]) == (1, "refused")
        assert "There is no such file" in the_one(form)["found"][0]["found"]
    wrong = tmp_path / "July.csv"
    wrong.write_text("Measure Ref,Month,Value\nM1,Jul 2015,six\n")
    code, form = told("check", book, "--return", wrong)
    assert (code, the_one(form)["outcome"]) == (1, "checked")


def test_a_folder_without_workbooks_is_told_so(tmp_path):
    code, form = told("refresh", tmp_path, "--yes")
    assert code == 1 and "no workbook" in the_one(form)["found"][0]["found"]


def test_show_check_and_share_tell_what_they_did(tmp_path, book):
    refresh(book)
    code, form = told("show", book, "--month", "2015-05")
    assert (code, the_one(form)["outcome"], the_one(form)["changed"]) == (0, "shown", True)
    code, form = told("show", book, "--month", "2015-05")
    assert (the_one(form)["outcome"], the_one(form)["changed"]) == ("nothing new", False)
    code, form = told("check", book)
    assert (code, the_one(form)["outcome"], the_one(form)["changed"]) == (0, "checked", False)
    code, form = told("share", book, "--out", tmp_path / "copy.xlsx")
    assert (code, the_one(form)["outcome"]) == (0, "shared")
    assert (tmp_path / "copy.xlsx").exists()


def test_what_json_does_not_go_with_is_refused_in_words(book):
    done = invoke("refresh", book, "--live", "--json")
    assert "--live and --json do not go together. Leave one of them out." in str(done.exception)
    done = invoke("refresh", book, "--compute", book, "--month", "2015-06", "--json")
    assert "--compute and --json do not go together." in str(done.exception)
    done = invoke("refresh", book, "--month", "2015-06", "--json")
    assert "needs both records and a month" in str(done.exception)
    done = invoke("refresh", book.parent, "--live")
    assert f"--live is for one workbook, and {book.parent.name} is a folder." in str(done.exception)


def test_the_page_names_every_name_and_every_outcome():
    fence = re.compile(r"```.*?```", re.DOTALL)
    named = set(re.findall(r"`([^`]+)`", fence.sub("", PAGE)))
    assert {*NAMES, "said", "found", *FINDING, "form", "version", "command", "workbooks"} <= named
    outcomes = "refreshed|would be refreshed|nothing new|refused|not begun|shown|checked|shared"
    assert set(outcomes.split("|")) <= named
    example = json.loads(re.search(r"```json\n(.*?)```", PAGE, re.DOTALL)[1])
    assert example.keys() == {"form", "version", "command", "workbooks"}
    assert example["workbooks"][0].keys() == {*NAMES, "said", "found"}
    assert example["workbooks"][0]["found"][0].keys() == FINDING
