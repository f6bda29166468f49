"""The answers of an officer who says yes to every question."""

from __future__ import annotations

from xl_addin.questions import Reply


class Agreed(dict):
    """Yes, whatever is asked."""

    def get(self, key, default=None):
        return Reply.YES


AGREED = Agreed()
