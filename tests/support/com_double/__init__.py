"""A double of COM: xlwings' own Windows code runs over it, on any system.

``with running_excel(version="2016", books=[memory]) as excel:`` gives an Excel that is as unkind
as the real one; each of its behaviours names where it is known from.
"""

from tests.support.com_double.running import RunningExcel, running_excel

__all__ = ["RunningExcel", "running_excel"]
