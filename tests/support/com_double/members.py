"""How the objects of Excel are written down here: what can be read, written and called.

A Python name stands for Excel's: ``auto_save_on`` is ``AutoSaveOn``. Within the double a member
is used like an ordinary attribute; from outside it is reached through dispatch.py only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from tests.support.com_double.excel.application import Excel

VERSIONS = ("2016", "2019", "365")
"""In the order in which members came. All of them say "16.0" of themselves."""


@dataclass
class Member:
    """A property (read, or read and written) or a method of an object, since a version."""

    name: str
    get: Callable[..., Any] | None = None
    write: Callable[..., Any] | None = None
    call: Callable[..., Any] | None = None
    since: str = VERSIONS[0]

    def put(self, function: Callable[..., Any]) -> Member:
        """The same property with what writes it."""
        return replace(self, write=function)

    def __get__(self, owner: Any, _: Any = None) -> Any:
        if owner is None:
            return self
        return self.call.__get__(owner) if self.call else self.get(owner)  # type: ignore[misc]

    def __set__(self, owner: Any, value: Any) -> None:
        self.write(owner, value)  # type: ignore[misc]

    def is_in(self, version: str) -> bool:
        return VERSIONS.index(self.since) <= VERSIONS.index(version)


def get(function: Callable[..., Any]) -> Member:
    """A property that is read."""
    return Member(com_name(function), get=function)


def get_as(name: str) -> Callable[[Callable[..., Any]], Member]:
    """A property whose name is no Python name."""
    return lambda function: Member(name, get=function)


def also(member: Member, name: str) -> Member:
    """The same property under another name."""
    return replace(member, name=name)


def get_since(version: str) -> Callable[[Callable[..., Any]], Member]:
    """A property that older versions do not have."""
    return lambda function: replace(get(function), since=version)


def method(function: Callable[..., Any]) -> Member:
    """A method, or a property with arguments: pywin32's generated classes call both alike."""
    return Member(com_name(function), call=function)


def method_since(version: str) -> Callable[[Callable[..., Any]], Member]:
    """A method that older versions do not have."""
    return lambda function: replace(method(function), since=version)


def com_name(function: Callable[..., Any]) -> str:
    return camel(function.__name__)


def camel(name: str) -> str:
    """Excel's spelling of a Python name.

    >>> camel("auto_save_on"), camel("formula2")
    ('AutoSaveOn', 'Formula2')
    """
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def snake(name: str) -> str:
    """The Python name of Excel's, for the names of arguments.

    >>> snake("CopyOrigin")
    'copy_origin'
    """
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")


class ComObject:
    """Something of Excel's that other programs can get hold of."""

    interface: ClassVar[str]
    """Its name in Excel's type library; "_Workbook" for what is called Workbook."""

    is_coclass: ClassVar[bool] = False
    """Whether pywin32's generated code wraps it twice: Application and Workbook."""

    iid: ClassVar[str] = ""
    default: ClassVar[str] = ""
    """The member that a call of the object itself means."""

    members: ClassVar[dict[str, Member]] = {}

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        found = {m.name: m for m in vars(cls).values() if isinstance(m, Member)}
        cls.members = {**cls.members, **found}

    def __init__(self, excel: Excel) -> None:
        self.excel = excel

    def refuse_if_gone(self) -> None:
        """Raise what is raised once the workbook it belongs to is closed."""


def label(owner: type[ComObject], name: str) -> str:
    return f"{owner.interface.lstrip('_')}.{name}"
