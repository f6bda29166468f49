"""Tests that drive a running LibreOffice."""

from __future__ import annotations

collect_ignore = ["calc.py"]
