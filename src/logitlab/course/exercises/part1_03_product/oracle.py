"""Exercise 3: x3, its transpose, and their matrix product."""

from __future__ import annotations

import math

from logitlab.course.oracle import close, equal, floats, printed_shape, vary
from logitlab.course.run import Run


def random_tensor(run: Run) -> str:
    """x3 is a random float tensor of shape (3, 2)."""
    floats(run, "x3", (3, 2))
    return vary(run, "x3")


def transposed(run: Run) -> str:
    """x3_transposed is its transpose, (2, 3)."""
    columns = [list(column) for column in zip(*floats(run, "x3", (3, 2)), strict=True)]
    return equal("x3_transposed", floats(run, "x3_transposed", (2, 3)), columns)


def product(run: Run) -> str:
    """the matrix product is right, entry by entry."""
    rows = floats(run, "x3", (3, 2)).tolist()
    sums = [[math.fsum(a * b for a, b in zip(r, s, strict=True)) for s in rows] for r in rows]
    return close("product", floats(run, "product", (3, 3)), sums)


def shape_shown(run: Run) -> str:
    """its shape is printed."""
    return printed_shape(run, (3, 3))


REQUIREMENTS = (random_tensor, transposed, product, shape_shown)
