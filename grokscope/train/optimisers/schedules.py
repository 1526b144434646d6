"""Schedules: the learning rate of every update, a function of the settings and its number alone."""

import math
from collections.abc import Callable

from grokscope.config.sections import Optimizer, Schedule


def learning_rate(settings: Optimizer, t: int, total_steps: int) -> float:
    """Return the learning rate of one update.

    Of the first `warmup` updates, number t takes the share f + (1 - f) (t - 1) / warmup of `lr`,
    where f is `warmup_from`. The schedule goes over all updates that are left, as torch's do: the
    first takes `lr`, and `final_lr` is where the one after the last would be.

    Parameters
    ----------
    t : int
        Number of the update, from 1 to `total_steps`.
    total_steps : int
        Updates of the whole run.
    """
    done = t - 1
    if done < settings.warmup:
        first = settings.warmup_from
        return settings.lr * (first + (1 - first) * done / settings.warmup)
    done -= settings.warmup
    return SCHEDULES[settings.schedule](settings, done, total_steps - settings.warmup)


def _constant(settings: Optimizer, done: int, total: int) -> float:
    return settings.lr


def _linear(settings: Optimizer, done: int, total: int) -> float:
    return settings.lr + (settings.final_lr - settings.lr) * done / total


def _cosine(settings: Optimizer, done: int, total: int) -> float:
    height = (1 + math.cos(math.pi * done / total)) / 2
    return settings.final_lr + (settings.lr - settings.final_lr) * height


def _exponential(settings: Optimizer, done: int, total: int) -> float:
    return float(settings.lr * (settings.final_lr / settings.lr) ** (done / total))


def _step(settings: Optimizer, done: int, total: int) -> float:
    return float(settings.lr * settings.decay_factor ** (done // settings.decay_every))


SCHEDULES: dict[Schedule, Callable[[Optimizer, int, int], float]] = {
    "constant": _constant,
    "linear": _linear,
    "cosine": _cosine,
    "exponential": _exponential,
    "step": _step,
}
