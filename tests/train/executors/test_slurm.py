"""SLURM: a job array that is given paths, tried with submitit's own stand-ins for a cluster."""

import json
import os
import pickle
import sys

import pytest

from grokscope.errors import BadConfig, MissingPackage
from grokscope.store.listing.catalogue import Catalogue
from grokscope.train.executors.slurm import ORDERS, Work, submit


@pytest.fixture
def _submitit():
    pytest.importorskip("submitit", reason="submitit, an optional package, is not installed")


def test_without_submitit_it_is_said_how_to_get_it(small, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "submitit", None)
    with pytest.raises(MissingPackage, match=r"pip install 'grokscope\[slurm\]'"):
        submit([small()], tmp_path, tasks=1)


def test_a_task_trains_its_share_of_an_order_and_finds_it_done_when_queued_again(
    small, tmp_path, monkeypatch
):
    monkeypatch.setattr("grokscope.train.executors.local.cores", lambda: 1)
    runs = [small(f"seed={seed}", "epochs=2") for seed in range(3)]
    order, store = tmp_path / "order.json", tmp_path / "store"
    store.mkdir()
    configs = [one.as_config() for one in runs]
    told = {"experiments": configs, "store": str(store), "device": "cpu"}
    order.write_text(json.dumps(told))
    works = [Work(str(order), part, 2) for part in range(2)]
    trained = [pickle.loads(pickle.dumps(work))() for work in works]
    assert sorted(id for ids in trained for id in ids) == sorted(one.run_id for one in runs)
    assert [run.status for run in Catalogue(store).refresh()] == ["finished"] * 3
    assert works[0]() == trained[0]


@pytest.mark.usefixtures("_submitit")
@pytest.mark.slow
def test_tasks_in_processes_of_their_own_train_every_run(small, tmp_path):
    runs = [small(f"seed={seed}", "epochs=2") for seed in range(3)]
    jobs = submit(runs, tmp_path, tasks=2, device="cpu", cluster="local")
    assert sorted(id for job in jobs for id in job.result()) == sorted(r.run_id for r in runs)
    assert {run.status for run in Catalogue(tmp_path).refresh()} == {"finished"}
    (order,) = (tmp_path / ORDERS).glob("*.json")
    assert len(json.loads(order.read_text())["experiments"]) == 3


SBATCH = """#!/bin/sh
cat "$1" >> {told}
echo Submitted batch job 12
"""


@pytest.mark.usefixtures("_submitit")
def test_slurm_is_given_one_array_with_the_options_named_as_its_own(small, tmp_path, monkeypatch):
    for name in ("srun", "sbatch"):
        tool = tmp_path / "bin" / name
        tool.parent.mkdir(exist_ok=True)
        tool.write_text(SBATCH.format(told=tmp_path / "told"))
        tool.chmod(0o755)
    monkeypatch.setenv("PATH", str(tool.parent), prepend=os.pathsep)
    runs = [small(f"seed={seed}") for seed in range(5)]
    options = {"partition": "long", "timeout_min": 90, "array_parallelism": 2}
    jobs = submit(runs, tmp_path, tasks=3, options=options)
    assert [job.job_id for job in jobs] == ["12_0", "12_1", "12_2"]
    told = (tmp_path / "told").read_text()
    for line in ("--array=0-2%2", "--partition=long", "--time=90", "--job-name=grokscope"):
        assert f"#SBATCH {line}\n" in told


@pytest.mark.usefixtures("_submitit")
def test_a_task_that_is_preempted_is_queued_again_as_it_was():
    work = Work("order.json", 1, 4)
    assert work.checkpoint().function == work


@pytest.mark.usefixtures("_submitit")
@pytest.mark.parametrize(
    ("cluster", "options"), [("slurm", {}), ("fog", {}), ("debug", {"cores": 3})]
)
def test_what_no_cluster_takes_is_refused_in_one_line(small, tmp_path, cluster, options):
    with pytest.raises(BadConfig, match=f"{cluster} takes no such job: ") as caught:
        submit([small()], tmp_path, tasks=1, options=options, cluster=cluster)
    assert "\n" not in str(caught.value)
