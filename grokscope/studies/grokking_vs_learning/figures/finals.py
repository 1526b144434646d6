"""What figures show of final networks alone."""

import numpy as np
from numpy.typing import NDArray

from grokscope.analysis import final_network
from grokscope.features import features_of
from grokscope.spectra import neuron_powers
from grokscope.steps import draw_examples
from grokscope.study import Trained

SAMPLES = 256
"""Test inputs of the Fisher metric, those that measures take."""


def lattices(run: Trained) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Return preactivations of the final network by layer, and features of the test lattices.

    Returns
    -------
    dict of ndarray, each (example, unit)
    ndarray, (example, feature)
    """
    tree, network, row = final_network(run.path, run.device)
    x, _ = draw_examples(tree, "test", np.iinfo(np.int64).max, 0)
    found = network.activations(row, x)
    return {name: z[0] for name, z in found.items()}, features_of(x[:, 0])


def output_powers(run: Trained) -> NDArray[np.float64]:
    """Return the power of each neuron's output weights, (neuron, Fourier component)."""
    tree, _, _ = final_network(run.path, run.device)
    ((_, power),) = neuron_powers(tree, "output")
    return power[0, :, 0]


def fisher_diagonal(run: Trained) -> NDArray[np.float64]:
    """Return the diagonal of the Fisher metric, (parameter,); output score, test inputs."""
    tree, network, row = final_network(run.path, run.device)
    x, y = draw_examples(tree, "test", SAMPLES, 0)
    return network.fisher_diagonal(row, x, y, "output")[0].astype(float)
