"""Device: how much of an ensemble advances at once."""

import torch

from grokscope.train.device import cores
