"""Verdicts: what `logitlab check` says of a submission. The check report is these, serialised.

CheckReport             all that was checked
└── Verdict…            one submission
    └── ExerciseVerdict…
        └── CheckResult…
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from importlib.resources import files
from typing import Any, Literal, get_args

from logitlab import __version__

Status = Literal[
    "sandbox_error",
    "forbidden",
    "out_of_memory",
    "timeout",
    "crashed",
    "unreadable",
    "missing",
    "failed",
    "needs_review",
    "passed",
]
STATUSES: tuple[Status, ...] = get_args(Status)  # worst first
FORMAT = "logitlab/check-report"
VERSION = 1


def worst(statuses: list[Status]) -> Status:
    """The worst of them; "passed" of none."""
    return min(statuses, key=STATUSES.index, default="passed")


@dataclass(frozen=True)
class Fault:
    """What went wrong in the learner's own code, and where."""

    type: str
    message: str
    cell: int | None
    line: int | None


@dataclass(frozen=True)
class CheckResult:
    """One check: earned points, and one sentence on what was found."""

    id: str
    status: Status
    points: float
    max_points: float
    message: str
    known_mistake: str | None = None
    computed: str | None = None
    seed: int | None = None
    expected: dict[str, Any] | None = None
    got: dict[str, Any] | None = None


@dataclass(frozen=True)
class ExerciseVerdict:
    """One exercise of a submission."""

    id: str
    status: Status
    seconds: float
    error: Fault | None
    stdout: str
    checks: tuple[CheckResult, ...]
    max_points: float

    @property
    def points(self) -> float:
        return sum(check.points for check in self.checks)


@dataclass(frozen=True)
class Verdict:
    """One submission: the worst of its exercises' statuses."""

    path: str
    sha256: str | None
    status: Status
    exercises: tuple[ExerciseVerdict, ...]
    error: Fault | None = None


@dataclass(frozen=True)
class CheckReport:
    """Everything that one call of `check` found."""

    isolation: Literal["full", "landlock", "process"] | None
    submissions: tuple[Verdict, ...]

    def to_json(self) -> dict[str, Any]:
        """The document of `logitlab check --json`."""
        return {
            "format": FORMAT,
            "version": VERSION,
            "generator": f"logitlab {__version__}",
            "isolation": self.isolation,
            "submissions": [_submission(verdict) for verdict in self.submissions],
        }


def schema() -> dict[str, Any]:
    """The JSON Schema of the document."""
    text = files("logitlab.grading").joinpath("check-report-schema.json").read_text("utf-8")
    read: dict[str, Any] = json.loads(text)
    return read


def _submission(verdict: Verdict) -> dict[str, Any]:
    return {
        "path": verdict.path,
        "sha256": verdict.sha256,
        "status": verdict.status,
        "error": asdict(verdict.error) if verdict.error else None,
        "exercises": [_exercise(exercise) for exercise in verdict.exercises],
    }


def _exercise(exercise: ExerciseVerdict) -> dict[str, Any]:
    return {
        "id": exercise.id,
        "status": exercise.status,
        "points": exercise.points,
        "max_points": exercise.max_points,
        "seconds": round(exercise.seconds, 3),
        "error": asdict(exercise.error) if exercise.error else None,
        "stdout": exercise.stdout,
        "checks": [asdict(check) for check in exercise.checks],
    }
