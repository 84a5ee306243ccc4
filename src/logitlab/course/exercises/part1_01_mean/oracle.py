"""Exercise 1: x1 and what is printed of it."""

from __future__ import annotations

import math

from logitlab.course.oracle import (
    floats,
    normal,
    printed,
    printed_shape,
    printed_text,
    tensor,
    vary,
)
from logitlab.course.run import Run


def random_tensor(run: Run) -> str:
    """x1 is a standard normal float tensor of shape (5, 6)."""
    floats(run, "x1", (5, 6))
    vary(run, "x1")
    return normal(run, "x1")


def shape_shown(run: Run) -> str:
    """its shape is printed."""
    return printed_shape(run, (5, 6))


def dtype_shown(run: Run) -> str:
    """its dtype is printed."""
    return printed_text(run, str(tensor(run, "x1").dtype))


def mean_shown(run: Run) -> str:
    """the mean of all its elements is printed."""
    mean = math.fsum(floats(run, "x1", (5, 6)).ravel()) / 30
    printed(run, f"the mean, {mean:.6f},", mean)
    return f"their exact sum, over 30, is {mean:.6f}"


REQUIREMENTS = (random_tensor, shape_shown, dtype_shown, mean_shown)
