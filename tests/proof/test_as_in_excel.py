"""What would have gone wrong at an officer's desk, each over xlwings' own Windows code."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.support.com_double import running_excel
from tests.support.command_line import invoke
from tests.support.filed_books import filed
from tests.support.live_books import PAGE, book_of
from tests.support.memory_engine import Cell, MemoryBook
from tests.support.officer import saved_book, write_return
from tests.support.places import README, ROOT
from tests.support.ready import ready_book, refresh
from xl_addin import macros
from xl_addin.excel import live
from xl_addin.excel.find_open import calling_book, open_book
from xl_addin.excel.template import write_template
from xl_addin.sources.catalogue import read_catalogue
from xl_addin.table import CellError
from xl_addin.update import Row, SetRows, Update

NAME = "Dataset.xlsm"
DONE = "Done."
TEAMS = "https://contoso.sharepoint.com/teams/Children/Shared Documents/"
HYPHEN = "https://my-council-my.sharepoint.com/personal/officer_council_gov_uk/Documents/"
SITE = "https://contoso.sharepoint.com/sites/Children/Shared Documents/"

pytestmark = pytest.mark.usefixtures("own_log")


def press(excel, macro=macros.refresh_month, name: str = NAME, answer: str = "ok") -> str:
    """Press a button and say yes; the last thing the officer is told."""
    excel.answer(answer)
    with excel.pressed(name):
        macro()
    return excel.boxes[-1].text


@pytest.fixture
def memory(tmp_path) -> MemoryBook:
    write_return(tmp_path)
    return saved_book(tmp_path)


@pytest.mark.parametrize("version", ["2016", "2019", "365"])
def test_the_button_works_in_every_excel(memory, version):
    with running_excel(version, books=[memory]) as excel:
        assert press(excel).startswith(DONE)


def test_an_excel_whose_type_library_knows_more_than_it_has_is_worked_with(memory):
    with running_excel("2016", type_library="365", books=[memory]) as excel:
        assert press(excel).startswith(DONE)


def test_an_excel_without_a_workbook_is_never_ended(memory):
    with running_excel(books=[memory]) as excel:
        other = excel.start_another()
        assert press(excel).startswith(DONE)
        excel.python_ends()
        assert excel.desktop.killed == []
        assert not other.calls.ended


@pytest.mark.parametrize("command", [["new", "Dataset.xlsm"], ["demo"]])
def test_what_makes_a_workbook_does_without_xlwings(tmp_path, command):
    code = (
        "import sys; from xl_addin import cli; sys.argv = ['xl-addin', *sys.argv[1:]]\n"
        "try: cli.main()\n"
        "finally: print('xlwings' in sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *command], cwd=tmp_path, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr.split()[-1]) == (0, "False"), done.stderr


@pytest.fixture
def refreshed(memory):
    """Excel with a workbook of which the last change can be undone."""
    with running_excel(books=[filed(memory)]) as excel:
        assert press(excel).startswith(DONE)
        yield excel


def test_after_an_undo_the_officer_is_told_so_in_a_window_that_is_there(refreshed):
    assert press(refreshed, macros.undo_last_change).startswith(DONE)


def test_an_undo_does_not_cut_off_the_macro_that_asked_for_it(refreshed):
    try:
        press(refreshed, macros.undo_last_change)
    finally:
        assert refreshed.excel.cut_off == []


def beside(memory: MemoryBook, name: str = "Other.xlsm") -> MemoryBook:
    other = book_of()
    other.fullname = str(Path(memory.fullname).with_name(name))
    return other


def test_the_button_finds_its_workbook_whichever_window_is_in_front_by_now(memory):
    with running_excel(books=[memory, beside(memory)]) as excel:
        arguments = excel.click(NAME)
        excel.click("Other.xlsm")
        assert calling_book(arguments)[2] == NAME


@pytest.mark.parametrize("where", [TEAMS, HYPHEN, SITE])
def test_another_workbook_in_the_cloud_is_no_hindrance(memory, where):
    with running_excel(books=[beside(memory), memory]) as excel:
        excel.move_to_the_cloud("Other.xlsm", f"{where}Other.xlsm")
        assert open_book(Path(memory.fullname)).name == NAME
        command = ["refresh", memory.fullname, "--live", "--yes"]
        done = invoke(*command)
        assert (done.exit_code, DONE in done.output) == (0, True)


@pytest.mark.parametrize("where", [TEAMS, HYPHEN, SITE])
def test_what_to_do_is_said_of_our_workbook_in_the_cloud(memory, where):
    with running_excel(books=[memory]) as excel:
        excel.move_to_the_cloud(NAME, f"{where}{NAME}")
        with excel.pressed(NAME):
            macros.refresh_month()
        said = excel.boxes[-1].text
    assert "does not know how to deal with" not in said
    assert "Save a copy of it in a folder of this computer" in said


def test_a_synced_folder_that_the_registry_names_is_used(memory, tmp_path):
    with running_excel(books=[memory]) as excel:
        excel.mount(TEAMS, tmp_path)
        excel.move_to_the_cloud(NAME, f"{TEAMS}{NAME}")
        assert press(excel).startswith(DONE)


def test_a_workbook_refreshed_while_closed_is_saved_when_it_is_opened(tmp_path):
    path = ready_book(tmp_path)
    refresh(path)
    with running_excel(books=[path]) as excel:
        assert excel.book(path.name).api.Saved is True


@pytest.fixture(scope="module")
def template(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("template") / NAME
    write_template(path, *read_catalogue(None))
    return path


def test_every_sheet_has_a_name_that_excel_gives(template):
    names = list(live_names(template))
    with running_excel(books=[book_of()]) as excel:
        sheet = excel.book(NAME).sheets["Log"].api
        for name in names:
            sheet.Name = name


def live_names(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as package:
        return re.findall(r'<sheet name="([^"]+)"', package.read("xl/workbook.xml").decode())


def test_every_text_of_a_chart_is_turned_by_an_angle_that_excel_has(template):
    with zipfile.ZipFile(template) as package:
        charts = [name for name in package.namelist() if name.startswith("xl/charts/chart")]
        turns = {int(n) for c in charts for n in re.findall(rb'rot="(-?\d+)"', package.read(c))}
    assert charts
    assert all(abs(turn) <= 90 * 60_000 for turn in turns), turns


def test_bold_words_in_cells_that_do_not_change_stay_bold():
    with running_excel(books=[book_of()]) as excel:
        excel.format_characters(NAME, PAGE, "F6")
        rows = [Row((f"Officer {n}",), n - 1) for n in (1, 2)]
        change = SetRows("Dataset", ("Owner",), (*rows, Row(("Another",), 2)))
        live.apply(excel.book(NAME), Update((change,)))
        assert excel.excel.open_books[0].rich == {(PAGE, (6, 6))}


def test_excel_that_is_busy_for_half_a_second_is_waited_for(memory):
    with running_excel(books=[memory]) as excel:
        book = excel.book(NAME)
        live.check(book)
        excel.be_busy(seconds=0.5)
        assert "Dataset" in live.read(book).tables


WITHIN = 55
"""So many calls after the officer has said yes, the page is being changed."""


def test_excel_that_is_busy_in_the_middle_of_a_change_is_waited_for(memory):
    with running_excel(books=[memory]) as excel:
        excel.desktop.while_asked = lambda: excel.calls.meanwhile.update(
            {len(excel.calls.made) + WITHIN: lambda: excel.be_busy(seconds=0.5)}
        )
        assert press(excel).startswith(DONE)
        assert excel.calls.turned_away


def test_excel_that_stays_busy_is_waited_for_before_all_is_put_back_and_that_is_said(memory):
    before = memory.state()
    with running_excel(books=[memory]) as excel:
        excel.desktop.while_asked = lambda: excel.calls.meanwhile.update(
            {len(excel.calls.made) + WITHIN: lambda: excel.be_busy(seconds=25)}
        )
        said = press(excel)
    assert "Excel took no calls for 10 seconds" in said
    assert "Nothing was changed." in said
    assert memory.state() == before


@pytest.mark.parametrize("error", ["#CONNECT!", "#BLOCKED!", "#UNKNOWN!", "#FIELD!", "#EXTERNAL!"])
def test_a_newer_error_is_an_error_and_no_figure(error):
    memory = book_of()
    memory.cells[PAGE][5, 3] = Cell(["e", error])
    with running_excel(books=[memory]) as excel:
        cell = live.read(excel.book(NAME)).tables["Dataset"].rows[0][1]
    assert isinstance(cell, CellError)
    assert str(cell) == error


def test_readme_says_what_takes_the_place_of_excels_own_undo():
    readme = README.read_text(encoding="utf-8")
    assert re.search(r"Ctrl\+Z", readme)


@pytest.mark.parametrize(
    ("macro", "answers"),
    [(macros.upgrade_workbook, ["yes"]), (macros.refresh_month, ["yes", "yes"])],
)
def test_an_upgrade_does_not_cut_off_the_macro_that_asked_for_it(tmp_path, macro, answers):
    path = tmp_path / NAME
    path.write_bytes((Path(__file__).parents[1] / "data/editions/1/demo.xlsm").read_bytes())
    with running_excel(books=[path]) as excel:
        excel.book(NAME).api.Saved = True
        for answer in answers[:-1]:
            excel.answer(answer)
        said = press(excel, macro, answer=answers[-1])
        assert (said.startswith(DONE), excel.excel.cut_off) == (True, []), said


def test_the_page_about_excel_names_tests_that_are_there():
    root = ROOT
    named = set(re.findall(r"`(test_\w+)`", (root / "docs/excel.md").read_text(encoding="utf-8")))
    files = (path.read_text(encoding="utf-8") for path in (root / "tests").rglob("test_*.py"))
    there = {name for text in files for name in re.findall(r"^def (test_\w+)", text, re.MULTILINE)}
    assert len(named) > 15
    assert named <= there


UNCHECKED = re.compile(r"unchecked in excel", re.IGNORECASE)
PAGES = [README, ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]


def said_to_be_unchecked() -> list[str]:
    """The paragraphs that say so, and what README says of buttons: each has its row."""
    texts = {page: page.read_text(encoding="utf-8") for page in PAGES if page.name != "excel.md"}
    parts = [part for text in texts.values() for part in re.split(r"\n\n|\n(?=- )", text)]
    buttons = texts[README].partition("## In Excel")[2].partition("\n## ")[0]
    bullets = re.split(r"\n(?=- )", buttons.partition("\n- ")[2])
    found = [part for part in parts if UNCHECKED.search(part)] + bullets
    return [" ".join(part.split()) for part in found]


def test_whatever_is_said_to_be_unchecked_in_excel_has_its_row():
    page = (ROOT / "docs/excel.md").read_text(encoding="utf-8")
    table = page.partition("| Claim |")[2].partition("\n\n")[0]
    places = re.findall(r"“([^”]+)”", " ".join(row.split("|")[3] for row in table.splitlines()[2:]))
    said = said_to_be_unchecked()
    assert len(said) > 15
    assert [part for part in said if not any(place in part for place in places)] == []
    assert [place for place in places if not any(place in part for part in said)] == []
