"""Returns: the figures a month brings in, from a cell of a sheet to a whole grid.

``parse_return`` reads the sheets of one file; checks/returns.py finds what is wrong with figures
taken together, and brings the files of a folder together. Nothing here opens a file.
"""

from xl_addin.returns.parse_return import Entry, Return, grid_of, parse_return, says_something

__all__ = ["Entry", "Return", "grid_of", "parse_return", "says_something"]
