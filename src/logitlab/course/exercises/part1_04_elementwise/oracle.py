"""Exercise 4: X4_A and X4_B, added, subtracted and multiplied element by element."""

from __future__ import annotations

import operator
from collections.abc import Callable

from logitlab.course.oracle import equal, every_integer, integers, printed, printed_shape, vary
from logitlab.course.run import Run

SHAPE = (2, 3)


def random_integers(run: Run) -> str:
    """X4_A and X4_B hold random integers in [1..5], shape (2, 3)."""
    integers(run, "X4_A", SHAPE)
    integers(run, "X4_B", SHAPE)
    vary(run, "X4_A", "X4_B")
    return every_integer(run, "X4_A", "X4_B", low=1, high=5)


def sum_shown(run: Run) -> str:
    """their sum is printed."""
    return _elementwise(run, "total", operator.add)


def difference_shown(run: Run) -> str:
    """their difference is printed."""
    return _elementwise(run, "difference", operator.sub)


def product_shown(run: Run) -> str:
    """their element-wise product is printed."""
    return _elementwise(run, "product", operator.mul)


def shapes_shown(run: Run) -> str:
    """each with its shape."""
    return printed_shape(run, SHAPE, times=3)


def _elementwise(run: Run, name: str, operation: Callable[[float, float], float]) -> str:
    left, right = integers(run, "X4_A", SHAPE).ravel(), integers(run, "X4_B", SHAPE).ravel()
    expected = [operation(a, b) for a, b in zip(left.tolist(), right.tolist(), strict=True)]
    evidence = equal(name, integers(run, name, SHAPE).ravel(), expected)
    printed(run, f"the {name}", expected)
    return evidence


REQUIREMENTS = (random_integers, sum_shown, difference_shown, product_shown, shapes_shown)
