"""Whatever officers type, a figure is recorded as it stands in its cell or refused by its cell."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.drawn import BOUNDED
from tests.support.properties.weird_returns import (
    FORMS,
    RETURNS,
    an_update_says_what_the_grid_says,
    figures_are_as_typed_or_refused,
    spoilt_returns,
    tidy_returns,
    what_is_wrong_is_said_with_its_place,
    wide_returns,
)


@settings(BOUNDED, max_examples=150)
@given(RETURNS)
def test_a_figure_is_recorded_as_it_was_typed_or_refused_by_its_place(returned):
    (rows, given_cells), form = returned
    figures_are_as_typed_or_refused(rows, given_cells, form)


@settings(BOUNDED, max_examples=150)
@given(st.tuples(spoilt_returns(), st.sampled_from(FORMS)))
def test_what_is_wrong_with_a_row_is_said_with_its_place(spoilt_and_form):
    what_is_wrong_is_said_with_its_place(*spoilt_and_form)


@settings(BOUNDED, max_examples=100)
@given(st.one_of(tidy_returns(), wide_returns()))
def test_an_update_records_the_figures_of_the_grid_and_no_others(returned):
    an_update_says_what_the_grid_says(*returned)
