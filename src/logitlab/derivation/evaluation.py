"""The derivation with a reader's own numbers: both sides of each step, and whether it holds."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import mpmath  # type: ignore[import-untyped]
import sympy as sp

from logitlab.derivation.backends import DIGITS, EXACT
from logitlab.derivation.compiled import Number, Point, value
from logitlab.derivation.notation import Expr
from logitlab.derivation.printer import is_negative, ordered_factors, ordered_terms
from logitlab.derivation.statement import Statement
from logitlab.derivation.step import Step
from logitlab.errors import ParameterError, ShapeError

_LARGEST = 1e6
_TOLERANCE = 1e-9  # typed targets such as 0.1, 0.2, 0.7 sum to one only up to rounding
_NOISE = mpmath.mpf(10) ** -30  # what differences at 60 digits leave of a zero
_HIGH = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Entry:
    """A statement for one choice of its free indices (in the order i, j, k, l)."""

    indices: tuple[int, ...]
    left: float
    right: float
    holds: bool
    text: str


@dataclass(frozen=True)
class Evaluation:
    """A step with numbers put in: one entry, or one for each choice of the free indices."""

    step: Step
    entries: tuple[Entry, ...]

    @property
    def holds(self) -> bool:
        """Whether the step holds for these numbers."""
        return all(entry.holds for entry in self.entries)


def evaluate(
    steps: Iterable[Step], logits: Sequence[float], targets: Sequence[float]
) -> tuple[Evaluation, ...]:
    """Put a reader's logits (K) and targets (K) into the steps: what holds, and what breaks.

    Targets need not sum to one: the steps that rest on it then break. Computed with 60 digits,
    so no exp overflows. The other letters are c = max z, x = Σⱼ exp(zⱼ), a = 10, v = z.

    >>> from logitlab.derivation import derive
    >>> (step_1,) = evaluate(derive().select(1), [1.2, -0.4, 0.3], [0, 1, 0])
    >>> step_1.entries[0].text
    '−0.4753 = 1.2 − 1.675'

    Raises:
        ShapeError: logits and targets differ in number, or there are none.
        ParameterError: a number is not finite, or above a million.
    """
    with mpmath.workdps(DIGITS):
        point = _point(logits, targets)
        return tuple(Evaluation(step, _entries(step.statement, point)) for step in steps)


def _point(logits: Sequence[float], targets: Sequence[float]) -> Point:
    scores, wanted = (tuple(map(float, values)) for values in (logits, targets))
    if not scores or len(scores) != len(wanted):
        raise ShapeError(
            "targets",
            got=f"{len(wanted)} targets for {len(scores)} logits",
            expected="as many targets as logits, and at least one",
            hint="give one target per class; 0 for a class that is not wanted",
        )
    for name, values in (("logits", scores), ("targets", wanted)):
        if not all(abs(number) <= _LARGEST for number in values):
            raise ParameterError(
                name,
                got=values,
                expected=f"finite numbers of at most {_LARGEST:g}",
                hint="leave out NaN and infinity; exp of more has a million digits",
            )
    total = mpmath.fsum(map(mpmath.exp, scores))
    return Point(scores, wanted, scores, max(scores), argument=total, base=10.0)


def _entries(statement: Statement, point: Point) -> tuple[Entry, ...]:
    free = statement.free_indices
    choices = itertools.product(range(1, len(point.logits) + 1), repeat=len(free))
    return tuple(_entry(statement, point, dict(zip(free, at, strict=True))) for at in choices)


def _entry(statement: Statement, point: Point, chosen: Mapping[Expr, int]) -> Entry:
    @cache
    def number(expr: Expr) -> Number:
        return mpmath.chop(value(expr, point, EXACT, chosen), tol=_NOISE)

    left_side, right_side = statement.entries
    left, right = number(left_side), number(right_side)
    slack = _TOLERANCE * max(1, abs(left), abs(right))
    holds = abs(left - right) <= slack if statement.relation == "=" else left >= right - slack
    sign = statement.relation if holds else {"=": "≠", "≥": "<"}[statement.relation]
    text = f"{_filled(left_side, number)} {sign} {_filled(right_side, number)}"
    return Entry(tuple(chosen.values()), float(left), float(right), bool(holds), text)


def _filled(expr: Expr, number: Callable[[Expr], Number]) -> str:
    """Numbers for the terms of a formula, its factors, and above and below its fraction line."""
    first, *others = (_filled_term(term, number) for term in ordered_terms(expr))
    text = f"−{first[1]}" if first[0] else first[1]
    return text + "".join(f" {'−' if negative else '+'} {term}" for negative, term in others)


def _filled_term(term: Expr, number: Callable[[Expr], Number]) -> tuple[bool, str]:
    """Whether a term is subtracted, and its numbers."""
    negative = is_negative(term)
    top, bottom = sp.fraction(-term if negative else term)
    if bottom == 1 and len(ordered_factors(top)) == 1:
        result = number(term)
        return result < 0 or (result == 0 and negative), _shown(abs(result))
    text = _filled_factors(top, number)
    if bottom != 1:
        below = _filled_factors(bottom, number)
        text += f" / ({below})" if bottom.is_Mul else f" / {below}"
    return negative, text


def _filled_factors(expr: Expr, number: Callable[[Expr], Number]) -> str:
    factors = map(number, ordered_factors(expr))
    return " · ".join(_shown(f) if f >= 0 else f"({_shown(f)})" for f in factors)


def _shown(number: Number) -> str:
    """Four significant digits."""
    shown: str = mpmath.nstr(number, 4)
    digits, _, exponent = shown.partition("e")
    power = f"×10{str(int(exponent)).translate(_HIGH)}" if exponent else ""
    return digits.removesuffix(".0").replace("-", "−") + power
