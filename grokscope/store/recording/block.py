"""The block that a run is recorded in: who may record, and how the run ends."""

from types import TracebackType
from typing import NoReturn, Self

from grokscope.errors import RecorderClosed
from grokscope.store.recording.attempts import Guard
from grokscope.store.writing.writer import Ending, RunWriter


class Block:
    """A writer as a context manager that ends its run as the block ends.

    Parameters
    ----------
    writer : RunWriter
        Of the run; belongs to the block from here on.
    """

    def __init__(self, writer: RunWriter) -> None:
        self._writer = writer
        self.id, self.path = writer.id, writer.path
        self._guard = Guard(self.id)
        self._recording = Entry(self._guard, writer)

    def __enter__(self) -> Self:
        with self._recording:
            return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None or (isinstance(error, SystemExit) and not error.code):
            self.finish()
        elif isinstance(error, KeyboardInterrupt):
            self.finish("interrupted", "interrupted")
        else:
            self.finish("failed", f"{type(error).__name__}: {error}".partition("\n")[0])

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"the recorder of run {self.id!r} stays in the process that made it")

    @property
    def stop_requested(self) -> bool:
        """Whether `grokscope stop` asked for the run's end; ask it at every step of the loop.

        It looks at the disk at most once a second. Nothing ends by itself: a loop that is asked
        saves its state and finishes as interrupted, from where `resume=True` goes on.

        Raises
        ------
        RunHeld
            In a process forked from that of the recorder.

        Examples
        --------
        >>> from grokscope import Recorder
        >>> with Recorder("patient", time_unit="step", resume=True) as rec:
        ...     for step in range(rec.start, 100):
        ...         rec.log(step, train_loss=1 / (step + 1))
        ...         if rec.stop_requested:
        ...             rec.save_resume(step)
        ...             rec.finish("interrupted", "asked to stop")
        ...             break
        """
        with self._guard:
            control = self._writer.control
            return control.stop if self._writer.closed else control.asked()

    def finish(self, status: Ending = "finished", reason: str = "") -> None:
        """Publish the run for the last time, as leaving the block does; once is enough."""
        if not self._guard.foreign:
            with self._guard:
                self._writer.finish(status, reason)


class Entry:
    """Lets one thread in at a time, while the run has not ended."""

    def __init__(self, guard: Guard, writer: RunWriter) -> None:
        self._guard = guard
        self._writer = writer

    def __enter__(self) -> None:
        """Wait for the other threads.

        Raises
        ------
        RecorderClosed
            If the run has ended.
        RunHeld
            In a process forked from that of the recorder.
        """
        self._guard.__enter__()
        if self._writer.closed:
            self._guard.__exit__()
            raise RecorderClosed(
                f"the recorder is closed: run {self._writer.id!r} has ended; record inside its"
                " block"
            )

    def __exit__(self, *error: object) -> None:
        self._guard.__exit__()
