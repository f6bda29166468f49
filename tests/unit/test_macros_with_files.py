"""The buttons that ask for a file, and changes by hand, over xlwings' own Windows code."""

from __future__ import annotations

from functools import partial

import holidays  # noqa: F401  (what is first imported beside the double is forgotten after it)
import ibis  # noqa: F401
import pytest

from tests.support.com_double import running_excel
from tests.support.officer import HEADINGS, saved_book, write_return
from xl_addin import macros
from xl_addin.excel import live
from xl_addin.layout import Comparators, Dataset, Settings, Summary

NAME = "Dataset.xlsm"

pytestmark = pytest.mark.usefixtures("own_log")


@pytest.fixture
def excel(tmp_path):
    write_return(tmp_path)
    with running_excel(books=[saved_book(tmp_path)]) as running:
        yield running


def press(excel, macro, *answers: str) -> str:
    """Press a button; the last that the officer is told, blank for nothing."""
    told = len(excel.boxes)
    excel.answer(*answers)
    with excel.pressed(NAME):
        macro()
    return "".join(box.text for box in excel.boxes[told:][-1:])


def table(excel, name: str):
    return live.read(excel.book(NAME)).tables[name]


def remembered(excel) -> object:
    records = dict(r for r in enumerate(table(excel, Settings.TABLE).rows))
    return next(row[1] for row in records.values() if row[0] == Settings.RETURN)


def write(folder, name: str, *lines: str):
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text("\n".join([HEADINGS, *lines]), encoding="utf-8")
    return path


def test_the_return_that_is_chosen_is_remembered_from_the_workbooks_folder_on(excel, tmp_path):
    excel.choose_file(write(tmp_path / "returns", "July.csv", "M1,2015-07,,,600,,"))
    said = press(excel, macros.choose_return)
    assert "The return is “returns/July.csv” from now on." in said
    assert "Done." in said
    assert remembered(excel) == "returns/July.csv"
    (dialog,) = excel.desktop.dialogs
    assert dialog.said == {
        "title": "Which file is the return?",
        "allow_multi_select": False,
        "initial_file_name": f"{tmp_path}\\",
    }
    assert "*.csv" in dialog.patterns[0]


def test_a_return_elsewhere_is_remembered_by_its_whole_path(excel, tmp_path_factory):
    chosen = write(tmp_path_factory.mktemp("elsewhere"), "July.csv", "M1,2015-07,,,600,,")
    excel.choose_file(chosen)
    press(excel, macros.choose_return)
    assert remembered(excel) == str(chosen)


def test_what_cannot_be_read_is_not_remembered(excel, tmp_path):
    odd = tmp_path / "Odd.csv"
    odd.write_text("Name,Age\nSam,41\n", encoding="utf-8")
    excel.choose_file(odd)
    said = press(excel, macros.choose_return)
    assert "Odd.csv" in said
    assert "Nothing was changed." in said
    assert remembered(excel) == "June.csv"


def test_the_same_return_again_changes_nothing(excel, tmp_path):
    excel.choose_file(tmp_path / "June.csv")
    assert "already. Nothing was changed." in press(excel, macros.choose_return)


EPISODES = (
    "CHILD,DECOM,RNE,LS,CIN,PLACE,DEC,REC",
    "A,05/06/2015,S,C2,N1,U4,,",
    "B,05/06/2014,S,C2,N1,U4,15/06/2015,E11",
)
compute_june = partial(macros.compute_figures, month="2015-06")


def test_figures_are_computed_from_childrens_records_and_brought_in(excel, tmp_path):
    records = tmp_path / "Episodes.csv"
    records.write_text("\n".join(EPISODES), encoding="utf-8")
    excel.choose_file(records)
    assert press(excel, compute_june, "yes").startswith("Done.")
    page = table(excel, Dataset.TABLE)
    row = dict(zip(page.headings, page.rows[0], strict=True))
    assert row["Jun 2015"] == "Not computed: the source has no List 1 (contacts)"
    assert excel.desktop.dialogs[-1].said["title"] == "Which file holds the children's records?"


def test_a_file_that_holds_no_records_is_said_and_changes_nothing(excel, tmp_path):
    records = tmp_path / "Episodes.csv"
    records.write_text("Name,Age\nSam,41\n", encoding="utf-8")
    before = live.read(excel.book(NAME))
    excel.choose_file(records)
    assert "None of the lists that measures are made from is there." in press(excel, compute_june)
    assert live.read(excel.book(NAME)) == before


@pytest.mark.parametrize("macro", [macros.choose_return, macros.import_dataset, compute_june])
def test_cancel_in_the_dialog_says_and_changes_nothing(excel, macro):
    before = live.read(excel.book(NAME))
    excel.choose_file(None)
    assert press(excel, macro) == ""
    assert live.read(excel.book(NAME)) == before


def test_an_old_dataset_is_brought_in_and_the_return_in_settings_stays(excel, tmp_path):
    lines = ("M1,2015-04,,,501,,", "M1,2015-05,,,502,,")
    excel.choose_file(write(tmp_path, "Old dataset.csv", *lines))
    assert press(excel, macros.import_dataset, "ok").startswith("Done.")
    page = table(excel, Dataset.TABLE)
    row = dict(zip(page.headings, page.rows[0], strict=True))
    assert [row["Apr 2015"], row["May 2015"]] == [501.0, 502.0]
    assert remembered(excel) == "June.csv"


def test_the_doctor_says_what_is_not_as_it_should_be_and_changes_nothing(excel, tmp_path):
    before = live.read(excel.book(NAME))
    said = press(excel, macros.doctor)
    assert "Backups: It has no backups beside it." in said
    assert "In use" not in said
    assert live.read(excel.book(NAME)) == before


def change_a_figure(excel) -> None:
    assert press(excel, macros.refresh_month, "ok").startswith("Done.")
    page = table(excel, Dataset.TABLE)
    sheet = excel.book(NAME).sheets[page.sheet]
    sheet.range((page.first_row, 1 + page.headings.index("Jun 2015"))).value = 999


@pytest.mark.parametrize(("answer", "shown"), [("yes", 999.0), ("no", 585.0)])
def test_a_figure_changed_by_hand_is_recorded_or_put_back(excel, answer, shown):
    change_a_figure(excel)
    said = press(excel, macros.settle_hand_edits, answer)
    assert "Done." in said
    page = table(excel, Dataset.TABLE)
    assert page.rows[0][page.headings.index("Jun 2015")] == shown
    assert "No figure on the page was changed by hand." in press(excel, macros.settle_hand_edits)


def test_cancel_leaves_a_figure_changed_by_hand_as_it_is(excel):
    change_a_figure(excel)
    before = live.read(excel.book(NAME))
    assert press(excel, macros.settle_hand_edits, "cancel").startswith("Figures were changed")
    assert live.read(excel.book(NAME)) == before


def test_comparators_of_a_file_come_into_their_table_and_the_summary(excel, tmp_path):
    old = write(tmp_path, "Old dataset.csv", "M1,2015-04,,,501,,", "M1,2015-05,,,502,,")
    excel.choose_file(old)
    press(excel, macros.import_dataset, "ok")
    file = tmp_path / "England.csv"
    file.write_text("Measure Ref,Who,Period,Value,Source\nM1,England,2014-15,480,DfE\n", "utf-8")
    excel.choose_file(file)
    assert press(excel, macros.import_dataset, "ok").startswith("Done.")
    assert table(excel, Comparators.TABLE).rows == (("M1", "England", "2014-15", 480.0, "DfE"),)
    words = [row[3] for row in table(excel, Summary.TABLE).rows]
    expected = "502 in May 2015, beside 480 for England (yearly figure, 2014-15; source: DfE)."
    assert any(str(word).endswith(expected) for word in words)


def test_no_to_comparators_changes_nothing(excel, tmp_path):
    file = tmp_path / "England.csv"
    file.write_text("Measure Ref,Who,Period,Value\nM1,England,2014-15,480\n", "utf-8")
    before = live.read(excel.book(NAME))
    excel.choose_file(file)
    press(excel, macros.import_dataset, "cancel")
    assert live.read(excel.book(NAME)) == before
