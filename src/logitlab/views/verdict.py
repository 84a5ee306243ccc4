"""A verdict for a terminal: what passed, what did not, and why in one sentence each."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.text import Text

from logitlab.grading.verdict import CheckResult, ExerciseVerdict, Status, Verdict
from logitlab.sandbox.printable import printable

_MARKS: dict[Status, tuple[str, str]] = {
    "passed": ("✓", "green"),
    "needs_review": ("○", "yellow"),
    "missing": ("·", "dim"),
}
_BAD = ("✗", "red")


def terminal(verdict: Verdict) -> RenderableType:
    """One submission: each exercise with its checks."""
    lines: list[RenderableType] = [_headline(verdict)]
    if verdict.error is not None:
        where = f" (line {verdict.error.line})" if verdict.error.line else ""
        said = printable(f"{verdict.error.type}: {verdict.error.message}{where}")
        lines.append(Text(f"  {said}", style="red"))
    lines += [_exercise(exercise) for exercise in verdict.exercises]
    return Group(*lines)


def _headline(verdict: Verdict) -> Text:
    mark, style = _MARKS.get(verdict.status, _BAD)
    words = verdict.status.replace("_", " ")
    return Text.assemble(
        (f"{mark} ", style), (printable(verdict.path), "bold"), f"  {words}", style="default"
    )


def _exercise(exercise: ExerciseVerdict) -> Group:
    mark, style = _MARKS.get(exercise.status, _BAD)
    points = f"{exercise.points:g} of {exercise.max_points:g} points"
    headline = Text.assemble(
        "  ", (f"{mark} ", style), f"exercise {exercise.id}  ", (points, "dim")
    )
    return Group(headline, *(_check(check) for check in exercise.checks))


def _check(check: CheckResult) -> Text:
    mark, style = _MARKS.get(check.status, _BAD)
    words = check.id.replace("_", " ")
    return Text.assemble(
        "      ", (f"{mark} ", style), f"{words}: ", (printable(check.message), "dim")
    )
