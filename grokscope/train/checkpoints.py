"""Checkpoints: which epochs of a run are kept."""

from grokscope.config.sections import Record


def kept_epochs(record: Record, epochs: int) -> frozenset[int]:
    """Return the epochs, from 0 to `epochs`, whose parameters are kept.

    Every `interval`-th epoch of the dense window; then triples e, e + interval, e + 2 interval
    whose first epochs grow by `ratio`; and always the first and the last epoch.
    """
    f = record.interval
    window = min(record.dense_until, epochs)
    kept = {0, epochs, *range(0, window + 1, f)}
    start = max(record.dense_until, f)
    while start <= epochs:
        kept.update(range(start, min(start + 2 * f, epochs) + 1, f))
        start = max(round(start * record.ratio / f) * f, start + 3 * f)
    return frozenset(kept)
