"""Run an exercise's own solution and verify what it bound and printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from logitlab.course.exercise import Exercise
from logitlab.course.run import run_source
from logitlab.grading.answer import Answer
from logitlab.grading.check import Check, Unmet


@dataclass(frozen=True)
class Finding:
    """Whether a requirement holds, and what was compared to say so."""

    requirement: str
    statement: str
    holds: bool
    evidence: str


@dataclass(frozen=True)
class Solved:
    """An exercise, what its solution answered, and what the oracle found."""

    exercise: Exercise
    answer: Answer
    findings: tuple[Finding, ...]

    @property
    def verified(self) -> bool:
        """Whether every requirement holds."""
        return all(finding.holds for finding in self.findings)


def solve(exercise: Exercise, seed: int = 0) -> Solved:
    """Run the exercise's solution from a seed and verify it against its oracle.

    >>> from logitlab.course.catalog import exercise
    >>> solved = solve(exercise("5"))
    >>> print(solved.answer.stdout.strip())
    original shape: torch.Size([3, 4])
    flattened shape: torch.Size([12])
    >>> solved.verified
    True
    """
    answer = run_source(exercise.solution, seed, filename=str(exercise.folder / "solution.py"))
    findings = verify((*exercise.checks, *exercise.own), answer)
    return Solved(exercise, answer, findings)


def verify(checks: Sequence[Check], answer: Answer) -> tuple[Finding, ...]:
    """What the exercise's oracle says of an answer, one finding for each check."""
    findings = []
    for check in checks:
        try:
            holds, evidence = True, check.verify(answer)
        except Unmet as unmet:
            holds, evidence = False, str(unmet)
        findings.append(Finding(check.id, check.statement, holds, evidence))
    return tuple(findings)
