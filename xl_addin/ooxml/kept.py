"""What is kept of a thing that was put on a cell, as text.

Loading JSON takes as long as three modules of ours, and on most figures there is nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from xl_addin.ooxml.area import Area
from xl_addin.ooxml.formulas import points_beyond
from xl_addin.ooxml.markup import XmlError, local_name, parse
from xl_addin.update import Back, Kind, PutOn

WORDS = (Kind.COMMENT, Kind.CONVERSATION)
"""What is of use also where only its words are left."""

_RULES = {Kind.RULE: "conditionalFormatting", Kind.LIST: "dataValidation"}
_WORDS_ALONE = (
    "Of {items} only the words come back: “Kept as” does not say any more how it looked.",
    "Give it its look by hand, if it needs one.",
)
_STAYS = (
    "Not put back: {items}. “Kept as” does not say any more what it was.",
    "Put it on the figure by hand, then delete its row.",
)

_BEYOND = (
    "Put back: {items}, whose formula points at other rows or sheets. They may have moved since.",
    "See whether the formula still points at what it should.",
)


def kept_text(parts: Mapping[str, Any]) -> str:
    """The parts of a thing as text."""
    import json  # slow to load, and seldom needed

    return json.dumps(parts)


def kept_parts(text: str) -> Any:
    """The parts of a thing, from the text of kept_text."""
    import json

    return json.loads(text)


def comes_back(thing: PutOn) -> Back:
    """What a thing will be on a figure again: itself, its words alone, or nothing."""
    if is_whole(thing):
        return Back(thing, *_BEYOND) if _points_beyond(thing) else Back(thing)
    if thing.kind in WORDS:
        return Back(PutOn(Kind.COMMENT, thing.says, ""), *_WORDS_ALONE)
    return Back(None, *_STAYS)


def _points_beyond(thing: PutOn) -> bool:
    if thing.kind is not Kind.ENTRY or "formula" not in (parts := kept_parts(thing.kept)):
        return False
    at = Area.parse(parts["at"])
    return at is not None and points_beyond(parts["formula"], at.first_row)


def is_whole(thing: PutOn) -> bool:
    """Whether what is kept is what kept_text wrote: it stands in a cell that anyone may change."""
    try:
        parts = kept_parts(thing.kept)
        return isinstance(parts, dict) and all(_agrees(thing.kind, parts))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, XmlError):
        return False


def _agrees(kind: Kind, parts: dict[str, Any]) -> Iterator[bool]:
    """Whether each part that a kind of thing needs is there and is what it should be."""
    match kind:
        case Kind.COMMENT | Kind.CONVERSATION:
            yield isinstance(parts["author"], str)
            yield _is(parts["comment"], "comment")
            yield from (_is(xml, "threadedComment") for xml in parts.get("thread", ()))
        case Kind.LINK:
            yield {"target"} <= parts.keys() <= {"target", "location", "tooltip", "display"}
            yield all(isinstance(value, str) for value in parts.values())
        case Kind.RULE | Kind.LIST:
            yield Area.parse(parts["at"]) is not None
            yield _is(parts["rule"], _RULES[kind])
            yield from (_is(xml, "dxf") for xml in parts["looks"].values())
        case Kind.ENTRY:
            yield parts.keys() in ({"value"}, {"day"}, {"error"}, {"formula", "at"})
            yield all(map(_is_of_entry, parts.items()))
        case Kind.LOOK:
            yield bool(parts)
            yield from (_is_part(name, value) for name, value in parts.items())


def _is_of_entry(part: tuple[str, Any]) -> bool:
    name, value = part
    if name == "day":
        return bool(datetime.fromisoformat(value))
    if name == "at":
        return Area.parse(value) is not None
    return isinstance(value, str | int | float if name == "value" else str)


def _is(xml: str, name: str) -> bool:
    return local_name(parse(xml.encode())) == name


def _is_part(name: str, value: str) -> bool:
    kind, _, part = name.partition(".")
    if not value.startswith("<"):
        return kind in ("alignment", "protection", "number") or not value
    return _is(value, part) if part else local_name(parse(value.encode())).endswith("Fill")
