"""The `logitlab` command. Each subcommand is a module here that imports its room when it runs."""

from __future__ import annotations

import io
import sys
from typing import Annotated

import typer

from logitlab import __version__
from logitlab.cli.check import check
from logitlab.cli.derive import derive
from logitlab.cli.doctor import doctor
from logitlab.cli.run import run
from logitlab.cli.tour import tour
from logitlab.errors import LogitlabError

app = typer.Typer(
    name="logitlab",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Learn, prove and use softmax classification: ∇L = ŷ − y.",
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"logitlab {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Options of the command itself."""


app.command()(tour)
app.command()(check)
app.command()(derive)
app.command()(doctor)
app.command()(run)


def main() -> None:
    """Run the command; an error of ours is one message on standard error and exit status 2."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # the formulas are Unicode, whatever the locale
            stream.reconfigure(encoding="utf-8")
    try:
        app()
    except LogitlabError as error:
        typer.echo(f"error: {error}", err=True)
        sys.exit(2)
