"""What careless suppression leaves standing: that the attack and the audit find it proves them."""

from __future__ import annotations

from xl_addin.dataset.columns import CHANGE
from xl_addin.disclosure.suppression import Reason, Suppression


class PrimaryOnly(Suppression):
    """What careless suppression does: small counts hidden, everything else left standing."""

    def shows(self, column, measure, months, shown):
        return column is not CHANGE or super().shows(column, measure, months, shown)


def primary_only(hidden: Suppression) -> Suppression:
    """The same suppression without all that it hides to keep the small counts hidden."""
    small = {cell: why for cell, why in hidden.hidden.items() if why is Reason.SMALL}
    return PrimaryOnly(hidden.rule, small, hidden.bounds)
