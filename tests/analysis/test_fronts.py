"""Fronts of stored runs: the ends are those of the runs, and the front is theirs."""

import numpy as np
import pytest

from grokscope.analysis import loss_compression
from grokscope.errors import BadConfig, MissingData, UnknownName
from grokscope.events import Yardstick
from grokscope.layout import Layout, ParameterSpec
from grokscope.store import RunWriter

LAYOUT = Layout((ParameterSpec("w", ("a",), (4,)),))
NAMES = ("a", "b", "c", "d")


@pytest.fixture
def runs(tmp_path):
    """Runs that end with a loss, and weights of which more or fewer matter."""
    made = []
    ends = [(1.0, [1, 1, 1, 1]), (2.0, [4, 0, 0, 0]), (3.0, [1, 1, 0, 0]), (np.nan, [9, 0, 0, 0])]
    for name, (loss, weights) in zip(NAMES, ends, strict=True):
        config = {"name": name, "model": {"name": "mlp", "hidden": [6]}}
        writer = RunWriter.create(
            tmp_path, name, config=config, yardstick=Yardstick(0.2, 8), layout=LAYOUT
        )
        for epoch, value in enumerate((9.0, loss)):
            writer.log(
                epoch, epoch, {"train_accuracy": 1.0, "test_accuracy": 1.0, "test_loss": value}
            )
            writer.checkpoint(epoch, epoch, np.array(weights, np.float32))
        writer.finish("finished")
        made.append(writer.path)
    return made


def test_the_front_is_that_of_the_last_values(runs):
    found = loss_compression(runs[:3], compressibility="gini")
    assert found["run"].values.tolist() == [run.name for run in runs[:3]]
    np.testing.assert_allclose(found["test_loss"], [1, 2, 3])
    np.testing.assert_allclose(found["gini"], [0, 3 / 4, 1 / 2])
    assert found["front"].values.tolist() == [True, True, False]
    assert found["test_loss"].attrs["long_name"] == "test loss"


def test_what_is_not_known_is_taken_from_before(runs):
    found = loss_compression(runs, compressibility="gini")
    assert found["test_loss"].values[3] == 9
    assert found["front"].values.tolist() == [True, True, False, False]


def test_a_measure_there_is_none_of_is_refused(runs):
    with pytest.raises(UnknownName, match="compresibility"):
        loss_compression(runs, compressibility="compresibility")


@pytest.mark.parametrize(
    ("asked", "error", "told"),
    [
        (
            {"loss": "val_loss"},
            MissingData,
            "run 'a' recorded no 'val_loss'; it has test_accuracy, test_loss",
        ),
        ({"compressibility": "singular_values"}, BadConfig, "has dims checkpoint, tensor, index"),
    ],
)
def test_what_has_no_end_is_refused(runs, asked, error, told):
    with pytest.raises(error, match=told):
        loss_compression(runs, **{"compressibility": "gini"} | asked)
