"""Exercise 10: three copies of x10 along a new dimension."""

from __future__ import annotations

from itertools import product

from logitlab.course.oracle import arrays, floats, normal, printed_shape, require, vary
from logitlab.grading.answer import Answer


def random_tensor(answer: Answer) -> str:
    """x10 is a standard normal float tensor of shape (3, 2)."""
    floats(answer, "x10", (3, 2))
    vary(answer, "x10")
    return normal(answer, "x10")


def stacked(answer: Answer) -> str:
    """stacked three times along a new dimension, it is of shape (3, 3, 2)."""
    x10 = floats(answer, "x10", (3, 2))
    made = arrays(answer, (3, 3, 2))
    for copies, dim in product(made, (0, 1)):
        if all((copies.take(k, dim) == x10).all() for k in range(3)):
            return f"each of the 3 slices along dim {dim} is x10 exactly"
    require(not made, "nothing of shape (3, 3, 2) holds x10 three times along dim 0 or dim 1")
    return printed_shape(answer, (3, 3, 2))  # all that the deck wants to see of it


def shape_shown(answer: Answer) -> str:
    """the final shape is printed."""
    return printed_shape(answer, (3, 3, 2))


NAMES = ("x10",)
REQUIREMENTS = (random_tensor, stacked, shape_shown)
