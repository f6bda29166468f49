"""Shorthand: how a published table says what a cell without a figure means.

Source of the marks: Government Analysis Function, guidance on symbols in statistical tables.
"""

from __future__ import annotations

from xl_addin.observation import State

SHORTHAND = {State.NUMBER: "", State.NOT_UPDATED: "[x]", State.MISSING: "[x]"}
"""The mark of each state: [x] is "not available"; a figure needs none."""


def shorthand(state: State) -> str:
    """The mark of a state; blank for a figure.

    >>> shorthand(State.NOT_UPDATED)
    '[x]'
    """
    return SHORTHAND[state]
