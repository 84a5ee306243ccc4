"""Three arithmetics, one value: float64, 60 digits, and torch agree on every side of every step."""

from __future__ import annotations

import itertools

import mpmath
import pytest
import torch

from logitlab.derivation import Point, Step, derive
from logitlab.derivation.backends import DIGITS, EXACT, FLOAT64, torch_backend
from logitlab.derivation.compiled import value
from logitlab.derivation.notation import INDICES, Loss, Partial, Softmax, k, x, z

POINT = Point((1.2, -0.4, 0.3), (0.2, 0.5, 0.3), (0.5, -1.0, 2.0), 1.2, 1.7, 2.5)


@pytest.mark.parametrize("step", derive().steps, ids=lambda step: step.id)
def test_the_three_agree(step: Step) -> None:
    for side, at in itertools.product(step.statement.entries, ((1, 2, 3, 1), (2, 2, 2, 2))):
        chosen = dict(zip(INDICES, at, strict=True))
        with mpmath.workdps(DIGITS):
            exact = float(value(side, POINT, EXACT, chosen))
        assert value(side, POINT, FLOAT64, chosen) == pytest.approx(exact, abs=1e-8)
        by_torch = torch.as_tensor(value(side, POINT, torch_backend(), chosen)).item()
        assert by_torch == pytest.approx(exact, abs=1e-14)


def test_exact_differences_are_good_to_thirty_digits() -> None:
    with mpmath.workdps(DIGITS):
        slope = value(Partial(x**5, x), POINT, EXACT)
        assert abs(slope - 5 * mpmath.mpf(1.7) ** 4) < mpmath.mpf(10) ** -35
        second = value(Partial(Partial(Loss(), z[k]), z[k]), POINT, EXACT, {k: 2})
        share = value(Softmax(k), POINT, EXACT, {k: 2})
        assert abs(second - share * (1 - share)) < mpmath.mpf(10) ** -35


def test_a_logit_that_does_not_occur_has_derivative_zero() -> None:
    for backend in (FLOAT64, EXACT, torch_backend()):
        assert value(Partial(z[1] ** 2, z[k]), POINT, backend, {k: 3}) == 0
