"""Check submissions: paths -> verdicts. The one function behind `logitlab check`."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from logitlab.course.catalog import exercises
from logitlab.course.exercise import Exercise
from logitlab.errors import ParameterError
from logitlab.grading.answer import answers
from logitlab.grading.judge import fault, judge, touches
from logitlab.grading.verdict import ExerciseVerdict, Status, Verdict, worst
from logitlab.sandbox import Evidence, Runner

#: Three runs tell random numbers from typed ones; where they leave a doubt (both ends of a range
#: seen in few numbers), there are more: a value of [1..5] is then missing with 0.8^192 < 1e-18.
SEEDS, MORE_SEEDS = 3, 16
SUFFIXES = (".py", ".ipynb")


def submissions(paths: Sequence[Path]) -> list[Path]:
    """The files that are named, and in folders everything that is named like a submission.

    Raises ParameterError where there is no such path.
    """
    found: list[Path] = []
    for path in paths:
        if not os.path.lexists(path):
            raise ParameterError(
                "PATH",
                got=f"{str(path)!r}, which is not there",
                expected="a .py or .ipynb file, or a folder of them",
                hint="name a file: logitlab check sums.py",
            )
        is_folder = path.is_dir() and not path.is_symlink() and path.suffix not in SUFFIXES
        found += sorted(p for p in path.rglob("*") if p.suffix in SUFFIXES) if is_folder else [path]
    return found


def check(
    paths: Sequence[Path], runner: Runner, *, only: Sequence[Exercise] = (), seed: int = 1
) -> Iterator[Verdict]:
    """The verdict on each submission, as it is found.

    only: the exercises to check each for; otherwise those that it touches.
    """
    for path in submissions(paths):
        yield _check(path, runner, only, seed)


def _check(path: Path, runner: Runner, only: Sequence[Exercise], seed: int) -> Verdict:
    evidence = runner.run(path, seeds=range(seed, seed + SEEDS))
    wanted = only or [one for one in exercises() if touches(one.names, evidence)]
    verdicts = _judge(wanted, evidence)
    if evidence.status == "finished" and any(one.status == "failed" for one in verdicts):
        more = runner.run(path, seeds=range(seed + SEEDS, seed + MORE_SEEDS))
        evidence = replace(evidence, runs=evidence.runs + more.runs)
        verdicts = _judge(wanted, evidence)
    return Verdict(
        path=str(path),
        sha256=evidence.sha256,
        status=worst([one.status for one in verdicts]) if verdicts else _untouched(evidence),
        exercises=verdicts,
        error=fault(evidence.worst_run),
    )


def _judge(wanted: Sequence[Exercise], evidence: Evidence) -> tuple[ExerciseVerdict, ...]:
    each = answers(evidence.runs).each()
    return tuple(judge(one.id, one.names, one.checks, evidence, each) for one in wanted)


def _untouched(evidence: Evidence) -> Status:
    return "missing" if evidence.status == "finished" else evidence.status
