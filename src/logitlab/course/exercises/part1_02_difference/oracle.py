"""Exercise 2: x2, x2_float, their difference, and the words on it."""

from __future__ import annotations

import struct

from logitlab.course.oracle import (
    equal,
    every_integer,
    floats,
    integers,
    printed_text,
    require,
    review,
    shown,
    vary,
    words,
)
from logitlab.grading.answer import Answer

SHAPE = (4, 4)


def random_integers(answer: Answer) -> str:
    """x2 holds random integers in [0, 10), shape (4, 4)."""
    integers(answer, "x2", SHAPE)
    vary(answer, "x2")
    return every_integer(answer, "x2", low=0, high=9)


def same_as_float(answer: Answer) -> str:
    """x2_float is x2 as float."""
    return equal("x2_float", floats(answer, "x2_float", SHAPE), integers(answer, "x2", SHAPE))


def difference(answer: Answer) -> str:
    """the difference x2_float - x2 is printed."""
    expected = floats(answer, "x2_float", SHAPE) - integers(answer, "x2", SHAPE)
    return shown(answer, "the difference", expected)


@review
def explained(answer: Answer) -> str:
    """there is an explanation of why it is zero or not."""
    return words(answer)


def true_words(answer: Answer) -> str:
    """the words say why it is zero, and are true."""
    for said in ("zero", "2**24", "16777217", "-1"):
        printed_text(answer, said)
    kept = all(_as_float32(k) == k for k in integers(answer, "x2", SHAPE).ravel().tolist())
    first = next(k for k in range(2**24 - 99, 2**24 + 99) if _as_float32(k) != k)
    require(kept and first == 2**24 + 1, f"float32 cannot hold {first}")
    require(_as_float32(first) - first == -1, "the loss is not -1")
    return f"stored in 32 bits, 0 … 9 come back unchanged; {first} is the first that does not"


def _as_float32(value: float) -> float:
    """The value, rounded to IEEE 754 binary32."""
    return float(struct.unpack("f", struct.pack("f", value))[0])


NAMES = ("x2", "x2_float")
REQUIREMENTS = (random_integers, same_as_float, difference, explained)
OWN = (true_words,)
