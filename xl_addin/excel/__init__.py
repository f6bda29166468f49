"""The workbook: built, read and changed. The only package that knows how Excel files are made."""
