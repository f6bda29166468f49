"""A workbook in memory that is kept in a real file: saved to it, closed, and opened from it again.

The file is of a kind of its own; what counts is that each byte of it decides what is opened.
"""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.memory_engine import MemoryBook


@dataclass
class FiledBook(MemoryBook):
    opened: int = 0

    def held(self) -> bytes:
        """What would be saved."""
        return b"PK\x03\x04" + pickle.dumps((self.cells, self.tabled, self.named))

    def save(self) -> None:
        super().save()
        self.said.pop(("Saved", ""), None)
        Path(self.fullname).write_bytes(self.held())

    def close(self) -> None:
        self.cells, self.tabled, self.named = {}, {}, {}

    def reopen(self, path: str) -> None:
        assert Path(path) == Path(self.fullname)
        data = Path(path).read_bytes()
        assert data.startswith(b"PK\x03\x04")
        self.cells, self.tabled, self.named = pickle.loads(data[4:])
        self.opened += 1

    def says(self, question: str, of: str = "") -> bool:
        if question == "Saved" and (question, of) not in self.said:
            return Path(self.fullname).read_bytes() == self.held()
        return super().says(question, of)


def filed(memory: MemoryBook) -> FiledBook:
    """That workbook, saved in its file."""
    book = FiledBook(**{name: getattr(memory, name) for name in _FIELDS})
    book.save()
    return book


_FIELDS: list[Any] = list(MemoryBook.__dataclass_fields__)
