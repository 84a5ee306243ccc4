"""Is a statement true? For every K by algebra, for K = 2 … 6 written out, or not at all.

A statement that cannot be proved is not thereby wrong. It is disproved only by a counterexample:
numbers at which its two sides, computed to 60 digits, differ.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import mpmath  # type: ignore[import-untyped]
import sympy as sp

from logitlab.derivation.algebra import explicit, explicit_vector, is_zero, normal
from logitlab.derivation.backends import DIGITS, EXACT
from logitlab.derivation.compiled import Number, Point, value
from logitlab.derivation.notation import Expr, Softmax, i, total, y
from logitlab.derivation.statement import Statement
from logitlab.derivation.step import Step

CLASS_COUNTS = (2, 3, 4, 5, 6)
_DIFFERENT = mpmath.mpf(10) ** -30  # central differences at 60 digits are good to 10⁻³⁸


class Outcome(StrEnum):
    """What came of trying to prove a statement."""

    PROVED = "proved"
    NOT_PROVED = "not proved"
    DISPROVED = "disproved"


@dataclass(frozen=True)
class Counterexample:
    """Numbers for which a statement fails, and what its two sides are there.

    `indices` are the values of the statement's free indices in the order i, j, k, l.
    """

    point: Point
    indices: tuple[int, ...]
    left: float
    right: float


@dataclass(frozen=True)
class Proof:
    """The outcome, whether symbolic K was settled, and the K for which it was written out."""

    outcome: Outcome
    symbolic: bool
    explicit: tuple[int, ...]
    counterexample: Counterexample | None = None


def prove(step: Step) -> Proof:
    """Prove a step's statement for symbolic K, and written out for K = 2 … 6.

    >>> from logitlab.derivation import derive
    >>> print(prove(derive()["gradient"]).outcome)
    proved
    """
    return check(step.statement)


def check(statement: Statement) -> Proof:
    """Prove a statement, or disprove it by a counterexample, or say that neither was possible.

    >>> from logitlab.derivation.notation import Softmax, k
    >>> proof = check(Statement(total(Softmax(k) ** 2, k), 1))
    >>> print(proof.outcome, len(proof.counterexample.point.logits))
    disproved 2
    """
    symbolic = _holds_for_symbolic_k(statement)
    counterexample = None if symbolic else _counterexample(statement)
    if counterexample:
        return Proof(Outcome.DISPROVED, False, (), counterexample)
    proved = tuple(classes for classes in CLASS_COUNTS if _holds_for(statement, classes))
    complete = symbolic and proved == CLASS_COUNTS
    return Proof(Outcome.PROVED if complete else Outcome.NOT_PROVED, symbolic, proved)


def _holds_for_symbolic_k(statement: Statement) -> bool:
    left, right = statement.entries
    certificate = _certificate(statement)
    difference = normal(left) - normal(right) - normal(certificate)
    if statement.unit_sum:
        difference = difference.subs(normal(total(y[i], i)), 1)
    spelled_out = certificate.replace(Softmax, lambda index: Softmax(index).unfold())
    return is_zero(difference) and bool(spelled_out.is_nonnegative)


def _holds_for(statement: Statement, classes: int) -> bool:
    return all(_entry_holds(statement, classes, at) for at in _choices(statement, classes))


def _entry_holds(statement: Statement, classes: int, at: tuple[int, ...]) -> bool:
    chosen = dict(zip(statement.free_indices, at, strict=True))
    sides = (*statement.entries, _certificate(statement))
    left, right, certificate = (explicit(side.subs(chosen), classes) for side in sides)
    difference = left - right - certificate
    if statement.unit_sum:
        *others, last = explicit_vector("y", classes)
        difference = difference.xreplace({last: 1 - sp.Add(*others)})
    return is_zero(difference) and bool(certificate.is_nonnegative)


def _certificate(statement: Statement) -> Expr:
    """What left − right is claimed to be: zero, or something visibly not negative."""
    if statement.relation == "=":
        return sp.S.Zero
    if statement.certificate is not None:
        return statement.certificate
    left, right = statement.entries
    return left - right


def _choices(statement: Statement, classes: int) -> Iterator[tuple[int, ...]]:
    """Every choice of values in 1 … K for the free indices."""
    free = len(statement.free_indices)
    return itertools.product(range(1, classes + 1), repeat=free)


def _counterexample(statement: Statement) -> Counterexample | None:
    left_side, right_side = statement.entries
    with mpmath.workdps(DIGITS):
        for point in _candidates(statement.unit_sum):
            for at in _choices(statement, len(point.logits)):
                chosen = dict(zip(statement.free_indices, at, strict=True))
                try:
                    left = value(left_side, point, EXACT, chosen)
                    right = value(right_side, point, EXACT, chosen)
                except ZeroDivisionError:
                    continue
                if not (_is_real(left) and _is_real(right)):
                    continue
                if _fails(statement, left, right):
                    return Counterexample(point, at, float(left), float(right))
    return None


def _is_real(number: Number) -> bool:
    """Not where a statement is undefined: the logarithm of zero, or of a negative number."""
    return not isinstance(number, mpmath.mpc) and bool(mpmath.isfinite(number))


def _fails(statement: Statement, left: mpmath.mpf, right: mpmath.mpf) -> bool:
    gap = left - right
    scale = max(1, abs(left), abs(right))
    return bool((abs(gap) if statement.relation == "=" else -gap) > _DIFFERENT * scale)


def _candidates(unit_sum: bool) -> Iterator[Point]:
    """Points with short binary fractions, so that Σᵢ yᵢ = 1 holds exactly where it is assumed."""
    generator = random.Random(0)
    for classes in CLASS_COUNTS:
        for _ in range(3):
            first, *others = _quarters(generator, classes)
            yield Point(
                logits=_quarters(generator, classes),
                targets=(1 - sum(others) if unit_sum else first, *others),
                direction=_quarters(generator, classes),
                constant=generator.randint(1, 8) / 4,
                argument=generator.randint(1, 12) / 4,
                base=generator.randint(6, 12) / 4,
            )


def _quarters(generator: random.Random, count: int) -> tuple[float, ...]:
    return tuple(generator.randint(-8, 8) / 4 for _ in range(count))
