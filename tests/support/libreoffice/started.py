"""What a click's RunPython starts: the command of the VBA, with LibreOffice in Excel's place.

python -m tests.support.libreoffice.started FOLDER
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import xlwings as xw
from xlwings import base_classes

from tests.support.libreoffice.engine import Calc
from tests.support.object_model import App, Engine
from xl_addin import macros

WINDOW = 4711


class ClickedApp(App):
    """A window of LibreOffice with one document; message boxes are answered from a file."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        super().__init__(engine)
        self._folder = folder

    @property
    def hwnd(self) -> int:
        return WINDOW

    def alert(self, prompt, title, buttons, mode, callback):
        answer = self._answer(prompt, title, buttons)
        said = {"text": prompt, "title": title, "buttons": buttons, "mode": mode, "answer": answer}
        with (self._folder / "boxes").open("a", encoding="utf-8") as boxes:
            boxes.write(json.dumps(said) + "\n")
        return answer

    def _answer(self, prompt: str, title: str, buttons: str) -> str:
        answers = self._folder / "answers"
        if not answers.exists():
            return self._calc.message_box(prompt, title, buttons)
        first, *rest = answers.read_text().split()
        answers.write_text(" ".join([*rest, first]))
        return first if buttons != "ok" else "ok"


class OpenApps(base_classes.Apps):
    """One window for each open document; the first is the active one."""

    def __init__(self, apps: list[App]) -> None:
        self._apps = apps

    def keys(self):
        return list(range(len(self._apps)))

    def __iter__(self):
        return iter(self._apps)

    def __len__(self):
        return len(self._apps)

    def __getitem__(self, pid):
        return self._apps[pid]


def attach(pipe: str, folder: Path) -> list[Calc]:
    """Make every open document of a LibreOffice an open workbook of xlwings."""
    first = Calc(pipe)
    calcs = []
    for path in first.documents():
        calc = Calc(pipe)
        calc.choose(path)
        calc.fullname = path
        calcs.append(calc)
    engines = [Engine("libreoffice", calc) for calc in calcs]
    for engine in engines:
        engine.app = ClickedApp(engine, folder)
    engines[0].apps = OpenApps([engine.app for engine in engines])
    active = xw.Engine(impl=engines[0])
    xw.engines.add(active)
    active.activate()
    return [first, *calcs]


def main(folder: Path) -> None:
    """Do what the VBA asked for, with the arguments that RunPython gives.

    What closes the workbook is done at once: here no macro ends with its workbook, and a second
    Python would know nothing of LibreOffice.
    """
    macros.is_waited_for = lambda arguments: False
    command, name = (folder / "command").read_text(encoding="utf-8").splitlines()[:2]
    calcs = attach((folder / "pipe").read_text(), folder)
    sys.argv = ["-c", f"--wb={name}", "--from_xl=1", f"--hwnd={WINDOW}"]
    try:
        exec(compile(command, "RunPython", "exec"), {})
    finally:
        for calc in calcs:
            calc.leave()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
