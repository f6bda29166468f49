"""What is kept of a thing that was put on a cell, as text.

Loading JSON takes as long as three modules of ours, and on most figures there is nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def kept_text(parts: Mapping[str, Any]) -> str:
    """The parts of a thing as text."""
    import json  # slow to load, and seldom needed

    return json.dumps(parts)


def kept_parts(text: str) -> Any:
    """The parts of a thing, from the text of kept_text."""
    import json

    return json.loads(text)
