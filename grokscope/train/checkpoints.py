"""Checkpoints: which epochs of a run are kept."""

from grokscope.config.sections import Record


def kept_epochs(record: Record, epochs: int, after: int = -1) -> frozenset[int]:
    """Return the epochs behind `after`, up to `epochs`, whose parameters are kept.

    Of those from 0 on: every `interval`-th epoch of the dense window; then triples e, e + interval, e + 2 interval
    whose first epochs grow by `ratio`; and always the first and the last epoch.
    """
    f = record.interval
    window = min(record.dense_until, epochs)
    kept = {0, epochs, *range(0, window + 1, f)}
    start = max(record.dense_until, f)
    while start <= epochs:
        kept.update(range(start, min(start + 2 * f, epochs) + 1, f))
        start = max(round(start * record.ratio / f) * f, start + 3 * f)
    return frozenset(epoch for epoch in kept if epoch > after)
