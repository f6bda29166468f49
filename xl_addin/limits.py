"""Limits: how large a file may be before it is refused unread.

They are far above what a dataset of children's services needs, and low enough that a file made
to fill memory is refused within a second.
"""

from __future__ import annotations

MEGABYTE = 1_000_000

LARGEST_FILE = 200 * MEGABYTE
"""Bytes of a workbook or return as it lies on disk."""

LARGEST_TEXT_FILE = 20 * MEGABYTE
"""Bytes of a CSV file."""

MOST_RETURN_ROWS = 200_000
"""Rows of a CSV file: 300 measures have 36,000 figures in ten years."""

MOST_CELLS = 5_000_000
"""Cells of a return's sheet as far as it reaches, empty ones included."""

LARGEST_UNPACKED = 1_500 * MEGABYTE
"""Bytes of all parts of a zip together."""

LARGEST_RATIO = 400
"""How many times larger than packed a part may be. Sheets of figures are packed 5 to 30 times."""

RATIO_MATTERS_FROM = 10 * MEGABYTE
"""Small parts, of blanks alone, may be packed better than that and do no harm."""

MOST_PARTS = 10_000
"""Parts of a zip."""

MOST_FILES = 1_000
"""Returns in a folder."""
