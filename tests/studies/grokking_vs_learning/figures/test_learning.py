"""Figures of learning: every run stands at its init_scale."""

from grokscope.studies.grokking_vs_learning.figures.labels import MODADD, PAIR
from grokscope.studies.grokking_vs_learning.figures.learning import over_seeds, training
from tests.studies.runs import Run


def run(last, **times):
    curves = {name: [0, last] for name in ("train_accuracy", "test_loss", "train_loss")}
    return Run([0, last], **curves, **times)


EVIDENCE = {"modadd-1": [run(0.5, t_train=3, t_test=8)], "modadd-10": [run(1), run(0.9)]}


def test_outcomes_stand_at_the_init_scale_of_their_group():
    times, accuracy, loss = over_seeds(MODADD, PAIR, "modular addition")
    found = accuracy.read(EVIDENCE)
    assert found["init_scale"].values.tolist() == [1, 10]
    assert found["test_accuracy"].sel(group="init_scale 10").values.tolist() == [1, 0.9]
    assert times.y == ("t_test", "t_train")
    assert found["t_test"].values[0, 0] == 8
    assert loss.label == "cross entropy (nat)"


def test_test_curves_are_solid_and_training_dotted():
    panel = training(MODADD, PAIR, "modular addition", "loss")
    assert panel.y == ("test_loss", "train_loss")
    assert panel.groups == ("modadd-1", "modadd-10")
    assert panel.read(EVIDENCE)["train_loss"].sizes == {"group": 2, "seed": 2, "epoch": 2}
