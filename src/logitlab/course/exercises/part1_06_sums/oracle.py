"""Exercise 6: the sums of x6 down its columns and along its rows."""

from __future__ import annotations

import math

from logitlab.course.oracle import floats, printed_shape, shown, vary
from logitlab.grading.answer import Answer

# In a square matrix the values cannot tell which sum was meant; the learner's own words can.
COLUMN, ROW = r"col|dim\W*0", r"row|dim\W*1"


def random_tensor(answer: Answer) -> str:
    """x6 is a random float tensor of shape (4, 4)."""
    floats(answer, "x6", (4, 4))
    return vary(answer, "x6")


def column_sum(answer: Answer) -> str:
    """the column-wise sum, down each column, is printed."""
    x6 = floats(answer, "x6", (4, 4)).tolist()
    sums = [math.fsum(x6[i][j] for i in range(4)) for j in range(4)]
    return shown(answer, "the column-wise sum", sums, label=COLUMN, unlike=ROW)


def row_sum(answer: Answer) -> str:
    """the row-wise sum, along each row, is printed."""
    x6 = floats(answer, "x6", (4, 4)).tolist()
    sums = [math.fsum(x6[i][j] for j in range(4)) for i in range(4)]
    return shown(answer, "the row-wise sum", sums, label=ROW, unlike=COLUMN)


def shapes_confirmed(answer: Answer) -> str:
    """both are confirmed to be of shape (4,)."""
    return printed_shape(answer, (4,), times=2)


NAMES = ("x6",)
REQUIREMENTS = (random_tensor, column_sum, row_sum, shapes_confirmed)
