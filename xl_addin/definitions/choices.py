"""Choices: where guidance leaves room, or tools differ, the officer decides; each is printed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum

from xl_addin.errors import Problem, RecordsRefused
from xl_addin.values import fields_of, replace, value_type


class Clock(StrEnum):
    """When the 45 working days of an assessment begin."""

    ASSESSMENT = "assessment"
    REFERRAL = "referral"


_SENTENCES: dict[str, dict[str, str]] = {
    "start_day_counts": {
        "True": "Working days: the day of the start is day 1.",
        "False": "Working days: the day after the start is day 1.",
    },
    "clock": {
        Clock.ASSESSMENT: "An assessment's 45 working days begin with its start.",
        Clock.REFERRAL: "An assessment's 45 working days begin with the referral before it.",
    },
    "short_breaks": {
        "True": "Children in care for short breaks alone (V3, V4) are counted.",
        "False": "Children in care for short breaks alone (V3, V4) are left out.",
    },
    "temporary": {
        "True": "Temporary child protection registrations are counted.",
        "False": "Temporary child protection registrations are left out.",
    },
    "distinct_children": {
        "True": "A child with several contacts in a month counts once.",
        "False": "Every contact about a child counts.",
    },
}


@value_type
class Choices:
    """What may be chosen. Sources: domain notes of each definition.

    ``start_day_counts``: whether the day something starts on is working day 1 of the days since.
    ``clock``: guidance counts an assessment's days from the referral; returns hold its start.
    ``short_breaks``: whether children in care for short breaks alone (V3, V4) are counted.
    ``temporary``: whether temporary child protection registrations are counted.
    ``distinct_children``: whether a child with several contacts in a month counts once.
    """

    start_day_counts: bool = False
    clock: Clock = Clock.ASSESSMENT
    short_breaks: bool = False
    temporary: bool = True
    distinct_children: bool = False

    def in_words(self) -> Iterator[str]:
        """Each choice as it was made, in a sentence."""
        for name in fields_of(self):
            yield _SENTENCES[name][str(getattr(self, name))]

    def otherwise(self) -> Iterator[tuple[str, Choices]]:
        """Each choice made otherwise, the rest as they are: its sentence, and all choices."""
        for name in fields_of(self):
            made = getattr(self, name)
            for other in Clock if name == "clock" else (True, False):
                if other != made:
                    yield _SENTENCES[name][str(other)], replace(self, **{name: other})


_ANSWERS = {"yes": True, "no": False}


def parse_choices(words: Iterable[str]) -> Choices:
    """Choices as they are typed: "short_breaks=yes", "clock=referral".

    Raises RecordsRefused for a name or a value that is not known.

    >>> parse_choices(["clock=referral"]).clock
    <Clock.REFERRAL: 'referral'>
    """
    made: dict[str, bool | Clock] = {}
    for word in words:
        name, _, value = (part.strip() for part in word.partition("="))
        known = set(Clock) if name == "clock" else set(_ANSWERS)
        if name not in _SENTENCES or value not in known:
            raise RecordsRefused([_not_a_choice(word)])
        made[name] = Clock(value) if name == "clock" else _ANSWERS[value]
    return Choices(**made)  # type: ignore[arg-type]


def _not_a_choice(word: str) -> Problem:
    names = ", ".join(f"{name}=yes" for name in _SENTENCES if name != "clock")
    remedy = f"Write one of {names} (or no), clock=assessment, clock=referral."
    return Problem("Choices", f"“{word}” is not one of them.", remedy)
