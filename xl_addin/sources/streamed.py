"""XML parts of returns, read bit by bit: a part of any size takes the same memory."""

from __future__ import annotations

from typing import IO
from xml.parsers.expat import ParserCreate

from xl_addin.ooxml.markup import local, refuse_document_type

_STEP = 1 << 18


class StreamedPart:
    """Goes once through a part's elements, and keeps nothing of it by itself.

    Names are local: without the prefix that each writer chooses for itself.
    """

    def __init__(self) -> None:
        self._parser = ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._started
        self._parser.StartDoctypeDeclHandler = refuse_document_type

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
