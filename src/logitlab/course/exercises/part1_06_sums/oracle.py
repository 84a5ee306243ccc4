"""Exercise 6: the sums of x6 down its columns and along its rows."""

from __future__ import annotations

import math

from logitlab.course.oracle import close, floats, printed, printed_shape, vary
from logitlab.course.run import Run


def random_tensor(run: Run) -> str:
    """x6 is a random float tensor of shape (4, 4)."""
    floats(run, "x6", (4, 4))
    return vary(run, "x6")


def column_sum(run: Run) -> str:
    """the column-wise sum, down each column, is printed."""
    x6 = floats(run, "x6", (4, 4)).tolist()
    return _sums(run, "column_sums", [math.fsum(x6[i][j] for i in range(4)) for j in range(4)])


def row_sum(run: Run) -> str:
    """the row-wise sum, along each row, is printed."""
    x6 = floats(run, "x6", (4, 4)).tolist()
    return _sums(run, "row_sums", [math.fsum(x6[i][j] for j in range(4)) for i in range(4)])


def shapes_confirmed(run: Run) -> str:
    """both are confirmed to be of shape (4,)."""
    return printed_shape(run, (4,), times=2)


def _sums(run: Run, name: str, expected: list[float]) -> str:
    evidence = close(name, floats(run, name, (4,)), expected)
    printed(run, name, expected)
    return evidence


REQUIREMENTS = (random_tensor, column_sum, row_sum, shapes_confirmed)
