"""Local executor: the same runs from one process or several, stopped and failed cleanly."""

import signal
import threading

import numpy as np
import pytest
import torch

from grokscope.errors import NoDevice
from grokscope.store.checkpoints.trajectory import open_trajectory
from grokscope.train.device import cores
from grokscope.train.executors import local
from grokscope.train.executors.dealing import deal
from grokscope.train.executors.local import execute, processes, visible_gpus
from grokscope.train.plan import plan
from grokscope.train.stop import Stop


def last_row(path):
    return open_trajectory(path).rows(slice(-1, None))[0]


def test_several_processes_give_what_one_gives(small, tmp_path):
    runs = [small("epochs=3", f"seed={seed}") for seed in range(3)]
    found = []
    for jobs in (1, 2):
        store = tmp_path / f"jobs{jobs}"
        store.mkdir()
        plans = plan(runs, store)
        ended = execute(plans, store, device="cpu", jobs=jobs, stop=Stop(), notify=print)
        assert sorted(e.id for e in ended) == sorted(p.id for p in plans)
        assert {e.ending for e in ended} == {"finished"}
        found.append([last_row(p.path) for p in plans])
    np.testing.assert_array_equal(*found)


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_error_of_a_process_is_raised_here(small, tmp_path, jobs):
    plans = plan([small(), small("seed=1")], tmp_path)
    with pytest.raises(NoDevice, match="no device named 'abacus'"):
        execute(plans, tmp_path, device="abacus", jobs=jobs, stop=Stop(), notify=print)


def test_on_cuda_each_process_sees_one_device(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    assert visible_gpus("auto") == visible_gpus("cuda") == ["0", "1"]
    assert visible_gpus("cuda:1") == [""]
    assert visible_gpus("cpu") == []
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "3,GPU-7f")
    assert visible_gpus("auto") == ["3", "GPU-7f"]
    assert [processes(device) for device in ("auto", "cuda:1", "cpu")] == [2, 1, cores()]


def test_an_abort_ends_processes_that_are_still_starting_and_they_say_nothing(
    small, tmp_path, monkeypatch, capfd
):
    seen = []

    def abort(workers, *_):
        seen.extend(workers.values())
        raise KeyboardInterrupt

    monkeypatch.setattr(local, "_gather", abort)
    monkeypatch.setattr(local, "MOMENT", 0.0)
    plans = plan([small(f"seed={seed}") for seed in range(2)], tmp_path)
    with pytest.raises(KeyboardInterrupt):
        execute(plans, tmp_path, device="cpu", jobs=2, stop=Stop(), notify=print)
    assert [worker.is_alive() for worker in seen] == [False, False]
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("jobs", [1, 2])
def test_after_a_stop_no_run_begins(small, tmp_path, jobs):
    plans = plan([small(), small("seed=1")], tmp_path)
    stop = Stop(also=lambda: True)
    assert execute(plans, tmp_path, device="cpu", jobs=jobs, stop=stop, notify=print) == []
    assert list(tmp_path.iterdir()) == []


def test_what_flight_recorders_hold_is_told_once_for_all_processes(small, tmp_path, monkeypatch):
    monkeypatch.setattr(local, "train", lambda *_, **__: [])
    monkeypatch.setattr(local, "_spread", lambda *_: [])
    plans = plan([small("record.flight=5", f"seed={seed}") for seed in range(2)], tmp_path)
    told = []
    for jobs in (1, 2):
        execute(plans, tmp_path, device="cpu", jobs=jobs, stop=Stop(), notify=told.append)
    assert told[0] == told[1]
    assert told[0].startswith("the flight recorder holds up to ")
    assert len(told) == 2


def test_signals_that_another_thread_takes_are_answered_once_processes_have_started():
    told = []
    other = threading.Thread(target=lambda: signal.raise_signal(signal.SIGINT))
    with Stop(tell=lambda: told.append("stopping")) as stop:
        with local._signals_blocked():
            blocked = signal.pthread_sigmask(signal.SIG_BLOCK, ())
            signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
            other.start()
            other.join()
            assert signal.SIGINT in blocked
            assert not stop.requested
        assert stop.requested
    assert told == ["stopping"]


@pytest.mark.slow
def test_processes_train_one_parcel_after_another(small, tmp_path):
    runs = [small(f"epochs={3 + seed}", f"seed={seed}") for seed in range(5)]
    plans, told = plan(runs, tmp_path), []
    assert len(deal(plans, 2)) == 5
    ended = execute(
        plans,
        tmp_path,
        device="cpu",
        jobs=2,
        stop=Stop(),
        notify=told.append,
    )
    assert sorted((e.id, e.ending) for e in ended) == sorted((p.id, "finished") for p in plans)
