"""Spreadsheets that are zips of parts, .xlsx and .ods: opening them, and what is refused alike."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from zipfile import BadZipFile

from xl_addin.layout import Settings
from xl_addin.limits import LARGEST_UNPACKED, MEGABYTE, Limits
from xl_addin.ooxml.markup import Malformed, NotXml, XmlError
from xl_addin.ooxml.package import Package
from xl_addin.ooxml.zip_limits import Locked, TooLarge, UnpacksTooLarge
from xl_addin.sources.sheet import damaged, locked, too_large

_TIMES_UNPACKED = 10
"""How many times its largest size a return may unpack to; most unpack to 5 to 10 times theirs."""

_LARGEST_LIST = 20 * MEGABYTE
_LARGEST_ODD = 20 * MEGABYTE
_STEP, _OVERLAP = 1 << 20, 200

# A damaged zip raises ValueError and RuntimeError too.
_DAMAGE = (
    BadZipFile,
    zlib.error,
    Malformed,
    XmlError,
    NotXml,
    ValueError,
    RuntimeError,
    LookupError,
    OverflowError,
    struct.error,
)


@contextmanager
def refusing_damaged_return(file: str, limits: Limits, *damage: type[Exception]) -> Iterator[None]:
    """Turn what a damaged, locked or large file makes readers raise into one refusal.

    ``damage`` is what a reader of its own raises for one.
    """
    try:
        yield
    except UnpacksTooLarge as error:
        raised = Settings.LARGEST_RETURN if _most_unpacked(limits) < LARGEST_UNPACKED else ""
        raise too_large(file, str(error), raised) from None
    except TooLarge as error:
        raise too_large(file, str(error)) from None
    except Locked:
        raise locked(file) from None
    except (*_DAMAGE, *damage):
        raise damaged(file) from None


def open_package(data: bytes, limits: Limits, *lists: str) -> Package:
    """The parts of a file that a reader may be given, which reads ``lists`` whole.

    Raises TooLarge, Locked, Malformed and zipfile.BadZipFile.
    """
    package = Package(data, _most_unpacked(limits))
    package.refuse_liars()
    if any(name in package and package.size(name) > _LARGEST_LIST for name in lists):
        raise TooLarge("a list in it is too long")
    return package


def _most_unpacked(limits: Limits) -> int:
    return min(_TIMES_UNPACKED * limits.size, LARGEST_UNPACKED)


def write_usually(
    package: Package,
    part: str,
    is_usual: Callable[[bytes], bool],
    usual: Callable[[bytes], bytes],
) -> None:
    """Give a part the form that nearly every writer gives it. Raises TooLarge for a large one.

    ``is_usual`` is asked of one piece after the other, each with the end of the one before.
    """
    if all(map(is_usual, _pieces(package, part))):
        return
    refuse_large_and_odd(package, part)
    package.replace(part, usual(package.part(part)))


def refuse_large_and_odd(package: Package, part: str) -> None:
    """Make sure that a part in another form than the usual one is not large. Raises TooLarge."""
    if package.size(part) > _LARGEST_ODD:
        raise TooLarge("it is written as few programs do, and is large: save it again in Excel")


def _pieces(package: Package, part: str) -> Iterator[bytes]:
    before = b""
    with package.stream(part) as stream:
        while piece := stream.read(_STEP):
            yield before + piece
            before = piece[-_OVERLAP:]
