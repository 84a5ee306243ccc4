"""`logitlab tour`: the whole deck alive, each part verified as it is shown."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from logitlab.errors import ParameterError

if TYPE_CHECKING:
    from rich.console import Console

    from logitlab.course.digits import Trained
    from logitlab.course.solution import Solved
    from logitlab.derivation import Verified


def tour(
    output: Annotated[
        Path, typer.Option("--output", metavar="DIR", help="Where to write model and report.")
    ] = Path("tour"),
    fast: Annotated[
        bool, typer.Option("--fast", help="Train softmax regression, without a hidden layer.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
    seed: Annotated[
        int, typer.Option("--seed", min=0, max=2**31, help="The seed of every random number.")
    ] = 0,
) -> None:
    """See the whole deck alive: ten exercises, the proof of ŷ − y, a trained network.

    Every result is verified on the spot, another way than it was computed.
    Writes model.safetensors and report.html into DIR.
    The exit status is 1 if anything was not verified.
    """
    files = model_file, report_file = _files(output)
    from rich.console import Console

    from logitlab.course.tour import Tour
    from logitlab.views import report
    from logitlab.views import tour as view

    console = Console(quiet=as_json, highlight=False)
    console.print(view.opening())
    solved = _exercises(console, seed)
    steps = _derivation(console, seed)
    trained = _training(console, seed, fast, model_file)
    result = Tour(seed, solved, steps, trained)
    report_file.write_text(report.html(result), "utf-8")
    console.print(view.closing(result, files))
    if as_json:
        typer.echo(json.dumps(view.document(result, files), allow_nan=False, indent=2))
    if not result.verified:
        raise typer.Exit(1)


def _exercises(console: Console, seed: int) -> tuple[Solved, ...]:
    from logitlab.course.catalog import exercises
    from logitlab.course.solution import solve
    from logitlab.views import exercise as view
    from logitlab.views.tour import heading

    console.print(heading(1, "Ten exercises with tensors"))
    solved = []
    for exercise in exercises():
        solved.append(solve(exercise, seed))
        console.print(view.terminal(solved[-1]))
    return tuple(solved)


def _derivation(console: Console, seed: int) -> tuple[Verified, ...]:
    from rich.progress import track

    from logitlab.derivation import derive, verify
    from logitlab.views.derivation import summary
    from logitlab.views.tour import heading

    console.print(heading(2, "Why ŷ − y"))
    steps = track(
        derive().steps, "proving", console=console, transient=True, disable=not console.is_terminal
    )
    proved = tuple(verify(step, seed) for step in steps)
    console.print(summary(proved))
    return proved


def _training(console: Console, seed: int, fast: bool, model_file: Path) -> Trained:
    from logitlab.course.digits import save, train
    from logitlab.views.classifier import terminal
    from logitlab.views.tour import heading

    console.print(heading(3, "A network that reads digits"))
    trained = train(seed, fast=fast, verbose=sys.stderr.isatty())
    trained = save(trained, model_file)
    console.print(terminal(trained))
    return trained


def _files(output: Path) -> tuple[Path, Path]:
    """The files to write: their folder is made, and nothing that is not a tour's is in the way."""
    try:
        output.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=output):
            pass
    except OSError as error:
        raise ParameterError(
            "--output",
            got=f"{output} ({error.strerror})",
            expected="a folder that can be written to",
            hint="name another one: logitlab tour --output DIR",
        ) from error
    model, report = output / "model.safetensors", output / "report.html"
    for file, known in ((model, _is_model), (report, _is_report)):
        if file.exists() and not known(file):
            raise ParameterError(
                "--output",
                got=f"{file}, which no tour has written",
                expected="a folder without it, or an earlier tour's",
                hint="move it, or name another folder: logitlab tour --output DIR",
            )
    return model, report


def _is_report(file: Path) -> bool:
    from logitlab.views.report import is_report

    return file.is_file() and is_report(file.read_text("utf-8", errors="replace"))


def _is_model(file: Path) -> bool:
    from logitlab.errors import ModelFileError
    from logitlab.models import load

    try:
        return load(file) is not None
    except (ModelFileError, OSError):
        return False
