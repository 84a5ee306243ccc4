"""Learning-rate schedules: the factor on the learning rate at update t of T."""

from __future__ import annotations

from collections.abc import Callable
from math import cos, pi


def constant(step: int, total: int) -> float:
    """1, from the first update to the last."""
    return 1.0


def cosine(step: int, total: int) -> float:
    """½ (1 + cos(π t / T)): from 1 slowly down to 0 (Loshchilov and Hutter, 2017).

    >>> cosine(0, 10), round(cosine(5, 10), 12), cosine(10, 10)
    (1.0, 0.5, 0.0)
    """
    return 0.5 * (1.0 + cos(pi * step / total))


SCHEDULES: dict[str, Callable[[int, int], float]] = {"constant": constant, "cosine": cosine}
