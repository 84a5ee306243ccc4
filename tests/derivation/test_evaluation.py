"""A reader's own numbers: what holds, what breaks, and how it reads."""

from __future__ import annotations

import pytest

from logitlab.derivation import Evaluation, derive, evaluate
from logitlab.errors import ParameterError, ShapeError

STEPS = derive().steps
LOGITS = (1.2, -0.4, 0.3)


def _broken(found: tuple[Evaluation, ...]) -> set[str]:
    return {evaluation.step.id for evaluation in found if not evaluation.holds}


@pytest.mark.parametrize("targets", [(0, 1, 0), (0.1, 0.2, 0.7), (0.5, 0.25, 0.25)])
def test_everything_holds_when_the_targets_sum_to_one(targets: tuple[float, ...]) -> None:
    assert _broken(evaluate(STEPS, LOGITS, targets)) == set()


def test_without_it_the_decks_steps_3_6_and_7_break_and_no_other() -> None:
    found = evaluate(STEPS, LOGITS, (0.2, 0.5, 0.6))
    numbered = {e.step.number for e in found if e.step.number and not e.holds}
    assert numbered == {3, 6, 7}
    unnumbered = {"target", "summary", "log-k", "hessian", "quadratic-form", "variance"}
    assert _broken(found) == unnumbered | {"loss-lse", "gradient", "vector"}


def test_a_negative_sum_bends_the_loss_downwards() -> None:
    (convex,) = evaluate(derive().select("convex"), LOGITS, (0, -1, 0))
    assert not convex.holds
    assert convex.entries[0].text == "−0.3426 < 0"


def test_both_sides_and_their_text() -> None:
    (step_1,) = evaluate(derive().select(1), LOGITS, (0, 1, 0))
    first = step_1.entries[0]
    assert first.indices == (1,)
    assert first.left == pytest.approx(-0.475281, abs=1e-6)
    assert first.right == pytest.approx(first.left, rel=1e-12)
    assert [entry.text for entry in step_1.entries] == [
        "−0.4753 = 1.2 − 1.675",
        "−2.075 = −0.4 − 1.675",
        "−1.375 = 0.3 − 1.675",
    ]


@pytest.mark.parametrize(
    ("step_id", "targets", "text"),
    [
        ("softmax", (0, 1, 0), "0.6217 = 3.32 / 5.34"),
        ("loss-factored", (0.2, 0.5, 0.6), "1.958 = −0.22 + 1.3 · 1.675"),
        ("loss-lse", (0.2, 0.5, 0.6), "1.958 ≠ −0.22 + 1.675"),
        ("gradient", (0, 1, 0), "0.6217 = 0.6217 − 0"),
        ("log-derivative", (0, 1, 0), "0.08132 = 1 / (5.34 · 2.303)"),
        ("general-gradient", (0.2, 0.5, 0.6), "0.6082 = 1.3 · 0.6217 − 0.2"),
        ("zero-sum", (0, 1, 0), "0 = 0"),
        ("hessian", (0, 1, 0), "0.2352 = 0.6217 · 1 − 0.6217 · 0.6217"),
    ],
)
def test_numbers_take_the_places_of_terms_and_factors(
    step_id: str, targets: tuple[float, ...], text: str
) -> None:
    (found,) = evaluate(derive().select(step_id), LOGITS, targets)
    assert found.entries[0].text == text


def test_one_entry_for_each_choice_of_indices() -> None:
    gradient, hessian = (
        evaluate(derive().select(name), LOGITS, (0, 1, 0))[0] for name in ("vector", "hessian")
    )
    assert [entry.indices for entry in gradient.entries] == [(1,), (2,), (3,)]
    assert len(hessian.entries) == 9
    assert hessian.entries[1].indices == (1, 2)


def test_no_logit_overflows() -> None:
    found = evaluate(STEPS, (1000.0, -1000.0), (0, 1))
    assert _broken(found) == set()
    loss = next(e for e in found if e.step.id == "loss").entries[0]
    assert loss.left == 2000
    softmax = next(e for e in found if e.step.id == "softmax").entries[0]
    assert softmax.text == "1 = 1.97×10⁴³⁴ / 1.97×10⁴³⁴"


def test_a_single_class_is_certain() -> None:
    assert _broken(evaluate(STEPS, [3.0], [1.0])) == set()


@pytest.mark.parametrize(("logits", "targets"), [((), ()), ((1.0,), (1.0, 0.0))])
def test_lengths_that_differ_are_refused(
    logits: tuple[float, ...], targets: tuple[float, ...]
) -> None:
    with pytest.raises(ShapeError, match="as many targets as logits"):
        evaluate(STEPS, logits, targets)


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), -1e300])
def test_numbers_that_cannot_be_used_are_refused(bad: float) -> None:
    with pytest.raises(ParameterError, match=r"logits: got .*finite"):
        evaluate(STEPS, [bad, 0.0], [1.0, 0.0])
    with pytest.raises(ParameterError, match=r"targets: got .*finite"):
        evaluate(STEPS, [0.0, 0.0], [1.0, bad])
