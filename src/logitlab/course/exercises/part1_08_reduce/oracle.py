"""Exercise 8: the maximum of x8 and its mean along dim 2."""

from __future__ import annotations

from fractions import Fraction

from logitlab.course.oracle import close, equal, floats, integers, printed, printed_shape, vary
from logitlab.course.run import Run

SHAPE = (2, 3, 4)


def random_integers(run: Run) -> str:
    """x8 holds random integers, shape (2, 3, 4)."""
    integers(run, "x8", SHAPE)
    return vary(run, "x8")


def maximum(run: Run) -> str:
    """its maximum over everything is printed."""
    largest = sorted(integers(run, "x8", SHAPE).ravel().tolist())[-1]
    evidence = equal("maximum", integers(run, "maximum", ()), largest)
    printed(run, "the maximum", largest)
    return f"{evidence}: the last of its 24 numbers in order"


def mean(run: Run) -> str:
    """its mean along dim 2 is printed."""
    x8 = integers(run, "x8", SHAPE).tolist()
    expected = [[float(sum(map(Fraction, row)) / 4) for row in matrix] for matrix in x8]
    evidence = close("mean", floats(run, "mean", (2, 3)), expected)
    printed(run, "the mean along dim 2", expected)
    return evidence


def shapes_shown(run: Run) -> str:
    """the shapes of the results are printed."""
    return f"{printed_shape(run, ())} and {printed_shape(run, (2, 3))}"


REQUIREMENTS = (random_integers, maximum, mean, shapes_shown)
