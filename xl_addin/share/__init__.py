"""The share copy, decided: what a file for people outside the team says, cell by cell."""

from xl_addin.share.copy import build_copy
from xl_addin.share.rule import Rule
from xl_addin.share.shared import Mark, SharedCopy, SharedNote, SharedRow, Shown
from xl_addin.share.suppress import NOTHING_HIDDEN, Reason, Suppression, suppress

__all__ = [
    "NOTHING_HIDDEN",
    "Mark",
    "Reason",
    "Rule",
    "SharedCopy",
    "SharedNote",
    "SharedRow",
    "Shown",
    "Suppression",
    "build_copy",
    "suppress",
]
