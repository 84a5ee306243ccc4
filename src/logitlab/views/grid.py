"""The one tensor grid: a number in every cell, on a scale centred on zero.

Shape and dtype stand above it as torch writes them, the dimensions at its edges. A tensor of three
dimensions is drawn as its slices along dim 0; of more than 8 rows or columns the first are drawn
and the rest counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from rich.style import Style
from rich.table import Table
from rich.text import Text

from logitlab.views.flow import Flow
from logitlab.views.number import texts
from logitlab.views.palette import LIGHT, shade, strength

LIMIT = 8


@dataclass(frozen=True)
class Cell:
    """A number as it is written, exactly, and as a place on the scale, −1 … 1."""

    text: str
    exact: str
    strength: float


@dataclass(frozen=True)
class Slice:
    """A matrix of cells; `label` says which slice of a tensor of three dimensions it is."""

    label: str
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Grid:
    """A tensor as it is drawn."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    slices: tuple[Slice, ...]

    @property
    def caption(self) -> str:
        """Name, dtype and shape: 'x6  float32 [4, 4]'."""
        return f"{self.name}  {self.dtype} {list(self.shape)}"

    @property
    def dimensions(self) -> str:
        """Which dimension runs down and which to the right."""
        down, right = len(self.shape) - 2, len(self.shape) - 1
        return "  ".join([f"dim {down} ↓"] * (down >= 0) + [f"dim {right} →"] * (right >= 0))

    @property
    def left_out(self) -> str:
        """How much of each dimension is not drawn."""
        more = [(dim, size - LIMIT) for dim, size in enumerate(self.shape) if size > LIMIT]
        return ", ".join(f"{size} more along dim {dim}" for dim, size in more)


def grid(name: str, tensor: Any) -> Grid:
    """The grid of a torch tensor or NumPy array of at most three dimensions.

    >>> import numpy as np
    >>> drawn = grid("x", np.array([[1, -2]]))
    >>> drawn.caption, drawn.dimensions, [cell.text for cell in drawn.slices[0].rows[0]]
    ('x  int64 [1, 2]', 'dim 0 ↓  dim 1 →', ['1', '−2'])
    """
    shape = tuple(int(size) for size in tensor.shape)
    dtype = str(tensor.dtype).removeprefix("torch.")
    return Grid(name, dtype, shape, tuple(_slices(shape, _as_three_dimensions(tensor, shape))))


def _as_three_dimensions(tensor: Any, shape: tuple[int, ...]) -> list[list[list[float]]]:
    whole: list[list[list[float]]] = tensor.reshape((1,) * (3 - len(shape)) + shape).tolist()
    return [[row[:LIMIT] for row in matrix[:LIMIT]] for matrix in whole[:LIMIT]]


def _slices(shape: tuple[int, ...], values: list[list[list[float]]]) -> Sequence[Slice]:
    flat = list(chain.from_iterable(chain.from_iterable(values)))
    limit = max((abs(value) for value in flat if abs(value) < float("inf")), default=0.0)
    cells = iter(
        Cell(text, repr(value), strength(value, limit))
        for text, value in zip(texts(flat), flat, strict=True)
    )
    return [
        Slice(
            f"dim 0 = {index}" if len(shape) == 3 else "",
            tuple(tuple(next(cells) for _ in row) for row in matrix),
        )
        for index, matrix in enumerate(values)
    ]


def terminal(drawn: Grid) -> Table:
    """The grid for a terminal; without colour the numbers alone."""
    cells = [cell for part in drawn.slices for row in part.rows for cell in row]
    width = max((len(cell.text) for cell in cells), default=0) + 2
    table = Table.grid()
    table.add_row(Text(drawn.caption, style="bold"))
    if drawn.dimensions:
        table.add_row(Text(drawn.dimensions, style="dim"))
    table.add_row(Flow([_terminal_slice(part, width) for part in drawn.slices]))
    if drawn.left_out:
        table.add_row(Text(f"… {drawn.left_out}", style="dim"))
    return table


def _terminal_slice(part: Slice, width: int) -> Text:
    lines = [Text(part.label, style="dim")] if part.label else []
    lines += [Text.assemble(*(_terminal_cell(cell, width) for cell in row)) for row in part.rows]
    return Text("\n").join(lines)


def _terminal_cell(cell: Cell, width: int) -> tuple[str, Style]:
    ground = shade(LIGHT, cell.strength)
    return f"{cell.text:>{width - 1}} ", Style(color=LIGHT.ink, bgcolor=ground)
