"""From evidence to a verdict on one exercise: a pure function, outside of the sandbox."""

from __future__ import annotations

from collections.abc import Sequence

from logitlab.grading.answer import Answer
from logitlab.grading.check import Check, Unmet
from logitlab.grading.verdict import CheckResult, ExerciseVerdict, Fault, Status, worst
from logitlab.sandbox.evidence import Evidence, Run

STDOUT_CHARACTERS = 64_000


def touches(names: Sequence[str], evidence: Evidence) -> bool:
    """Whether a submission answers an exercise: it binds one of the names, or writes so."""
    run = evidence.runs[0]
    bound = {name for statement in run.statements for name in statement.bound}
    bound |= {name for s in run.statements for local in s.locals for name in local.values}
    if run.source is not None:
        bound |= {name.written for name in run.source.facts.names if name.use != "read"}
    return not bound.isdisjoint(names)


def judge(
    id: str,
    names: Sequence[str],
    checks: Sequence[Check],
    evidence: Evidence,
    each: Sequence[Answer],
) -> ExerciseVerdict:
    """What the checks of an exercise say of a submission; `each` are the answers of its runs.

    What was met earns its points, however the run ended. An exercise that is met whole keeps its
    status; one that the run's end prevented takes the run's.
    """
    run = evidence.worst_run
    results: tuple[CheckResult, ...] = ()
    if run.status in ("sandbox_error", "unreadable"):
        status: Status = run.status
    elif not touches(names, evidence):
        status = "missing" if run.status == "finished" else run.status
    else:
        seeds = [one.seed for one in evidence.runs]
        results = tuple(_result(check, each, seeds) for check in checks)
        status = worst([result.status for result in results])
        if status == "failed" and run.status != "finished" and _prevented(names, run):
            status = run.status
    return ExerciseVerdict(
        id=id,
        status=status,
        seconds=sum(one.wall_seconds for one in evidence.runs),
        error=fault(run) if status not in ("passed", "needs_review", "failed", "missing") else None,
        stdout=evidence.runs[0].stdout[:STDOUT_CHARACTERS],
        checks=results,
        max_points=sum(check.max_points for check in checks),
    )


def fault(run: Run) -> Fault | None:
    """What a run ended by, for the report."""
    error = run.error
    return Fault(error.type, error.message, error.cell, error.line) if error else None


def _result(check: Check, each: Sequence[Answer], seeds: Sequence[int]) -> CheckResult:
    """A check holds if it holds in every run."""
    status: Status = "needs_review" if check.review else "passed"
    message, seed = "", seeds[0]
    for answer, seed_of_it in zip(each, seeds, strict=True):
        try:
            found = check.verify(answer)
            message = message or found
        except Unmet as unmet:
            message, status, seed = str(unmet), "failed", seed_of_it
            break
    earned = check.max_points if status == "passed" else 0.0
    return CheckResult(check.id, status, earned, check.max_points, message, seed=seed)


def _prevented(names: Sequence[str], run: Run) -> bool:
    """Whether the run's end kept the exercise from being done: a script's, or its own cell's."""
    if run.source is None:
        return False
    if run.source.format == "script" or run.error is None or run.error.cell is None:
        return True
    within = {name.written for name in run.source.facts.names if name.cell == run.error.cell}
    return not within.isdisjoint(names)
