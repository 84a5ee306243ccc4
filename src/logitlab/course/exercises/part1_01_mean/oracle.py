"""Exercise 1: x1 and what is printed of it."""

from __future__ import annotations

import math

from logitlab.course.oracle import (
    floats,
    normal,
    printed_shape,
    printed_text,
    shown,
    tensor,
    vary,
)
from logitlab.grading.answer import Answer


def random_tensor(answer: Answer) -> str:
    """x1 is a standard normal float tensor of shape (5, 6)."""
    floats(answer, "x1", (5, 6))
    vary(answer, "x1")
    return normal(answer, "x1")


def shape_shown(answer: Answer) -> str:
    """its shape is printed."""
    return printed_shape(answer, (5, 6))


def dtype_shown(answer: Answer) -> str:
    """its dtype is printed."""
    return printed_text(answer, str(tensor(answer, "x1").dtype).removeprefix("torch."))


def mean_shown(answer: Answer) -> str:
    """the mean of all its elements is printed."""
    mean = math.fsum(floats(answer, "x1", (5, 6)).ravel()) / 30
    shown(answer, f"the mean, {mean:.6f},", mean)
    return f"their exact sum, over 30, is {mean:.6f}"


NAMES = ("x1",)
REQUIREMENTS = (random_tensor, shape_shown, dtype_shown, mean_shown)
