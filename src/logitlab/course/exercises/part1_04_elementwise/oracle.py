"""Exercise 4: X4_A and X4_B, added, subtracted and multiplied element by element."""

from __future__ import annotations

import operator
from collections.abc import Callable

import numpy as np

from logitlab.course.oracle import every_integer, integers, printed_shape, shown, vary
from logitlab.grading.answer import Answer

SHAPE = (2, 3)


def random_integers(answer: Answer) -> str:
    """X4_A and X4_B hold random integers in [1..5], shape (2, 3)."""
    integers(answer, "X4_A", SHAPE)
    integers(answer, "X4_B", SHAPE)
    vary(answer, "X4_A", "X4_B")
    return every_integer(answer, "X4_A", "X4_B", low=1, high=5)


def sum_shown(answer: Answer) -> str:
    """their sum is printed."""
    return _elementwise(answer, "sum", operator.add)


def difference_shown(answer: Answer) -> str:
    """their difference is printed."""
    return _elementwise(answer, "difference", operator.sub)


def product_shown(answer: Answer) -> str:
    """their element-wise product is printed."""
    return _elementwise(answer, "product", operator.mul)


def shapes_shown(answer: Answer) -> str:
    """each with its shape."""
    return printed_shape(answer, SHAPE, times=3)


def _elementwise(answer: Answer, name: str, operation: Callable[[float, float], float]) -> str:
    left, right = integers(answer, "X4_A", SHAPE).ravel(), integers(answer, "X4_B", SHAPE).ravel()
    expected = [operation(a, b) for a, b in zip(left.tolist(), right.tolist(), strict=True)]
    return shown(answer, f"the {name}", np.reshape(expected, SHAPE))


NAMES = ("X4_A", "X4_B")
REQUIREMENTS = (random_integers, sum_shown, difference_shown, product_shown, shapes_shown)
