"""Exercise 5: x5 and its flat self."""

from __future__ import annotations

from logitlab.course.oracle import arrays, close, computed, floats, printed_shape
from logitlab.grading.answer import Answer


def reshaped(answer: Answer) -> str:
    """x5 is 1 … 12 in 3 rows of 4."""
    rows = [[4 * row + column + 1 for column in range(4)] for row in range(3)]
    return close("x5", floats(answer, "x5", (3, 4)), rows)


def flattened(answer: Answer) -> str:
    """flattened, it is the same numbers, row by row."""
    expected = [value for row in floats(answer, "x5", (3, 4)).tolist() for value in row]
    if not arrays(answer, (12,)):
        return printed_shape(answer, (12,))  # all that the deck wants to see of it
    return computed(answer, "x5, flattened,", expected)


def shapes_shown(answer: Answer) -> str:
    """both shapes are printed."""
    return f"{printed_shape(answer, (3, 4))} and {printed_shape(answer, (12,))}"


NAMES = ("x5",)
REQUIREMENTS = (reshaped, flattened, shapes_shown)
