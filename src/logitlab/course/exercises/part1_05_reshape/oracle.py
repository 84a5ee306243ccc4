"""Exercise 5: x5 and its flat self."""

from __future__ import annotations

from logitlab.course.oracle import close, equal, floats, printed_shape
from logitlab.course.run import Run


def reshaped(run: Run) -> str:
    """x5 is 1 … 12 in 3 rows of 4."""
    rows = [[4 * row + column + 1 for column in range(4)] for row in range(3)]
    return close("x5", floats(run, "x5", (3, 4)), rows)


def flattened(run: Run) -> str:
    """flattened, it is the same numbers, row by row."""
    expected = [value for row in floats(run, "x5", (3, 4)).tolist() for value in row]
    return equal("x5_flat", floats(run, "x5_flat", (12,)), expected)


def shapes_shown(run: Run) -> str:
    """both shapes are printed."""
    return f"{printed_shape(run, (3, 4))} and {printed_shape(run, (12,))}"


REQUIREMENTS = (reshaped, flattened, shapes_shown)
