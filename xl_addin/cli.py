"""The command line: which commands there are, and how one that was typed is found and run."""

import os
import sys
from collections.abc import Sequence
from importlib import import_module

from xl_addin.command_line import Command, call, parameters_of, read
from xl_addin.console import NOT_UNDERSTOOD, print_every_character, tell_problems, unquoted
from xl_addin.errors import Problem, XlAddinError

COMMANDS = {
    "new": "new",
    "import": "bring_in",
    "refresh": "refresh_typed",
    "show": "show",
    "summary": "summary",
    "commentary": "commentary",
    "check": "check",
    "notes": "notes",
    "undo": "undo",
    "upgrade": "upgrade",
    "share": "share",
    "template": "template",
    "demo": "demo",
    "compute": "compute",
    "children": "children",
    "synthesize": "synthesize",
    "doctor": "doctor",
    "install": "install",
    "uninstall": "uninstall",
    "wheelhouse": "wheelhouse",
    "refresh-open": "refresh_open",
    "completion": "completion",
    "schedule": "schedule",
}
"""Each command and its file in commands, which is imported when it is called."""

_INTERRUPTED = 130
_COMPLETION = "_XL_ADDIN_COMPLETE"
"""What a shell sets that wants to know how a line may go on."""
_EXPANDED = frozenset("*?[~$%")
"""What Windows leaves to the program to make names of."""


def command_named(name: str) -> Command:
    """The command of a name."""
    command: Command = import_module(f"xl_addin.commands.{COMMANDS[name]}").command
    return command


def main() -> None:
    """Run the command line; what is wrong is told in sentences."""
    print_every_character()
    try:
        run()
    except SystemExit as ending:
        if ending.code == NOT_UNDERSTOOD and (name := unquoted(sys.argv[2:])):
            print(f"A name with spaces stands in quotes: {name}", file=sys.stderr)
        raise
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)
    except XlAddinError as refusal:
        tell_problems(refusal.problems, refusal.outcome)
        sys.exit(1)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as failure:
        place = str(failure.filename or "The computer")
        remedy = "Check that the folder exists and that you may write there."
        tell_problems([Problem(place, f"{failure.strerror or failure}.", remedy)])
        sys.exit(1)


def run() -> None:
    """Run what was typed, and end with SystemExit; typer has it where it is not plain."""
    words = sys.argv[1:]
    if words and words[0] in COMMANDS and _is_plain(words):
        command = command_named(words[0])
        parameters = parameters_of(command)
        values = read(parameters, words[1:])
        if values is not None:
            call(command, parameters, values)
            sys.exit(0)
    _explain(words)


def _is_plain(words: Sequence[str]) -> bool:
    is_expanded = os.name == "nt" and any(_EXPANDED & set(word) for word in words)
    return not is_expanded and _COMPLETION not in os.environ


def _explain(words: Sequence[str]) -> None:
    """Let typer run what was typed: the command that is named, or else all of them."""
    from xl_addin.cli_help import build_app

    names = [words[0]] if words and words[0] in COMMANDS else COMMANDS
    build_app({name: command_named(name) for name in names})()
