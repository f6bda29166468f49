"""Definitions: what each measure counts, from children's records, once and for every engine.

A definition is a function that gives the *cases* of its measure: one row for each thing counted,
with the month it counts in, whether it is counted (the numerator of a percentage), why it is
left out, and the dates that decided. Figures are sums of cases, and the children behind a figure
are its cases: the two cannot disagree. Everything is an Ibis expression, so the same definition
runs in DuckDB on an officer's computer, in PostgreSQL, SQL Server or Spark.

To add a measure: a function in the module of its performance area, and a line in MEASURES of
``definitions/measures.py``.
"""
