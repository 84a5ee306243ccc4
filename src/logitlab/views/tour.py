"""What the tour says around its parts, and the tour as a JSON document."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Group
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from logitlab import __version__, models
from logitlab.course.digits import Trained
from logitlab.course.solution import Finding, Solved
from logitlab.course.tour import Tour
from logitlab.views import derivation
from logitlab.views.exercise import mark
from logitlab.views.palette import BLUE, GREEN, ORANGE


def opening() -> Panel:
    """What the tour is."""
    formula = Text.assemble(
        ("∇L", ORANGE.terminal), " = ", ("ŷ", BLUE.terminal), " − ", ("y", GREEN.terminal)
    )
    text = Text(
        "\nThe gradient of a classifier's loss is what it said minus what was true. Ten exercises "
        "with tensors, the proof of that line, and a network that learns from it; every result "
        "is verified another way than it was computed."
    )
    return Panel(Group(formula, text), title="logitlab tour", border_style=BLUE.terminal)


def heading(part: int, title: str) -> Group:
    """The start of a part."""
    rule = Rule(Text(f" Part {part} · {title} ", "bold"), characters="═", style=BLUE.terminal)
    return Group("", rule, "")


def closing(tour: Tour, files: Sequence[Path]) -> Group:
    """What was verified, and what was written."""
    table = Table.grid(padding=(0, 1, 0, 0))
    exercises = sum(one.verified for one in tour.solved)
    requirements = [finding for one in tour.solved for finding in one.findings]
    steps = sum(one.holds for one in tour.steps)
    for holds, text in (
        (
            exercises == len(tour.solved),
            f"{exercises} of {len(tour.solved)} exercises: "
            f"{sum(finding.holds for finding in requirements)} of {len(requirements)} requirements",
        ),
        (steps == len(tour.steps), f"{steps} of {len(tour.steps)} steps proved and checked"),
        (tour.trained.verified, f"the classifier: {_counted(tour.trained.findings)}"),
    ):
        table.add_row(mark(holds), Text(text if holds else f"not verified: {text}"))
    written = (f"{file} ({file.stat().st_size / 1000:,.0f} kB)" for file in files)
    return Group(
        "", Rule(style=BLUE.terminal), table, "", Text("wrote " + "\n      ".join(written))
    )


def document(tour: Tour, files: Sequence[Path]) -> dict[str, object]:
    """The tour for `json.dumps`, numbers all finite."""
    return {
        "format": "logitlab/tour",
        "version": 1,
        "generator": f"logitlab {__version__}",
        "seed": tour.seed,
        "verified": tour.verified,
        "exercises": [_exercise(one) for one in tour.solved],
        "derivation": derivation.document(tour.steps),
        "classifier": _classifier(tour.trained),
        "files": [str(file) for file in files],
    }


def _exercise(solved: Solved) -> dict[str, object]:
    return {
        "id": solved.exercise.id,
        "title": solved.exercise.title,
        "stdout": solved.answer.stdout,
        "explanation": solved.exercise.explanation,
        "verified": solved.verified,
        "requirements": [asdict(finding) for finding in solved.findings],
    }


def _classifier(trained: Trained) -> dict[str, object]:
    report = trained.report
    return {
        "classes": list(report.classes),
        "hidden_layer_sizes": list(trained.classifier.hidden_layer_sizes),
        "train_samples": trained.train_samples,
        "test_samples": report.samples,
        "log_classes": math.log(len(report.classes)),
        "losses": [step.loss for step in report.history],
        "accuracy": report.accuracy,
        "log_loss": report.log_loss,
        "calibration_error": report.calibration_error,
        "confusion": report.confusion.tolist(),
        "mistakes": [_mistake(mistake) for mistake in report.mistakes],
        "verified": trained.verified,
        "requirements": [asdict(finding) for finding in trained.findings],
    }


def _mistake(mistake: models.Mistake) -> dict[str, object]:
    return {
        "index": mistake.index,
        "label": mistake.label,
        "predicted": mistake.predicted,
        "logits": mistake.logits.tolist(),
        "probabilities": mistake.probabilities.tolist(),
        "target": mistake.target.tolist(),
        "gradient": mistake.gradient.tolist(),
    }


def _counted(findings: Sequence[Finding]) -> str:
    return f"{sum(finding.holds for finding in findings)} of {len(findings)} checks"
