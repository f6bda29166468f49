"""Records: reading the files of children's records that every English authority makes.

Annex A workbooks and CSV files, SSDA903 episodes and the CIN census become the lists of
``definitions/lists.py``, in a DuckDB in memory that never writes to a disk. What is wrong with a
row is said with its list, file, row and child, in a file beside the source, and nowhere else.
"""
