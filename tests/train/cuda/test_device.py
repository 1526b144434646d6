"""On CUDA: graphs against the same work done eagerly. Skipped where there is none.

`make test-cuda` runs these alone. Nobody has run them on a device so far.
"""

from functools import partial

import numpy as np
import pytest
import torch

from grokscope.store.curves.reader import read_attrs
from grokscope.train import session
from grokscope.train.course import Due
from grokscope.train.cuda.ahead import Ahead
from grokscope.train.cuda.graphs import Graphs
from grokscope.train.cuda.lanes import Beside
from grokscope.train.cuda.snapshots import Snapshots
from grokscope.train.ensemble import Ensemble, initial_state
from tests.train.cuda.test_ahead import CASES, EPOCHS, STOP, held, same, trained

pytestmark = [
    pytest.mark.cuda,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="torch finds no CUDA device here"),
]
on_cuda = partial(trained, device="auto", chunk=None)
MODELS = {
    "mlp": ["hidden=[24]"],
    "narrow mlp": ["hidden=[6]"],
    "transformer": ["model.name=transformer", "d_model=16", "heads=2", "d_mlp=32"],
    "decoder": ["model.name=decoder", "d_model=16", "heads=2", "d_mlp=32"],
}


@pytest.fixture
def eagerly(monkeypatch):
    """Train epoch by epoch on the device, without graphs."""

    def use():
        monkeypatch.setattr(session, "OnCuda", lambda device, notify: session.Course)

    return use


@pytest.mark.parametrize("changes", CASES.values(), ids=CASES)
def test_graphs_record_what_eager_training_records(small, tmp_path, eagerly, changes):
    runs = [small(EPOCHS, "dense_until=3", f"seed={s}", *changes) for s in range(3)]
    ours = on_cuda(runs, tmp_path / "graphs")
    assert {read_attrs(run)["execution"] for run in ours} == {"graphs"}
    eagerly()
    same(ours, on_cuda(runs, tmp_path / "eager"))


@pytest.mark.parametrize("loss", ["cross_entropy", "mse"])
@pytest.mark.parametrize("precision", ["highest", "tf32", "bf16"])
@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_every_model_can_be_captured(small, tmp_path, model, precision, loss):
    one = small(*model, "epochs=80", "dense_until=1", f"precision={precision}", f"loss={loss}")
    (run,) = on_cuda([one], tmp_path)
    assert read_attrs(run)["execution"] == "graphs"
    assert np.isfinite(held(run)[0]["rows"]).all()


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_one_step_is_that_of_the_cpu(small, model):
    one = small(*model, "batch_size=0")
    rows = []
    for device in ("cpu", "cuda"):
        only = Ensemble([one], [one.split()], [initial_state(one)], torch.device(device), 1)
        only.advance()
        rows.append(only.weights(0))
    np.testing.assert_allclose(rows[1], rows[0], rtol=1e-4, atol=2e-5)


def test_training_is_repeated_bit_for_bit(small, tmp_path):
    runs = [small("epochs=60", "shuffle=true", f"seed={s}", *STOP, "stop_hold=30") for s in (1, 2)]
    same(on_cuda(runs, tmp_path / "once"), on_cuda(runs, tmp_path / "again"))


def test_a_block_asks_nothing_of_the_host(small):
    one = small("epochs=400", "shuffle=true")
    device = torch.device("cuda")
    ensemble = Ensemble([one], [one.split()], [initial_state(one)], device, 1)
    due = Due(400, 1, lambda epoch: epoch == 400, [])
    ahead = Ahead(ensemble, due, Graphs(device, pytest.fail), Beside(device))
    for _ in range(4):
        list(ahead.advance())
    ahead.orders.reach(4)
    ahead.numbers.reach(4 * ahead.steps)
    torch.cuda.set_sync_debug_mode("error")
    try:
        ahead._train(4, frozenset({1, 2, 3, 4}))
    finally:
        torch.cuda.set_sync_debug_mode("default")


def test_snapshots_are_of_their_own_time_while_the_device_is_busy():
    theta = torch.zeros(64, 200_000, device="cuda")
    snapshots = Snapshots(theta, Beside(theta.device))
    busy = torch.randn(4096, 4096, device="cuda")
    taken = []
    for k in range(4):
        for _ in range(20):
            busy = (busy @ busy).clamp(-1, 1)
        theta.fill_(k)
        taken.append(snapshots.take())
    theta.fill_(-1)
    for k, snapshot in enumerate(taken):
        snapshot.arrived.synchronize()
        assert set(snapshot.row(63).tolist()) == {float(k)}
