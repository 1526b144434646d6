"""Labels: every group has one, and pairs are among them."""

from grokscope.studies.grokking_vs_learning.figures import labels
from grokscope.studies.grokking_vs_learning.groups import ISING_SCALES, MODADD_SCALES


def test_every_init_scale_has_a_label_and_a_colour_of_its_own():
    assert set(labels.MODADD.values()) == set(MODADD_SCALES.values())
    assert set(labels.ISING.values()) == set(ISING_SCALES.values())
    assert set(labels.COLOURS) == {*labels.MODADD, *labels.ISING}
    assert {label: float(label.split()[1]) for label in labels.COLOURS} == labels.SCALES


def test_pairs_are_of_one_task_and_steady_first():
    assert list(labels.PAIR) == ["init_scale 1", "init_scale 10"]
    assert list(labels.ISING_PAIR) == ["init_scale 1", "init_scale 5"]
