"""Modular arithmetic: values by hand, laws of arithmetic, how labels fall, what is refused."""

import json
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grokscope.errors import BadConfig
from grokscope.events import Yardstick
from grokscope.tasks import TASKS
from grokscope.tasks.modular_arithmetic import FORMULAS, Operation, inverses
from tests.cli.conftest import call

ModularArithmetic = TASKS["modular_arithmetic"]
PRIMES = st.sampled_from([2, 3, 5, 7, 11, 13])
OPERATIONS = st.sampled_from(list(FORMULAS))


def result(operation, x, y, p=7):
    """Return x ∘ y as the table has it."""
    inputs, labels = ModularArithmetic(p=p, operation=operation).table()
    (row,) = np.flatnonzero((inputs == [x, y]).all(axis=1))
    return labels[row]


@pytest.mark.parametrize(
    ("operation", "x", "y", "expected"),
    [
        ("addition", 5, 4, 2),
        ("subtraction", 2, 5, 4),
        ("multiplication", 3, 5, 1),
        ("division", 3, 5, 2),
        ("conditional", 3, 5, 2),
        ("conditional", 3, 4, 6),
        ("conditional", 3, 0, 3),
        ("x^2+y^2", 3, 5, 6),
        ("x^2+xy+y^2", 3, 5, 0),
        ("x^2+xy+y^2+x", 3, 5, 3),
        ("x^3+xy", 2, 5, 4),
        ("x^3+xy^2+y", 3, 2, 6),
    ],
)
def test_values_by_hand_modulo_7(operation, x, y, expected):
    assert result(operation, x, y) == expected


@given(st.sampled_from([o for o in FORMULAS if "^" in o]), st.integers(2, 30))
def test_a_polynomial_is_what_its_name_says(operation, p):
    formula = operation.replace("xy", "x*y").replace("^", "**")
    inputs, labels = ModularArithmetic(p=p, operation=operation).table()
    expected = [eval(formula, {"x": x, "y": y}) % p for x, y in inputs.tolist()]
    assert labels.tolist() == expected


@given(PRIMES, st.data())
def test_division_undoes_multiplication_and_subtraction_addition(p, data):
    x, y = data.draw(st.integers(0, p - 1)), data.draw(st.integers(1, p - 1))
    assert result("multiplication", result("division", x, y, p), y, p) == x
    assert result("division", result("multiplication", x, y, p), y, p) == x
    assert result("addition", result("subtraction", x, y, p), y, p) == x


def test_conditional_divides_by_what_is_odd():
    task = {name: ModularArithmetic(p=97, operation=name) for name in FORMULAS}
    inputs, labels = task["conditional"].table()
    quotients, differences = (task[name].apply(*inputs.T) for name in ("division", "subtraction"))
    odd = inputs[:, 1] % 2 == 1
    np.testing.assert_array_equal(labels[odd], quotients[odd])
    np.testing.assert_array_equal(labels[~odd], differences[~odd])
    assert odd.sum() == 48 * 97


@given(PRIMES, OPERATIONS, st.integers(0, 9))
def test_every_pair_is_seen_exactly_once(p, operation, seed):
    task = ModularArithmetic(p=p, operation=operation)
    split = task.split(np.random.default_rng(seed))
    pairs = np.concatenate([split.train_inputs, split.test_inputs])
    labels = np.concatenate([split.train_labels, split.test_labels])
    first = 1 if operation == "division" else 0
    assert sorted(map(tuple, pairs)) == [(x, y) for x in range(p) for y in range(first, p)]
    np.testing.assert_array_equal(labels, task.apply(*pairs.T))
    assert ((labels >= 0) & (labels < p)).all()


def test_the_paper_s_tables_have_9409_pairs_and_9312_of_division():
    assert ModularArithmetic().n_examples == 9312
    assert ModularArithmetic(operation="x^3+xy").n_examples == 9409


def test_addition_is_the_task_modular_addition():
    keys = {"p": 23, "train_fraction": 0.3}
    ours = ModularArithmetic(operation="addition", **keys).split(np.random.default_rng(5))
    theirs = TASKS["modular_addition"](**keys).split(np.random.default_rng(5))
    for name in ("train_inputs", "train_labels", "test_inputs", "test_labels"):
        np.testing.assert_array_equal(getattr(ours, name), getattr(theirs, name))


@pytest.mark.parametrize("operation", ["addition", "subtraction", "division", "conditional"])
def test_labels_are_equally_frequent_where_each_column_is_a_bijection(operation):
    assert ModularArithmetic(operation=operation).chance == 1 / 97


@pytest.mark.parametrize(
    ("operation", "p", "count"),
    [
        # a form that is zero on 2p - 1 pairs, and p - 1 times every other number
        ("multiplication", 97, 193),
        ("x^2+y^2", 97, 193),
        ("x^2+xy+y^2", 97, 193),
        # one that is zero at (0, 0) alone, and p + 1 times every other number
        ("x^2+y^2", 7, 8),
        ("x^2+xy+y^2", 5, 6),
    ],
)
def test_how_often_the_most_frequent_label_falls_is_known(operation, p, count):
    assert ModularArithmetic(p=p, operation=operation).chance == count / p**2


def test_answering_the_most_frequent_label_is_luck():
    task = ModularArithmetic(operation="x^2+y^2")
    for seed in range(10):
        labels = task.split(np.random.default_rng(seed)).test_labels
        accuracy = (labels == 0).mean()
        assert accuracy < Yardstick(task.chance, len(labels)).luck
        assert accuracy > Yardstick(1 / 97, len(labels)).luck


@given(st.integers(2, 60))
def test_inverses_exist_where_the_greatest_common_divisor_is_1(p):
    found = inverses(p)
    for y in range(p):
        products = [x * y % p for x in range(p)]
        assert products[found[y]] == 1 if 1 in products else found[y] == 0


def test_formulas_and_names_agree():
    assert tuple(FORMULAS) == get_args(Operation)


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"p": 96}, "task.p must be prime for division, got 96"),
        ({"p": 9, "operation": "conditional"}, "task.p must be prime for conditional, got 9"),
        ({"p": 1}, "task.p must be a whole number from 2 to 4096, got 1"),
        ({"p": 4097}, "task.p must be a whole number from 2 to 4096, got 4097"),
        ({"operation": "x+y"}, r"task.operation must be one of addition, .*, got 'x\+y'"),
        ({"train_fraction": 1.0}, "task.train_fraction .* got 1.0 of 9312 examples"),
    ],
)
def test_what_has_no_table_is_refused(keys, message):
    with pytest.raises(BadConfig, match=message):
        ModularArithmetic(**keys)


def test_a_composite_modulus_will_do_where_nothing_is_divided():
    assert ModularArithmetic(p=96, operation="subtraction").n_examples == 96**2


@pytest.mark.parametrize("operation", ["division", "x^2+xy+y^2+x"])
def test_it_trains(operation):
    sets = ["task.name=modular_arithmetic", f"operation={operation}", "p=7", "hidden=8", "epochs=1"]
    words = [word for one in sets for word in ("--set", one)]
    done = call("run", "modadd-steady", *words, "--device", "cpu", "--json")
    assert done.code == 0, done.err
    (run,) = json.loads(done.out)
    assert (run["status"], run["task"]) == ("finished", "modular_arithmetic")
    assert call("ls", f"operation:{operation}", "--json").out.count(run["id"]) >= 1
