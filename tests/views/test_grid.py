"""The tensor grid: every number, the shape, the dimensions, in a terminal and in a pipe."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest
import torch

from logitlab.views.grid import grid, terminal


def numbers(text: str) -> list[float]:
    return [float(n) for n in re.findall(r"-?\d+\.?\d*", text.replace("−", "-"))]


def test_every_number_stands_in_its_row(printed: Callable[..., str]) -> None:
    x = torch.tensor([[1.5, -0.25], [0.125, 2.0]])
    caption, dimensions, *rows = printed(terminal(grid("x", x))).splitlines()
    assert caption.rstrip() == "x  float32 [2, 2]"
    assert dimensions.rstrip() == "dim 0 ↓  dim 1 →"
    assert [numbers(row) for row in rows] == [[1.5, -0.25], [0.125, 2.0]]


def test_a_pipe_gets_no_colour_and_a_terminal_does(printed: Callable[..., str]) -> None:
    drawn = terminal(grid("x", torch.tensor([[1.0, -1.0]])))
    assert "\x1b" not in printed(drawn)
    assert "\x1b[" in printed(drawn, terminal=True)


@pytest.mark.parametrize(
    ("shape", "dimensions", "slices"),
    [
        ((), "", 1),
        ((3,), "dim 0 →", 1),
        ((2, 3), "dim 0 ↓  dim 1 →", 1),
        ((2, 3, 4), "dim 1 ↓  dim 2 →", 2),
    ],
)
def test_dimensions_are_named(shape: tuple[int, ...], dimensions: str, slices: int) -> None:
    drawn = grid("x", torch.zeros(shape))
    assert (drawn.shape, drawn.dimensions, len(drawn.slices)) == (shape, dimensions, slices)


def test_slices_of_three_dimensions_say_which_they_are(printed: Callable[..., str]) -> None:
    x = torch.arange(8).reshape(2, 2, 2)
    text = printed(terminal(grid("x", x)))
    assert "dim 0 = 0" in text
    assert "dim 0 = 1" in text
    assert numbers(text.splitlines()[-2]) == [0, 1, 4, 5]
    assert numbers(text.splitlines()[-1]) == [2, 3, 6, 7]


def test_what_does_not_fit_is_counted(printed: Callable[..., str]) -> None:
    text = printed(terminal(grid("x", torch.arange(12.0))))
    assert numbers(text.splitlines()[2]) == [1.0 * n for n in range(8)]
    assert "… 4 more along dim 0" in text
    assert grid("x", np.zeros((9, 11))).left_out == "1 more along dim 0, 3 more along dim 1"


def test_the_scale_is_that_of_the_whole_tensor() -> None:
    first, second = grid("x", torch.tensor([[[1.0]], [[-4.0]]])).slices
    assert (first.rows[0][0].strength, second.rows[0][0].strength) == (0.25, -1.0)


def test_numbers_that_are_none_have_no_colour_and_change_no_other() -> None:
    row = grid("x", torch.tensor([float("nan"), float("inf"), 2.0])).slices[0].rows[0]
    assert [cell.text for cell in row] == ["nan", "inf", "2."]
    assert [cell.strength for cell in row] == [0.0, 1.0, 1.0]


def test_exact_values_are_kept() -> None:
    (cell,) = grid("x", torch.tensor([1 / 3], dtype=torch.float64)).slices[0].rows[0]
    assert (cell.text, cell.exact) == ("0.3333", "0.3333333333333333")


@pytest.mark.parametrize("tensor", [torch.zeros(0), torch.zeros(2, 0), torch.tensor([True])])
def test_odd_tensors_can_be_drawn(tensor: torch.Tensor, printed: Callable[..., str]) -> None:
    assert str(list(tensor.shape)) in printed(terminal(grid("x", tensor)))
