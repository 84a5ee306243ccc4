"""The whole deck, run: its exercises, its derivation, its title on real data."""

from __future__ import annotations

from dataclasses import dataclass

from logitlab.course.digits import Trained
from logitlab.course.solution import Solved
from logitlab.derivation import Verified


@dataclass(frozen=True, eq=False)
class Tour:
    """What `logitlab tour` has run and verified."""

    seed: int
    solved: tuple[Solved, ...]
    steps: tuple[Verified, ...]
    trained: Trained

    @property
    def verified(self) -> bool:
        """Whether everything was verified."""
        exercises = all(one.verified for one in self.solved)
        return exercises and all(one.holds for one in self.steps) and self.trained.verified
