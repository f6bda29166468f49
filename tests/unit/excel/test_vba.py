"""The VBA of both builds of the template, as independent readers of VBA see it."""

from __future__ import annotations

import ast
import atexit
import re
from pathlib import Path
from types import ModuleType
from unittest import mock

import pytest
import xlwings
from oletools.olevba import VBA_Parser

from tests.support.stand_ins import modules_in_place
from xl_addin import macros
from xl_addin.excel.template import write_template
from xl_addin.excel.template.macros import vba_sources
from xl_addin.sources.catalogue import read_catalogue

BUILDS = {"with functions": True, "without functions": False}


@pytest.fixture(scope="module")
def books(tmp_path_factory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("builds")
    for name, functions in BUILDS.items():
        write_template(folder / f"{name}.xlsm", *read_catalogue(None), functions=functions)
    return {name: folder / f"{name}.xlsm" for name in BUILDS}


def modules(path: Path) -> dict[str, str]:
    """The modules that olevba finds, by name without its suffix."""
    parser = VBA_Parser(str(path))
    try:
        return {file.split(".")[0]: code for _, _, file, code in parser.extract_macros()}
    finally:
        parser.close()


def flags(path: Path) -> set[str]:
    """What olevba's scan of the VBA warns of."""
    parser = VBA_Parser(str(path))
    try:
        return {keyword for _, keyword, _ in parser.analyze_macros()}
    finally:
        parser.close()


def test_the_build_without_functions_declares_nothing_and_the_other_one_does(books):
    sources = modules(books["without functions"])
    assert len(sources) > 10
    for code in sources.values():
        assert not re.search(r"\bDeclare\b|\bLib\b", code, re.IGNORECASE)
    assert "Lib" not in flags(books["without functions"])
    assert "Lib" in flags(books["with functions"])
    assert "Declare PtrSafe" in modules(books["with functions"])["xlwings"]


def test_the_build_without_functions_has_no_other_modules_than_its_own(books):
    own = {name for name in modules(books["without functions"]) if not name.startswith("Sheet")}
    assert own == {"ThisWorkbook", "Performance", "PythonStarter"}


def test_the_vba_of_xlwings_is_of_the_installed_version(books):
    source = modules(books["with functions"])["xlwings"]
    assert f'XLWINGS_VERSION As String = "{xlwings.__version__}"' in source


@pytest.mark.parametrize("functions", BUILDS.values(), ids=BUILDS)
def test_every_module_of_ours_wants_its_variables_declared(functions):
    for name, source in vba_sources(functions=functions).items():
        assert name == "xlwings" or "\r\nOption Explicit\r\n" in f"\r\n{source}"
        assert source.count("\n") == source.count("\r\n")


@pytest.mark.parametrize("functions", BUILDS.values(), ids=BUILDS)
def test_no_line_is_longer_and_no_statement_more_broken_than_vba_allows(functions):
    for source in vba_sources(functions=functions).values():
        lines = source.splitlines()
        assert max(map(len, lines)) < 1023
        assert not re.search(r"(?: _\r\n[^\r]*){25}", source)


@pytest.mark.parametrize("functions", BUILDS.values(), ids=BUILDS)
def test_every_procedure_of_ours_that_is_called_is_there_once(functions):
    sources = vba_sources(functions=functions)
    found = re.findall(
        r"^(?:Public |Private )?(?:Sub|Function) (\w+)",
        "\n".join(source for name, source in sources.items() if name != "xlwings"),
        re.MULTILINE,
    )
    assert len(found) == len(set(found))
    assert ("RunPython" in found) is not functions
    assert functions is ("Public Function RunPython(" in sources.get("xlwings", ""))


def test_every_python_function_that_the_vba_starts_is_there():
    source = vba_sources()["Performance"]
    started = re.findall(r'(?:StartPython|StartWithMonth) "(\w+)[("]', source)
    assert sorted(started) == [
        "check_workbook", "choose_return", "compute_figures", "doctor", "import_dataset",
        "refresh_month",
        "settle_hand_edits", "share_copy", "show_month", "sync_notes", "take_over_commentary",
        "undo_last_change",
        "upgrade_workbook",
    ]  # fmt: skip
    assert all(callable(getattr(macros, name)) for name in started)


def test_the_command_is_python_and_says_when_xl_addin_is_not_installed(capsys):
    source = re.sub(r'" _\r\n +& "', "", vba_sources()["Performance"]).replace("\r\n", "\n")
    sentence = re.search(r'NOT_INSTALLED As String = "(.+)"\n', source)[1]
    parts = re.search(r'RunPython "(.+)" _\n +& NOT_INSTALLED & "(.+)" & macro', source)
    command = parts[1] + sentence + parts[2] + "refresh_month()"
    assert '"' not in command
    with mock.patch.object(atexit, "unregister") as left_out:
        layer = ModuleType("xlwings._xlwindows")
        layer.cleanup = "ends every Excel that shows no workbook"
        with modules_in_place({"xlwings._xlwindows": layer}):
            exec(command.partition("; importlib")[0], {})
    left_out.assert_called_once_with(layer.cleanup)
    assert isinstance(ast.parse(command).body[-1].value, ast.Call)
    with pytest.raises(SystemExit, match="xl-addin is not installed in the Python"):
        exec(command.replace("find_spec('xl_addin')", "find_spec('not_there')"), {})


def test_the_ribbon_has_a_callback_for_each_of_its_commands():
    ribbon = (Path(macros.__file__).parent / "vba" / "ribbon.xml").read_text(encoding="utf-8")
    source = vba_sources()["Performance"]
    actions = re.findall(r'onAction="(\w+)"', ribbon)
    assert re.findall(r'label="([^"]+)" size', ribbon) == [
        "Refresh month", "Show month", "Choose return…", "Compute figures…",
            "Bring in an old dataset…", "Take over commentary", "Share copy",
        "Check", "Sync notes", "Changes by hand", "Doctor", "Upgrade", "Undo last change",
    ]  # fmt: skip
    for action in actions:
        assert f"Public Sub {action}(ByVal control As Object)" in source
