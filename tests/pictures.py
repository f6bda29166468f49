"""The pictures of README.md, drawn by LibreOffice from the demonstration workbook.

``python -m tests.pictures`` writes docs/dataset.png and docs/key_measures.png.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from datetime import datetime
from pathlib import Path

from tests.support import office
from tests.support.places import ROOT
from xl_addin.demo import make_demo
from xl_addin.refresh import Occasion

DOCS = ROOT / "docs"
PAGES = ("dataset", "key_measures")
OCCASION = Occasion(datetime(2015, 7, 3, 9, 30), "officer", "demonstration")


def draw(out: Path, dpi: int) -> list[Path]:
    """Draw the first pages of the demonstration workbook into a folder."""
    out.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        book = make_demo(Path(folder), OCCASION, tell=lambda line: None)
        drawn = office.to_png(office.to_pdf(book, Path(folder)), dpi)
        return [
            Path(shutil.copy(picture, out / f"{name}.png"))
            for name, picture in zip(PAGES, drawn, strict=False)
        ]


def main() -> None:
    """Draw, and say what was drawn."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--out", type=Path, default=DOCS)
    options.add_argument("--dpi", type=int, default=110)
    chosen = options.parse_args()
    for picture in draw(chosen.out, chosen.dpi):
        print(picture)


if __name__ == "__main__":
    main()
