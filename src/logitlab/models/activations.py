"""The hidden layers' activations, each beside its derivative.

A derivative is written in terms of the output h = f(a), which is what a network keeps:
`backward(h, dh)` returns ∂L/∂a = dh · f'(a).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from array_api_compat import array_namespace

from logitlab.data.arrays import Array


class Activation(NamedTuple):
    name: str
    forward: Callable[[Array], Array]
    backward: Callable[[Array, Array], Array]


def identity(a: Array) -> Array:
    """h = a."""
    return a


def identity_backward(h: Array, dh: Array) -> Array:
    """h' = 1."""
    return dh


def relu(a: Array) -> Array:
    """h = max(a, 0)."""
    return array_namespace(a).where(a > 0, a, array_namespace(a).zeros_like(a))


def relu_backward(h: Array, dh: Array) -> Array:
    """h' = 1 where a > 0, else 0 (at 0 itself the convention is 0)."""
    return array_namespace(h).where(h > 0, dh, array_namespace(h).zeros_like(dh))


def tanh(a: Array) -> Array:
    """h = tanh a."""
    return array_namespace(a).tanh(a)


def tanh_backward(h: Array, dh: Array) -> Array:
    """h' = 1 − h²."""
    return dh * (1.0 - h * h)


def logistic(a: Array) -> Array:
    """h = 1 / (1 + exp(−a)), as ½ (1 + tanh(a/2)), which cannot overflow."""
    return 0.5 * (1.0 + array_namespace(a).tanh(0.5 * a))


def logistic_backward(h: Array, dh: Array) -> Array:
    """h' = h (1 − h)."""
    return dh * h * (1.0 - h)


def elu(a: Array) -> Array:
    """h = a where a > 0, else exp(a) − 1 (Clevert et al., 2016): a rectifier without a kink."""
    xp = array_namespace(a)
    return xp.where(a > 0, a, xp.expm1(xp.where(a > 0, xp.zeros_like(a), a)))  # no overflow


def elu_backward(h: Array, dh: Array) -> Array:
    """h' = 1 where a > 0, else exp a = h + 1."""
    return array_namespace(h).where(h > 0, dh, dh * (h + 1.0))


#: name -> the pair; all but elu are scikit-learn's MLPClassifier's, under its names
ACTIVATIONS = {
    activation.name: activation
    for activation in (
        Activation("identity", identity, identity_backward),
        Activation("logistic", logistic, logistic_backward),
        Activation("tanh", tanh, tanh_backward),
        Activation("relu", relu, relu_backward),
        Activation("elu", elu, elu_backward),
    )
}
