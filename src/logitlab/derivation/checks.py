"""The numeric check: both sides of a statement at random logits and targets, in float64."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass

from logitlab.derivation.backends import FLOAT64, torch_backend
from logitlab.derivation.compiled import Backend, Number, Point, value
from logitlab.derivation.notation import Expr, Partial
from logitlab.derivation.proof import CLASS_COUNTS
from logitlab.derivation.step import Step

# float64 rounds to 1e-16; the differences of differences that the Hessian needs lose most.
_TOLERANCES = {"torch": 1e-12, "autograd": 1e-12, "direct": 1e-12, "differences": 1e-7}


@dataclass(frozen=True)
class NumericError:
    """The largest |left − right| that one method found (for ≥: how far left is below right).

    The methods are `autograd` and `differences` where a step has a derivative (its left side by
    torch, and by central differences), otherwise `torch` (by torch's own softmax and
    cross-entropy) and `direct` (by the formula as it stands).
    """

    method: str
    largest: float
    tolerance: float

    @property
    def holds(self) -> bool:
        """Whether the error is within what rounding explains."""
        return self.largest <= self.tolerance


@dataclass(frozen=True)
class NumericCheck:
    """The errors of both methods, and the number of random points they were taken over."""

    errors: tuple[NumericError, ...]
    points: int

    @property
    def holds(self) -> bool:
        """Whether every method's error is within what rounding explains."""
        return all(error.holds for error in self.errors)


def check_numerically(step: Step, seed: int = 0) -> NumericCheck:
    """Compare both sides of a step at random points in float64, for K = 2 … 6.

    Half of the points have one-hot targets. Where the step does not need Σᵢ yᵢ = 1, the others
    do not sum to one.

    >>> from logitlab.derivation import derive
    >>> check_numerically(derive()["gradient"]).holds
    True
    """
    left, right = step.statement.entries
    methods = (("autograd", torch_backend()), ("differences", FLOAT64))
    if not (left.has(Partial) or right.has(Partial)):
        methods = (("torch", torch_backend()), ("direct", FLOAT64))
    points = tuple(_random_points(random.Random(seed), step.statement.unit_sum))
    errors = tuple(
        NumericError(name, _largest_error(step, points, backend), _TOLERANCES[name])
        for name, backend in methods
    )
    return NumericCheck(errors, len(points))


def _largest_error(step: Step, points: tuple[Point, ...], backend: Backend) -> float:
    return max(error for point in points for error in _errors_at(step, point, backend))


def _errors_at(step: Step, point: Point, backend: Backend) -> Iterator[float]:
    """|left − right| for every choice of the free indices."""
    left, right = step.statement.entries
    free = step.statement.free_indices
    for at in itertools.product(range(1, len(point.logits) + 1), repeat=len(free)):
        chosen = dict(zip(free, at, strict=True))
        left_value = value(left, point, backend, chosen)
        right_value = value(right, point, _right_backend(right, backend), chosen)
        gap = _as_float(left_value) - _as_float(right_value)
        yield abs(gap) if step.statement.relation == "=" else max(0.0, -gap)


def _right_backend(right: Expr, backend: Backend) -> Backend:
    """The right side is the plain formula, unless there is something to differentiate in it."""
    return backend if right.has(Partial) else FLOAT64


def _as_float(number: Number) -> float:
    return float(number.item() if hasattr(number, "item") else number)


def _random_points(generator: random.Random, unit_sum: bool) -> Iterator[Point]:
    for classes in CLASS_COUNTS:
        logits = tuple(generator.gauss(0, 2) for _ in range(classes))
        shares = [generator.expovariate(1) for _ in range(classes)]
        whole = sum(shares) if unit_sum else 1
        for targets in (tuple(s / whole for s in shares), _one_hot(generator, classes)):
            yield Point(
                logits=logits,
                targets=targets,
                direction=tuple(generator.gauss(0, 1) for _ in range(classes)),
                constant=max(logits),
                argument=generator.uniform(0.5, 5),
                base=generator.uniform(1.5, 10),
            )


def _one_hot(generator: random.Random, classes: int) -> tuple[float, ...]:
    true_class = generator.randrange(classes)
    return tuple(float(index == true_class) for index in range(classes))
