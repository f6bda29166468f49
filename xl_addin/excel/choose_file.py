"""Excel's own dialog in which an officer chooses a file.

How it comes to the front while the macro of a button waits is unchecked in Excel.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xlwings import main

_FILE_PICKER = 3
"""msoFileDialogFilePicker."""

_CHOSEN = -1
_KINDS = (("Returns", "*.csv;*.txt;*.xlsx;*.xlsm;*.xls;*.ods"), ("All files", "*.*"))


def choose_file(app: main.App, title: str, folder: Path) -> Path | None:
    """The file an officer chooses, beginning in a folder; None for Cancel and Esc."""
    dialog = app.api.FileDialog(_FILE_PICKER)
    dialog.Title = title
    dialog.AllowMultiSelect = False
    dialog.InitialFileName = f"{folder}\\"
    dialog.Filters.Clear()
    for name, pattern in _KINDS:
        dialog.Filters.Add(name, pattern)
    return Path(dialog.SelectedItems.Item(1)) if dialog.Show() == _CHOSEN else None
