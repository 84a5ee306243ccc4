"""L-BFGS (Nocedal, 1980): a Newton step from the last few gradients; no Hessian is ever held.

Written as a generator of its iterates in the array API standard, so that a fit can be watched
and stopped at each of them, on any device.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from math import inf
from typing import NamedTuple, Protocol, TypeVar

from array_api_compat import array_namespace

from logitlab.data.arrays import Array

#: the last so many steps approximate the Hessian
HISTORY = 10
#: a step is accepted when the value falls by this share of what the slope promised …
SUFFICIENT_DECREASE = 1e-4
#: … and the slope along it has flattened to this share (together: the Wolfe conditions)
CURVATURE = 0.9


class Measured(Protocol):
    """A function measured at θ; a caller's own type may carry more."""

    @property
    def parameters(self) -> Array: ...  # (P,)
    @property
    def value(self) -> float: ...
    @property
    def gradient(self) -> Array: ...  # (P,)


class Point(NamedTuple):
    """The plainest Measured."""

    parameters: Array
    value: float
    gradient: Array


M = TypeVar("M", bound=Measured)


def lbfgs(function: Callable[[Array], M], parameters: Array, tol: float) -> Iterator[M]:
    """Yield the start and each iterate, until max |∂f/∂θ| ≤ tol or rounding hides any descent.

    >>> import numpy as np
    >>> def bowl(x):
    ...     return Point(x, float(np.sum((x - 3.0) ** 2)), 2.0 * (x - 3.0))
    >>> *_, last = lbfgs(bowl, np.zeros(2), tol=1e-8)
    >>> last.parameters
    array([3., 3.])
    """
    xp = array_namespace(parameters)
    steps: deque[tuple[Array, Array]] = deque(maxlen=HISTORY)
    point: M | None = function(parameters)
    while point is not None:
        yield point
        if float(xp.max(xp.abs(point.gradient))) <= tol:
            return
        following = _line_search(function, point, _direction(point.gradient, steps), not steps)
        if following is not None:
            steps.append(
                (following.parameters - point.parameters, following.gradient - point.gradient)
            )
        point = following


def _direction(gradient: Array, steps: deque[tuple[Array, Array]]) -> Array:
    """−H⁻¹ g by the two-loop recursion, H the Hessian that the steps (s, y) have shown."""
    q = -gradient
    shares = []
    for s, y in reversed(steps):
        share = _dot(s, q) / _dot(s, y)
        q = q - share * y
        shares.append(share)
    if steps:
        s, y = steps[-1]
        q = q * (_dot(s, y) / _dot(y, y))
    for (s, y), share in zip(steps, reversed(shares), strict=True):
        q = q + s * (share - _dot(y, q) / _dot(s, y))
    return q


def _line_search(
    function: Callable[[Array], M], start: M, direction: Array, first: bool
) -> M | None:
    """Bisect for a step length that meets the Wolfe conditions (Lewis and Overton, 2013)."""
    slope = _dot(start.gradient, direction)
    xp = array_namespace(direction)
    rounding = 10.0 * float(xp.finfo(direction.dtype).eps) * abs(start.value)
    low, high = 0.0, inf
    length = min(1.0, 1.0 / float(xp.sum(xp.abs(start.gradient)))) if first else 1.0
    for _ in range(30):
        point = function(start.parameters + length * direction)
        if not point.value <= start.value + SUFFICIENT_DECREASE * length * slope + rounding:
            high = length
        elif _dot(point.gradient, direction) < CURVATURE * slope:
            low = length
        else:
            return point
        length = 0.5 * (low + high) if high < inf else 2.0 * low
    return None


def _dot(a: Array, b: Array) -> float:
    return float(array_namespace(a).sum(a * b))
