"""Ensemble: the plain module's steps, and each run as if it were alone, to the last bit."""

import numpy as np
import pytest
import torch

from grokscope.config import Experiment, override
from grokscope.train.device import settle
from grokscope.train.ensemble import Ensemble, initial_state, shape_key

CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def _one_thread():
    settle()


def experiment(seed=0, *assignments):
    base = Experiment.from_config(
        {
            "name": "small",
            "seed": seed,
            "task": {"name": "modular_addition", "p": 11},
            "model": {"name": "mlp", "hidden": [24]},
            "optimizer": {"name": "adam", "lr": 1e-2, "weight_decay": 1e-3},
            "training": {"epochs": 10, "batch_size": 16},
        }
    )
    return override(base, assignments)


def ensemble(experiments, chunk=1, states=None):
    states = states or [initial_state(e) for e in experiments]
    return Ensemble(experiments, [e.split() for e in experiments], states, CPU, chunk)


def trained(experiments, epochs=5, chunk=1):
    together = ensemble(experiments, chunk)
    for _ in range(epochs):
        together.advance()
    return together


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "adamw"])
@pytest.mark.parametrize("chunk", [1, 3, 8])
def test_a_run_does_not_notice_its_company(optimizer, chunk):
    change = (f"optimizer.name={optimizer}",)
    many = [experiment(seed, f"init_scale={1 + seed}", *change) for seed in range(8)]
    together = trained(many, chunk=chunk)
    for r in (0, 5, 7):
        alone = trained(many[r : r + 1])
        np.testing.assert_array_equal(together.weights(r), alone.weights(0))
        assert together.evaluate()[r] == alone.evaluate()[0]


@pytest.mark.parametrize("batch_size", [0, 16, 50])
def test_training_is_that_of_a_plain_module(batch_size):
    one = experiment(3, f"batch_size={batch_size}", "init_scale=2")
    ours = trained([one], epochs=3)
    expected = plain_loop(one, epochs=3)
    np.testing.assert_allclose(ours.weights(0), expected, rtol=2e-3, atol=2e-4)


def transposed(tensor):
    """Return a dense weight (in, out) as a module's (out, in), and a bias as it is."""
    return tensor.mT if tensor.ndim == 2 else tensor


def plain_loop(one, epochs):
    """Return the parameters of a torch.nn.Module trained as anyone would."""
    split = one.split()
    module = one.model.module(one.task.signature)
    tensors = one.layout.views(torch.from_numpy(initial_state(one).theta))
    with torch.no_grad():
        for name, parameter in module.named_parameters():
            parameter.copy_(transposed(tensors[name]))
    settings = one.optimizer
    optimiser = torch.optim.Adam(
        module.parameters(), lr=settings.lr, weight_decay=settings.weight_decay
    )
    order = one.seed.rng("order").permutation(len(split.train_labels))
    inputs = torch.from_numpy(split.train_inputs[order])
    labels = torch.from_numpy(split.train_labels[order])
    size = one.training.batch_size or len(order)
    for _ in range(epochs):
        for start in range(0, len(order), size):
            batch = slice(start, start + size)
            optimiser.zero_grad()
            torch.nn.functional.cross_entropy(module(inputs[batch]), labels[batch]).backward()
            optimiser.step()
    state = {name: transposed(p.detach()).numpy() for name, p in module.named_parameters()}
    return one.layout.pack(state)


@pytest.mark.parametrize(
    "changes",
    [
        ["shuffle=false"],
        ["shuffle=true"],
        ["warmup=3", "schedule=cosine", "clip_norm=0.5"],
        ["weight_decay_to=initial", "weight_decay=0.3"],
        ["keep_norm=true"],
    ],
    ids=" ".join,
)
def test_going_on_from_a_state_equals_never_having_stopped(changes):
    runs = [experiment(seed, *changes) for seed in (0, 1)]
    whole = trained(runs, epochs=6)
    first = trained(runs, epochs=4)
    rest = ensemble(runs, states=[first.state(0), first.state(1)])
    rest.advance()
    rest.advance()
    assert (rest.epoch, rest.step) == (whole.epoch, whole.step)
    for r in (0, 1):
        np.testing.assert_array_equal(rest.weights(r), whole.weights(r))


def test_a_schedule_leads_to_the_end_of_the_run():
    one = experiment(0, "schedule=linear", "batch_size=50")
    steps = one.training.epochs * one.steps_per_epoch
    assert ensemble([one]).optimiser.total_steps == steps


def test_a_kept_norm_is_that_of_the_initial_weights_wherever_training_began():
    running = trained([experiment(4, "init_scale=3")])
    free = running.evaluate()[0]["weight_norm"]
    kept = ensemble([experiment(4, "init_scale=3", "keep_norm=true")], states=[running.state(0)])
    kept.advance()
    start = np.linalg.norm(initial_state(experiment(4, "init_scale=3")).theta.astype(float))
    assert free != pytest.approx(start, rel=1e-4)
    assert kept.evaluate()[0]["weight_norm"] == pytest.approx(start, rel=1e-6)


def test_metrics_are_those_of_the_present_weights():
    one = experiment(1)
    metrics = ensemble([one]).evaluate()[0]
    split = one.split()
    module = one.model.module(one.task.signature)
    theta = torch.from_numpy(initial_state(one).theta)
    with torch.no_grad():
        for name, parameter in module.named_parameters():
            parameter.copy_(transposed(one.layout.views(theta)[name]))
        logits = module(torch.from_numpy(split.test_inputs))
        labels = torch.from_numpy(split.test_labels)
        loss = torch.nn.functional.cross_entropy(logits, labels)
    assert metrics["test_loss"] == pytest.approx(loss.item(), rel=1e-5)
    assert metrics["test_accuracy"] == pytest.approx((logits.argmax(1) == labels).float().mean())
    assert metrics["weight_norm"] == pytest.approx(theta.double().norm().item())


def test_a_state_is_a_copy():
    running = ensemble([experiment()])
    before = running.state(0)
    kept = before.theta.copy()
    running.advance()
    np.testing.assert_array_equal(before.theta, kept)


def test_only_seeds_scale_and_optimiser_settings_may_differ_within_an_ensemble():
    base = experiment()
    key = shape_key(base, base.split())
    for change in ("seed=4", "init_scale=9", "lr=1", "weight_decay=1"):
        other = override(base, [change])
        assert shape_key(other, other.split()) == key
    for change in ("hidden=[8]", "p=7", "batch_size=8", "optimizer.name=sgd", "epochs=3"):
        other = override(base, [change])
        assert shape_key(other, other.split()) != key


def test_a_fixed_order_repeats_and_a_shuffled_one_does_not():
    for shuffle in ("false", "true"):
        batches = ensemble([experiment(0, f"shuffle={shuffle}")]).batches
        first = torch.cat([labels for _, labels in batches.epoch(0)], dim=1)
        second = torch.cat([labels for _, labels in batches.epoch(1)], dim=1)
        assert torch.equal(first, second) == (shuffle == "false")
        assert torch.equal(first.sort().values, second.sort().values)


def test_leaving_some_runs_behind_changes_nothing_for_the_others():
    many = [experiment(seed) for seed in range(4)]
    whole, rest = trained(many, epochs=5, chunk=3), trained(many, epochs=2, chunk=3).only([1, 3])
    for _ in range(3):
        rest.advance()
    assert (rest.epoch, rest.step) == (whole.epoch, whole.step)
    for now, before in ((0, 1), (1, 3)):
        np.testing.assert_array_equal(rest.weights(now), whole.weights(before))


@pytest.mark.parametrize("chunk", [1, 3, 8])
@pytest.mark.parametrize("loss", ["cross_entropy", "mse"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_every_loss_leaves_a_run_alone(chunk, loss, dtype):
    change = (f"loss={loss}", f"loss_dtype={dtype}", "batch_size=0")
    many = [experiment(seed, *change) for seed in range(8)]
    together, alone = trained(many, chunk=chunk), trained(many[6:7])
    np.testing.assert_array_equal(together.weights(6), alone.weights(0))
    assert together.evaluate()[6] == alone.evaluate()[0]
