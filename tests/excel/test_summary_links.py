"""The link beside each sentence leads to its measure's row, also once rows have moved."""

from __future__ import annotations

import re
from datetime import datetime

import pytest

from tests.support import office
from tests.support.desks import edit_part
from xl_addin.demo import make_demo
from xl_addin.excel.closed import ClosedBook
from xl_addin.layout import Dataset, Summary
from xl_addin.ooxml.package import Package
from xl_addin.refresh import Occasion

SHOWN = re.compile(r"HYPERLINK\((.+?),(&quot;|\")go to row\2\)")


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("links")
    occasion = Occasion(datetime(2015, 7, 3, 9, 30), "officer", "0.1.0")
    return make_demo(folder, occasion, tell=lambda line: None)


def test_each_sentence_about_a_measure_has_a_link_and_the_line_over_all_has_none(demo):
    records = [r for _, r in ClosedBook(demo).read().tables[Summary.TABLE].records()]
    assert len(records) > 20
    for record in records:
        assert record[Summary.LINK] == ("go to row" if record[Summary.REF] else "")


@pytest.mark.libreoffice
@pytest.mark.parametrize("above", [0, 3])
def test_the_link_is_to_the_row_whose_ref_it_names(demo, tmp_path, above):
    """Each link says where it leads instead, while rows are put in above the table."""
    path = tmp_path / "Links.xlsm"
    path.write_bytes(demo.read_bytes())
    part = _part_of(path, "Summary")
    edit_part(path, part, lambda text: SHOWN.sub(r"\1", text))
    moves = [("insert", "Dataset", 2, 1, 40)] * above
    sheets = office.shown(path, rearrange=moves).values
    summary, page = sheets["Summary"], sheets["Dataset"]
    led = {summary[row, 2]: summary[row, 3] for row in range(6, 25) if summary.get((row, 2))}
    assert len(led) > 15 and Dataset.REF in page.values()
    for ref, place in led.items():
        assert page[int(place.removeprefix("#'Dataset'!A")), 1] == ref
    assert ("LAC1" in led) and led["LAC1"] != led["CP6B"]


def _part_of(path, sheet):
    book = Package(path.read_bytes()).part("xl/workbook.xml").decode()
    number = re.search(rf'<sheet name="{sheet}" sheetId="(\d+)"', book)[1]
    return f"xl/worksheets/sheet{number}.xml"
