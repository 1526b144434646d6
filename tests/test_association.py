import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from grokscope.association import cramers_v, luck, rank_eta, ranks, spearman

NUMBERS = st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3)), min_size=3, max_size=30)


def test_equal_numbers_share_the_mean_of_their_ranks():
    assert ranks([30, 10, 20, 20, np.inf]).tolist() == [4, 1, 2.5, 2.5, 5]


def test_spearmans_own_example_of_ten_people():
    iq = [86, 97, 99, 100, 101, 103, 106, 110, 112, 113]
    hours = [2, 20, 28, 27, 50, 29, 7, 17, 6, 12]
    assert spearman(iq, hours) == pytest.approx(-29 / 165)


@given(NUMBERS)
def test_rank_correlation_is_scipys(pairs):
    x, y = np.array(pairs, float).T
    if np.ptp(x) and np.ptp(y):
        assert spearman(x, y) == pytest.approx(stats.spearmanr(x, y).statistic, abs=1e-12)
    else:
        assert np.isnan(spearman(x, y))


def test_a_logarithm_changes_no_association():
    rng = np.random.default_rng(0)
    x, y = rng.lognormal(size=(2, 40))
    assert spearman(x, y) == spearman(np.log(x), y)


def test_the_ratio_follows_from_kruskal_and_wallis():
    rng = np.random.default_rng(1)
    groups = rng.integers(0, 4, 60)
    y = np.round(rng.normal(size=60) + groups, 1)
    h = stats.kruskal(*(y[groups == g] for g in range(4))).statistic
    assert rank_eta(groups, y) == pytest.approx(np.sqrt((h - 3) / 56))


def test_groups_that_part_the_ranks_and_groups_that_do_not():
    y = np.arange(12.0)
    assert rank_eta(np.repeat([0, 1, 2], 4), y) > 0.9
    assert rank_eta(np.tile([0, 1, 2], 4), y) == 0


def test_what_rises_and_falls_is_seen_by_the_ratio_alone():
    x = np.repeat(np.arange(5), 6)
    y = -abs(x - 2) + np.tile(np.arange(6) / 100, 5)
    assert abs(spearman(x, y)) < 0.1
    assert rank_eta(x, y) > 0.9


def test_two_groupings_that_agree_and_two_that_are_unrelated():
    a = np.repeat([0, 1, 2], 10)
    assert cramers_v(a, a) == pytest.approx(1)
    assert cramers_v(np.repeat([0, 1], 50), np.tile([0, 1], 50)) == 0


def test_cramers_v_without_its_correction_is_scipys():
    rng = np.random.default_rng(2)
    a, b = rng.integers(0, 3, 2000), rng.integers(0, 2, 2000)
    b = np.where(rng.random(2000) < 0.5, a % 2, b)
    plain = stats.contingency.association(stats.contingency.crosstab(a, b).count)
    assert cramers_v(a, b) == pytest.approx(plain, rel=0.01)


@pytest.mark.parametrize("groups", [[0, 0, 0, 0], [0, 1, 2, 3]])
def test_one_group_and_groups_of_one_tell_nothing(groups):
    groups = np.array(groups)
    assert np.isnan(rank_eta(groups, [1.0, 2, 3, 4]))
    assert np.isnan(cramers_v(groups, np.array([0, 1, 0, 1])))


def test_unrelated_pairs_seldom_go_beyond_luck():
    rng = np.random.default_rng(3)
    beyond = [abs(spearman(*rng.normal(size=(2, 30)))) > luck(30) for _ in range(400)]
    assert 0.02 < np.mean(beyond) < 0.09
    assert luck(1) == 1
