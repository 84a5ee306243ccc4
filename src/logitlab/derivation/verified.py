"""A step together with what was found out about it."""

from __future__ import annotations

from dataclasses import dataclass

from logitlab.derivation.checks import NumericCheck, check_numerically
from logitlab.derivation.proof import Outcome, Proof, prove
from logitlab.derivation.step import Step


@dataclass(frozen=True)
class Verified:
    """A step, its proof, and its numeric check."""

    step: Step
    proof: Proof
    numbers: NumericCheck

    @property
    def holds(self) -> bool:
        """Whether the step is proved and the numbers agree."""
        return self.proof.outcome is Outcome.PROVED and self.numbers.holds


def verify(step: Step, seed: int = 0) -> Verified:
    """Prove a step and check it at random points.

    >>> from logitlab.derivation import derive
    >>> verify(derive()["vector"]).holds
    True
    """
    return Verified(step, prove(step), check_numerically(step, seed))
