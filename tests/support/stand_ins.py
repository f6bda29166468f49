"""Modules that stand in for others for a while.

``mock.patch.dict`` would empty ``sys.modules`` and fill it again: what another thread asks for at
that moment (one of Spark's, or one that listens to LibreOffice) would be loaded twice.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType


@contextmanager
def modules_in_place(stand_ins: Mapping[str, ModuleType]) -> Iterator[None]:
    """Put modules in place of others, and these back again.

    What was first loaded meanwhile goes too: it may have been built on a stand-in.
    """
    before = dict(sys.modules)
    sys.modules.update(stand_ins)
    try:
        yield
    finally:
        for name in sys.modules.keys() - before.keys():
            del sys.modules[name]
        sys.modules.update(before)
