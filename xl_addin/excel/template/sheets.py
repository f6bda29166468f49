"""The sheets of the template, in their order: to add one, write its module and a line here."""

from __future__ import annotations

from collections.abc import Callable

from xl_addin.excel.template.dataset import add_dataset
from xl_addin.excel.template.functions import add_function_help
from xl_addin.excel.template.help_sheet import add_help
from xl_addin.excel.template.key_measures import add_key_measures
from xl_addin.excel.template.parts import NewBook
from xl_addin.excel.template.signal_charts import add_signal_figures
from xl_addin.excel.template.signals import add_signals
from xl_addin.excel.template.summary import add_commentary, add_summary
from xl_addin.excel.template.tables import (
    add_data_notes,
    add_history,
    add_measures,
    add_monthly_return,
    add_put_on_figures,
    add_refresh_log,
    add_settings,
    add_shared_copies,
    add_xlwings_settings,
)
from xl_addin.excel.template.targets import add_comparators, add_targets

SHEETS: tuple[Callable[[NewBook], None], ...] = (
    add_dataset,
    add_summary,
    add_commentary,
    add_key_measures,
    add_signals,
    add_data_notes,
    add_monthly_return,
    add_measures,
    add_targets,
    add_comparators,
    add_history,
    add_put_on_figures,
    add_refresh_log,
    add_shared_copies,
    add_signal_figures,
    add_settings,
    add_help,
    add_xlwings_settings,
    add_function_help,
)
"""What adds each sheet. The help on functions is the last: only there is it looked for.

The Summary comes to stand first, for a reader in a hurry; the Dataset is opened, as ever.
"""
