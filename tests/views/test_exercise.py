"""A solved exercise in the terminal: what it printed, and what was verified."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from logitlab.course.catalog import exercise
from logitlab.course.solution import Finding, solve
from logitlab.views.exercise import findings, tensors, terminal


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("id", [str(n) for n in range(1, 11)])
def test_what_was_printed_is_shown_whole(id: str, width: int, printed: Callable[..., str]) -> None:
    solved = solve(exercise(id))
    text = printed(terminal(solved), width=width)
    for line in solved.answer.stdout.splitlines():
        assert line in text
    assert text.count("✓") == len(solved.findings)
    assert "✗" not in text


def test_the_tensors_are_those_that_the_solution_bound() -> None:
    drawn = [grid.caption for grid in tensors(solve(exercise("8")))]
    assert drawn == ["x8  int64 [2, 3, 4]", "mean  float32 [2, 3]"]


def test_what_does_not_hold_is_said_in_words(printed: Callable[..., str]) -> None:
    failed = Finding("sum", "the sum is printed", False, "it is not in the output")
    assert printed(findings((failed,))).strip() == (
        "✗ not so: the sum is printed · it is not in the output"
    )


def test_markup_in_an_output_is_text(printed: Callable[..., str]) -> None:
    solved = solve(exercise("5"))
    odd = replace(solved, answer=replace(solved.answer, stdout="[bold]x[/bold] [link=x]y"))
    assert "[bold]x[/bold] [link=x]y" in printed(terminal(odd))
