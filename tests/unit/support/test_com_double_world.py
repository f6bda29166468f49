"""The double of COM, continued: versions, languages, the cloud, co-authors, and counting."""

from __future__ import annotations

import pytest
import xlwings as xw

from tests.support.com_double import running_excel
from tests.support.com_double.cells import NAME, cells, hresult_of, put, why
from tests.support.com_double.errors import ComError
from tests.support.live_books import PAGE, REFRESH, book_of
from tests.support.ready import ready_book
from xl_addin.excel import live

ONEDRIVE = "https://d.docs.live.net/0123456789abcdef/Monthly/Dataset.xlsm"
TEAMS = "https://contoso.sharepoint.com/teams/Children/Shared Documents/Dataset.xlsm"
HYPHEN = "https://my-council-my.sharepoint.com/personal/officer/Documents/Dataset.xlsm"


@pytest.fixture
def excel():
    with running_excel(books=[book_of()]) as running:
        yield running


@pytest.mark.parametrize(("version", "has"), [("2016", False), ("2019", True), ("365", True)])
def test_excel_2016_has_no_auto_save(version, has):
    with running_excel(version, books=[book_of()]) as excel:
        book = excel.book(NAME)
        if has:
            assert book.api.AutoSaveOn is False
        else:
            assert hresult_of(lambda: book.api.AutoSaveOn) == -2147352570
        assert book.app.api.Version == "16.0"


@pytest.mark.parametrize(("version", "has"), [("2016", False), ("2019", False), ("365", True)])
def test_only_365_has_formulas_that_spill(version, has):
    with running_excel(version, books=[book_of()]) as excel:
        block = excel.book(NAME).sheets[PAGE].range("E5")
        if has:
            assert block.formula2 == "=D5*2"
        else:
            assert hresult_of(lambda: block.formula2) == -2147352570


@pytest.fixture
def german():
    with running_excel(language="de", books=[book_of()]) as running:
        put(running, "H1", ["f", '=IF(B1>0.5,SUM(C1,"a,b"),"")'])
        yield running


def test_a_formula_is_english_and_the_local_one_german(german):
    block = cells(german, "H1")
    assert block.Formula == '=IF(B1>0.5,SUM(C1,"a,b"),"")'
    assert block.FormulaLocal == '=WENN(B1>0,5;SUMME(C1;"a,b");"")'


def test_a_constant_in_formula_is_text_and_in_the_local_one_has_a_comma(german):
    put(german, "H1", 0.5)
    assert (cells(german, "H1").Formula, cells(german, "H1").FormulaLocal) == ("0.5", "0,5")


@pytest.mark.parametrize(
    ("english", "local"),
    [("General", "Standard"), ("0.00", "0,00"), ("dd/mm/yyyy", "TT/mm/JJJJ"), ('"d" 0', '"d" 0')],
)
def test_a_number_format_is_english_and_the_local_one_german(german, english, local):
    put(german, "H1", 1.0, english)
    assert cells(german, "H1").NumberFormat == english
    assert cells(german, "H1").NumberFormatLocal == local


def test_a_number_format_of_another_language_is_refused(german):
    def write():
        cells(german, "H1").NumberFormat = "TT.MM.JJJJ"

    assert "NumberFormat" in why(write)


def test_a_name_is_english_and_the_local_one_german(german):
    names = {name.api.Name: name.api.NameLocal for name in german.book(NAME).names}
    assert names["Log!Print_Area"] == "Log!Druckbereich"
    assert names["DatasetTitle"] == "DatasetTitle"


def test_separators_are_those_of_the_language(german, excel):
    assert german.excel.international[4] == ";"
    assert excel.excel.international[4] == ","


def test_a_name_of_a_constant_has_no_cells_and_one_that_is_not_there_is_refused(excel):
    names = excel.book(NAME).names
    assert names["DatasetTitle"].refers_to_range.value == "Monthly Dataset"
    assert why(lambda: names["Threshold"].refers_to_range)
    assert "Nothing" not in names


@pytest.mark.parametrize("name", ["History", "history", "a/b", "x" * 32, ""])
def test_a_sheet_cannot_have_a_reserved_or_odd_name(excel, name):
    def rename():
        excel.book(NAME).sheets["Log"].api.Name = name

    assert "invalid name" in why(rename)


def test_a_workbook_of_the_cloud_says_its_address(excel, tmp_path, monkeypatch):
    book = excel.book(NAME)
    (tmp_path / "Monthly").mkdir()
    (tmp_path / "Monthly" / NAME).write_bytes(b"")
    monkeypatch.setenv("OneDriveConsumer", str(tmp_path))
    excel.move_to_the_cloud(NAME, ONEDRIVE)
    assert book.api.FullName == ONEDRIVE
    assert book.fullname == str(tmp_path / "Monthly" / NAME)


@pytest.mark.parametrize("address", [TEAMS, HYPHEN])
def test_xlwings_does_not_know_every_address(excel, address):
    excel.move_to_the_cloud(NAME, address)
    with pytest.raises(xw.XlwingsError, match="not recognized"):
        _ = excel.book(NAME).fullname


def test_mount_points_stand_in_the_registry(excel, tmp_path):
    excel.mount("https://contoso.sharepoint.com/sites/Children/Shared Documents/", tmp_path)
    assert xw.utils.get_url_to_mount() == {
        "https://contoso.sharepoint.com/sites/Children/Shared Documents/": str(tmp_path)
    }


def test_a_workbook_is_unsaved_by_a_change_and_saved_by_saving(excel):
    api = excel.book(NAME).api
    assert api.Saved is True
    cells(excel, "B5").Value = "M9"
    assert api.Saved is False
    api.Save()
    assert api.Saved is True
    api.Saved = False
    assert api.Saved is False


def test_with_auto_save_every_change_is_saved_at_once(excel):
    excel.book(NAME).api.AutoSaveOn = True
    cells(excel, "B5").Value = "M9"
    assert excel.book(NAME).api.Saved is True
    assert excel.excel.open_books[0].memory.saved == 1


def test_a_workbook_that_is_read_only_is_not_saved(excel):
    excel.excel.open_books[0].memory.said["ReadOnly", ""] = True
    assert "read-only" in why(excel.book(NAME).save)


def test_another_author_may_type_between_two_calls(excel):
    block = cells(excel, "B5")
    number = len(excel.calls.made)
    excel.another_author_types(number + 2, NAME, PAGE, "B5", "theirs")
    assert [block.Value, block.Value] == ["M1", "theirs"]


def test_what_is_shown_in_protected_view_is_no_workbook(excel):
    excel.open_in_protected_view("Mail.xlsm")
    assert [book.name for book in xw.books] == [NAME]
    assert excel.excel.active_workbook is None
    assert xw.apps.active.api.ProtectedViewWindows.Count == 1


def test_a_file_is_opened_and_one_that_asks_to_be_calculated_is_unsaved(excel, tmp_path):
    path = ready_book(tmp_path)
    book = xw.apps.active.books.impl.open(str(path))
    assert "Dataset" in live.read(xw.Book(impl=book)).tables
    assert "same name" in why(lambda: xw.apps.active.books.impl.open(str(path)))
    missing = tmp_path / "Missing.xlsm"
    assert "couldn't find" in why(lambda: xw.apps.active.books.impl.open(str(missing)))


def test_a_workbook_that_closes_itself_cuts_its_macro_off(excel):
    with excel.pressed(NAME):
        excel.book(NAME).close()
    assert excel.excel.cut_off == [NAME]


def test_calculation_cannot_be_set_without_a_workbook(excel):
    app = excel.book(NAME).app
    excel.close_window(NAME)
    with pytest.raises(ComError, match="Unable to set the Calculation"):
        app.impl.xl.Calculation = -4135


def test_calls_are_counted_by_name_as_com_sees_them(excel):
    sheet = excel.book(NAME).sheets[PAGE].api
    excel.calls.made.clear()
    sheet.Range(sheet.Cells(5, 2), sheet.Cells(5, 3)).Value = [["M1", 2.0]]
    assert excel.calls.made == [
        "Worksheet.Cells", "Range.Item()", "Worksheet.Cells", "Range.Item()",
        "Worksheet.Range()", "Range.Value =",
    ]  # fmt: skip
    assert excel.calls.most_frequent(1) == [("Worksheet.Cells", 2)]


@pytest.mark.parametrize(("when", "title"), [("fails", "Monthly Dataset"), ("fails_after", "new")])
def test_any_call_can_fail_before_or_after_it_has_acted(excel, when, title):
    block = cells(excel, "B1")
    number = len(excel.calls.made) + 1
    setattr(excel.calls, when, lambda call: call == number)

    def write():
        block.Value = "new"

    assert f"call {number}: Range.Value =" in why(write)
    assert block.Value == title


def test_a_step_of_a_loop_over_a_collection_is_a_call(excel):
    excel.calls.made.clear()
    assert len(list(excel.book(NAME).sheets)) == 2
    steps = [call for call in excel.calls.made if call == "Sheets._NewEnum.Next()"]
    assert len(steps) == 3


def test_a_refresh_through_com_leaves_what_one_in_memory_leaves(excel):
    from tests.support.memory_engine import open_in_memory

    live.apply(excel.book(NAME), REFRESH)
    other = book_of()
    live.apply(open_in_memory(other), REFRESH)
    assert excel.excel.open_books[0].memory.state()[:3] == other.state()[:3]
