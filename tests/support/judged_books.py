"""Every kind of workbook that xl-addin makes or changes, made once for the judges."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

from tests.support.editions import KEPT, brought_in, next_return, upgraded
from tests.support.places import RETURNS
from tests.support.ready import JUNE, OCCASION, ready_book, refresh
from tests.support.sample_files import ROWS, add_by_hand, add_everything, edit, make
from xl_addin.commands.share import share_book
from xl_addin.commands.show import show_month
from xl_addin.demo import make_demo
from xl_addin.excel import dataset_file
from xl_addin.excel.closed import ClosedBook
from xl_addin.excel.template import write_template
from xl_addin.layout import History
from xl_addin.period import Month
from xl_addin.share.decision import Wish
from xl_addin.sources.catalogue import read_catalogue
from xl_addin.update import AppendRows, Row, SetRows, Update

Maker = Callable[[Path], Path]


def silent(line: str) -> None:
    """Tell nobody."""


def template(folder: Path, *, functions: bool = True) -> Path:
    path = folder / "template.xlsm"
    write_template(path, *read_catalogue(None), functions=functions)
    return path


def demonstration(folder: Path) -> Path:
    return make_demo(folder, OCCASION, tell=silent)


def refreshed(folder: Path, file: Path = JUNE) -> Path:
    path = ready_book(folder)
    assert refresh(path, file)
    return path


def from_format(suffix: str) -> Maker:
    """Refreshed into a new workbook from the printed figures in one format."""

    def make_it(folder: Path) -> Path:
        path = template(folder)
        assert refresh(path, RETURNS / f"june_2015{suffix}")
        return path

    return make_it


def shown(folder: Path) -> Path:
    path = refreshed(folder)
    assert show_month(ClosedBook(path), Month(2015, 3), OCCASION, tell=silent)
    return path


def shared(wish: Wish) -> Maker:
    """A copy to send out."""

    def make_it(folder: Path) -> Path:
        out = folder / "June.xlsx"
        share_book(ClosedBook(refreshed(folder)), out, OCCASION, tell=silent, wish=wish)
        return out

    return make_it


def lived_in(folder: Path) -> Path:
    """With an officer's charts, comments, pivot and rules in it, changed in every way."""
    path = add_by_hand(make(folder / "monthly.xlsx", more=add_everything))
    edit(path, "xl/workbook.xml", ('name="History" sheetId', 'name="Recorded" sheetId'))
    rows = tuple(Row((row[4],), number) for number, row in enumerate(ROWS))
    moved = (*rows[1:], rows[0], Row((7.0,), None, {"Jul 2015": "0.0"}))
    roll = {"May 2015": "Jun 2015", "Jun 2015": "Jul 2015"}
    recorded = (("M1", date(2015, 6, 1), 0.1 + 0.2), ("=M2", date(2015, 6, 1), None))
    columns = (History.REF, History.MONTH, History.VALUE)
    changes = (
        SetRows("Dataset", ("Jul 2015",), moved, roll),
        AppendRows(History.TABLE, columns, recorded),
    )
    dataset_file.apply(path, Update(changes))
    return path


def upgraded_from(kept: Path) -> Maker:
    """An older edition's workbook, upgraded and refreshed."""

    def make_it(folder: Path) -> Path:
        path = Path(shutil.copy(kept, folder / kept.name))
        assert upgraded(path)
        assert brought_in(path, next_return(path))
        return path

    return make_it


MAKERS: dict[str, Maker] = {
    "template": template,
    "template without functions": lambda folder: template(folder, functions=False),
    "demonstration": demonstration,
    "refreshed from csv": refreshed,
    "refreshed from ods": from_format(".ods"),
    "shown": shown,
    "shared": shared(Wish()),
    "shared, suppressed": shared(Wish(hide_small=True)),
    "lived in": lived_in,
    **{f"upgraded {kept.parent.name} {kept.stem}": upgraded_from(kept) for kept in KEPT},
}
"""What makes each, in a folder of its own."""
