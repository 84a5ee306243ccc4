"""A check: one thing that an exercise asks for, and how an answer is seen to have it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from logitlab.grading.answer import Answer


class Unmet(Exception):
    """What a check asks for is not there; the message says what was found instead."""


@dataclass(frozen=True)
class Check:
    """One requirement of the deck.

    `verify` returns what was compared, in a few words; it raises `Unmet` where the requirement
    does not hold. `review`: what holds is that there are words, which a person is to read.
    """

    id: str
    statement: str
    verify: Callable[[Answer], str]
    review: bool = False
    max_points: float = 1.0
