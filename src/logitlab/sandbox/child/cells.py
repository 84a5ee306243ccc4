"""A submission as it was read: its cells, what was passed over, or why it cannot be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["code", "markdown", "raw"]
Format = Literal["script", "percent", "notebook"]


@dataclass(frozen=True)
class Cell:
    """One cell. `line` is where its text begins: in the file, or 1 in a notebook's cell.

    `index` counts all cells from 0; a code cell's text can be compiled as it stands.
    """

    index: int
    kind: Kind
    text: str
    line: int


@dataclass(frozen=True)
class Remark:
    """Something that was passed over, at a line counted as the cell's lines are."""

    cell: int
    line: int
    text: str


@dataclass(frozen=True)
class Source:
    """All cells in order: `cells[i].index` is i. A plain script is one cell."""

    format: Format
    cells: tuple[Cell, ...]
    remarks: tuple[Remark, ...]


class Unreadable(Exception):
    """The bytes are no Python file and no notebook: the reason, and the place where known."""

    def __init__(
        self,
        reason: str,
        cell: int | None = None,
        line: int | None = None,
        column: int | None = None,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.cell = cell
        self.line = line
        self.column = column
