"""Exercise 3: x3, its transpose, and their matrix product."""

from __future__ import annotations

import math

from logitlab.course.oracle import arrays, computed, equal, floats, printed_shape, vary
from logitlab.grading.answer import Answer

MULTIPLY = {
    "@",
    "torch.matmul",
    "torch.mm",
    ".matmul",
    ".mm",
    "torch.einsum",
    "torch.linalg.matmul",
}


def random_tensor(answer: Answer) -> str:
    """x3 is a random float tensor of shape (3, 2)."""
    floats(answer, "x3", (3, 2))
    return vary(answer, "x3")


def transposed(answer: Answer) -> str:
    """x3_transposed is its transpose, (2, 3)."""
    columns = [list(column) for column in zip(*floats(answer, "x3", (3, 2)), strict=True)]
    return equal("x3_transposed", floats(answer, "x3_transposed", (2, 3)), columns)


def product(answer: Answer) -> str:
    """the matrix product is right, entry by entry."""
    rows = floats(answer, "x3", (3, 2)).tolist()
    sums = [[math.fsum(a * b for a, b in zip(r, s, strict=True)) for s in rows] for r in rows]
    if not arrays(answer, (3, 3)) and answer.uses & MULTIPLY:
        return printed_shape(answer, (3, 3))  # all that the deck wants to see of it
    return computed(answer, "the matrix product", sums)


def shape_shown(answer: Answer) -> str:
    """its shape is printed."""
    return printed_shape(answer, (3, 3))


NAMES = ("x3", "x3_transposed")
REQUIREMENTS = (random_tensor, transposed, product, shape_shown)
