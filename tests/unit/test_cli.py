"""The command line as an officer's IT would run it: a process, its words and its exit code."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command_line import run
from tests.support.places import README, RETURNS
from xl_addin import __version__
from xl_addin.dataset.workbook import parse_workbook
from xl_addin.demo import HISTORY, RETURN
from xl_addin.excel.closed import ClosedBook

LOCKED = RETURNS / "locked.xlsx"
COMMANDS = (
    "new",
    "import",
    "refresh",
    "show",
    "check",
    "notes",
    "share",
    "undo",
    "template",
    "demo",
)


@pytest.fixture(scope="module")
def imported(tmp_path_factory) -> Path:
    book = tmp_path_factory.mktemp("cli") / "Monthly Dataset.xlsm"
    assert run("new", book).returncode == 0
    assert run("import", book, HISTORY, "--yes").returncode == 0
    return book


@pytest.fixture
def book(imported, tmp_path) -> Path:
    copy = tmp_path / imported.name
    copy.write_bytes(imported.read_bytes())
    return copy


def month_of(book):
    return parse_workbook(ClosedBook(book).read()).month.label


def write(folder: Path, *lines: str, name="July return.csv") -> Path:
    path = folder / name
    heading = "Measure Ref,Month,Numerator,Denominator,Value,Status,Note"
    path.write_text("\n".join([heading, *lines]), encoding="utf-8")
    return path


def test_a_month_is_refreshed_from_a_return_after_asking(book):
    done = run("refresh", book, "--return", RETURN, answer="y\n")
    assert done.returncode == 0, done.stderr
    assert "Jun 2015: 21 of 22 figures, 1 not updated" in done.stdout
    assert month_of(book) == "Jun 2015"
    (backup,) = (book.parent / "Monthly Dataset backups").glob("*.xlsm")
    assert month_of(backup) == "May 2015"


def test_saying_no_changes_nothing(book):
    before = book.read_bytes()
    done = run("refresh", book, "--return", RETURN, answer="n\n")
    assert "Nothing was changed." in done.stdout
    assert book.read_bytes() == before


def test_a_dry_run_says_what_would_change_and_changes_nothing(book):
    before = book.read_bytes()
    done = run("refresh", book, "--return", RETURN, "--dry-run")
    assert done.returncode == 0
    assert "21 of 22 figures" in done.stdout
    assert book.read_bytes() == before
    assert not (book.parent / "Monthly Dataset backups").exists()


def test_the_second_refresh_leaves_every_byte(book):
    run("refresh", book, "--return", RETURN, "--yes")
    before = book.read_bytes()
    done = run("refresh", book, "--return", RETURN, "--yes")
    assert done.returncode == 0
    assert "holds all of this already" in done.stdout
    assert book.read_bytes() == before


def test_an_old_return_undoes_a_correction_only_where_an_option_names_it(book):
    june = write(book.parent, "M1,2015-06,,,1363,,", "M2,2015-06,,,393,,", name="June.csv")
    july = write(book.parent, "M1,2015-06,,,1365,,", "M2,2015-06,,,395,,", "M1,2015-07,,,1400,,")
    for return_ in (june, july):
        assert run("refresh", book, "--return", return_, "--yes").returncode == 0
    again = ("refresh", book, "--return", june, "--yes")
    kept = run(*again)
    assert "M1 Jun 2015 is 1363 here; 1365, recorded on" in kept.stdout
    assert 'To take it all the same: --take-older "M1 Jun 2015".' in kept.stdout
    assert "holds all of this already" in kept.stdout
    assert "M1 Jun 2015: 1365 becomes 1363" in run(*again, "--take-older", "m1 jun 2015").stdout
    mistyped = run(*again, "--take-older", "M1 Jul 2015")
    assert mistyped.returncode == 1
    assert (
        "“M1 Jul 2015” is no figure of June.csv that is older than what stands. Name one of "
        "these: M2 Jun 2015." in " ".join(mistyped.stderr.split())
    )
    assert "M2 Jun 2015: 395 becomes 393" in run(*again, "--take-older", "all").stdout
    august = write(book.parent, "M1,2015-08,,,1400,,", name="August.csv")
    none_left = run("refresh", book, "--return", august, "--take-older", "M2 Jun 2015")
    assert "None is: leave it out." in " ".join(none_left.stderr.split())


def test_a_workbook_with_macros_that_is_called_xlsx_is_said_to_be(book, tmp_path):
    misnamed = book.rename(tmp_path / "Monthly.xlsx")
    said = run("refresh", misnamed, "--return", RETURN, "--yes")
    assert said.returncode == 1
    assert "It holds macros, but its name ends in .xlsx" in " ".join(said.stderr.split())
    assert sorted(path.name for path in tmp_path.iterdir() if "backups" in path.name) == []


def test_yes_does_not_agree_to_a_month_far_out_of_line_and_a_named_option_does(book):
    far = write(book.parent, "M1,2025-07,,,1363,,")
    refused = run("refresh", book, "--return", far, "--yes")
    assert refused.returncode == 1
    assert "It has figures for Jul 2025, more than 11 months from everything else" in refused.stderr
    done = run("refresh", book, "--return", far, "--yes", "--months-are-right")
    assert done.returncode == 0, done.stderr
    assert month_of(book) == "Jul 2025"


def test_every_problem_of_a_return_is_listed_and_nothing_is_changed(book):
    before = book.read_bytes()
    bad = write(
        book.parent,
        "M1,Jun 2015,,,-5,,",
        "M3,Jun 2015,,,39,,",
        "XX,Jun 2015,,,1,,",
        "M2,Junuary,,,1,,",
        "LAC1,Jun 2015,,,#REF!,,",
        "LAC2,Jun 2015,,,1.5,,",
        "EH4-QL,Jun 2015,7,5,,,",
        "CP4,Jun 2015,,,120%,,",
    )
    done = run("refresh", book, "--return", bad, "--yes")
    assert done.returncode == 1
    for row in range(2, 10):
        assert f"July return.csv, row {row}" in done.stderr
    assert "39% or 0.39" in done.stderr
    assert "Traceback" not in done.stderr
    assert book.read_bytes() == before


def test_any_recorded_month_can_be_shown(book):
    assert run("show", book, "--month", "Mar 2015").returncode == 0
    assert month_of(book) == "Mar 2015"
    refused = run("show", book, "--month", "2001-01")
    assert refused.returncode == 1
    assert "Choose a month from Jun 2014 to May 2015" in refused.stderr


def test_check_lists_what_is_wrong_and_changes_nothing(book):
    before = book.read_bytes()
    sound = run("check", book)
    assert sound.returncode == 0, sound.stderr
    assert "M5" in sound.stdout
    found = run("check", book, "--return", write(book.parent, "XX,Jun 2015,,,1,,"))
    assert found.returncode == 1
    assert "XX" in found.stdout
    assert book.read_bytes() == before


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"not a workbook", "This is not an Excel workbook."),
        (b"", "The file is empty."),
        (b"PK\x03\x04 cut short", "was not copied whole"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "This is not an Excel workbook."),
        (LOCKED.read_bytes(), "password"),
    ],
)
def test_a_file_that_is_no_workbook_of_ours_is_refused_in_a_sentence(tmp_path, content, said):
    path = tmp_path / "book.xlsm"
    path.write_bytes(content)
    done = run("refresh", path, "--return", RETURN, "--yes")
    assert done.returncode == 1
    assert "book.xlsm" in done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    "words",
    [
        ["refresh", "no such book.xlsm", "--return", RETURN, "--yes"],
        ["new", "no such folder/book.xlsm"],
        ["template", "--out", "no such folder/book.xlsm"],
        ["show", "no such book.xlsm", "--month", "2015-03"],
        ["import", "no such book.xlsm", HISTORY],
        ["new", "book.xlsm", "--measures", "no such file.toml"],
    ],
)
def test_what_is_not_there_is_told_in_a_sentence(tmp_path, words):
    done = run(*words, folder=tmp_path)
    assert done.returncode == 1, done.stdout
    assert "Traceback" not in done.stderr
    assert "no such" in done.stderr


def test_a_missing_return_or_month_is_told_and_nothing_is_changed(book):
    before = book.read_bytes()
    for words in (["refresh", book, "--return", "gone", "--yes"], ["show", book, "--month", "x"]):
        done = run(*words)
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
    assert book.read_bytes() == before


def test_a_new_workbook_never_replaces_another(book):
    before = book.read_bytes()
    done = run("new", book)
    assert done.returncode == 1
    assert "It is there already" in done.stderr
    assert book.read_bytes() == before


@pytest.mark.parametrize("name", ["Dataset.xlsx", "Dataset", "Dataset.xls"])
@pytest.mark.parametrize("words", [["new"], ["template", "--out"]])
def test_a_workbook_gets_no_name_that_excel_would_not_open(tmp_path, words, name):
    done = run(*words, tmp_path / name)
    assert done.returncode == 1
    assert f"{name}: Excel opens a workbook with macros only" in done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("words", [["refresh"], ["show", "book.xlsm"], ["nonsense"]])
def test_a_command_that_is_not_understood_ends_with_two(words):
    assert run(*words).returncode == 2


def test_the_readme_says_where_its_install_command_puts_the_program():
    text = README.read_text(encoding="utf-8")
    installing = re.findall(r"(?:^|& \"?|&& )(\S+?)[\\/]xl-addin\"? demo", text, re.MULTILINE)
    (windows,) = re.findall(r'\$env:Path \+= ";(.+?)"', text)
    (unix,) = re.findall(r'export PATH="\$PWD/(.+?):\$PATH"', text)
    assert installing == [windows, unix]


def test_the_version_is_said():
    done = run("--version")
    assert (done.returncode, done.stdout) == (0, f"xl-addin {__version__}\n")


def test_a_name_that_lost_its_quotes_is_told_with_them():
    done = run("check", "Monthly", "Dataset.xlsm")
    assert done.returncode == 2
    assert 'A name with spaces stands in quotes: "Monthly Dataset.xlsm"' in done.stderr


def test_a_copy_made_to_send_out_is_not_refreshed(book):
    copy = book.parent / "June.xlsx"
    assert run("share", book, "--out", copy).returncode == 0
    done = run("refresh", copy, "--return", RETURN, "--yes")
    assert done.returncode == 1
    assert "This is a copy made to send out: it has no record of figures." in done.stderr
    assert "Open the working workbook." in done.stderr


def test_percentages_typed_as_39_are_read_so_where_an_option_says_so(book):
    typed = write(book.parent, "EH4-QL,2015-06,,,84,,", "CP3-QL,2015-06,,,90,,", "M1,2015-06,,,9,,")
    refused = run("refresh", book, "--return", typed, "--yes")
    assert refused.stderr.count("•") == 1
    assert "All 2 percentages are typed as 39, not 39%: EH4-QL is 84" in refused.stderr
    done = run("refresh", book, "--return", typed, "--yes", "--per-cents")
    assert done.returncode == 0, done.stderr


def test_the_demonstration_prints_the_page_with_its_arrows(tmp_path):
    done = run("demo", "--out", tmp_path / "here")
    assert done.returncode == 0, done.stderr
    assert re.search(r"CP7 .* 16 .* 51 .*↑ 219", done.stdout)
    assert re.search(r"LAC5-QL .* 19% .* 55% .*↑ 186 .* 33% .* 75%", done.stdout)
    assert (tmp_path / "here" / "Children and Families Monthly Dataset.xlsm").exists()


@pytest.mark.parametrize("encoding", ["cp1252", "cp850", "ascii"])
def test_arrows_are_printed_whatever_the_systems_own_encoding_for_files_is(book, encoding):
    done = run("refresh", book, "--return", RETURN, "--yes", PYTHONIOENCODING=encoding)
    assert done.returncode == 0, done.stderr
    assert "“Monthly Dataset backups”" in done.stdout
    done = run("demo", "--out", book.parent / "here", PYTHONIOENCODING=encoding)
    assert done.returncode == 0, done.stderr
    assert re.search(r"CP7 .* 16 .* 51 .*↑ 219", done.stdout)


def test_a_dataset_of_another_service_needs_only_its_own_measures_and_a_title(tmp_path):
    measures = tmp_path / "adults.toml"
    measures.write_text(
        '[[measure]]\nref = "A1"\narea = "Front door"\ndescription = "Number of calls"\n'
        'key = true\npolarity = "lower is better"\n',
        encoding="utf-8",
    )
    book = tmp_path / "Adults.xlsm"
    made = run("new", book, "--measures", measures, "--title", "Adults Monthly Dataset")
    assert made.returncode == 0, made.stderr
    figures = write(tmp_path, "A1,Jun 2015,,,12,,")
    assert run("refresh", book, "--return", figures, "--yes").returncode == 0
    workbook = parse_workbook(ClosedBook(book).read())
    assert workbook.title == "Adults Monthly Dataset"
    assert workbook.history.observed("A1", workbook.month).value == 12


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_and_stands_in_the_readme(command):
    assert run(command, "--help").returncode == 0
    assert f"xl-addin {command}" in README.read_text(encoding="utf-8")


def test_the_readme_knows_no_command_that_is_not_there():
    named = set(re.findall(r"[`\\/]xl-addin ([a-z]+)\b", README.read_text(encoding="utf-8")))
    listed = run("--help").stdout
    assert len(named) > 5
    assert not [word for word in named if not re.search(rf"\b{word}\b", listed)]


STARTED = """
import gc, sys
from xl_addin.__main__ import main

seen = []
gc.callbacks.append(lambda *_: seen.append("typer" in sys.modules))
sys.argv = ["xl-addin", "--help"]
try:
    main()
finally:
    print(any(seen), gc.get_freeze_count() > 0)
"""


def test_the_program_looks_for_no_cycles_from_its_first_import_on():
    done = subprocess.run([sys.executable, "-c", STARTED], capture_output=True, text=True)
    assert done.stdout.endswith("False True\n"), done.stdout + done.stderr
