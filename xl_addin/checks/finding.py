"""Findings: problems, and whether they stop a refresh or only want a look."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from xl_addin.errors import Problem
from xl_addin.values import value_type


class Severity(StrEnum):
    """Whether a finding stops a refresh."""

    ERROR = "error"
    WARNING = "please look"
    CHANGE = "would change"


@value_type
class Finding:
    """A problem and how much it weighs."""

    severity: Severity
    problem: Problem


def weighed(severity: Severity, problems: Iterable[Problem]) -> tuple[Finding, ...]:
    """Problems that weigh the same, each once."""
    return tuple(Finding(severity, problem) for problem in dict.fromkeys(problems))
