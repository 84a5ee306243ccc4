"""Exercise 9: the determinant of x9, and what it says."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations
from math import prod

import numpy as np

from logitlab.course.oracle import floats, printed_text, require, review, shown, vary, words
from logitlab.grading.answer import Answer

THRESHOLD = 1000.0


def random_tensor(answer: Answer) -> str:
    """x9 is a random float tensor of shape (3, 3)."""
    floats(answer, "x9", (3, 3))
    return vary(answer, "x9")


def determinant(answer: Answer) -> str:
    """its determinant is printed."""
    exact = _determinant(floats(answer, "x9", (3, 3)).tolist())
    evidence = shown(answer, "the determinant", float(exact))
    return f"{evidence}; Leibniz's formula in fractions gives {float(exact):.6f}"


@review
def interpreted(answer: Answer) -> str:
    """it is interpreted in words."""
    return words(answer)


def true_words(answer: Answer) -> str:
    """the words on it are true, and name what does say 'nearly singular'."""
    x9 = floats(answer, "x9", (3, 3))
    singular_values = np.linalg.svd(x9, compute_uv=False)
    condition = float(singular_values[0] / singular_values[-1])
    near = "not nearly singular" not in answer.stdout
    printed_text(answer, "nearly singular")
    printed_text(answer, "condition number")
    borderline = abs(condition / THRESHOLD - 1) < 0.01  # float32 may fall on the other side
    require(borderline or near == (condition > THRESHOLD), f"the condition is {condition:.3g}")
    require(("has an inverse" in answer.stdout) == (_determinant(x9.tolist()) != 0), "no inverse")
    return f"NumPy's singular values give the condition number {condition:.1f}"


def scale_shown(answer: Answer) -> str:
    """x9 / 10 has a determinant 1000 times smaller: size alone says nothing."""
    exact = float(_determinant(floats(answer, "x9", (3, 3)).tolist()) / 1000)
    evidence = shown(answer, "the determinant of x9 / 10", exact, scale=1e-3)
    return f"{evidence}; fractions give {exact:.3g}"


def _determinant(rows: list[list[float]]) -> Fraction:
    """Σ over permutations σ of sign(σ) Π_i a_{i, σ(i)}, exactly."""
    total = Fraction(0)
    for order in permutations(range(3)):
        total += _sign(order) * prod(Fraction(rows[i][j]) for i, j in enumerate(order))
    return total


def _sign(order: tuple[int, ...]) -> int:
    inversions = sum(order[i] > order[j] for j in range(len(order)) for i in range(j))
    return -1 if inversions % 2 else 1


NAMES = ("x9",)
REQUIREMENTS = (random_tensor, determinant, interpreted)
OWN = (true_words, scale_shown)
