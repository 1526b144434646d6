"""Grokking time: how long generalising lags behind fitting."""

import numpy as np
import xarray as xr

from grokscope.errors import MissingData
from grokscope.events import RULES, Curves, Yardstick
from grokscope.kinds import Measure, Parameter

CURVES = ("train_accuracy", "test_accuracy")


def grokking_time(run: xr.DataTree, *, rule: str) -> xr.DataArray:
    r"""Return the lag between fitting the training set and generalising.

    .. math:: t_{grok} = t_{test} - t_{train}

    A run groks where the lag exceeds :math:`t_{train}`. Evaluations of only one of the two
    accuracies are left out.

    Parameters
    ----------
    run : DataTree
        Holds both accuracies in /metrics, (step,), in [0, 1], and in its attributes what they
        are held against.
    rule : str
        How times are found; see `events`.

    Returns
    -------
    DataArray, ()
        In the task's time unit; negative where the test set came first, NaN where evaluations
        began after one of the times, or ended before it.
    """
    metrics = run["metrics"].to_dataset() if "metrics" in run.children else xr.Dataset()
    missing = [name for name in CURVES if name not in metrics]
    if missing:
        raise MissingData(f"grokking_time needs {' and '.join(missing)}, which this run lacks")
    train, test = (metrics[name].values for name in CURVES)
    both = np.isfinite(train) & np.isfinite(test)
    curves = Curves(
        step=metrics["step"].values[both],
        epoch=metrics["epoch"].values[both],
        train_accuracy=train[both],
        test_accuracy=test[both],
    )
    yardstick = Yardstick.from_attrs(run.attrs)
    outcome = RULES[rule](curves, yardstick, True)
    value = np.nan if outcome.t_grok is None else outcome.t_grok
    return xr.DataArray(value, attrs={"unit_label": yardstick.time_unit})


GROKKING_TIME = Measure(
    name="grokking_time",
    function=grokking_time,
    long_name="lag of test accuracy behind train accuracy",
    units="1",
    unit_label="epoch",
    dims=(),
    reads="curves",
    range=(-float("inf"), float("inf")),
    source="arXiv:2502.01739, section 3",
    parameters=(
        Parameter(
            name="rule",
            default="ceiling",
            choices=tuple(RULES),
            meaning="what counts as reached: 0.95 of the task's ceiling, held three times, or "
            "0.95 of the curve's own maximum as in the paper",
        ),
    ),
)
