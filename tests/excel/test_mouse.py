"""The button pressed with a real mouse, on a screen that is looked at before and after."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support import judges
from tests.support.libreoffice import click, screen
from tests.support.libreoffice.engine import running_libreoffice
from tests.support.libreoffice.officer import NAME, Officer, make_to_may
from xl_addin.layout import Dataset

pytestmark = pytest.mark.libreoffice

PICTURES = os.environ.get("XL_ADDIN_PICTURES")
"""Where the pictures are kept to be looked at; a temporary folder when not said."""


@pytest.fixture(autouse=True)
def mouse():
    judges.leave_out(screen.missing())


def test_pressing_the_button_with_the_mouse_changes_the_sheet(tmp_path, monkeypatch):
    book = tmp_path / NAME
    make_to_may(book)
    click.with_stand_in(book)
    click.prepare(tmp_path)
    monkeypatch.setenv(click.FOLDER, str(tmp_path))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    with screen.running_screen() as shown, running_libreoffice(shown.display) as calc:
        (tmp_path / "pipe").write_text(calc.pipe)
        press(shown, Officer(calc, tmp_path, book), Path(PICTURES or tmp_path))


def press(shown: screen.Screen, officer: Officer, pictures: Path) -> None:
    """Press the button, say no with Esc; press it again and say yes with Return."""
    calc, before = officer.calc, officer.sheets()
    calc.fill_the_screen(screen.WIDTH, screen.HEIGHT)
    shown.settled()
    button = calc.button_on_screen("Dataset", "Refresh month")
    may = shown.settled()
    may.save(pictures / "before.png")

    shown.click(*button)
    asked = answer(shown, officer, "Escape", 1)
    asked.save(pictures / "question.png")
    assert [box["answer"] for box in click.boxes(officer.folder)] == ["cancel"]
    assert officer.sheets() == before

    shown.click(*button)
    answer(shown, officer, "Return", 2)
    june = shown.settled()
    june.save(pictures / "after.png")
    assert [box["answer"] for box in click.boxes(officer.folder)] == ["ok", "ok"]
    assert officer.sheets().tables[Dataset.TABLE].headings[15] == "Jun 2015"
    left, top, right, bottom = june.differs_in(may)
    assert right - left > 400
    assert bottom - top > 400


def answer(shown: screen.Screen, officer: Officer, key: str, boxes: int) -> screen.Picture:
    """Answer so many message boxes with a key; what the first looked like."""
    seen = []
    for _ in range(boxes):
        box = shown.wait_for(lambda: shown.windows("^Performance$"))[-1]
        seen.append(shown.settled())
        shown.answer(box, key)
    click.wait(officer.folder)
    return seen[0]
