import pytest

from xl_addin.dataset.direction import Direction, Verdict, change_text, direction, verdict
from xl_addin.measure import Polarity

UP, SIMILAR, DOWN = Direction.UP, Direction.SIMILAR, Direction.DOWN


@pytest.mark.parametrize(
    ("change", "moved"),
    [
        (10, UP),
        (9.5, UP),
        (9.49, SIMILAR),
        (0, SIMILAR),
        (-9.49, SIMILAR),
        (-9.5, DOWN),
        (-100, DOWN),
        (218.75, UP),
    ],
)
def test_the_published_whole_number_decides_the_direction(change, moved):
    assert direction(change, threshold=10) is moved


def test_the_threshold_is_a_setting():
    assert direction(9, threshold=5) is UP
    assert direction(12, threshold=20) is SIMILAR


@pytest.mark.parametrize(
    ("moved", "polarity", "meaning"),
    [
        (UP, Polarity.HIGHER, Verdict.POSITIVE),
        (DOWN, Polarity.HIGHER, Verdict.NEGATIVE),
        (UP, Polarity.LOWER, Verdict.NEGATIVE),
        (DOWN, Polarity.LOWER, Verdict.POSITIVE),
        (SIMILAR, Polarity.HIGHER, Verdict.SIMILAR),
        (SIMILAR, Polarity.LOWER, Verdict.SIMILAR),
        (UP, Polarity.NEUTRAL, Verdict.NEUTRAL),
        (SIMILAR, Polarity.NEUTRAL, Verdict.NEUTRAL),
    ],
)
def test_colour_is_direction_times_polarity(moved, polarity, meaning):
    assert verdict(moved, polarity) is meaning


@pytest.mark.parametrize(
    ("change", "printed"),
    [
        (218.75, "↑ 219"),
        (-22.94, "↓ (23)"),
        (-5.1, "→ (5)"),
        (4.6, "→ 5"),
        (-0.4, "→ 0"),
        (0.0, "→ 0"),
        (None, "n/a"),
    ],
)
def test_a_change_prints_as_arrow_and_whole_number_in_brackets_when_negative(change, printed):
    assert change_text(change, threshold=10) == printed
