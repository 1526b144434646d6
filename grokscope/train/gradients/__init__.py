"""Gradients: of the mean loss of several runs, by autograd or by a quicker path.

Autograd serves every model and is the reference. A path enters where it equals the reference to
rounding and a benchmark shows that it is quicker. A new one is one file and one line here.
"""

import torch

from grokscope.kinds import Model
from grokscope.train.gradients.autograd import Autograd, Bfloat16
from grokscope.train.gradients.convolution import Convolution
from grokscope.train.gradients.dense import Dense
from grokscope.train.gradients.last_position import LastPosition
from grokscope.train.gradients.path import Path

PATHS: dict[str, type[Path]] = {
    path.name: path for path in (Dense, Convolution, LastPosition, Autograd, Bfloat16)
}
"""Quickest first; the last one only where it is asked for."""


def choose(model: Model, device: torch.device) -> str:
    """Return the name of the path a model takes on a device."""
    return next(name for name, path in PATHS.items() if path.fits(model, device))
