"""Limits: how large a file may be before it is refused.

They are far above what a dataset of children's services needs, and low enough that a file made
to fill memory is refused before it does. Those of a return are settings of the workbook. Those
of the workbook itself are not: it has to be opened before its settings are known.
"""

from __future__ import annotations

from xl_addin.values import value_type

MEGABYTE = 1_000_000

LARGEST_FILE = 200 * MEGABYTE
"""Bytes of a workbook as it lies on disk."""

LARGEST_UNPACKED = 1_500 * MEGABYTE
"""Bytes of all parts of a zip together."""

LARGEST_RATIO = 400
"""How many times larger than packed a part may be. Sheets of figures are packed 5 to 30 times."""

RATIO_MATTERS_FROM = 10 * MEGABYTE
"""Small parts, of blanks alone, may be packed better than that and do no harm."""

MOST_PARTS = 10_000
"""Parts of a zip."""

MOST_SHEETS = 1_000
"""Sheets of a return."""


@value_type
class Limits:
    """How much of a return is read; the files of a folder and the sheets of a file together.

    ``size`` is in bytes on disk; text cells together may not be larger either. ``rows`` are
    those that hold anything; 300 measures have 36,000 figures in ten years. ``cells`` are
    counted as far as a sheet reaches, empty ones included. ``files`` are those of a folder.
    """

    size: int = 50 * MEGABYTE
    rows: int = 200_000
    cells: int = 2_000_000
    files: int = 1_000


DEFAULT = Limits()

HIGHEST = Limits(200 * MEGABYTE, 500_000, 5_000_000, 10_000)
"""What a workbook may raise its limits to: so much can be read on an ordinary computer."""
