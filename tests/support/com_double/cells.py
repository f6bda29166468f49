"""What a test does at cells of a workbook that xlwings sees by COM: reach, put, and be refused."""

from __future__ import annotations

import pytest

from tests.support.com_double.errors import ComError
from tests.support.com_double.spreadsheet import Cell
from tests.support.live_books import PAGE

NAME = "Dataset.xlsm"


def cells(excel, address: str, name: str = NAME, sheet: str = PAGE):
    """A block of cells as xlwings' COM objects have it."""
    return excel.book(name).sheets[sheet].api.Range(address)


def put(excel, address: str, content, code: str = "General") -> None:
    letters, row = address[0], int(address[1:])
    memory = excel.excel.open_books[0].memory
    memory.cells[PAGE][row, ord(letters) - 64] = Cell(content, code)


def hresult_of(work) -> int:
    with pytest.raises(ComError) as raised:
        work()
    return raised.value.hresult


def why(work) -> str:
    """What Excel says when it refuses with its error 1004."""
    with pytest.raises(ComError) as raised:
        work()
    assert (raised.value.hresult, raised.value.excepinfo[5]) == (-2147352567, -2146827284)
    return raised.value.excepinfo[2]
