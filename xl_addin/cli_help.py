"""The command line explained by typer: its help, what is wrong with what was typed, completion.

Typer takes any line that is right, too; command_line only spares its start where nothing needs
explaining.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from inspect import Parameter as Given
from inspect import Signature
from typing import Annotated, Any

import typer
from typer._completion_classes import completion_init

from xl_addin import __version__
from xl_addin.command_line import (
    REQUIRED,
    Argument,
    Command,
    Parameter,
    call,
    parameters_of,
)

HELP = (
    "The month's work on a Children and Families Monthly Dataset: figures, arrows, charts "
    "and data notes in the Excel workbook you know."
)
EXIT_CODES = (
    "Exit code: 0 done; 1 something is wrong and nothing was changed; 2 the command was not "
    "understood."
)


def build_app(commands: Mapping[str, Command]) -> typer.Typer:
    """The command line of commands, by their names; shells that ask are told how it goes on."""
    completion_init()
    app = typer.Typer(
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        help=HELP,
        epilog=EXIT_CODES,
    )
    app.callback()(_xl_addin)
    for name, command in commands.items():
        app.command(name=name)(_explained(command))
    return app


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"xl-addin {__version__}")
        raise typer.Exit


def _xl_addin(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Say which version this is."
        ),
    ] = False,
) -> None:
    """Say which version this is; every work has a command of its own."""


def _explained(command: Command) -> Command:
    """A command as typer wants it: the same parameters in typer's own words."""
    parameters = parameters_of(command)

    def called(**values: Any) -> None:
        call(command, parameters, values)

    called.__doc__ = command.__doc__
    called.__annotations__ = {one.name: _annotation(one) for one in parameters}
    vars(called)["__signature__"] = Signature(list(_given(parameters)))
    return called


def _given(parameters: Iterable[Parameter]) -> Iterable[Given]:
    for one in sorted(parameters, key=lambda one: one.default is not REQUIRED):
        default = Given.empty if one.default is REQUIRED else one.default
        kind = Given.POSITIONAL_OR_KEYWORD
        yield Given(one.name, kind, default=default, annotation=_annotation(one))


def _annotation(one: Parameter) -> Any:
    kind: Any = list[one.kind] if one.several else one.kind  # type: ignore[name-defined]
    if one.default is None:
        kind = kind | None
    declared = one.declared
    if isinstance(declared, Argument):
        return Annotated[kind, typer.Argument(metavar=declared.metavar, help=declared.help)]
    option = typer.Option(
        declared.name,
        help=declared.help,
        metavar=declared.metavar,
        min=declared.least,
        max=declared.most,
    )
    return Annotated[kind, option]
