"""Symmetric group: products by hand, the axioms of a group, conjugation, what is refused."""

import json
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grokscope.errors import BadConfig
from grokscope.kinds import Tokens
from grokscope.tasks import TASKS
from grokscope.tasks.symmetric_group import products
from tests.cli.conftest import call

SymmetricGroup = TASKS["symmetric_group"]
ELEMENTS = st.integers(0, 119)
NAMES = ["composition", "conjugation", "xyx"]


def square(operation, n=5):
    """Return the whole table, (x, y)."""
    _, labels = SymmetricGroup(n=n, operation=operation).table()
    return labels.reshape(len(products(n)), -1)


@pytest.mark.parametrize(
    ("operation", "x", "y", "expected"),
    [
        # 0 to 5 are 012, 021, 102, 120, 201, 210
        ("composition", 1, 2, 4),
        ("composition", 2, 1, 3),
        ("conjugation", 3, 1, 5),
        ("xyx", 3, 1, 1),
    ],
)
def test_products_of_three_things_by_hand(operation, x, y, expected):
    assert square(operation, 3)[x, y] == expected


def test_composition_lets_y_act_first():
    elements = list(permutations(range(4)))
    for x, y in ((5, 17), (22, 3)):
        composed = tuple(elements[x][elements[y][i]] for i in range(4))
        assert elements[square("composition", 4)[x, y]] == composed


def test_s5_has_120_elements_and_14400_pairs():
    task = SymmetricGroup()
    assert task.signature.inputs == Tokens(positions=2, vocabulary=120)
    assert task.n_examples == len(task.table()[1]) == 14400


def test_the_table_of_s5_is_a_latin_square_with_an_identity_and_inverses():
    table = square("composition")
    every = np.arange(120)
    assert (np.sort(table, axis=0) == every[:, None]).all()
    assert (np.sort(table, axis=1) == every).all()
    assert (table[0] == every).all()
    assert (table[:, 0] == every).all()
    inverse = table.argmin(axis=1)
    assert (table[every, inverse] == 0).all()
    assert (table[inverse, every] == 0).all()
    assert (table != table.T).any()


@given(ELEMENTS, ELEMENTS, ELEMENTS)
def test_products_associate(x, y, z):
    table = square("composition")
    assert table[table[x, y], z] == table[x, table[y, z]]


@given(ELEMENTS, ELEMENTS, ELEMENTS)
def test_conjugation_maps_products_to_products_and_keeps_fixed_points(x, y, z):
    table, conjugate = square("composition"), square("conjugation")
    assert conjugate[x, table[y, z]] == table[conjugate[x, y], conjugate[x, z]]
    elements = np.array(list(permutations(range(5))))
    still = (elements == np.arange(5)).sum(axis=1)
    assert still[conjugate[x, y]] == still[y]


def test_conjugating_and_xyx_agree_where_x_is_its_own_inverse():
    table = square("composition")
    own = table.diagonal() == 0
    assert own.sum() == 26
    same = (square("conjugation") == square("xyx")).all(axis=1)
    np.testing.assert_array_equal(same, own)


@pytest.mark.parametrize("operation", NAMES)
def test_every_label_is_equally_frequent(operation):
    assert SymmetricGroup(operation=operation).chance == 1 / 120


@given(st.integers(2, 4), st.sampled_from(NAMES), st.integers(0, 9))
def test_every_pair_is_seen_exactly_once_with_its_product(n, operation, seed):
    split = SymmetricGroup(n=n, operation=operation).split(np.random.default_rng(seed))
    pairs = np.concatenate([split.train_inputs, split.test_inputs])
    labels = np.concatenate([split.train_labels, split.test_labels])
    order = len(products(n))
    assert sorted(map(tuple, pairs)) == [(x, y) for x in range(order) for y in range(order)]
    np.testing.assert_array_equal(labels, square(operation, n)[tuple(pairs.T)])


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"n": 1}, "task.n must be a whole number from 2 to 6, got 1"),
        ({"n": 7}, "task.n must be a whole number from 2 to 6, got 7"),
        ({"operation": "yx"}, "must be one of composition, conjugation, xyx, got 'yx'"),
        ({"n": 2, "train_fraction": 0.2}, "task.train_fraction .* got 0.2 of 4 examples"),
    ],
)
def test_what_has_no_table_is_refused(keys, message):
    with pytest.raises(BadConfig, match=message):
        SymmetricGroup(**keys)


def test_it_trains():
    sets = ["task.name=symmetric_group", "operation=xyx", "n=3", "hidden=8", "epochs=1"]
    words = [word for one in sets for word in ("--set", one)]
    done = call("run", "modadd-steady", *words, "--device", "cpu", "--json")
    assert done.code == 0, done.err
    (run,) = json.loads(done.out)
    assert (run["status"], run["task"]) == ("finished", "symmetric_group")
