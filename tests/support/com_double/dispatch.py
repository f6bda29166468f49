"""The Python side of COM: pywin32's wrappers around an object of Excel's.

With the type library at hand, as xlwings sees to it (__init__.py 375-381), pywin32 wraps every
object in a class generated from it: a member that is not in the library raises AttributeError
without asking Excel (win32com.client.DispatchBaseClass), one that Excel does not have all the
same raises com_error "Member not found". What is behind an object is only reached by ``invoke``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from types import SimpleNamespace
from typing import Any

from tests.support.com_double.errors import member_not_found, unknown_name
from tests.support.com_double.members import ComObject, Member, label, snake
from tests.support.com_double.variants import into


class ComReference:
    """``PyIDispatch``: a reference to one object of Excel's."""

    def __init__(self, target: ComObject) -> None:
        self.target = target

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ComReference) and other.target is self.target

    def __hash__(self) -> int:
        return id(self.target)

    def ids_of_names(self, *names: Any) -> int:
        """The number of a name; com_error for one that is not there, or from a busy Excel."""
        name = next(found for found in names if isinstance(found, str))
        calls = self.target.excel.calls
        calls.let_through(f"name {name}")
        if _member(self.target, name) is None:
            raise unknown_name()
        return list(self.target.members).index(name)

    def invoke(self, member: Member, how: str, *args: Any, **named: Any) -> Any:
        """One call: count it, let it act, and hand back what Excel answers."""
        target = self.target
        with target.excel.calls.call(label(type(target), member.name) + _SUFFIX[how]):
            target.refuse_if_gone()
            if not member.is_in(target.excel.version):
                raise member_not_found()
            function = {"get": member.get, "put": member.write, "call": member.call}[how]
            if function is None:
                raise member_not_found()
            return function(target, *args, **named)

    def type_info(self) -> SimpleNamespace:
        """As far as xlwings asks for it: is_range_instance, _xlwindows.py 354."""
        attributes = SimpleNamespace(iid=type(self.target).iid)
        return SimpleNamespace(GetTypeAttr=lambda: attributes)

    GetIDsOfNames = ids_of_names
    GetTypeInfo = type_info


_SUFFIX = {"get": "", "put": " =", "call": "()"}


def _member(target: ComObject, name: str) -> Member | None:
    """A member by name, if the installed type library has it."""
    member = target.members.get(name)
    return member if member and member.is_in(target.excel.type_library) else None


class CDispatch:
    """pywin32's class for objects without a type library. Excel always has one here."""


class DispatchBaseClass:
    """The base of pywin32's generated classes."""

    _members_: dict[str, Member] = {}  # noqa: RUF012

    def __init__(self, reference: Any) -> None:
        self.__dict__["_oleobj_"] = getattr(reference, "_oleobj_", reference)

    def __repr__(self) -> str:
        return f"<win32com.gen_py.{type(self).__name__} instance>"

    def __eq__(self, other: object) -> bool:
        return self._oleobj_ == getattr(other, "_oleobj_", other)

    def __hash__(self) -> int:
        return hash(self._oleobj_)

    def __getattr__(self, name: str) -> Any:
        member = self._members_.get(name)
        if member is None or member.get is None:
            raise AttributeError(f"{self!r} object has no attribute {name!r}")
        return _wrapped(self._oleobj_.invoke(member, "get"))

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self.__dict__:
            self.__dict__[name] = value
            return
        member = self._members_.get(name)
        if member is None or member.write is None:
            raise AttributeError(f"{self!r} object has no attribute {name!r}")
        self._oleobj_.invoke(member, "put", unwrapped(value))


def unwrapped(value: Any) -> Any:
    """An argument as Excel gets it: its own objects are told by their references."""
    reference = getattr(value, "_oleobj_", None)
    return reference.target if reference is not None else into(value)


def _wrapped(value: Any) -> Any:
    return dispatch(ComReference(value)) if isinstance(value, ComObject) else value


def dispatch(reference: Any, *_: Any) -> Any:
    """``win32com.client.Dispatch``: the generated class of an object, around it."""
    target: ComObject = getattr(reference, "_oleobj_", reference).target
    return generated(type(target), target.excel.type_library, target.excel.coclass_base)(
        ComReference(target)
    )


@cache
def generated(owner: type[ComObject], version: str, coclass_base: type) -> Callable[[Any], Any]:
    """What makepy generates for an interface of a version's type library."""
    members = {name: member for name, member in owner.members.items() if member.is_in(version)}
    body: dict[str, Any] = {"_members_": members}
    body |= {name: _method(member) for name, member in members.items() if member.call}
    if owner.default:
        body["__call__"] = _method(owner.members[owner.default])
    if "_NewEnum" in members:
        body["__iter__"] = _iterate
    interface = type(owner.interface, (DispatchBaseClass,), body)
    if not owner.is_coclass:
        return interface
    name = owner.interface.lstrip("_")
    return type(name, (coclass_base,), {"default_interface": interface, "CLSID": name})


def _method(member: Member) -> Callable[..., Any]:
    def call(self: DispatchBaseClass, *args: Any, **named: Any) -> Any:
        options = {snake(name): unwrapped(value) for name, value in named.items()}
        answer = self._oleobj_.invoke(member, "call", *map(unwrapped, args), **options)
        return _wrapped(answer)

    return call


def _iterate(self: DispatchBaseClass) -> Iterator[Any]:
    """win32com.client.util.Iterator: one call for the enumerator, one for each step of it."""
    reference = self._oleobj_
    items = reference.invoke(self._members_["_NewEnum"], "get")
    calls, name = reference.target.excel.calls, label(type(reference.target), "_NewEnum.Next()")
    for item in items:
        with calls.call(name):
            found = _wrapped(item)
        yield found
    with calls.call(name):
        pass
