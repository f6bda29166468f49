"""Checks: every rule that says what is wrong with figures, or wants a look, by subject."""
