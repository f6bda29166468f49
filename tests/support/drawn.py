"""How hypothesis tries odd and weird files in every run: the same ones each time.

A file takes too long to make for finding the smallest that fails; tests/proof/fuzz.py tries more.
"""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, settings

BOUNDED = settings(
    derandomize=True,
    max_examples=150,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
