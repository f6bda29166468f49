"""The double of COM is as unkind as Excel: one sentence for each thing it does."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from decimal import Decimal

import pytest
import xlwings as xw

from tests.support.com_double import running_excel
from tests.support.com_double.cells import NAME, cells, hresult_of, put, why
from tests.support.com_double.errors import ComError, WindowsApiError
from tests.support.com_double.spreadsheet import Cell, MemoryBook
from tests.support.live_books import PAGE, book_of
from xl_addin.excel.live.com import WARILY, show_box


@pytest.fixture
def excel():
    with running_excel(books=[book_of()]) as running:
        running.layer.N_COM_ATTEMPTS = 3
        yield running


def test_xlwings_own_windows_code_runs_unchanged(excel):
    from pathlib import Path

    assert excel.layer.__name__ == "xlwings._xlwindows"
    assert Path(excel.layer.__file__) == Path(xw.__file__).with_name("_xlwindows.py")
    assert xw.apps.active.impl.__class__ is excel.layer.App


def test_everything_is_as_it_was_once_excel_is_left():
    before = (dict(sys.modules), list(xw.engines), xw.engines.active, xw.main.sys)
    with running_excel():
        assert xw.engines.active.name == "excel"
        import pythoncom  # noqa: F401
    assert (dict(sys.modules), list(xw.engines), xw.engines.active, xw.main.sys) == before
    assert not hasattr(xw, "_xlwindows")
    assert "pythoncom" not in sys.modules


def test_no_module_is_missing_for_a_moment_while_excel_is_left(monkeypatch):
    """Other threads of the tests, Spark's among them, load modules whenever they like."""
    missing = []

    class Watched(dict):
        def clear(self):
            missing.append(True)
            super().clear()

    monkeypatch.setattr(sys, "modules", Watched(sys.modules))
    with running_excel():
        import pythoncom  # noqa: F401
    assert not missing


def test_a_member_that_excel_does_not_know_is_an_unknown_name(excel):
    assert hresult_of(lambda: excel.book(NAME).api.Spelt) == -2147352570
    assert hresult_of(lambda: getattr(excel.book(NAME).api, "Spelt", "a default")) == -2147352570


def test_a_member_that_only_the_type_library_knows_is_not_found():
    with running_excel("2016", type_library="365", books=[book_of()]) as excel:
        assert hresult_of(lambda: excel.book(NAME).api.AutoSaveOn) == -2147352573


def test_a_property_that_is_only_read_cannot_be_written(excel):
    with pytest.raises(AttributeError):
        excel.book(NAME).sheets[PAGE].api.ProtectContents = True


def test_a_busy_excel_rejects_calls_until_it_is_not(excel):
    app = excel.book(NAME).api.Application
    excel.be_busy(calls=2)
    assert app.Name == "Microsoft Excel"
    excel.be_busy(calls=3)
    assert hresult_of(lambda: app.Name) == -2147418111
    assert len(excel.calls.turned_away) == 5


def test_an_excel_that_is_busy_for_a_time_is_asked_as_often_as_xlwings_will(excel):
    excel.be_busy(seconds=600)
    excel.layer.N_COM_ATTEMPTS = 50
    assert hresult_of(lambda: excel.excel and xw.apps.active.api.Ready) == -2147418111
    assert len(excel.calls.turned_away) == 50


def test_while_a_cell_is_edited_every_call_is_ignored(excel):
    block = cells(excel, "B1")
    excel.edit_cell()
    assert hresult_of(lambda: block.Value) == -2146777998

    def write():
        block.Value = 1.0

    with pytest.raises(ComError) as raised:
        write()
    assert (raised.value.hresult, raised.value.excepinfo[5]) == (-2147352567, -2146777998)
    excel.edit_cell(False)
    write()
    assert block.Value == 1.0


def test_objects_of_a_closed_workbook_are_gone(excel):
    book, block = excel.book(NAME), cells(excel, "B1")
    excel.close_window(NAME)
    assert hresult_of(lambda: book.api.Name) == -2146827864
    assert hresult_of(lambda: block.Value) == -2147417848


def test_an_excel_that_has_ended_answers_nobody(excel):
    app = xw.apps.active
    assert app.api.Ready
    app.api.Quit()
    assert hresult_of(lambda: app.api.Ready) == -2147023174
    assert len(xw.apps) == 0


@pytest.fixture
def two(excel):
    other = book_of()
    other.fullname = "C:/Monthly/Other.xlsm"
    excel.open(other)
    return excel


def test_each_workbook_has_a_window_and_each_process_shows_one_of_them(two):
    first = two.click(NAME)[-1]
    second = two.click("Other.xlsm")[-1]
    assert first != second
    assert [f"--hwnd={app.hwnd}" for app in xw.apps] == [second]
    two.start_another(book_of())
    assert len(xw.apps) == 2


def test_the_active_workbook_is_that_of_the_window_in_front(two):
    for name in (NAME, "Other.xlsm", NAME):
        two.click(name)
        assert xw.books.active.name == name


def test_the_application_is_reached_from_the_window_of_any_workbook(two):
    handles = [int(two.click(name)[-1].partition("=")[2]) for name in (NAME, "Other.xlsm")]
    names = [two.layer.App(xl=handle).xl.Workbooks.Count for handle in handles]
    assert names == [2, 2]


def test_a_window_dies_with_its_workbook(two):
    handle = two.click("Other.xlsm")[-1].partition("=")[2]
    two.close_window("Other.xlsm")
    with pytest.raises(WindowsApiError, match="Invalid window handle"):
        two.layer.App(xl=int(handle))
    assert len(xw.apps) == 1


def test_excel_without_a_workbook_has_a_window_that_gives_no_object_model(excel):
    excel.close_window(NAME)
    assert len(xw.apps) == 0
    with pytest.raises(OSError, match="Unspecified"):
        excel.layer.get_xl_app_from_hwnd(excel.excel.hwnd)


def test_a_message_box_is_answered_and_one_of_a_dead_window_is_never_shown(two):
    two.click(NAME)
    app = two.book(NAME).app
    two.answer("cancel")
    assert app.alert("Shall it?", "Title", "ok_cancel", "info") == "cancel"
    assert app.alert("Done.", "Title", "ok", "critical") == "ok"
    assert [(b.text, b.buttons, b.icon) for b in two.boxes] == [
        ("Shall it?", "ok_cancel", "info"),
        ("Done.", "ok", "critical"),
    ]
    two.close_window(NAME)
    with pytest.raises(KeyError):
        app.alert("Done.", "Title", "ok")
    assert len(two.boxes) == 2


def test_a_wary_box_is_answered_no_by_enter_and_by_a_dead_window(two):
    app = two.book(NAME).app
    two.answer("yes", "no", "cancel")
    asked = [show_box(app, "Shall it?", "Title", WARILY, "info") for _ in range(3)]
    assert asked == ["yes", "no", "cancel"]
    assert {(box.buttons, box.by_enter) for box in two.boxes} == {("yes_no_cancel", "no")}
    assert app.alert("Done.", "Title", "ok") == "ok" and two.boxes[-1].by_enter == "ok"


def test_the_end_of_python_ends_excels_without_a_workbook(excel):
    other = excel.start_another()
    excel.python_ends()
    assert excel.desktop.killed == [other.pid]
    assert other.calls.ended


@pytest.mark.parametrize(
    ("content", "code", "read", "raw"),
    [
        (["d", 42156.0], "mmm yyyy", datetime(2015, 6, 1, tzinfo=UTC), 42156.0),
        (["d", 42156.5], "dd/mm/yyyy hh:mm", datetime(2015, 6, 1, 12, tzinfo=UTC), 42156.5),
        (42156.0, "mmm yyyy", datetime(2015, 6, 1, tzinfo=UTC), 42156.0),
        (["d", 42156.0], "0", 42156.0, 42156.0),
        (["d", 0.5], "hh:mm", datetime(1899, 12, 30, 12, tzinfo=UTC), 0.5),
        (12.5, "£#,##0.00", Decimal("12.5"), 12.5),
        (1.0, "0", 1.0, 1.0),
        (True, "General", True, True),
        ("words", "@", "words", "words"),
        (None, "General", None, None),
    ],
)
def test_a_cell_is_read_by_what_it_holds_and_how_it_is_shown(excel, content, code, read, raw):
    put(excel, "H1", content, code)
    block = cells(excel, "H1")
    assert (block.Value, block.Value2) == (read, raw)
    assert type(block.Value2) is type(raw)


@pytest.mark.parametrize(
    ("error", "number"), [("#NULL!", 2000), ("#N/A", 2042), ("#SPILL!", 2045), ("#CALC!", 2050)]
)
def test_an_error_comes_as_a_number(excel, error, number):
    put(excel, "H1", ["e", error])
    assert cells(excel, "H1").Value == -2146826288 + number - 2000


def test_blank_and_empty_text_are_two_things_to_read_and_one_to_write(excel):
    put(excel, "H1", "")
    assert cells(excel, "H1:I1").Value == (("", None),)
    cells(excel, "H1").Value = ""
    assert cells(excel, "H1").Value is None
    assert cells(excel, "I1").Formula == ""


def test_one_cell_comes_bare_and_a_block_as_rows(excel):
    assert cells(excel, "B5").Value == "M1"
    assert cells(excel, "B5:B6").Value == (("M1",), ("M2",))
    assert cells(excel, "B5:C5").Value == (("M1", 1.0),)


def test_a_sheet_ends_at_its_last_row(excel):
    assert cells(excel, "A1048576").Row == 1_048_576
    assert why(lambda: cells(excel, "A1048577"))
    assert why(lambda: excel.book(NAME).sheets[PAGE].api.Cells.Count) == "Overflow"
    put(excel, "B1", None)
    excel.excel.open_books[0].memory.cells[PAGE][1_048_576, 2] = Cell("the end")
    assert "pushed off" in why(lambda: cells(excel, "B20:F20").Insert(Shift=-4121))


def test_what_has_no_variant_is_not_written(excel):
    np = pytest.importorskip("numpy")

    def write(value):
        cells(excel, "H1").Value = value

    with pytest.raises(TypeError, match="can not be converted to a COM VARIANT"):
        write(np.int64(3))
    with pytest.raises(ValueError, match="same size"):
        write([[1, 2], [3]])


def test_an_array_that_is_too_small_leaves_not_available_behind(excel):
    cells(excel, "H1:I2").Value = [[1.0]]
    assert cells(excel, "H1:I2").Value == ((1.0, -2146826246), (-2146826246, -2146826246))


def test_a_number_in_a_cell_of_text_is_text(excel):
    cells(excel, "H1").NumberFormat = "@"
    cells(excel, "H1").Value = 12.0
    assert cells(excel, "H1").Value == "12"


def test_text_is_read_as_typed_and_a_formula_that_is_none_is_refused(excel):
    cells(excel, "H1").Value = "1-2"
    assert isinstance(cells(excel, "H1").Value, datetime)
    cells(excel, "H1").Value = "'1-2"
    assert cells(excel, "H1").Value == "1-2"

    def write():
        cells(excel, "H1:I1").Value = [["fine", "=SUM("]]

    assert why(write)
    assert cells(excel, "I1").Value is None


def test_formats_of_single_characters_are_lost_when_a_cell_is_written_and_move_with_it(excel):
    excel.format_characters(NAME, PAGE, "B9")
    rich = excel.excel.open_books[0]
    cells(excel, "B8:F8").Insert(Shift=-4121, CopyOrigin=0)
    assert rich.rich == {(PAGE, (10, 2))}
    cells(excel, "B10").Value = cells(excel, "B10").Value
    assert rich.rich == set()


def test_a_protected_sheet_takes_nothing(excel):
    excel.protect(NAME, PAGE)
    table = excel.book(NAME).sheets[PAGE].tables[0].api

    def write():
        cells(excel, "B5").Value = 1

    for work in (write, lambda: table.Resize(cells(excel, "B4:F9"))):
        assert "protected sheet" in why(work)
    assert "protected sheet" in why(lambda: cells(excel, "B5:F5").Insert(Shift=-4121))


def test_rows_of_a_filtered_table_do_not_move(excel):
    table = excel.book(NAME).sheets[PAGE].tables[0].api
    excel.filter(NAME, "Dataset")
    assert table.AutoFilter.FilterMode is True
    assert "filtered" in why(lambda: cells(excel, "B6:F6").Insert(Shift=-4121))


def test_a_table_keeps_its_headings_and_overlaps_no_other(excel):
    memory: MemoryBook = excel.excel.open_books[0].memory
    memory.tabled["Below"] = type(memory.tabled["Dataset"])(PAGE, (12, 2, 3, 3))
    table = excel.book(NAME).sheets[PAGE].tables[0].api
    for address in ("B5:F9", "B4:F4", "H4:J9"):
        assert "same row" in why(lambda address=address: table.Resize(cells(excel, address)))
    assert "overlap another" in why(lambda: table.Resize(cells(excel, "B4:F12")))
    assert "shift cells in a table" in why(lambda: cells(excel, "B9:C9").Insert(Shift=-4121))


def test_cells_that_were_handed_out_go_with_what_moves_them(excel):
    """As a variable of VBA does that is set to them, also where they move themselves."""
    sheet = excel.book(NAME).sheets[PAGE].api
    own, below, above, beside = map(sheet.Range, ("B9:F9", "B10", "B8", "H12"))
    own.Insert(Shift=-4121)
    assert [r.Address for r in (own, below, above, beside)] == [
        *("$B$10:$F$10", "$B$11", "$B$8", "$H$12")
    ]
    sheet.Range("B9:F9").Delete(Shift=-4162)
    assert (own.Address, below.Address) == ("$B$9:$F$9", "$B$10")


def test_merged_cells_keep_what_is_above_them_from_moving(excel):
    excel.excel.open_books[0].memory.merges[PAGE] = {(20, 2), (20, 3)}
    assert cells(excel, "B20:C20").MergeCells is True
    assert cells(excel, "B19:C20").MergeCells is None
    assert cells(excel, "B5:C5").MergeCells is False
    assert "merged cells" in why(lambda: cells(excel, "B6:F6").Insert(Shift=-4121))
