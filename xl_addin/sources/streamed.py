"""XML parts of returns, read bit by bit: a part of any size takes the same memory."""

from __future__ import annotations

from typing import IO
from xml.parsers.expat import ExpatError, ParserCreate

from xl_addin.ooxml.markup import Malformed

_STEP = 1 << 18

NotXml = ExpatError
"""What is raised for a part that is no XML."""


class StreamedPart:
    """Goes once through a part's elements, and keeps nothing of it by itself.

    Names are local: without the prefix that each writer chooses for itself.
    """

    def __init__(self) -> None:
        self._parser = ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._started
        self._parser.StartDoctypeDeclHandler = _refuse_document_type

    def read(self, stream: IO[bytes]) -> None:
        """Go through a part. Raises NotXml, and Malformed for a part with a document type."""
        while chunk := stream.read(_STEP):
            self._parser.Parse(chunk, False)
        self._parser.Parse(b"", True)

    def started(self, name: str, attributes: dict[str, str]) -> None:
        """Note an element that begins."""
        raise NotImplementedError

    def _started(self, tag: str, attributes: dict[str, str]) -> None:
        self.started(local(tag), attributes)


def local(name: str) -> str:
    """A name without its prefix.

    >>> local("table:table-cell")
    'table-cell'
    """
    return name.rpartition(":")[2]


def _refuse_document_type(*_: object) -> None:
    """Entities, of which a few lines can make gigabytes, are declared in one."""
    raise Malformed("a document type is not allowed here")
