"""The doctor at the computer: Python, packages, security settings; each failure in a sentence."""

from __future__ import annotations

from pathlib import Path, PureWindowsPath

import pytest

from tests.support.command_line import run_here
from tests.support.desks import LOCAL, WELL, with_registry
from xl_addin.doctor import State, examine, security
from xl_addin.doctor.security import EXCEL_CHOICE, EXCEL_POLICY, RULES_BY_INTUNE, RULES_BY_POLICY
from xl_addin.values import replace

CHILD = "D4F940AB-401B-4EFC-AADC-AD5F3C50688A"
CALLS = "92E97FA1-2EDF-4476-BDD6-9DD0B4DDDC7B"


def found_by(desk, subject):
    found = [d for d in examine(None, desk) if d.subject == subject]
    assert found, subject
    return found


def only(desk, subject):
    (found,) = found_by(desk, subject)
    return found


def test_a_desk_where_all_is_well_needs_nothing():
    assert {d.state for d in examine(None, WELL) if d.subject != "PDF"} == {State.OK}


def test_every_finding_that_is_not_ok_has_a_remedy():
    for desk in (WELL, *(make() for make, *_ in FAILURES)):
        for diagnosis in examine(None, desk):
            assert bool(diagnosis.remedy) == (diagnosis.state is not State.OK), diagnosis


def without(package):
    return replace(WELL, installed=lambda name: None if name == package else WELL.installed(name))


def another(package, version):
    known = WELL.installed
    return replace(WELL, installed=lambda name: version if name == package else known(name))


FAILURES = [
    (
        lambda: replace(
            WELL, python=Path(rf"{LOCAL}\Microsoft\WindowsApps\python.exe"), python_version=(3, 12)
        ),
        "Python",
        State.BROKEN,
        "the Microsoft Store's",
    ),
    (lambda: replace(WELL, python_version=(3, 9)), "Python", State.ATTENTION, "Python is 3.9"),
    (lambda: replace(WELL, bits=32), "Python", State.BROKEN, "32-bit"),
    (lambda: without("lxml"), "Packages", State.BROKEN, "Not installed: lxml."),
    (
        lambda: another("xlwings", "0.30.0"),
        "Packages",
        State.BROKEN,
        "xlwings 0.30.0 (tried: <1,>=0.37.5)",
    ),
    (
        lambda: replace(WELL, python=Path(r"C:\Python312\python.exe")),
        "Place",
        State.ATTENTION,
        r"runs from C:\Python312\python.exe; the workbook's buttons look in %LOCALAPPDATA%",
    ),
    (
        lambda: with_registry({(EXCEL_POLICY, "VBAWarnings"): 4, (EXCEL_CHOICE, "VBAWarnings"): 1}),
        "Macros",
        State.BROKEN,
        "Excel runs no macros here",
    ),
    (
        lambda: with_registry({(EXCEL_CHOICE, "VBAWarnings"): 3}),
        "Macros",
        State.BROKEN,
        "only signed macros",
    ),
    (
        lambda: with_registry({(RULES_BY_POLICY, CHILD): "1"}),
        "Defender",
        State.BROKEN,
        "cannot start Python",
    ),
    (
        lambda: with_registry({(RULES_BY_INTUNE, "ASRRules"): f"{CALLS.lower()}=2|{CHILD}=1"}),
        "Defender",
        State.BROKEN,
        "cannot start Python",
    ),
    (
        lambda: with_registry({(RULES_BY_POLICY, CALLS): "1"}),
        "Defender",
        State.ATTENTION,
        "forbids macros to call Windows",
    ),
]


@pytest.mark.parametrize(("desk", "subject", "state", "said"), FAILURES)
def test_a_failure_of_the_desk_is_told(desk, subject, state, said):
    diagnosis = only(desk(), subject)
    assert diagnosis.state is state
    assert said in diagnosis.found


def test_a_rule_that_only_audits_or_warns_stops_nothing():
    for mode in ("2", "6", "0"):
        assert only(with_registry({(RULES_BY_POLICY, CHILD): mode}), "Defender").state is State.OK


def test_what_it_must_do_is_told_to_it_with_the_rule_s_own_number():
    told = only(with_registry({(RULES_BY_POLICY, CHILD): "1"}), "Defender").for_it
    assert CHILD.lower() in told and "--live" not in told


def test_away_from_windows_nothing_is_said_of_excel_s_settings():
    subjects = {d.subject for d in examine(None, replace(WELL, system="linux"))}
    assert not subjects & {"Macros", "Defender"}


def test_without_libreoffice_a_pdf_is_made_another_way(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("xl_addin.excel.share_copy.pdf._USUAL_PLACES", ())
    diagnosis = only(WELL, "PDF")
    assert diagnosis.state is State.ATTENTION
    assert "save it as PDF" in diagnosis.remedy


def test_in_a_folder_that_excel_trusts_macros_run_whoever_signed_them():
    key = rf"{EXCEL_POLICY}\Trusted Locations\Location2"
    said = {(EXCEL_POLICY, "VBAWarnings"): 3, (key, "Path"): "%USERPROFILE%\\Data\\"}
    desk = replace(with_registry(said), environment={"USERPROFILE": r"C:\Users\officer"})
    (macros,) = security.macros(desk, PureWindowsPath(r"C:\Users\officer\Data\Set.xlsm"))
    assert macros.state is State.OK
    (elsewhere,) = security.macros(desk, PureWindowsPath(r"C:\Users\officer\Set.xlsm"))
    assert elsewhere.state is State.BROKEN


@pytest.mark.parametrize("words", [("--fix",), ("book.xlsm", "--fix", "--json")])
def test_mending_without_a_workbook_or_a_yes_for_programs_is_refused(words, monkeypatch, capsys):
    code, said = run_here(monkeypatch, capsys, "doctor", *words)
    assert code == 1 and "xl-addin doctor BOOK --fix" in said
