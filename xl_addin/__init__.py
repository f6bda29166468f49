"""xl-addin: the month's work on a Children and Families Monthly Dataset, in Excel."""

__version__ = "0.1.0"
