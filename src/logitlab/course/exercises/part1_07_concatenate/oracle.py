"""Exercise 7: X7_A and X7_B, one after the other and side by side."""

from __future__ import annotations

from logitlab.course.oracle import floats, shown, vary
from logitlab.grading.answer import Answer

DIM_0, DIM_1 = r"dim\W*0", r"dim\W*1"


def random_tensors(answer: Answer) -> str:
    """X7_A and X7_B are random float tensors of shape (2, 2)."""
    floats(answer, "X7_A", (2, 2))
    floats(answer, "X7_B", (2, 2))
    return vary(answer, "X7_A", "X7_B")


def along_dim0(answer: Answer) -> str:
    """their concatenation along dim 0, (4, 2), is printed."""
    a, b = floats(answer, "X7_A", (2, 2)).tolist(), floats(answer, "X7_B", (2, 2)).tolist()
    return shown(answer, "the concatenation along dim 0", [*a, *b], label=DIM_0, unlike=DIM_1)


def along_dim1(answer: Answer) -> str:
    """their concatenation along dim 1, (2, 4), is printed."""
    a, b = floats(answer, "X7_A", (2, 2)).tolist(), floats(answer, "X7_B", (2, 2)).tolist()
    rows = [a[0] + b[0], a[1] + b[1]]
    return shown(answer, "the concatenation along dim 1", rows, label=DIM_1, unlike=DIM_0)


NAMES = ("X7_A", "X7_B")
REQUIREMENTS = (random_tensors, along_dim0, along_dim1)
