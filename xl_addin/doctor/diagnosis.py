"""What the doctor says of one thing: how it stands, and what to do."""

from __future__ import annotations

from enum import StrEnum

from xl_addin.values import value_type


class State(StrEnum):
    """How a thing stands: nothing to do, something to know, something that does not work."""

    OK = "ok"
    ATTENTION = "attention"
    BROKEN = "broken"


class Mend(StrEnum):
    """What the doctor can put right in a workbook by itself; ``mending`` does it."""

    NONE = ""
    EDITION = "edition"
    INTERPRETER = "interpreter"
    FORMULAS = "formulas"
    FORMATS = "formats"


@value_type
class Diagnosis:
    """One finding in one sentence; the remedy, and what an officer can paste to the council's IT.

    ``mend`` says how ``--fix`` puts it right, where that is safe.
    """

    subject: str
    state: State
    found: str
    remedy: str = ""
    for_it: str = ""
    mend: Mend = Mend.NONE


def ok(subject: str, found: str) -> Diagnosis:
    """That something is as it should be."""
    return Diagnosis(subject, State.OK, found)


def attention(subject: str, found: str, remedy: str, for_it: str = "") -> Diagnosis:
    """That something works, or may, but is to be known."""
    return Diagnosis(subject, State.ATTENTION, found, remedy, for_it)


def broken(
    subject: str, found: str, remedy: str, for_it: str = "", mend: Mend = Mend.NONE
) -> Diagnosis:
    """That something does not work."""
    return Diagnosis(subject, State.BROKEN, found, remedy, for_it, mend)
