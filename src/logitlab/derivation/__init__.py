"""The deck's Part 2, ∇L = ŷ − y: derived step by step, proved, and checked with numbers.

    derive()                  the steps, each derived by a named rule from those before
    prove(step)               for every K, and written out for K = 2 … 6
    check(statement)          the same for any statement: proved, not proved, or disproved
    check_numerically(step)   at random points in float64, against torch and differences
    verify(step)              both: the proof and the numbers
    evaluate(steps, z, y)     with a reader's own numbers: what holds, and what breaks

>>> for step in derive().select(5):
...     print(step.plain)
d/dx logₐ x = 1 / (x ln a)
d/dx log x = 1 / x
∂/∂zₖ Σⱼ exp(zⱼ) = exp(zₖ)
∂/∂zₖ log Σⱼ exp(zⱼ) = exp(zₖ) / Σⱼ exp(zⱼ)
∂/∂zₖ log Σⱼ exp(zⱼ) = ŷₖ
"""

from __future__ import annotations

from logitlab.derivation.checks import NumericCheck, NumericError, check_numerically
from logitlab.derivation.compiled import Point
from logitlab.derivation.evaluation import Entry, Evaluation, evaluate
from logitlab.derivation.proof import Counterexample, Outcome, Proof, check, prove
from logitlab.derivation.rules import Rule
from logitlab.derivation.statement import Statement
from logitlab.derivation.step import Derivation, Step
from logitlab.derivation.steps import derive
from logitlab.derivation.verified import Verified, verify

__all__ = [
    "Counterexample",
    "Derivation",
    "Entry",
    "Evaluation",
    "NumericCheck",
    "NumericError",
    "Outcome",
    "Point",
    "Proof",
    "Rule",
    "Statement",
    "Step",
    "Verified",
    "check",
    "check_numerically",
    "derive",
    "evaluate",
    "prove",
    "verify",
]
