"""Installing for one user: from one file, without the network; whole, or as it was before."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.support.places import ROOT
from xl_addin.installing import environment, uninstall
from xl_addin.installing.from_one_file import install_from
from xl_addin.installing.place import NotInstalled, Place, place_of
from xl_addin.installing.start_menu import ENTRIES, add_entries, entries_missing, remove_entries
from xl_addin.installing.wheelhouse import LOCK, _pack, for_target, target

WHEEL = {
    "xl_addin_stub.py": "def main():\n    print('xl-addin 9.9')\n",
    "xl_addin-9.9.dist-info/METADATA": "Metadata-Version: 2.1\nName: xl-addin\nVersion: 9.9\n",
    "xl_addin-9.9.dist-info/WHEEL": "Wheel-Version: 1.0\nTag: py3-none-any\n",
    "xl_addin-9.9.dist-info/entry_points.txt": "[console_scripts]\nxl-addin=xl_addin_stub:main\n",
    "xl_addin-9.9.dist-info/RECORD": "",
}


def one_file(folder: Path) -> Path:
    """A file as wheelhouse makes it, its xl-addin a small one that only says its version."""
    wheels, requirements = folder / "wheels", folder / "requirements.txt"
    wheels.mkdir()
    with zipfile.ZipFile(wheels / "xl_addin-9.9-py3-none-any.whl", "w") as wheel:
        for name, text in WHEEL.items():
            wheel.writestr(name, text)
    requirements.write_text("--only-binary :all:\n")
    made = folder / "xl-addin.zip"
    _pack(made, requirements, wheels)
    return made


def version_of(place: Place) -> str:
    done = subprocess.run([place.program, "--version"], capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Installed by starting the file with Python, where the network cannot be reached."""
    folder = tmp_path_factory.mktemp("from one file")
    cut_off = ["unshare", "--net"] if os.name == "posix" and os.geteuid() == 0 else []
    home = folder / "home"
    done = subprocess.run(
        [*cut_off, sys.executable, "-I", one_file(folder)],
        capture_output=True,
        text=True,
        env={"HOME": str(home), "PATH": os.environ["PATH"], "XDG_DATA_HOME": ""},
        cwd=folder,
    )
    assert done.returncode == 0, done.stderr
    return place_of("linux", {"HOME": str(home)}), done.stdout


def test_one_file_installs_without_the_network_and_says_where(installed):
    place, said = installed
    assert version_of(place) == "xl-addin 9.9"
    assert f"Installed: {place.program}" in said


@pytest.mark.parametrize("step", range(4))
def test_whatever_step_fails_what_was_there_works_as_before(installed, monkeypatch, step):
    place, _ = installed
    done = []

    def run(command, found):
        done.append(command)
        place.home.mkdir(exist_ok=True)
        if len(done) > step:
            raise NotInstalled(found, "")

    monkeypatch.setattr(environment, "_run", run)
    with pytest.raises(NotInstalled):
        environment.install(place, environment.Packages(Path(), Path()), lambda line: None)
    assert len(done) == step + 1 and version_of(place) == "xl-addin 9.9"
    assert [path.name for path in place.home.parent.iterdir()] == ["xl-addin"]


def test_a_new_one_takes_the_place_of_the_old_one_and_keeps_its_logs(tmp_path, monkeypatch):
    place = Place(tmp_path / "xl-addin")
    (place.home / "Logs").mkdir(parents=True)
    (place.home / "old").write_text("")
    monkeypatch.setattr(environment, "_run", lambda command, found: place.home.mkdir(exist_ok=True))
    environment.install(place, environment.Packages(Path(), Path()), lambda line: None)
    assert [path.name for path in place.home.iterdir()] == ["Logs"]
    assert list(tmp_path.iterdir()) == [place.home]


def test_every_package_is_held_against_its_hash_and_none_is_built(tmp_path, monkeypatch):
    commands = []
    monkeypatch.setattr(environment, "_run", lambda command, found: commands.append(command))
    listed = environment.Packages(Path("list"), Path("own.whl"), Path("wheels"))
    environment.install(Place(tmp_path / "xl-addin"), listed, lambda line: None)
    _, locked, own, _ = commands
    assert {"--require-hashes", "--only-binary", "--no-index", "list"} <= set(locked)
    assert {"--no-deps", "--no-index", "own.whl"} <= set(own)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04half"])
def test_a_file_that_was_not_copied_whole_is_refused(tmp_path, content):
    (tmp_path / "half.zip").write_bytes(content)
    with pytest.raises(NotInstalled, match="not a whole file"):
        install_from(tmp_path / "half.zip", Place(tmp_path / "home"), print)


def test_a_zip_of_something_else_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as other:
        other.writestr("letter.txt", "Dear colleague")
    with pytest.raises(NotInstalled, match="not a file of xl-addin's wheelhouse"):
        install_from(tmp_path / "other.zip", Place(tmp_path / "home"), print)


def test_a_python_there_are_no_packages_for_is_refused_before_anything_is_made(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(sys, "version_info", (3, 9, 1))
    with pytest.raises(NotInstalled, match=r"This is Python 3\.9"):
        install_from(one_file(tmp_path), Place(tmp_path / "home"), print)
    assert not (tmp_path / "home").exists()


def test_uninstalling_leaves_nothing_but_the_officers_files(tmp_path):
    place = Place(tmp_path / "Local" / "xl-addin", tmp_path / "Programs" / "xl-addin")
    place.home.mkdir(parents=True)
    add_entries(place)
    logs, mine = place.home / "Logs", tmp_path / "Monthly Dataset.xlsm"
    record = logs / "shared copies" / "Monthly Dataset 0123.csv"
    record.parent.mkdir(parents=True)
    for file in (mine, record, logs / "xl-addin.log", place.home / "pyvenv.cfg"):
        file.write_bytes(b"figures")
    uninstall.uninstall(place, logs)
    assert {path for path in tmp_path.rglob("*") if path.is_file()} == {mine, record}
    record.unlink()
    uninstall.uninstall(place, logs)
    assert not place.home.exists()
    with pytest.raises(NotInstalled, match="There is nothing"):
        uninstall.uninstall(place, logs)


def test_what_a_killed_try_had_set_aside_is_what_is_kept(tmp_path, monkeypatch):
    place, aside = Place(tmp_path / "xl-addin"), tmp_path / "xl-addin.before"
    for folder, name in ((place.home, "half"), (aside, "whole")):
        folder.mkdir()
        (folder / name).write_text("")

    def fails(command, found):
        raise NotInstalled(found, "")

    monkeypatch.setattr(environment, "_run", fails)
    with pytest.raises(NotInstalled):
        environment.install(place, environment.Packages(Path(), Path()), lambda line: None)
    assert [path.name for path in place.home.iterdir()] == ["whole"] and not aside.exists()


def test_on_windows_it_is_where_the_workbooks_buttons_look():
    place = place_of("win32", {"LOCALAPPDATA": "C:/L", "APPDATA": "C:/R"})
    assert place.python == Path("C:/L/xl-addin/Scripts/python.exe")
    assert place.program == Path("C:/L/xl-addin/Scripts/xl-addin.exe")
    with pytest.raises(NotInstalled):
        place_of("win32", {"LOCALAPPDATA": "C:/L"})


def test_the_start_menu_refreshes_from_outside_excel(tmp_path):
    place = Place(tmp_path / "xl-addin", tmp_path / "Programs" / "xl-addin")
    assert entries_missing(place) == list(ENTRIES)
    add_entries(place)
    assert entries_missing(place) == []
    entry = place.menu / "Refresh month in the open workbook.cmd"
    lines = entry.read_bytes().decode().split("\r\n")
    assert lines[2:4] == [f'"{place.program}" refresh-open', "pause"]
    remove_entries(place)
    assert not place.menu.exists()


def test_away_from_windows_there_is_no_start_menu(tmp_path):
    place = Place(tmp_path)
    add_entries(place)
    remove_entries(place)
    assert entries_missing(place) == [] and list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("python", [(3, 11), (3, 12), (3, 13)])
@pytest.mark.parametrize(
    ("system", "has", "lacks"), [("windows", "pywin32", "psutil"), ("linux", "lxml", "pywin32")]
)
def test_the_list_for_another_computer_has_what_it_needs_each_with_its_hashes(
    python, system, has, lacks
):
    lines = for_target((ROOT / LOCK).read_text(), target(system, python)).splitlines()[1:]
    names = {line.partition("==")[0] for line in lines}
    assert has in names and lacks not in names and "appscript" not in names
    assert all("==" in line and " --hash=sha256:" in line for line in lines)
    (numpy,) = [line for line in lines if line.startswith("numpy==")]
    older = "2.4" if python == (3, 11) else "2.5"
    assert numpy.startswith(f"numpy=={older}")


@pytest.mark.parametrize(("system", "python"), [("amiga", (3, 12)), ("windows", (3, 9))])
def test_a_computer_there_are_no_packages_for_is_refused(system, python):
    with pytest.raises(NotInstalled, match="There are no packages"):
        target(system, python)


def test_what_travels_in_the_file_needs_nothing_installed(tmp_path):
    with zipfile.ZipFile(one_file(tmp_path)) as packed:
        for name in packed.namelist():
            if not name.endswith(".py"):
                continue
            for node in ast.walk(ast.parse(packed.read(name))):
                names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
                names += [node.module] if isinstance(node, ast.ImportFrom) else []
                for imported in names:
                    first = imported.split(".")[0]
                    is_there = f"{imported.replace('.', '/')}.py" in packed.namelist()
                    assert first in sys.stdlib_module_names or is_there, (name, imported)


def test_a_file_that_is_there_is_never_replaced(tmp_path):
    made = one_file(tmp_path)
    was = made.read_bytes()
    with pytest.raises(FileExistsError):
        _pack(made, tmp_path / "requirements.txt", tmp_path / "wheels")
    assert made.read_bytes() == was
