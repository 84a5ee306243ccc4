"""An exercise of the course: its text, its solved solution, and what a solution must fulfil."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from logitlab.grading.answer import Answer


@dataclass(frozen=True)
class Requirement:
    """One thing that the deck asks for.

    `verify` returns what was compared, in a few words; it raises `oracle.Unmet` where the
    requirement does not hold.
    """

    id: str
    statement: str
    verify: Callable[[Answer], str]


@dataclass(frozen=True)
class Exercise:
    """One folder of `course/exercises`: all that is known about an exercise."""

    id: str
    title: str
    task: str  # Markdown
    explanation: str  # Markdown, one or two lines on the solution
    solution: str  # Python source
    folder: Path
    requirements: tuple[Requirement, ...]
    own: tuple[Requirement, ...] = ()  # what our solution's words claim: no learner has to

    @property
    def instruction(self) -> str:
        """The task without its heading."""
        return self.task.partition("\n")[2].strip()
