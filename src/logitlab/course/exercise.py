"""An exercise of the course: its text, its solved solution, and what a solution must fulfil."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from logitlab.grading.check import Check


@dataclass(frozen=True)
class Exercise:
    """One folder of `course/exercises`: all that is known about an exercise."""

    id: str
    title: str
    task: str  # Markdown
    explanation: str  # Markdown, one or two lines on the solution
    solution: str  # Python source
    folder: Path
    names: tuple[str, ...]  # of the deck, that an answer binds
    checks: tuple[Check, ...]
    own: tuple[Check, ...] = ()  # what our solution's words claim: no learner has to

    @property
    def instruction(self) -> str:
        """The task without its heading."""
        return self.task.partition("\n")[2].strip()
