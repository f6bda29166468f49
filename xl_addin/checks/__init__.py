"""Every rule that yields a Problem, once: figures, counts, months, page, notes, returns.

What a cell has wrong by itself is found where it is read: in ``returns`` and ``dataset``.
"""
