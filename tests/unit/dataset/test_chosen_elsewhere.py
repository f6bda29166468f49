"""A measure chosen for a chart by a program that works no formula out: a refresh goes by it."""

from __future__ import annotations

import re
import zipfile
from datetime import datetime

from xl_addin.dataset.workbook import parse_workbook
from xl_addin.excel.closed import ClosedBook
from xl_addin.excel.template import write_template
from xl_addin.layout import Name
from xl_addin.measure import Catalogue, Measure
from xl_addin.observation import Observation
from xl_addin.period import Month
from xl_addin.refresh import Occasion, refresh
from xl_addin.returns import Entry, Return
from xl_addin.update import SetName, Update

CATALOGUE = Catalogue(tuple(Measure(f"M{n}", "", f"Count {n}", key=n < 3) for n in range(1, 9)))


def bring_in(path, month):
    entries = (Entry(Observation(m.ref, month, 5.0), f"r.csv, row {m.ref}") for m in CATALOGUE)
    workbook = parse_workbook(ClosedBook(path).read())
    occasion = Occasion(datetime(2015, 9, month.month), "officer", "0.1.0")
    update = refresh(workbook, Return(tuple(entries), "r.csv", f"{month.month:064x}"), occasion)
    ClosedBook(path).apply(update)


def titles(path):
    with zipfile.ZipFile(path) as book:
        charts = [n for n in book.namelist() if re.fullmatch(r"xl/charts/chart\d+\.xml", n)]
        found = (re.search(r"<c:title>.*?<c:v>(.*?)</c:v>", book.read(n).decode()) for n in charts)
        return {match[1] for match in found if match}


def test_charts_have_the_titles_of_the_measures_chosen_once_a_month_comes_in(tmp_path):
    path = tmp_path / "Book.xlsm"
    write_template(path, "Book", CATALOGUE)
    bring_in(path, Month(2015, 6))
    assert {"Count 1", "M1  Count 1", "M6  Count 6"} <= titles(path)
    boxes = (Name.signal_measure(1), Name.key_measure(1))
    ClosedBook(path).apply(Update(tuple(SetName(box, (("M8",),)) for box in boxes)))
    bring_in(path, Month(2015, 7))
    assert {"Count 8", "M8  Count 8"} <= titles(path)
    assert not {"Count 1", "M1  Count 1"} & titles(path)
    assert parse_workbook(ClosedBook(path).read()).signal_slots[0] == "M8"
