"""`logitlab doctor`: what this machine refuses to a stranger's code, act by act."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

NOTHING_WORKS = 3  # the exit status


def doctor(
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON document: levels, acts, machine.")
    ] = False,
) -> None:
    """Say how safely a stranger's code can be run here, and how to do better.

    A child of each level of isolation attempts what is forbidden to it; the level
    in force is the strongest that refused all that it promises to.
    The exit status is 0 if there is one, and 3 if nothing can be run.
    """
    # The document: "level" in force and the "remedy" for the next better one, each null where
    # there is none; "levels", strongest first, each with "given", "obstacle", "remedy" and its
    # "acts" ("act", "words", "promised", "refused", "how"); "machine" and "versions".
    from rich.console import Console

    from logitlab.sandbox.doctor import diagnose
    from logitlab.views import doctor as view

    with Console(stderr=True, quiet=not sys.stderr.isatty()).status("trying every level …"):
        diagnosis = diagnose()
    if as_json:
        typer.echo(
            json.dumps(view.document(diagnosis), allow_nan=False, ensure_ascii=False, indent=2)
        )
    else:
        Console(highlight=False).print(view.terminal(diagnosis))
    if diagnosis.level is None:
        raise typer.Exit(NOTHING_WORKS)
