"""How long a test waits for another program: so long that only one that hangs is given up."""

from __future__ import annotations

HANGS = 600
"""Seconds. It keeps the suite from waiting for ever, and decides nothing a busy machine could."""
