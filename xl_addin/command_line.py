"""A command line: what each command may be given, declared once, as annotations of its parameters.

``read`` takes words that are as they should be, at once. Whatever it does not wholly understand is
left to cli_help, where typer reads the same declarations, explains them, and says what is wrong:
typer takes a fifth of a refresh to start.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

from xl_addin.values import value_type

Command = Callable[..., None]
"""A function whose docstring is the command's help, each parameter of it annotated."""

REQUIRED = object()
"""The default of what has to be given."""


@value_type
class Argument:
    """What is given by its place: how the help names it, and what it is."""

    metavar: str
    help: str


@value_type
class Option:
    """What is given by its name, such as "--month", or "--udfs/--no-udfs" for yes and no.

    ``least`` and ``most`` are the numbers that may be given.
    """

    name: str
    help: str | None = None
    metavar: str | None = None
    least: int | None = None
    most: int | None = None


@value_type
class Flags:
    """Names that may each be given as an option: the parameter has those that were.

    ``of`` has the help of each, such as {"pdf": "Print it to a PDF too."} for "--pdf".
    """

    of: Mapping[str, str]


@value_type
class Parameter:
    """A parameter of a command: one word's type, whether it may have several, and its default.

    ``group`` is the parameter of Flags that it is one of.
    """

    name: str
    declared: Argument | Option
    kind: type[Any]
    several: bool
    default: object
    group: str = ""


class _NotPlain(Exception):
    """Words that want explaining."""


def parameters_of(command: Command) -> tuple[Parameter, ...]:
    """What a command may be given, in its own order."""
    hints = get_type_hints(command, include_extras=True)
    names = command.__code__.co_varnames[: command.__code__.co_argcount]
    given = command.__defaults__ or ()
    defaults = dict(zip(names[len(names) - len(given) :], given, strict=True))
    found = (_declared(name, hints[name], defaults.get(name, REQUIRED)) for name in names)
    return tuple(parameter for several in found for parameter in several)


def _declared(name: str, hint: Any, default: object) -> Iterator[Parameter]:
    of, declared = get_args(hint)
    if isinstance(declared, Flags):
        for flag, words in declared.of.items():
            called = flag.replace("-", "_")
            yield Parameter(called, Option(f"--{flag}", words), bool, False, False, name)
        return
    (kind,) = [one for one in get_args(of) if one is not NoneType] or [of]
    if several := get_origin(kind) is list:
        (kind,) = get_args(kind)
    yield Parameter(name, declared, kind, several, default)


def call(command: Command, parameters: Iterable[Parameter], values: Mapping[str, Any]) -> None:
    """Run a command with the value of each parameter, its flags gathered."""
    gathered: dict[str, Any] = {}
    for one in parameters:
        if one.group:
            flag = (one.name.replace("_", "-"),) if values[one.name] else ()
            gathered[one.group] = gathered.get(one.group, ()) + flag
        else:
            gathered[one.name] = values[one.name]
    command(**gathered)


def read(parameters: Sequence[Parameter], words: Sequence[str]) -> dict[str, Any] | None:
    """The value of each parameter; None for words that are not all plain: typer has to see them."""
    try:
        loose, by_name = _apart(parameters, words)
        given = {**_by_place(parameters, loose), **by_name}
        return {one.name: _value(one, given.get(one.name, [])) for one in parameters}
    except _NotPlain:
        return None


def _apart(
    parameters: Sequence[Parameter], words: Sequence[str]
) -> tuple[list[str], dict[str, list[str]]]:
    """Words given by their place, and those given by a name, by their parameter."""
    options = {name: one for one in parameters for name in _names(one)}
    loose: list[str] = []
    by_name: dict[str, list[str]] = {}
    rest = iter(words)
    for word in rest:
        name, is_joined, value = word.partition("=")
        if not word.startswith("-"):
            loose.append(word)
        elif name not in options or (is_joined and options[name].kind is bool):
            raise _NotPlain
        elif options[name].kind is bool:
            by_name.setdefault(options[name].name, []).append(word)
        else:
            value = value if is_joined else next(rest, "")
            by_name.setdefault(options[name].name, []).append(value)
    return loose, by_name


def _names(one: Parameter) -> list[str]:
    return one.declared.name.split("/") if isinstance(one.declared, Option) else []


def _by_place(parameters: Iterable[Parameter], loose: list[str]) -> dict[str, list[str]]:
    """Each argument's words: one, or all that are left."""
    found = {}
    for one in parameters:
        if isinstance(one.declared, Argument):
            taken = len(loose) if one.several else 1
            found[one.name], loose = loose[:taken], loose[taken:]
    if loose:
        raise _NotPlain
    return found


def _value(one: Parameter, words: Sequence[str]) -> Any:
    if any(not word for word in words) or (len(words) > 1 and not one.several):
        raise _NotPlain
    values = [_converted(one, word) for word in words]
    if one.several and values:
        return values
    if not values and one.default is REQUIRED:
        raise _NotPlain
    return values[0] if values else one.default


def _converted(one: Parameter, word: str) -> Any:
    if one.kind is bool:
        return word == _names(one)[0]
    if word.startswith("-"):
        raise _NotPlain
    if issubclass(one.kind, Enum):
        return _member(one.kind, word)
    return _number(one, word) if one.kind is int else one.kind(word)


def _member(kind: type[Enum], word: str) -> Enum:
    for member in kind:
        if member.value == word:
            return member
    raise _NotPlain


def _number(one: Parameter, word: str) -> int:
    assert isinstance(one.declared, Option)
    least, most = one.declared.least, one.declared.most
    if not (word.isascii() and word.isdecimal()):
        raise _NotPlain
    number = int(word)
    if (least is not None and number < least) or (most is not None and number > most):
        raise _NotPlain
    return number
