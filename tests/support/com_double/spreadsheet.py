"""The spreadsheet that lies underneath: the one the other tests have."""

from __future__ import annotations

from tests.support.memory_engine import Cell, MemoryBook, from_sheets
from tests.support.object_model import DAY_ZERO, Engine, Rect, Spreadsheet, rect_of, typed
from tests.support.object_model import Range as ModelRange
from tests.support.object_model import Sheet as ModelSheet

__all__ = [
    "DAY_ZERO",
    "Cell",
    "MemoryBook",
    "Rect",
    "Spreadsheet",
    "from_sheets",
    "model_range",
    "rect_of",
    "typed",
]


def model_range(book: Spreadsheet, sheet: str, rect: Rect) -> ModelRange:
    """Cells as the object model of the other tests has them."""
    return ModelRange(ModelSheet(Engine("under COM", book).app.books.active, sheet), rect)
