"""Exercise 8: the maximum of x8 and its mean along dim 2."""

from __future__ import annotations

from fractions import Fraction

from logitlab.course.oracle import integers, printed_shape, shown, vary
from logitlab.grading.answer import Answer

SHAPE = (2, 3, 4)


def random_integers(answer: Answer) -> str:
    """x8 holds random integers, shape (2, 3, 4)."""
    integers(answer, "x8", SHAPE)
    return vary(answer, "x8")


def maximum(answer: Answer) -> str:
    """its maximum over everything is printed."""
    largest = sorted(integers(answer, "x8", SHAPE).ravel().tolist())[-1]
    evidence = shown(answer, "the maximum", largest)
    return f"{evidence}: the last of its 24 numbers in order"


def mean(answer: Answer) -> str:
    """its mean along dim 2 is printed."""
    x8 = integers(answer, "x8", SHAPE).tolist()
    expected = [[float(sum(map(Fraction, row)) / 4) for row in matrix] for matrix in x8]
    return shown(answer, "the mean along dim 2", expected)


def shapes_shown(answer: Answer) -> str:
    """the shapes of the results are printed."""
    return f"{printed_shape(answer, ())} and {printed_shape(answer, (2, 3))}"


NAMES = ("x8",)
REQUIREMENTS = (random_integers, maximum, mean, shapes_shown)
