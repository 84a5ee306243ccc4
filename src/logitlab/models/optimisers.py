"""Optimisers that move θ by small steps, in order of increasing difficulty.

`update` moves `parameters` in place. `decay` (P,) is the L2 strength of each parameter, zero at
the biases: its gradient, decay · θ, is added to the loss's, except in AdamW.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from array_api_compat import array_namespace

from logitlab.data.arrays import Array, move


class Optimiser(Protocol):
    """Anything that moves θ along a gradient, and remembers what it needs between calls."""

    def update(
        self, parameters: Array, gradient: Array, decay: Array, learning_rate: float
    ) -> None: ...


@dataclass(eq=False)
class SGD:
    """v ← μ v − η g;  θ ← θ + v, or with Nesterov's momentum θ ← θ + μ v − η g."""

    momentum: float = 0.9
    nesterov: bool = True
    velocity: Array | float = 0.0

    def update(
        self, parameters: Array, gradient: Array, decay: Array, learning_rate: float
    ) -> None:
        step = -learning_rate * (gradient + decay * parameters)
        self.velocity = self.momentum * self.velocity + step
        parameters += self.momentum * self.velocity + step if self.nesterov else self.velocity


@dataclass(eq=False)
class Adam:
    """Kingma and Ba (2015): the gradient's running mean over the root of its running square.

        m ← β₁ m + (1 − β₁) g        m̂ = m / (1 − β₁ᵗ)
        v ← β₂ v + (1 − β₂) g²       v̂ = v / (1 − β₂ᵗ)
        θ ← θ − η m̂ / (√v̂ + ε)

    Decoupled, it is AdamW (Loshchilov and Hutter, 2019): first θ ← θ − η · decay · θ, then Adam
    on the gradient of the loss alone.
    """

    decoupled: bool = False
    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-8
    steps: int = 0
    mean: Array | float = 0.0
    square: Array | float = 0.0

    def update(
        self, parameters: Array, gradient: Array, decay: Array, learning_rate: float
    ) -> None:
        xp = array_namespace(parameters)
        if self.decoupled:
            parameters -= learning_rate * decay * parameters
        else:
            gradient = gradient + decay * parameters
        self.steps += 1
        self.mean = self.beta_1 * self.mean + (1.0 - self.beta_1) * gradient
        self.square = self.beta_2 * self.square + (1.0 - self.beta_2) * gradient**2
        mean = self.mean / (1.0 - self.beta_1**self.steps)
        square = self.square / (1.0 - self.beta_2**self.steps)
        parameters -= learning_rate * mean / (xp.sqrt(square) + self.epsilon)


def move_state(optimiser: Optimiser, like: Array) -> None:
    """Move what an optimiser remembers to the library, and the device, of `like`."""
    for name, value in vars(optimiser).items():
        if not isinstance(value, int | float):
            setattr(optimiser, name, move(value, like))


def optimiser(solver: str, momentum: float) -> Optimiser:
    """Return the optimiser of a solver's name; "lbfgs" has none, and gets Adam for partial_fit."""
    return SGD(momentum) if solver == "sgd" else Adam(decoupled=solver == "adamw")
