"""The sampler against enumeration and against what is known exactly of the infinite lattice."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ellipk

from grokscope.lattice import (
    CRITICAL_TEMPERATURE,
    _checkerboard,
    _random_sites,
    _thresholds,
    domains,
    energy,
    magnetisation,
    sample,
    up_probability,
    walls,
)

UPDATES = ("checkerboard", "random")


def states(rows, columns):
    """Return every lattice of a shape, int8 (state, row, column)."""
    every = list(itertools.product((-1, 1), repeat=rows * columns))
    return np.array(every, np.int8).reshape(-1, rows, columns)


def field(spins):
    """Return the sum of each spin's neighbours."""
    rolls = [np.roll(spins, shift, axis) for shift in (1, -1) for axis in (-2, -1)]
    return np.sum(rolls, axis=0)


def boltzmann(spins, temperature):
    total = energy(spins) * 2 * spins[0].size
    weight = np.exp(-total / temperature)
    return weight / weight.sum()


def site_update(every, site, temperature):
    """Return the matrix of one heat-bath update of one site, (from, to)."""
    index = {state.tobytes(): i for i, state in enumerate(every)}
    matrix = np.zeros((len(every), len(every)))
    for i, state in enumerate(every):
        up = up_probability(field(state)[site], temperature)
        for spin, probability in ((1, up), (-1, 1 - up)):
            target = state.copy()
            target[site] = spin
            matrix[i, index[target.tobytes()]] += probability
    return matrix


def colour(rows, columns, parity):
    return [s for s in itertools.product(range(rows), range(columns)) if sum(s) % 2 == parity]


def sweep_matrix(every, temperature):
    """Return the matrix of a checkerboard sweep; sites of one colour are no neighbours."""
    matrix = np.eye(len(every))
    for parity in (0, 1):
        for site in colour(*every.shape[1:], parity):
            matrix = matrix @ site_update(every, site, temperature)
    return matrix


@pytest.mark.parametrize("temperature", [0.7, CRITICAL_TEMPERATURE, 5.0])
def test_one_update_is_in_detailed_balance(temperature):
    every = states(2, 2)
    weight = boltzmann(every, temperature)
    for site in itertools.product(range(2), range(2)):
        flow = weight[:, None] * site_update(every, site, temperature)
        np.testing.assert_allclose(flow, flow.T, atol=1e-15)


@pytest.mark.parametrize("shape", [(2, 2), (2, 4)])
@pytest.mark.parametrize("temperature", [0.7, CRITICAL_TEMPERATURE, 5.0])
def test_a_sweep_leaves_the_boltzmann_distribution_as_it_is(shape, temperature):
    every = states(*shape)
    weight = boltzmann(every, temperature)
    np.testing.assert_allclose(weight @ sweep_matrix(every, temperature), weight, atol=1e-14)


def one_sweep(state, temperature, count, update):
    """Return the distribution over states after the sampler's own sweep of one state."""
    bits = np.repeat((state[..., None] > 0).astype(np.uint8), count, axis=-1)
    run = _checkerboard if update == "checkerboard" else _random_sites
    run(np.random.default_rng(1), bits, _thresholds(temperature), 1)
    powers = 2 ** np.arange(state.size)[::-1]
    numbers = np.tensordot(powers, bits.reshape(state.size, count), 1)
    return np.bincount(numbers, minlength=2**state.size)


@pytest.mark.parametrize("shape", [(2, 2), (2, 4)])
def test_the_sampler_takes_the_steps_of_the_enumerated_sweep(shape):
    every, count = states(*shape), 20_000
    matrix = sweep_matrix(every, 1.7)
    for start in (0, 3, 5, len(every) - 2):
        found = one_sweep(every[start], 1.7, count, "checkerboard")
        spread = np.sqrt(count * matrix[start] * (1 - matrix[start]))
        # 5 standard deviations, and one count where almost none is expected
        assert np.all(np.abs(found - count * matrix[start]) <= 5 * spread + 1)


@pytest.mark.parametrize("update", UPDATES)
@pytest.mark.parametrize("temperature", [1.5, CRITICAL_TEMPERATURE, 4.0])
def test_many_sweeps_reach_the_mean_energy_of_all_states(update, temperature):
    every = states(4, 4)
    exact = (boltzmann(every, temperature) * energy(every)).sum()
    lattices = sample(
        np.random.default_rng(2),
        count=4000,
        size=4,
        temperature=temperature,
        sweeps=200,
        update=update,
    )
    found = energy(lattices)
    assert abs(found.mean() - exact) < 5 * found.std() / np.sqrt(len(found))


def onsager(temperature):
    """Return the infinite lattice's energy per bond (Onsager, doi:10.1103/PhysRev.65.117)."""
    k = 1 / temperature
    modulus = 2 * np.sinh(2 * k) / np.cosh(2 * k) ** 2
    inner = 1 + 2 / np.pi * (2 * np.tanh(2 * k) ** 2 - 1) * ellipk(modulus**2)
    return -inner / np.tanh(2 * k) / 2


@pytest.mark.parametrize("temperature", [3.0, 3.5])
def test_the_energy_above_the_transition_is_onsagers(temperature):
    lattices = sample(
        np.random.default_rng(3), count=400, size=16, temperature=temperature, sweeps=200
    )
    found = energy(lattices)
    assert abs(found.mean() - onsager(temperature)) < 5 * found.std() / np.sqrt(len(found))


@pytest.mark.parametrize("temperature", [1.6, 1.9])
def test_ordered_lattices_keep_the_magnetisation_and_energy_of_theory(temperature):
    """From all up, for a quench may end in stripes (Yang 1952, doi:10.1103/PhysRev.85.808)."""
    bits = np.ones((16, 16, 400), np.uint8)
    _checkerboard(np.random.default_rng(4), bits, _thresholds(temperature), 200)
    lattices = 2 * np.moveaxis(bits, 2, 0).astype(np.int8) - 1
    exact = (1 - np.sinh(2 / temperature) ** -4) ** (1 / 8)
    m, e = magnetisation(lattices), energy(lattices)
    assert abs(m.mean() - exact) < 5 * m.std() / 20
    assert abs(e.mean() - onsager(temperature)) < 5 * e.std() / 20


def test_few_sweeps_leave_stripes_that_energy_calls_ordered():
    def striped(sweeps):
        lattices = sample(
            np.random.default_rng(5), count=500, size=16, temperature=1.5, sweeps=sweeps
        )
        return np.mean((np.abs(magnetisation(lattices)) < 0.3) & (energy(lattices) < -0.7))

    assert striped(20) > 0.2 > striped(200) > 0


@pytest.mark.parametrize("update", UPDATES)
def test_the_same_seed_gives_the_same_lattices(update):
    def drawn(seed):
        rng = np.random.default_rng(seed)
        return sample(rng, count=3, size=6, temperature=2.0, sweeps=2, update=update)

    assert drawn(1).shape == (3, 6, 6)
    assert drawn(1).dtype == np.int8
    np.testing.assert_array_equal(drawn(1), drawn(1))
    assert np.any(drawn(1) != drawn(2))


def test_no_sweep_is_infinite_temperature():
    lattices = sample(np.random.default_rng(6), count=500, size=8, temperature=1.0, sweeps=0)
    assert set(np.unique(lattices)) == {-1, 1}
    assert abs(lattices.mean()) < 5 / np.sqrt(lattices.size)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"size": 5}, "needs an even side, got 5"),
        ({"size": 1}, "cannot sample"),
        ({"temperature": 0.0}, "cannot sample"),
        ({"temperature": float("nan")}, "cannot sample"),
        ({"sweeps": -1}, "cannot sample"),
        ({"count": 0}, "cannot sample"),
    ],
)
def test_impossible_lattices_are_refused(change, told):
    settings = {"count": 1, "size": 4, "temperature": 2.0, "sweeps": 1} | change
    with pytest.raises(ValueError, match=told):
        sample(np.random.default_rng(0), **settings)


def test_random_sites_need_no_checkerboard():
    lattices = sample(
        np.random.default_rng(7), count=2, size=5, temperature=2.0, sweeps=3, update="random"
    )
    assert lattices.shape == (2, 5, 5)


def lattice(text):
    return np.array([[1 if c == "#" else -1 for c in row] for row in text.split()], np.int8)


@pytest.mark.parametrize(
    ("text", "e", "m", "across", "count", "largest"),
    [
        ("#### #### #### ####", -1, 1, (0, 0), 1, 1),
        ("##.. ##.. ##.. ##..", -0.5, 0, (0, 0.5), 2, 0.5),
        ("#.#. .#.# #.#. .#.#", 1, 0, (1, 1), 16, 1 / 16),
        ("#... .... .... ...#", -0.5, -0.75, (0.25, 0.25), 3, 14 / 16),
        ("#..# .... .... #..#", -0.5, -0.5, (0.25, 0.25), 2, 12 / 16),
    ],
)
def test_observables_of_lattices_drawn_by_hand(text, e, m, across, count, largest):
    one = lattice(text)[None]
    assert energy(one) == [e]
    assert magnetisation(one) == [m]
    assert walls(one)[:, 0].tolist() == list(across)
    assert [values.tolist() for values in domains(one)] == [[count], [largest]]


def flooded(spins):
    """Return number and largest share of domains by flood fill."""
    size, left, sizes = len(spins), {*np.ndindex(spins.shape)}, []
    while left:
        pond, found = [left.pop()], 1
        while pond:
            r, c = pond.pop()
            for near in ((r + 1, c), (r - 1, c), (r, c + 1), (r, c - 1)):
                near = near[0] % size, near[1] % size
                if near in left and spins[near] == spins[r, c]:
                    left.remove(near)
                    pond.append(near)
                    found += 1
        sizes.append(found)
    return len(sizes), max(sizes) / spins.size


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 6), st.integers(0, 2**32 - 1), st.floats(0.2, 0.8))
def test_domains_are_those_of_a_flood_fill(size, seed, share):
    drawn = np.random.default_rng(seed).random((3, size, size)) < share
    spins = np.where(drawn, 1, -1).astype(np.int8)
    count, largest = domains(spins)
    for one, n, most in zip(spins, count, largest, strict=True):
        assert flooded(one) == (n, most)
