"""The figures against values worked out by hand, and what must hold whatever people answer."""

from dataclasses import asdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.statistics.figures import (
    WhyNot,
    correlation,
    items_of,
    mean_of,
    mean_share,
    median_of,
    reliability,
    share_of,
)
from tests.statistics.sheets import sheet

FIVE = [[1, 1, 1, 1], [1, 1, 1, 0], [1, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 1]]
"""Five people, four items."""


def test_facility_is_the_mean_share_of_the_points():
    found = [each.facility.value for each in items_of(sheet(FIVE))]
    assert found == pytest.approx([0.8, 0.6, 0.4, 0.4])


def test_its_interval_is_wilsons():
    easy = items_of(sheet(FIVE))[0].facility
    # (k + z²/2 ± z·√(k(n−k)/n + z²/4)) / (n + z²) with k = 4, n = 5, z = 1.959964
    assert (easy.low, easy.high, easy.count) == (pytest.approx(0.37553, abs=1e-5), pytest.approx(0.96378, abs=1e-5), 5)


def test_a_share_in_part_never_has_a_narrower_interval_than_a_whole_one():
    part = mean_share(np.array([0.5, 0.5, 1.0, 0.25]))
    assert part.value == pytest.approx(0.5625)
    assert part.low == share_of(2, 4).low
    assert part.high == share_of(3, 4).high


def test_discrimination_is_the_correlation_with_the_rest_without_the_item():
    first = items_of(sheet(FIVE))[0].discrimination
    # rests 1, 2/3, 1/3, 0, 1/3: 0.13333 / √(0.8 · 0.57778)
    assert first.value == pytest.approx(0.19612, abs=1e-5)
    z, width = np.arctanh(0.19612), 1.959964 / np.sqrt(5 - 3)
    assert (first.low, first.high) == pytest.approx((np.tanh(z - width), np.tanh(z + width)), abs=1e-4)


def test_the_rest_is_of_what_each_was_asked():
    # who was asked less is not worse: both have everything right beside the first item
    some = items_of(sheet([[1, 1, 1], [0, 1, None], [1, 0, 0], [0, 0, None]]))[0]
    assert some.discrimination.value == pytest.approx(0)


def test_what_is_tried_out_is_in_nobodys_rest_but_has_figures_of_its_own():
    with_pilot = [[*row, number % 2] for number, row in enumerate(FIVE)]
    found = items_of(sheet(with_pilot, pilots=[4]))
    assert found[:4] == items_of(sheet(FIVE))
    assert found[4].facility.value == pytest.approx(0.4)
    assert found[4].discrimination.value is not None


def test_an_item_that_everybody_answers_alike_goes_with_nothing_and_says_so():
    found = items_of(sheet([[1, *row] for row in FIVE]))[0].discrimination
    assert (found.value, found.why_not) == (None, WhyNot.ALIKE)
    everywhere = correlation(np.array([0.0, 1, 0, 1]), np.full(4, 0.5))
    assert everywhere.why_not is WhyNot.ALIKE


@pytest.mark.parametrize("people", [0, 1, 2])
def test_two_people_or_fewer_divide_by_nothing(people):
    found = items_of(sheet([[1, 0]] * people, parts=2))
    assert len(found) == (2 if people else 0)
    for each in found:
        assert each.attempts == people
        assert each.discrimination.why_not is WhyNot.TOO_FEW
        assert each.seconds.value is None
    assert reliability(sheet([[1, 0]] * people)).alpha.value is None


def test_an_item_that_nobody_was_asked_has_no_share():
    nobody = items_of(sheet([[1, None, 1]] * 3, parts=1))[1]
    assert (nobody.attempts, nobody.facility.value, nobody.old_rule.value) == (0, None, None)
    assert nobody.parts[0].best is None


def test_options_have_their_share_and_how_their_choosers_do_elsewhere():
    # the first item: 1, 2 and 4 choose option 0, the others option 1
    chosen = {(0, 0): 0, (1, 0): 0, (2, 0): 1, (3, 0): 0, (4, 0): 1}
    right, wrong = items_of(sheet(FIVE, chosen=chosen, parts=2))[0].parts
    assert (right.chosen, right.share.value, wrong.share.value) == (3, 0.6, 0.4)
    assert right.rest.value == pytest.approx((1 + 2 / 3 + 0) / 3)
    assert wrong.rest.value == pytest.approx(1 / 3)
    assert (wrong.rest.low, wrong.rest.high) == (None, None)
    # the best quarter of rests 1, 2/3, 1/3, 0, 1/3 is from 2/3: two people, both chose 0
    assert (right.best, wrong.best) == (1.0, 0.0)


def test_there_are_no_best_where_most_do_equally_well():
    found = items_of(sheet([[1, 1], [0, 1], [1, 1], [1, 0]], chosen={(0, 0): 0}, parts=1))[0]
    assert found.best == 0
    assert found.parts[0].best is None


def test_the_mean_of_scores_has_students_interval_within_its_bounds():
    found = mean_of(np.array([0.5, 1.0]))
    assert (found.value, found.low, found.high) == (0.75, 0, 1)


def test_time_is_the_median_of_what_was_measured():
    found = median_of(np.array([3, 4, 5, np.nan, 6, 7, 8, 9, 600]))
    assert (found.value, found.count) == (6.5, 8)
    # the first and the last of eight: 1 − 2 · 0.5⁸ is more than 95 %, the second and the last but one are less
    assert (found.low, found.high) == (3, 600)
    assert median_of(np.array([np.nan])).why_not is WhyNot.TOO_FEW


class TestReliability:
    def test_alpha_of_people_who_were_asked_the_same(self):
        found = reliability(sheet(FIVE * 4))
        # 4/3 · (1 − (0.16 + 0.24 + 0.24 + 0.24) / 1.36)
        assert found.alpha.value == pytest.approx(0.470588, abs=1e-6)
        assert (found.items, found.alpha.count, found.people) == (4, 20, 20)
        assert found.alpha.low < 0.470588 < found.alpha.high

    def test_it_is_of_the_largest_group_and_leaves_pilots_out(self):
        table = [[*row, 1, None] for row in FIVE * 4] + [[None, 1, 1, 1, 0, 1]] * 3
        found = reliability(sheet(table, pilots=[4]))
        assert found.alpha.value == pytest.approx(0.470588, abs=1e-6)
        assert (found.items, found.alpha.count, found.people) == (4, 20, 23)

    def test_people_who_were_asked_different_items_have_none(self):
        table = [[1, 0, 1, None] if person % 2 else [None, 1, 0, 1] for person in range(30)]
        found = reliability(sheet(table))
        assert (found.alpha.why_not, found.alpha.count) == (WhyNot.DIFFERENT_ITEMS, 15)

    def test_few_people_few_items_and_equal_results_have_none(self):
        assert reliability(sheet(FIVE)).alpha.why_not is WhyNot.TOO_FEW
        assert reliability(sheet([[1, 0]] * 30)).alpha.why_not is WhyNot.TOO_FEW
        assert reliability(sheet([[1, 1, 0]] * 30)).alpha.why_not is WhyNot.ALIKE


@st.composite
def tables(draw):
    """Up to twelve people and five items, some not asked."""
    items = draw(st.integers(1, 5))
    share = st.sampled_from([None, 0, 0.25, 0.5, 1])
    return draw(st.lists(st.lists(share, min_size=items, max_size=items), min_size=1, max_size=12))


def flat(found):
    """Every figure, to nine digits, by item."""
    return [
        {
            name: {key: round(value, 9) if isinstance(value, float) else value for key, value in figures.items()}
            for name, figures in asdict(each).items()
            if isinstance(figures, dict)
        }
        for each in found
    ]


@settings(max_examples=40, deadline=None)
@given(tables(), st.randoms(use_true_random=False))
def test_the_order_of_people_changes_nothing(table, chance):
    shuffled = list(table)
    chance.shuffle(shuffled)
    assert flat(items_of(sheet(shuffled))) == flat(items_of(sheet(table)))


@settings(max_examples=40, deadline=None)
@given(tables())
def test_every_figure_is_within_its_interval_and_its_bounds(table):
    for each in items_of(sheet(table)):
        for estimate, least in ((each.facility, 0), (each.old_rule, 0), (each.discrimination, -1)):
            if estimate.value is not None:
                assert least - 1e-9 <= estimate.low <= estimate.value + 1e-9
                assert estimate.value - 1e-9 <= estimate.high <= 1 + 1e-9
            else:
                assert estimate.why_not
