"""Returns: the figures a month brings in, from a cell of a sheet to a folder of files.

``parse_return`` reads the sheets of one file, ``combine`` brings the files of a folder together,
``check_return`` finds what is wrong with figures taken together. Nothing here opens a file.
"""

from xl_addin.returns.checks import check_return, combine
from xl_addin.returns.reading import Entry, Return, grid_of, parse_return, says_something

__all__ = [
    "Entry",
    "Return",
    "check_return",
    "combine",
    "grid_of",
    "parse_return",
    "says_something",
]
