"""Every message box that the tests of the buttons come upon, drawn as a small screen shows it.

``python -m tests.every_box --out FOLDER`` runs those tests, keeps each box once (figures, months
and names may differ), and draws it in a window of LibreOffice on 1366 x 768. A box of Excel has
another font: what is to be seen is how much there is to read, what stands first, and that all of
it is on the screen. It is run by hand, and looked at.
"""

from __future__ import annotations

import argparse
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple
from unittest import mock

import pytest

from tests.support.libreoffice import screen
from tests.support.libreoffice.engine import Calc, running_libreoffice
from tests.support.places import ROOT
from tests.support.ready import ready_book
from xl_addin import boxes
from xl_addin.boxes import TITLE
from xl_addin.excel.live.com import WARILY

LAPTOP = (1366, 768)
SHOWN_BY = (
    *("unit/test_macros.py", "unit/test_macros_with_files.py", "unit/doctor/test_desk.py"),
    *("unit/commands/test_share_button.py", "unit/commands/test_undo_open.py"),
    *("unit/commands/test_upgrade.py", "unit/excel/test_live_put_on.py"),
    *("unit/excel/test_live_checks.py", "proof/test_buttons_over_com.py"),
)
_VARIES = re.compile(
    r"[\d.,:%/]+|“[^”]*”|\b[A-Z]{1,3}\d[\w-]*|\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug)\b"
)


class Box(NamedTuple):
    """A message box: its text, its buttons as xlwings names them, its picture."""

    text: str
    buttons: str
    picture: str | None


@contextmanager
def gathered() -> Iterator[list[Box]]:
    """The boxes that are shown meanwhile, each kind once."""
    found: dict[str, Box] = {}
    show = boxes.show_box

    def see(app: Any, text: str, title: str, buttons: str, mode: str | None) -> str | None:
        found.setdefault(_VARIES.sub("", text) + buttons, Box(text, buttons, mode))
        return show(app, text, title, buttons, mode)

    kept: list[Box] = []
    with mock.patch.object(boxes, "show_box", see):
        yield kept
    kept += found.values()


def draw(shown: screen.Screen, calc: Calc, box: Box, picture: Path) -> Path:
    """Draw a box in front of a workbook, and close it."""
    buttons = "yes_no_cancel" if box.buttons == WARILY else box.buttons
    asking = Thread(target=calc.message_box, args=(box.text, TITLE, buttons))
    asking.start()
    (window, *_) = shown.wait_for(lambda: shown.windows(f"^{TITLE}$"))
    path = shown.settled().save(picture)
    shown.answer(window, "Escape" if "cancel" in buttons or buttons == "ok" else "Return")
    asking.join()
    return path


def main() -> None:
    """Gather, draw, and say what was drawn."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--out", type=Path, required=True)
    options.add_argument("--texts", action="store_true", help="only print them")
    options.add_argument("tests", nargs="*", default=[f"tests/{path}" for path in SHOWN_BY])
    chosen = options.parse_args()
    chosen.out.mkdir(exist_ok=True)
    with gathered() as found:
        paths = [str(ROOT / path) for path in chosen.tests]
        pytest.main(["-q", "-p", "no:cacheprovider", "--no-header", *paths])
    text = "\n\n".join(f"{n}. [{b.buttons}]\n{b.text}" for n, b in enumerate(found, 1))
    (chosen.out / "boxes.txt").write_text(text, encoding="utf-8")
    if not chosen.texts:
        _draw_all(found, chosen.out)


def _draw_all(found: list[Box], out: Path) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        screen.running_screen(*LAPTOP) as shown,
        running_libreoffice(shown.display) as calc,
    ):
        calc.open(ready_book(Path(folder)))
        calc.fill_the_screen(*LAPTOP)
        for number, box in enumerate(found, 1):
            print(draw(shown, calc, box, out / f"box_{number:02}.png"))


if __name__ == "__main__":
    main()
