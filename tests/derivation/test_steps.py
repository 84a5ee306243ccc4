"""The derivation is the deck's: its order, its numbers, its formulas, each line from a rule."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sympy as sp

from logitlab.derivation import Statement, Step, derive
from logitlab.derivation.algebra import normal
from logitlab.derivation.notation import K, c, i, k, z
from logitlab.errors import ParameterError

STEPS = derive().steps

#: the deck's lines, in its order
DECK = """
    ŷᵢ = exp(zᵢ) / Σⱼ exp(zⱼ)
    Σᵢ yᵢ = 1
    L = −Σᵢ yᵢ log ŷᵢ
  1 log ŷᵢ = zᵢ − log Σⱼ exp(zⱼ)
  2 L = −Σᵢ yᵢ (zᵢ − log Σⱼ exp(zⱼ))
  2 L = −Σᵢ yᵢ zᵢ + Σᵢ yᵢ log Σⱼ exp(zⱼ)
  3 L = −Σᵢ yᵢ zᵢ + (Σᵢ yᵢ) log Σⱼ exp(zⱼ)
  3 L = −Σᵢ yᵢ zᵢ + log Σⱼ exp(zⱼ)
    ∂/∂zₖ (−Σᵢ yᵢ zᵢ + log Σⱼ exp(zⱼ)) = ∂/∂zₖ (−Σᵢ yᵢ zᵢ) + ∂/∂zₖ log Σⱼ exp(zⱼ)
  4 ∂/∂zₖ (−Σᵢ yᵢ zᵢ) = −Σᵢ yᵢ δᵢₖ
  4 ∂/∂zₖ (−Σᵢ yᵢ zᵢ) = −yₖ
  5 d/dx logₐ x = 1 / (x ln a)
  5 d/dx log x = 1 / x
  5 ∂/∂zₖ Σⱼ exp(zⱼ) = exp(zₖ)
  5 ∂/∂zₖ log Σⱼ exp(zⱼ) = exp(zₖ) / Σⱼ exp(zⱼ)
  5 ∂/∂zₖ log Σⱼ exp(zⱼ) = ŷₖ
  6 ∂L/∂zₖ = ŷₖ − yₖ
  7 ∇L = ŷ − y
    ∇(−Σᵢ yᵢ log ŷᵢ) = ŷ − y
"""

READER = """
    Σᵢ ŷᵢ = 1
    ŷᵢ = exp(zᵢ − c) / Σⱼ exp(zⱼ − c)
    log Σⱼ exp(zⱼ) = c + log Σⱼ exp(zⱼ − c)
    ∂L/∂zₖ = (Σᵢ yᵢ) ŷₖ − yₖ
    Σₖ ∂L/∂zₖ = 0
    L(c, …, c) = log K
    ∂ŷₖ/∂zₗ = ŷₖ (δₖₗ − ŷₗ)
    ∇²L = diag(ŷ) − ŷ ŷᵀ
    Σₖ Σₗ vₖ vₗ ∂²L/∂zₖ∂zₗ = Σₖ ŷₖ vₖ² − (Σₖ ŷₖ vₖ)²
    Σₖ Σₗ vₖ vₗ ∂²L/∂zₖ∂zₗ = Σₖ ŷₖ (vₖ − Σᵢ ŷᵢ vᵢ)²
    Σₖ Σₗ vₖ vₗ ∂²L/∂zₖ∂zₗ ≥ 0
"""


def _written(steps: tuple[Step, ...]) -> str:
    lines = (f"  {step.number or ' '} {step.plain}" for step in steps)
    return "\n" + "\n".join(lines) + "\n"


def test_the_deck_line_by_line_in_its_order() -> None:
    assert STEPS[0].plain == "∂zᵢ/∂zₖ = δᵢₖ"
    assert _written(tuple(step for step in STEPS[1:] if step.kind != "reader")) == DECK


def test_what_a_careful_reader_adds() -> None:
    assert _written(tuple(step for step in STEPS if step.kind == "reader")) == READER


def test_the_parts_come_in_the_decks_order() -> None:
    kinds = [step.kind for step in STEPS]
    assert kinds == sorted(kinds, key=("definition", "derivation", "reader").index)
    numbers = [step.number for step in STEPS if step.number is not None]
    assert numbers == sorted(numbers)
    assert set(numbers) == {1, 2, 3, 4, 5, 6, 7}


def test_every_step_has_a_rule_and_a_reason() -> None:
    for step in STEPS:
        assert step.rule.name
        assert step.title
        assert step.why.endswith(".")
        assert 1 <= step.why.count(". ") + 1 <= 2, step.id


def test_premises_come_before_what_rests_on_them() -> None:
    seen: set[str] = set()
    for step in STEPS:
        assert set(step.premises) <= seen, step.id
        seen.add(step.id)
    assert len(seen) == len(STEPS)


def test_the_gradient_rests_on_every_step_of_the_deck_before_it() -> None:
    needed, open_ids = set(), ["gradient"]
    while open_ids:
        step = derive()[open_ids.pop()]
        needed.add(step.id)
        open_ids += step.premises
    before = [step.id for step in STEPS[: [s.id for s in STEPS].index("gradient")]]
    assert needed == {*before, "gradient"}


#: A change to a premise, and to what it must lead in the step: rules rewrite, they know no answer.
CHANGED = [
    ("log-softmax", "softmax", {z[i]: 2 * z[i]}, "log ŷᵢ = 2 zᵢ − log Σⱼ exp(zⱼ)"),
    ("loss-substituted", "log-softmax", {z[i]: c}, "L = −Σᵢ yᵢ (c − log Σⱼ exp(zⱼ))"),
    ("loss-distributed", "loss-substituted", {z[i]: z[i] ** 2}, None),
    ("loss-lse", "target", {sp.S.One: sp.Integer(3)}, "L = −Σᵢ yᵢ zᵢ + 3 log Σⱼ exp(zⱼ)"),
    ("first-term", "logits", {sp.KroneckerDelta(i, k): sp.Integer(5)}, None),
    ("natural-log", "log-derivative", {sp.S.NegativeOne: sp.Integer(-3)}, "d/dx log x = 1 / x³"),
    ("chain-rule", "inner-derivative", {sp.exp(z[k]): sp.Integer(7)}, None),
    ("gradient", "second-term", {k: K}, None),
]


@pytest.mark.parametrize(("step_id", "premise", "change", "written"), CHANGED)
def test_a_changed_premise_changes_the_conclusion(
    step_id: str, premise: str, change: dict[sp.Expr, sp.Expr], written: str | None
) -> None:
    step = derive()[step_id]
    premises = {name: derive()[name].statement for name in step.premises}
    changed = premises[premise].right.xreplace(change)
    premises[premise] = replace(premises[premise], right=changed)
    concluded = step.rule.apply(*premises.values())
    assert normal(concluded.right - step.statement.right) != 0
    if written:
        assert replace(step, statement=concluded).plain == written


def test_the_assumption_travels_from_premise_to_conclusion() -> None:
    combine = derive()["gradient"]
    premises = [derive()[name].statement for name in combine.premises]
    assert combine.rule.apply(*premises).unit_sum
    free = [replace(premise, unit_sum=False) for premise in premises]
    assert not combine.rule.apply(*free).unit_sum


def test_without_the_sum_of_one_the_decks_steps_3_6_and_7_break() -> None:
    broken = {s.number for s in STEPS if s.number and not s.holds_without_unit_sum}
    assert broken == {3, 6, 7}


def test_steps_are_selected_by_number_and_by_id() -> None:
    assert [step.id for step in derive().select(4)] == ["first-term", "first-term-sifted"]
    assert derive().select("4") == derive().select(4)
    assert derive().select("hessian") == (derive()["hessian"],)


@pytest.mark.parametrize("name", ["8", 0, "None", "", "Hessian"])
def test_an_unknown_step_is_a_clear_error(name: str | int) -> None:
    with pytest.raises(ParameterError, match=r"a number from 1 to 7 or the id.*\n.*hessian"):
        derive().select(name)


def test_a_statement_knows_its_free_indices() -> None:
    assert derive()["softmax-derivative"].statement.free_indices == sp.symbols(
        "k l", integer=True, positive=True
    )
    assert Statement(1, 1).free_indices == ()
