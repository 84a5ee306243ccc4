"""`logitlab run`: run a stranger's file in the sandbox, and report what it did."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from logitlab.errors import ParameterError, SandboxError

if TYPE_CHECKING:
    from logitlab.sandbox import Evidence, Limits

NOT_WELL = 1  # the exit statuses
OURS = 3

_MEGABYTE = 1 << 20
_MOST = {
    "--seconds": 86_400,
    "--cpu-seconds": 86_400,
    "--memory": 1 << 20,
    "--processes": 1000,
    "--files": 1 << 14,
    "--output": 1 << 14,
}
_LEVELS = ("full", "landlock", "process")


def run(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A .py or .ipynb file.")],
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON document: all the evidence.")
    ] = False,
    seed: Annotated[
        list[int] | None,
        typer.Option("--seed", min=0, max=2**31, help="A run with this seed; may be repeated. [1]"),
    ] = None,
    seconds: Annotated[
        float, typer.Option("--seconds", metavar="S", help="Wall-clock seconds of a run.")
    ] = 10.0,
    cpu_seconds: Annotated[
        float | None,
        typer.Option("--cpu-seconds", metavar="S", help="CPU seconds of a run. [as --seconds]"),
    ] = None,
    memory: Annotated[
        int, typer.Option("--memory", metavar="MB", help="Memory on top of torch's.")
    ] = 1024,
    processes: Annotated[
        int, typer.Option("--processes", metavar="N", help="Processes and threads.")
    ] = 16,
    files: Annotated[
        int, typer.Option("--files", metavar="MB", help="What it may write to disk.")
    ] = 16,
    output: Annotated[
        int, typer.Option("--output", metavar="KB", help="What is kept of what it prints.")
    ] = 1024,
    weakest: Annotated[
        str, typer.Option("--weakest", metavar="LEVEL", help="full, landlock or process.")
    ] = "full",
) -> None:
    """Run a stranger's FILE where it can harm nothing, and report what it did.

    It reaches no file of yours, no network and no other process, and is bound in
    time, memory, processes, files and output. If this machine cannot give the
    isolation of --weakest, nothing is run.
    The exit status is 0 if the file ran to its end, 1 if not, and 3 if the
    sandbox failed.
    """
    _check_choice(file, weakest)
    limits = _limits(
        {
            "--seconds": seconds,
            "--cpu-seconds": seconds if cpu_seconds is None else cpu_seconds,
            "--memory": memory,
            "--processes": processes,
            "--files": files,
            "--output": output,
        }
    )
    try:
        evidence = _run(file, tuple(seed or [1]), limits, weakest)
    except SandboxError as error:
        typer.echo(f"error: {error}{_how_to_accept_less(weakest)}", err=True)
        raise typer.Exit(OURS) from None
    _print(evidence, as_json)
    if evidence.status == "sandbox_error":
        raise typer.Exit(OURS)
    if evidence.status != "finished":
        raise typer.Exit(NOT_WELL)


def _check_choice(file: Path, weakest: str) -> None:
    if weakest not in _LEVELS:
        raise ParameterError(
            "--weakest",
            got=repr(weakest),
            expected="full, landlock or process",
            hint="full is for a stranger's code, process for your own only",
        )
    if not os.path.lexists(file):
        raise ParameterError(
            "FILE",
            got=f"{str(file)!r}, which is not there",
            expected="a .py or .ipynb file",
            hint="name a file: logitlab run solution.py",
        )


def _limits(given: dict[str, float]) -> Limits:
    from logitlab.sandbox import Limits

    for option, number in given.items():
        if not 0 < number <= _MOST[option]:
            raise ParameterError(
                option,
                got=f"{number:g}",
                expected=f"a number above 0, at most {_MOST[option]}",
                hint="leave it out for the usual limit",
            )
    return Limits(
        wall_seconds=given["--seconds"],
        cpu_seconds=given["--cpu-seconds"],
        memory_bytes=int(given["--memory"]) * _MEGABYTE,
        processes=int(given["--processes"]),
        file_bytes=int(given["--files"]) * _MEGABYTE,
        output_bytes=int(given["--output"]) * 1024,
    )


def _run(file: Path, seeds: tuple[int, ...], limits: Limits, weakest: str) -> Evidence:
    from rich.console import Console

    from logitlab.sandbox import Runner

    progress = Console(stderr=True, quiet=not sys.stderr.isatty())
    workers = min(len(seeds), os.cpu_count() or 1)
    with progress.status("running …"), Runner(workers=workers, weakest=weakest) as runner:  # type: ignore[arg-type]  # _check_choice has seen it
        return runner.run(file, seeds=seeds, limits=limits)


def _how_to_accept_less(weakest: str) -> str:
    weaker = _LEVELS[_LEVELS.index(weakest) + 1 :]
    if not weaker:
        return ""
    options = " or ".join(f"--weakest {level}" for level in weaker)
    return f"\n  hint: to accept less, say so by name: {options} (process: for your own code only)"


def _print(evidence: Evidence, as_json: bool) -> None:
    if as_json:
        from logitlab.sandbox.report import to_json

        typer.echo(json.dumps(to_json(evidence), allow_nan=False))
        return
    from rich.console import Console

    from logitlab.views import evidence as view

    Console(highlight=False).print(view.terminal(evidence))
