"""Graphs: work of the same shape, recorded once and replayed."""

from collections.abc import Callable, Hashable
from typing import Protocol

import torch

Work = Callable[[], None]
WITHOUT = "training goes on without CUDA graphs, more slowly: {}"
"""What is told where there can be none."""


class Replayer(Protocol):
    """Does work that is the same each time, but for what lies in the tensors it works on."""

    execution: str
    """How: "graphs", or "eager" and why."""

    def run(self, key: Hashable, work: Work) -> None:
        """Do some work; all work of one key is the same."""
        ...

    def forget(self) -> None:
        """Let go of what was recorded, because other work follows under the same keys."""
        ...


class Plain:
    """Calls the work each time."""

    def __init__(self, reason: str = "") -> None:
        self.execution = f"eager: {reason}" if reason else "eager"

    def run(self, key: Hashable, work: Work) -> None:
        """Do some work; see `Replayer.run`."""
        work()

    def forget(self) -> None:
        """Do nothing; see `Replayer.forget`."""


class Graphs:
    """Captures work in a CUDA graph when it comes for the second time, and replays it from then.

    The first time it is done as it is, on the stream that captures: that warms up libraries,
    whose workspaces belong to a stream, and makes the buffers that work keeps. So what comes
    only once is never captured. All graphs share one pool of memory, which is right because they
    run one after another on one stream and leave nothing in it: what they hand on lies in
    buffers made outside. Where capture fails, one line says so and the work goes on eagerly.

    Not run on a device so far.

    Parameters
    ----------
    notify : callable
        Receives the line.
    """

    def __init__(self, device: torch.device, notify: Callable[[str], None]) -> None:
        self.execution = "graphs"
        self.notify = notify
        self._stream = torch.cuda.Stream(device)
        self._pool = torch.cuda.graph_pool_handle()
        self._met: set[Hashable] = set()
        self._graphs: dict[Hashable, torch.cuda.CUDAGraph] = {}

    def run(self, key: Hashable, work: Work) -> None:
        """Do some work; see `Replayer.run`."""
        if self.execution != "graphs":
            work()
        elif key in self._graphs:
            self._graphs[key].replay()
        elif key not in self._met:
            self._met.add(key)
            self._aside(work)
        elif (graph := self._captured(work)) is not None:
            self._graphs[key] = graph
            graph.replay()
        else:
            work()

    def forget(self) -> None:
        """Let go of all graphs; see `Replayer.forget`."""
        torch.cuda.synchronize(self._stream.device)
        self._graphs.clear()
        self._met.clear()
        self._pool = torch.cuda.graph_pool_handle()

    def _aside(self, work: Work) -> None:
        """Do some work on the stream that captures, in the order of the stream in use."""
        here = torch.cuda.current_stream()
        self._stream.wait_stream(here)
        with torch.cuda.stream(self._stream):
            work()
        here.wait_stream(self._stream)

    def _captured(self, work: Work) -> torch.cuda.CUDAGraph | None:
        """Return the graph of some work, which is not done; None where it cannot be captured."""
        graph, here = torch.cuda.CUDAGraph(), torch.cuda.current_stream()
        try:
            # threads that write files may free pinned memory meanwhile
            with torch.cuda.graph(
                graph, pool=self._pool, stream=self._stream, capture_error_mode="thread_local"
            ):
                work()
        except RuntimeError as error:
            # a capture that failed may fail again when it ends, and leaves its stream in use
            torch.cuda.set_stream(here)
            cause = error.__context__ or error
            reason = (str(cause) or type(cause).__name__).splitlines()[0]
            self.execution = f"eager: {reason}"
            self.notify(WITHOUT.format(reason))
            return None
        return graph
