"""The share copy as a file: written whole with XlsxWriter, then read again and audited."""

from __future__ import annotations

import io
from datetime import date, datetime

from xl_addin.disclosure.published import SharedCopy
from xl_addin.excel.share_copy.audit import findings_in

__all__ = ["findings_in", "write_share"]


def write_share(copy: SharedCopy, day: date) -> bytes:
    """The finished .xlsx of a copy. The same copy of the same day gives the same bytes.

    It holds no formula, so every reader shows the same without working anything out.
    """
    import xlsxwriter

    from xl_addin.excel.share_copy import properties
    from xl_addin.excel.share_copy.dataset import add_dataset
    from xl_addin.excel.share_copy.key_measures import add_key_measures
    from xl_addin.excel.share_copy.notes import add_notes
    from xl_addin.excel.share_copy.signals import add_signals
    from xl_addin.excel.share_copy.summary import add_summary
    from xl_addin.excel.template.style import Looks

    packed = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(packed, options) as workbook:
        workbook.set_properties({"created": datetime(day.year, day.month, day.day)})
        workbook.set_size(2400, 1500)
        looks = Looks(workbook)
        add_dataset(workbook, looks, copy)
        if copy.signals:
            add_summary(workbook, looks, copy, copy.signals)
        add_key_measures(workbook, looks, copy)
        if copy.signals:
            add_signals(workbook, looks, copy, copy.signals)
        add_notes(workbook, looks, copy)
    return properties.finished(packed.getvalue(), copy, day)
