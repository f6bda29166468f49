"""Completion: what a shell needs so that Tab finishes commands and options of xl-addin."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from xl_addin.command_line import Argument


class Shell(StrEnum):
    """The shells that can be told how a line goes on."""

    POWERSHELL = "powershell"
    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


ASKED_BY = "_XL_ADDIN_COMPLETE"
"""What a shell sets that wants to know how a line may go on."""


def completion_script(shell: Shell) -> str:
    """The lines that a shell reads when it starts, by typer."""
    from typer._completion_shared import get_completion_script

    asked = {"prog_name": "xl-addin", "complete_var": ASKED_BY, "shell": shell.value}
    return get_completion_script(**asked).strip()


ShellName = Annotated[Shell, Argument("SHELL", "powershell, bash, zsh or fish.")]


def command(shell: ShellName) -> None:
    """Print what makes Tab finish commands and options: add it to your shell's profile.

    PowerShell: xl-addin completion powershell >> $PROFILE. Bash: xl-addin completion bash >>
    ~/.bashrc.
    """
    print(completion_script(shell))
