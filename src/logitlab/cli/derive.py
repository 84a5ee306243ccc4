"""`logitlab derive`: the deck's Part 2, step by step, each step proved and checked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from logitlab.derivation import Step, Verified


def derive(
    step: Annotated[
        str | None,
        typer.Option("--step", metavar="N", help="Only this step: 1 … 7, or the id of a step."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON document: statements, proofs, errors.")
    ] = False,
    as_latex: Annotated[
        bool, typer.Option("--latex", help="Print a LaTeX document of the statements.")
    ] = False,
) -> None:
    """Derive ∇L = ŷ − y step by step: by named rules, proved, and checked.

    Each step is proved for any number of classes K, written out for K = 2 … 6,
    and checked at random numbers against torch and central differences.
    The exit status is 1 if a step fails.
    """
    from logitlab import derivation
    from logitlab.errors import ParameterError
    from logitlab.views import derivation as view

    if as_json and as_latex:
        raise ParameterError(
            "output", got="--json and --latex", expected="one of them", hint="run it twice"
        )
    steps = derivation.derive().steps if step is None else derivation.derive().select(step)
    if as_latex:
        typer.echo(view.latex(steps), nl=False)
        return
    results = [derivation.verify(each) for each in steps] if as_json else _printed(steps)
    if as_json:
        typer.echo(
            json.dumps(view.document(results), allow_nan=False, ensure_ascii=False, indent=2)
        )
    if not all(result.holds for result in results):
        raise typer.Exit(1)


def _printed(steps: tuple[Step, ...]) -> list[Verified]:
    """Verify the steps, and print each as soon as it is done."""
    from rich.console import Console

    from logitlab import derivation
    from logitlab.views import derivation as view

    results: list[Verified] = []

    def verified() -> Iterator[Verified]:
        for step in steps:
            results.append(derivation.verify(step))
            yield results[-1]

    console = Console(highlight=False)
    for piece in view.pieces(verified()):
        console.print(piece)
    return results
