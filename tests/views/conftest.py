"""A real tour for the views to draw: every exercise, some steps, softmax regression."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from rich.console import Console, RenderableType

from logitlab.course.catalog import exercises
from logitlab.course.digits import train
from logitlab.course.solution import solve
from logitlab.course.tour import Tour
from logitlab.derivation import derive, verify

Printer = Callable[..., str]


@pytest.fixture(scope="session")
def tour() -> Tour:
    solved = tuple(solve(exercise) for exercise in exercises())
    steps = tuple(verify(step) for step in (*derive().select(1), *derive().select(6)))
    return Tour(0, solved, steps, train(fast=True))


@pytest.fixture(scope="session")
def printed() -> Printer:
    """What a console of some width writes, plain as into a pipe or with a terminal's colours."""

    def printed(*things: RenderableType, width: int = 80, terminal: bool = False) -> str:
        console = Console(
            file=io.StringIO(),
            width=width,
            force_terminal=terminal,
            color_system="truecolor" if terminal else None,
            highlight=False,
        )
        console.print(*things)
        assert isinstance(console.file, io.StringIO)
        return console.file.getvalue()

    return printed
