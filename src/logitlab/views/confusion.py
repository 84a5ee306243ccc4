"""The confusion matrix: true classes down, predicted classes to the right."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rich.style import Style
from rich.table import Table
from rich.text import Text

from logitlab.views.palette import LIGHT, shade


@dataclass(frozen=True)
class Count:
    """How many samples of one class were predicted as another.

    `strength` is on the tensors' scale: blue, below zero, for the right ones on the diagonal;
    orange, above zero, for the wrong ones.
    """

    number: int
    strength: float

    @property
    def text(self) -> str:
        """The number, or a dot for none."""
        return str(self.number) if self.number else "·"


@dataclass(frozen=True)
class Row:
    """One true class: how its samples were predicted, and the share that was right."""

    label: str
    counts: tuple[Count, ...]
    recall: float

    @property
    def recall_text(self) -> str:
        """The recall in per cent, or a dash for a class without samples."""
        return "–" if math.isnan(self.recall) else f"{self.recall:.0%}"


def rows(labels: Sequence[object], matrix: Sequence[Sequence[int]]) -> tuple[Row, ...]:
    """The rows of a (K, K) matrix of counts, true class by predicted class.

    >>> [row.recall for row in rows("ab", [[9, 1], [0, 5]])]
    [0.9, 1.0]
    """
    wrong = [n for i, row in enumerate(matrix) for j, n in enumerate(row) if i != j]
    most = max(wrong, default=0) or 1
    return tuple(
        Row(
            str(label),
            tuple(
                Count(int(n), -n / (sum(row) or 1) if i == j else 0.25 * bool(n) + 0.75 * n / most)
                for j, n in enumerate(row)
            ),
            row[i] / sum(row) if sum(row) else float("nan"),
        )
        for i, (label, row) in enumerate(zip(labels, matrix, strict=True))
    )


def terminal(drawn: Sequence[Row]) -> Table:
    """The matrix for a terminal."""
    width = (
        max(max(len(row.label) for row in drawn), *(len(c.text) for r in drawn for c in r.counts))
        + 2
    )
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column(justify="right")
    table.add_row("", Text(f"{'predicted →':<{width * len(drawn)}}", "dim"), "")
    table.add_row(
        Text("true ↓", "dim"),
        Text("".join(f"{row.label:>{width - 1}} " for row in drawn), "bold"),
        Text("recall", "dim"),
    )
    for row in drawn:
        cells = Text.assemble(*(_cell(count, width) for count in row.counts))
        table.add_row(Text(row.label, "bold"), cells, Text(f"{row.recall_text:>6}", "dim"))
    return table


def _cell(count: Count, width: int) -> tuple[str, Style]:
    ground = shade(LIGHT, count.strength)
    return f"{count.text:>{width - 1}} ", Style(color=LIGHT.ink, bgcolor=ground)
