"""Exercise 7: X7_A and X7_B, one after the other and side by side."""

from __future__ import annotations

from logitlab.course.oracle import equal, floats, printed, vary
from logitlab.course.run import Run


def random_tensors(run: Run) -> str:
    """X7_A and X7_B are random float tensors of shape (2, 2)."""
    floats(run, "X7_A", (2, 2))
    floats(run, "X7_B", (2, 2))
    return vary(run, "X7_A", "X7_B")


def along_dim0(run: Run) -> str:
    """their concatenation along dim 0, (4, 2), is printed."""
    a, b = floats(run, "X7_A", (2, 2)).tolist(), floats(run, "X7_B", (2, 2)).tolist()
    return _concatenation(run, "along_dim0", (4, 2), [*a, *b])


def along_dim1(run: Run) -> str:
    """their concatenation along dim 1, (2, 4), is printed."""
    a, b = floats(run, "X7_A", (2, 2)).tolist(), floats(run, "X7_B", (2, 2)).tolist()
    return _concatenation(run, "along_dim1", (2, 4), [a[0] + b[0], a[1] + b[1]])


def _concatenation(run: Run, name: str, shape: tuple[int, ...], expected: list[list[float]]) -> str:
    evidence = equal(name, floats(run, name, shape), expected)
    printed(run, name, expected)
    return evidence


REQUIREMENTS = (random_tensors, along_dim0, along_dim1)
