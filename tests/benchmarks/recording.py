"""Recording a loop of one's own: what it costs, beside a step of the loop."""

import tempfile
import time

import numpy as np
import torch

from grokscope import Recorder

P, HIDDEN, METRICS = 113, 512, 30
SECONDS = 25.0
"""Long enough for publishing, heartbeats and waiting for the disk to happen at their pace."""


def full_batch():
    """Return a step of the network that learns addition modulo 113, all examples at once."""
    torch.manual_seed(0)
    torch.set_num_threads(1)
    count = int(0.7 * P * P)
    inputs, labels = torch.rand(count, 2 * P), torch.randint(P, (count,))
    model = torch.nn.Sequential(
        torch.nn.Linear(2 * P, HIDDEN), torch.nn.ReLU(), torch.nn.Linear(HIDDEN, P)
    )
    optimizer = torch.optim.AdamW(model.parameters())

    def step():
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(model(inputs), labels)
        loss.backward()
        optimizer.step()
        return loss

    return step


def share(store, name, step):
    """Return the part of a loop's time that recording takes, and CPU seconds of each call."""
    calls, spent = [], 0.0
    began = time.perf_counter()
    with Recorder(name, store=store, time_unit="step") as rec:
        while time.perf_counter() - began < SECONDS:
            loss = step()
            start, cpu = time.perf_counter(), time.thread_time()
            rec.log(len(calls), **{f"metric{i}": loss for i in range(METRICS)})
            calls.append(time.thread_time() - cpu)
            spent += time.perf_counter() - start
        ended = time.perf_counter()
    return spent / (ended - began), calls


def probes(store):
    """Return the seconds that one probe of 64 kB takes, flushing included."""
    values = np.zeros((128, 128), np.float32)
    with Recorder("probed", store=store, time_unit="step") as rec:
        start = time.process_time()
        for step in range(500):
            rec.probe("activations", values, step=step)
        rec._writer._flush()
        return (time.process_time() - start) / 500


def figures():
    """Yield (name, value, unit, target) for each figure."""
    with tempfile.TemporaryDirectory() as store:
        step = full_batch()
        step()
        part, calls = share(store, "full-batch", step)
        yield "recorder: 30 tensors a step of the full-batch P=113 MLP", 100 * part, "%", "<= 1"
        tiny = torch.zeros((), requires_grad=True)
        part, calls = share(store, "tiny", lambda: time.sleep(1e-3) or tiny)
        yield "  of a step of 1 ms", 100 * part, "%", ""
        yield "  log call, median", 1e6 * np.median(calls), "CPU-µs", ""
        yield "  log call, 99 % of calls", 1e6 * np.quantile(calls, 0.99), "CPU-µs", "<= 200"
        yield "  probe of 64 kB, written", 1e6 * probes(store), "CPU-µs", ""
