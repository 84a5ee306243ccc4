"""A multilayer perceptron: every forward stands beside its backward.

    features (N, D) -> [linear -> activation] -> … -> linear -> logits z (N, K)

The loss and its gradient with respect to the logits, ŷ − y, come from `logitlab.kernels`;
`Network.backward` carries that gradient back to every parameter by the chain rule, written out
by hand. The lines are in the array API standard: they run on NumPy arrays and on torch tensors,
on a CPU or a GPU, and no automatic differentiation takes part.

All parameters θ live in one vector (P,), and the layers are views into it: an optimiser moves
one vector, and a gradient is one vector of the same shape.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

from array_api_compat import array_namespace

from logitlab.data.arrays import Array, move
from logitlab.models.activations import Activation


def linear(x: Array, weight: Array, bias: Array) -> Array:
    """a = x W + b:  (N, D) · (D, H) + (H,) -> (N, H)."""
    return x @ weight + bias


def linear_backward(x: Array, weight: Array, da: Array) -> tuple[Array, Array, Array]:
    """∂L/∂x = da Wᵀ (N, D),  ∂L/∂W = xᵀ da (D, H),  ∂L/∂b = Σ_n da_n (H,)."""
    xp = array_namespace(da)
    return da @ weight.T, x.T @ da, xp.sum(da, axis=0)


class Layer(NamedTuple):
    """The parameters of one linear layer, or the gradient with respect to them."""

    weight: Array  # (D, H)
    bias: Array  # (H,)


@dataclass(frozen=True, eq=False)
class Network:
    """Layer sizes (D, H_1, …, K), the hidden layers' activation, and the parameters θ.

    Two sizes (D, K) make softmax regression.

    >>> import numpy as np
    >>> from logitlab.models.activations import ACTIVATIONS
    >>> network = Network((2, 3), ACTIVATIONS["tanh"], np.zeros(9))
    >>> network.logits(np.ones((1, 2)))
    array([[0., 0., 0.]])
    """

    layer_sizes: tuple[int, ...]
    activation: Activation
    parameters: Array  # (P,)

    def layers(self) -> list[Layer]:
        """Return the layers as views into θ: each weight, then its bias."""
        layers, start = [], 0
        for fan_in, fan_out in pairwise(self.layer_sizes):
            middle, end = start + fan_in * fan_out, start + fan_in * fan_out + fan_out
            weight = self.parameters[start:middle].reshape((fan_in, fan_out))
            layers.append(Layer(weight, self.parameters[middle:end]))
            start = end
        return layers

    def forward(self, x: Array) -> list[Array]:
        """Return every layer's output: x itself, the hidden layers, and the logits last."""
        outputs = [x]
        *hidden, last = self.layers()
        for layer in hidden:
            outputs.append(self.activation.forward(linear(outputs[-1], *layer)))
        outputs.append(linear(outputs[-1], *last))
        return outputs

    def backward(self, outputs: list[Array], dlogits: Array) -> Array:
        """Return ∂L/∂θ (P,) from the outputs of `forward` and ∂L/∂z (N, K)."""
        xp = array_namespace(dlogits)
        gradient: list[Array] = []
        layers, da = self.layers(), dlogits
        for index in reversed(range(len(layers))):
            x, layer = outputs[index], layers[index]
            dx, dweight, dbias = linear_backward(x, layer.weight, da)
            gradient = [dweight.reshape((-1,)), dbias, *gradient]
            if index > 0:  # x is the output of the hidden layer below
                da = self.activation.backward(x, dx)
        return xp.concat(gradient)

    def logits(self, x: Array) -> Array:
        """Return z (N, K)."""
        return self.forward(x)[-1]

    def to(self, like: Array) -> Network:
        """Return a copy whose θ is in the library, and on the device, of `like`."""
        xp = array_namespace(like)
        return replace(self, parameters=xp.asarray(move(self.parameters, like), copy=True))

    def fan_in(self) -> Array:
        """Return (P,): at each weight its layer's number of inputs, and 0 at the biases."""
        xp = array_namespace(self.parameters)
        result = xp.zeros_like(self.parameters)
        start = 0
        for fan_in, fan_out in pairwise(self.layer_sizes):
            result[start : start + fan_in * fan_out] = fan_in
            start += fan_in * fan_out + fan_out
        return result


def parameter_count(layer_sizes: tuple[int, ...]) -> int:
    """Return P.

    >>> parameter_count((64, 100, 10))
    7510
    """
    return sum((fan_in + 1) * fan_out for fan_in, fan_out in pairwise(layer_sizes))
