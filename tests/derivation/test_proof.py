"""Every step is proved; every planted error is disproved by numbers that stand up on their own."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import sympy as sp

from logitlab.derivation import Outcome, Statement, Step, check, derive, prove
from logitlab.derivation.notation import K, Partial, Softmax, a, i, j, k, l, total, v, x, y, z
from logitlab.errors import ParameterError
from tests.derivation.planted import LEFT, PLANTED, numbers

STEPS = derive().steps


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.id)
def test_every_step_is_proved_for_symbolic_k_and_for_two_to_six_classes(step: Step) -> None:
    proof = prove(step)
    assert proof.outcome is Outcome.PROVED
    assert proof.symbolic
    assert proof.explicit == (2, 3, 4, 5, 6)
    assert proof.counterexample is None


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.id)
def test_what_needs_the_targets_to_sum_to_one_is_disproved_without_it(step: Step) -> None:
    proof = check(replace(step.statement, unit_sum=False))
    expected = Outcome.PROVED if step.holds_without_unit_sum else Outcome.DISPROVED
    assert proof.outcome is expected
    if proof.counterexample:
        assert sum(proof.counterexample.point.targets) != 1


@pytest.mark.parametrize(
    ("step_id", "wrong", "right_side"),
    [(step_id, wrong, right_side) for step_id, _, wrong, right_side in PLANTED],
    ids=[f"{step_id}: {error}" for step_id, error, _, _ in PLANTED],
)
def test_a_planted_error_is_disproved_by_numbers(step_id: str, wrong: Any, right_side: Any) -> None:
    true = derive()[step_id].statement
    proof = check(replace(true, right=wrong, certificate=None))
    assert proof.outcome is Outcome.DISPROVED
    assert not proof.symbolic
    example = proof.counterexample
    assert example is not None

    found = numbers(example)
    left, right = LEFT[step_id](found), right_side(found)
    assert (example.left, example.right) == pytest.approx((left, right), rel=1e-5, abs=1e-7)
    assert left < right - 1e-3 if true.relation == "≥" else abs(left - right) > 1e-3
    if true.unit_sum:
        assert found.y.sum() == 1


def test_two_errors_are_planted_in_every_step() -> None:
    planted = Counter(step_id for step_id, *_ in PLANTED)
    assert planted == {step.id: 2 for step in STEPS}
    assert LEFT.keys() == planted.keys()


@pytest.mark.parametrize(
    ("statement", "written_out"),
    [
        (Statement(total(i, i), K * (K + 1) / 2), (2, 3, 4, 5, 6)),
        (Statement(sp.log(total(sp.exp(z[j]), j)), z[k], "≥"), ()),
    ],
    ids=["sum of 1 … K", "log-sum-exp above every logit"],
)
def test_not_proved_is_not_disproved(statement: Statement, written_out: tuple[int, ...]) -> None:
    """True, and beyond this prover: it must not say that it is wrong."""
    proof = check(statement)
    assert proof.outcome is Outcome.NOT_PROVED
    assert not proof.symbolic
    assert proof.explicit == written_out
    assert proof.counterexample is None


def test_a_third_is_no_counterexample() -> None:
    """1/K and i/3 are exact in the search: no rounding is taken for a difference."""
    assert check(Statement(total(i / K / 3, i), (K + 1) / 6)).outcome is Outcome.NOT_PROVED


def test_a_function_that_cannot_be_computed_exactly_is_refused() -> None:
    with pytest.raises(ParameterError, match="got cosh, expected sums"):
        check(Statement(sp.cosh(z[k]), 2))


def test_proved_needs_symbolic_k() -> None:
    """True for 2 … 6 and false for 7: written out it looks proved, for all K it is not."""
    vanishes = sp.Mul(*(K - count for count in range(2, 7)))
    proof = check(Statement(vanishes * Softmax(k), 0))
    assert proof.outcome is Outcome.NOT_PROVED
    assert not proof.symbolic
    assert proof.explicit == (2, 3, 4, 5, 6)


def test_a_wrong_certificate_proves_nothing() -> None:
    convex = derive()["convex"].statement
    assert check(replace(convex, certificate=total(v[k] ** 2, k))).outcome is Outcome.NOT_PROVED
    assert check(replace(convex, certificate=convex.left)).outcome is Outcome.NOT_PROVED


def test_a_true_inequality_may_be_proved_without_a_certificate() -> None:
    assert check(Statement(total(z[i] ** 2, i), 0, "≥")).outcome is Outcome.PROVED


def test_true_variants_are_proved_too() -> None:
    """The prover is no list of the steps: it knows statements that it has not seen."""
    sigmoid = Statement(Partial(Softmax(k), z[k]), Softmax(k) * (1 - Softmax(k)))
    log_odds = Statement(sp.log(Softmax(k) / Softmax(l)), z[k] - z[l])
    base_two = Statement(Partial(sp.log(x) / sp.log(a), x), 1 / sp.log(a**x))
    brier = Statement(
        total((Softmax(k) - y[k]) ** 2, k),
        total(Softmax(k) ** 2, k) - 2 * total(Softmax(k) * y[k], k) + total(y[k] ** 2, k),
    )
    outcomes = [check(statement).outcome for statement in (sigmoid, log_odds, base_two, brier)]
    assert outcomes == [Outcome.PROVED] * 4


def test_a_counterexample_is_the_same_every_time() -> None:
    wrong = Statement(total(Softmax(k) ** 2, k), 1)
    assert check(wrong) == check(wrong)
    assert np.isfinite(check(wrong).counterexample.left)  # type: ignore[union-attr]
