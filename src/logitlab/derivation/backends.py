"""The arithmetics in which statements are evaluated: float64, 60 digits, and torch.

The first two state the deck's definitions in plain code and differentiate by central
differences; torch uses its own softmax, its own cross-entropy and autograd.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache

import mpmath  # type: ignore[import-untyped]

from logitlab.derivation.compiled import Backend, Number, Vector

DIGITS = 60


def _scalar_backend(
    number: Callable[[float], Number],
    exp: Callable[[Number], Number],
    log: Callable[[Number], Number],
    width: float,
) -> Backend:
    """The deck's definitions on lists of numbers, with differences of the given width."""

    def vector(values: Sequence[float]) -> Vector:
        return [None, *map(number, values)]

    def softmax(z: Vector, i: int) -> Number:
        return exp(z[i]) / sum(map(exp, z[1:]))

    def loss(z: Vector, y: Vector) -> Number:
        exps = [exp(score) for score in z[1:]]
        total = sum(exps)
        return -sum(target * log(e / total) for target, e in zip(y[1:], exps, strict=True))

    def partial(f: Callable[..., Number], at: Vector, k: int | None = None) -> Number:
        """The five-point central difference; its error falls with the width's fourth power."""

        def moved(steps: int) -> Number:
            if k is None:
                return f(at + steps * width)
            return f([*at[:k], at[k] + steps * width, *at[k + 1 :]])

        return (8 * (moved(1) - moved(-1)) - (moved(2) - moved(-2))) / (12 * width)

    def at(f: Callable[[Vector], Number], z: Vector, constant: Number) -> Number:
        return f([None, *[constant] * (len(z) - 1)])

    return Backend(number, vector, exp, log, softmax, loss, partial, at)


FLOAT64 = _scalar_backend(float, math.exp, math.log, width=2e-3)
EXACT = _scalar_backend(mpmath.mpf, mpmath.exp, mpmath.log, width=mpmath.mpf(10) ** -10)


@lru_cache(maxsize=1)
def torch_backend() -> Backend:
    """torch in float64: a second opinion that shares no code with the derivation."""
    import torch
    from torch.nn import functional

    def number(value: float) -> torch.Tensor:
        return torch.tensor(value, dtype=torch.float64, requires_grad=True)

    def vector(values: Sequence[float]) -> torch.Tensor:
        return torch.tensor([0.0, *values], dtype=torch.float64, requires_grad=True)

    def log(value: Number) -> torch.Tensor:
        return torch.log(torch.as_tensor(value, dtype=torch.float64))

    def exp(value: Number) -> torch.Tensor:
        return torch.exp(torch.as_tensor(value, dtype=torch.float64))

    def softmax(z: torch.Tensor, i: int) -> torch.Tensor:
        return torch.softmax(z[1:], dim=0)[i - 1]

    def loss(z: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return functional.cross_entropy(z[1:], y[1:])

    def partial(
        f: Callable[..., torch.Tensor], at: torch.Tensor, k: int | None = None
    ) -> torch.Tensor:
        (slope,) = torch.autograd.grad(f(at), at, create_graph=True, materialize_grads=True)
        return slope if k is None else slope[k]

    def at(
        f: Callable[[torch.Tensor], torch.Tensor], z: torch.Tensor, constant: torch.Tensor
    ) -> torch.Tensor:
        return f(constant.expand(len(z)))

    return Backend(number, vector, exp, log, softmax, loss, partial, at)
