"""Disclosure control: what a published copy hides, so that no small count can be worked out."""
