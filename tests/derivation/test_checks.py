"""The numeric check finds rounding where a step is true, and the error where it is not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from logitlab.derivation import Step, check_numerically, derive
from logitlab.derivation.notation import Partial
from tests.derivation.planted import PLANTED

STEPS = derive().steps


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.id)
def test_every_step_agrees_with_both_methods(step: Step, seed: int) -> None:
    found = check_numerically(step, seed)
    assert found.holds
    assert found.points == 10
    differentiates = any(side.has(Partial) for side in step.statement.entries)
    expected = ("autograd", "differences") if differentiates else ("torch", "direct")
    assert tuple(error.method for error in found.errors) == expected
    assert found.errors[0].largest < 1e-13
    assert found.errors[1].largest < 5e-8


@pytest.mark.parametrize(
    ("step_id", "wrong"),
    [(step_id, wrong) for step_id, _, wrong, _ in PLANTED],
    ids=[f"{step_id}: {error}" for step_id, error, _, _ in PLANTED],
)
def test_a_planted_error_is_seen_by_both_methods(step_id: str, wrong: Any) -> None:
    step = derive()[step_id]
    found = check_numerically(replace(step, statement=replace(step.statement, right=wrong)))
    assert not found.holds
    assert all(error.largest > 1e-3 for error in found.errors)
    assert not any(error.holds for error in found.errors)


def test_a_seed_fixes_the_numbers() -> None:
    step = derive()["loss"]
    assert check_numerically(step, 3) == check_numerically(step, 3)
    assert check_numerically(step, 3) != check_numerically(step, 4)
