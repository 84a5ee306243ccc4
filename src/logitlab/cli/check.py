"""`logitlab check`: what a learner's files answer of the course, and what of it is right."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from logitlab.grading.verdict import CheckReport, Verdict

NOT_ALL, OURS = 1, 3  # exit statuses: not everything passed; a fault of ours


def check(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="A .py or .ipynb file, or a folder.")
    ],
    exercise: Annotated[
        list[str] | None,
        typer.Option("--exercise", metavar="ID", help="Check for this exercise. Repeatable."),
    ] = None,
    seed: Annotated[int, typer.Option(help="The first seed of the runs.", min=0)] = 1,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON document and nothing else.")
    ] = False,
) -> None:
    """Check your answers to the exercises: each requirement, with the reason.

    Without --exercise, a file is checked for the exercises whose names it assigns.
    The exit status is 0 if everything passed, 1 if not, 3 for a fault of ours.
    """
    from rich.console import Console

    from logitlab.course.catalog import exercise as find
    from logitlab.course.checking import check as check_all
    from logitlab.sandbox import Runner
    from logitlab.views.verdict import terminal

    console = Console(highlight=False)
    only = [find(id) for id in exercise or ()]
    verdicts: list[Verdict] = []
    with Runner(weakest="process") as runner:
        for verdict in check_all(paths, runner, only=only, seed=seed):
            verdicts.append(verdict)
            if not as_json:
                console.print(terminal(verdict))
        report = CheckReport(runner.level, tuple(verdicts))
    if as_json:
        typer.echo(json.dumps(report.to_json(), allow_nan=False))
    if any(verdict.status == "sandbox_error" for verdict in verdicts):
        raise typer.Exit(OURS)
    if not all(verdict.status in ("passed", "needs_review") for verdict in verdicts):
        raise typer.Exit(NOT_ALL)
