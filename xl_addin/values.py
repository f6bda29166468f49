"""Value types: what a dataclass is, without the time that ``dataclasses`` takes.

Loading that takes as long as starting Python does, and each class another 0.4 ms; there are
seventy on the way to a refresh. ``value_type`` gives a class the same ``__init__``, equality, hash
and repr from its annotations (a test holds both equal), and slots; what it makes cannot be changed
afterwards, unless it says ``frozen=False``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache, cached_property
from operator import attrgetter
from types import CodeType, FunctionType
from typing import Any, NamedTuple, TypeVar, cast, dataclass_transform, overload

T = TypeVar("T")

_REQUIRED: Any = object()


class _Field(NamedTuple):
    """What is known of a field beside its name."""

    default: Any = _REQUIRED
    default_factory: Any = None
    init: bool = True
    repr: bool = True
    compare: bool = True


def field(
    *,
    default: Any = _REQUIRED,
    default_factory: Callable[[], Any] | None = None,
    init: bool = True,
    repr: bool = True,
    compare: bool = True,
) -> Any:
    """A field with a default that is made anew each time, or that is left out somewhere."""
    return _Field(default, default_factory, init, repr, compare)


@overload
def value_type(cls: type[T], /) -> type[T]: ...


@overload
def value_type(*, frozen: bool = True, kw_only: bool = False) -> Callable[[type[T]], type[T]]: ...


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def value_type(cls: type[T] | None = None, /, *, frozen: bool = True, kw_only: bool = False) -> Any:
    """Make a value type of a class by its annotations, in their order.

    A property that is ``cached_property`` is kept. ``__post_init__`` is called where there is one.
    """
    if cls is not None:
        return _built(cls, frozen, kw_only)
    return lambda given: _built(given, frozen, kw_only)


def replace(given: T, /, **changes: Any) -> T:
    """A value with some of its fields changed."""
    fields: Mapping[str, _Field] = type(given).__fields__  # type: ignore[attr-defined]
    kept = {name: getattr(given, name) for name, each in fields.items() if each.init}
    return type(given)(**{**kept, **changes})


def fields_of(given: Any) -> tuple[str, ...]:
    """The names of the fields of a value, or of its type."""
    return tuple(given.__fields__)


def _built(cls: type[T], frozen: bool, kw_only: bool) -> type[T]:
    members = {name: each for name, each in vars(cls).items() if name not in _OF_A_CLASS}
    fields = dict(getattr(cls, "__fields__", {}))
    own = {name: _as_field(members.pop(name, _REQUIRED)) for name in cls.__annotations__}
    fields.update(own)
    is_cached = any(isinstance(each, cached_property) for each in members.values())
    members["__slots__"] = (*own, "__dict__") if is_cached else tuple(own)
    members["__fields__"] = fields
    members["__match_args__"] = tuple(name for name, each in fields.items() if each.init)
    members["__qualname__"] = cls.__qualname__
    members["__init__"] = _WhenMade(fields, kw_only, hasattr(cls, "__post_init__"))
    members = {**_compared(fields, frozen), **(_FROZEN if frozen else {}), **members}
    if "__eq__" in vars(cls) and "__hash__" not in vars(cls):
        members["__hash__"] = None
    made: type[T] = cast(Any, type(cls))(cls.__name__, cls.__bases__, members)
    return made


_OF_A_CLASS = frozenset({"__dict__", "__weakref__"})


def _as_field(given: Any) -> _Field:
    return given if isinstance(given, _Field) else _Field(given)


class _WhenMade:
    """The ``__init__`` of a class, compiled when its first value is made: that takes longest."""

    def __init__(self, *given: Any) -> None:
        self._given = given

    def __set_name__(self, owner: type, name: str) -> None:
        self._owner = owner

    def __get__(self, value: Any, of: type | None = None) -> Any:
        made = self._owner.__init__ = _init(self._owner, *self._given)  # type: ignore[misc]
        return made.__get__(value, of)


def _init(cls: type, fields: Mapping[str, _Field], kw_only: bool, post_init: bool) -> Any:
    """The function that sets each field once, by the descriptor of its slot.

    Compiling takes longest, and the names are all that tells most of them apart: classes of one
    shape share what is compiled.
    """
    shape = tuple(map(_how_set, fields.values()))
    given = {name: each for name, each in fields.items() if each.init}
    known: dict[str, Any] = {"_REQUIRED": _REQUIRED}
    for number, (name, each) in enumerate(fields.items()):
        setter = getattr(cls, name).__set__
        known |= {f"_set{number}": setter, f"_default{number}": each.default}
        known[f"_make{number}"] = each.default_factory
    code = _code(shape, kw_only, post_init).replace(co_varnames=("self", *given))
    made = FunctionType(code, known, "__init__")
    defaults = {name: each.default for name, each in given.items() if _has_default(each)}
    if kw_only:
        made.__kwdefaults__ = defaults
    else:
        made.__defaults__ = tuple(defaults.values())
    return made


def _has_default(given: _Field) -> bool:
    return given.default is not _REQUIRED or given.default_factory is not None


def _how_set(given: _Field) -> str:
    """What is done with a field, ``#`` being its number; nothing where there is nothing to set."""
    value = "_#" if given.init else "_default#"
    if given.default_factory:
        value = "_make#() if _# is _REQUIRED else _#" if given.init else "_make#()"
    return f" _set#(self, {value})" if given.init or _has_default(given) else ""


@cache
def _code(shape: tuple[str, ...], kw_only: bool, post_init: bool) -> CodeType:
    """What is compiled for all classes whose fields are set alike, by what is done with each."""
    lines = [how.replace("#", str(number)) for number, how in enumerate(shape) if how]
    lines.append(" self.__post_init__()" if post_init else " pass")
    given = (f", _{number}" for number, how in enumerate(shape) if "_#" in how)
    known: dict[str, Any] = {}
    exec(f"def __init__(self{', *' * kw_only}{''.join(given)}):\n" + "\n".join(lines), known)
    code: CodeType = known["__init__"].__code__
    return code


def _compared(fields: Mapping[str, _Field], frozen: bool) -> dict[str, Any]:
    """Equality, hash and repr: closures over what is looked at, the same code for every class."""
    key = _getter(name for name, each in fields.items() if each.compare)
    shown = [name for name, each in fields.items() if each.repr]

    def is_equal(self: Any, other: object) -> Any:
        return key(self) == key(other) if other.__class__ is self.__class__ else NotImplemented

    def hashed(self: Any) -> int:
        return hash(key(self))

    def in_words(self: Any) -> str:
        inner = ", ".join(f"{name}={getattr(self, name)!r}" for name in shown)
        return f"{self.__class__.__qualname__}({inner})"

    made_again = {"__hash__": hashed if frozen else None, "__reduce__": _reduced}
    return {"__eq__": is_equal, "__repr__": in_words, **made_again}


def _reduced(self: Any) -> tuple[Any, ...]:
    """How another process, or a copy, makes the same value again: field by field."""
    values = {name: getattr(self, name) for name in self.__fields__ if hasattr(self, name)}
    return _made_again, (type(self), values)


def _made_again(of: type[T], values: Mapping[str, Any]) -> T:
    made = object.__new__(of)
    for name, value in values.items():
        object.__setattr__(made, name, value)
    return made


def _getter(names: Iterable[str]) -> Callable[[Any], Any]:
    """What of a value is compared."""
    chosen = tuple(names)
    return attrgetter(*chosen) if chosen else lambda _: ()


def _refuse(self: object, name: str, value: object = None) -> None:
    raise AttributeError(f"cannot assign to field {name!r}: a {type(self).__name__} is a value")


_FROZEN = {"__setattr__": _refuse, "__delattr__": _refuse}
