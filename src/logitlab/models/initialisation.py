"""The parameters that a fit starts from.

Hidden weights and biases are uniform in ±√(6 / (fan_in + fan_out)) (Glorot and Bengio, 2010), or
for relu in ±√(6 / fan_in) (He et al., 2015). The output layer is zero altogether: every logit
starts at 0, every class at probability 1/K, and the loss at exactly log K. The hidden biases are
not zero, since with an odd activation such as tanh and symmetric data (exclusive or) the first
gradient would be zero as well, and no training would ever start.
"""

from __future__ import annotations

from itertools import pairwise
from math import sqrt
from typing import Any

import numpy as np

from logitlab.models.activations import ACTIVATIONS
from logitlab.models.network import Network


def initialise(
    layer_sizes: tuple[int, ...],
    activation: str,
    random: np.random.RandomState,
    dtype: Any = np.float64,
) -> Network:
    """Return a network of NumPy parameters, drawn from `random` alone.

    >>> network = initialise((4, 8, 3), "tanh", np.random.RandomState(0))
    >>> network.logits(np.ones((1, 4)))
    array([[0., 0., 0.]])
    """
    *hidden, (last_in, last_out) = pairwise(layer_sizes)
    parts = []
    for fan_in, fan_out in hidden:
        bound = sqrt(6.0 / (fan_in if activation == "relu" else fan_in + fan_out))
        parts.append(random.uniform(-bound, bound, (fan_in + 1) * fan_out))
    parts.append(np.zeros((last_in + 1) * last_out))
    return Network(layer_sizes, ACTIVATIONS[activation], np.concatenate(parts).astype(dtype))
