"""The deck's four quantities side by side, class by class: z, ŷ, y and ŷ − y as bars.

Without colour the bars are still told apart: z is plain, ŷ has a solid outline, y a double one,
ŷ − y is arrows, up above zero and down below.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.table import Table
from rich.text import Text

from logitlab.views.number import signed
from logitlab.views.palette import LOGITS, PROBABILITIES, TARGETS, Quantity, gradient


@dataclass(frozen=True)
class Bar:
    """A value as a bar: its share of the longest, −1 … 1, and its look."""

    quantity: Quantity
    text: str
    share: float


@dataclass(frozen=True)
class Row:
    """A class and its four bars."""

    label: str
    z: Bar
    probability: Bar
    target: Bar
    gradient: Bar


def rows(
    labels: Sequence[object],
    logits: Sequence[float],
    probabilities: Sequence[float],
    targets: Sequence[float],
) -> tuple[Row, ...]:
    """One row a class; the bars of ŷ, y and ŷ − y share one unit, those of z have their own.

    >>> row = rows("ab", [0.0, 1.0], [0.25, 0.75], [1.0, 0.0])[0]
    >>> row.gradient.text, row.gradient.share, row.gradient.quantity.bar[0]
    ('−0.750', -0.75, '▼')
    """
    longest = max((abs(value) for value in logits), default=0.0) or 1.0
    return tuple(
        Row(
            label=str(label),
            z=Bar(LOGITS, signed(z, 2), z / longest),
            probability=Bar(PROBABILITIES, f"{p:.3f}", p),
            target=Bar(TARGETS, f"{y:.2f}", y),
            gradient=Bar(gradient(p - y), signed(p - y), p - y),
        )
        for label, z, p, y in zip(labels, logits, probabilities, targets, strict=True)
    )


def terminal(drawn: Sequence[Row]) -> Table:
    """The rows as a table for a terminal, at most 60 columns wide."""
    table = Table.grid(padding=(0, 1, 0, 0))
    for quantity in (None, LOGITS, PROBABILITIES, TARGETS, gradient(1.0)):
        table.add_column(justify="right")
        if quantity is not None:
            table.add_column()
    table.add_row("", *_heading(LOGITS), *_heading(PROBABILITIES), *_heading(TARGETS), "ŷ − y", "")
    for row in drawn:
        cells = [row.label]
        table.add_row(
            *cells,
            *_two_sided(row.z, 3),
            *_one_sided(row.probability, 6),
            *_one_sided(row.target, 4),
            *_two_sided(row.gradient, 4),
        )
    return table


def _heading(quantity: Quantity) -> tuple[Text, str]:
    return Text(quantity.sign, quantity.hue.terminal), ""


def _one_sided(bar: Bar, width: int) -> tuple[Text, Text]:
    return _number(bar), Text(_cells(bar, width).ljust(width), bar.quantity.hue.terminal)


def _two_sided(bar: Bar, width: int) -> tuple[Text, Text]:
    cells = _cells(bar, width)
    halves = (
        (cells.rjust(width), " " * width) if bar.share < 0 else (" " * width, cells.ljust(width))
    )
    return _number(bar), Text("│".join(halves), bar.quantity.hue.terminal)


def _number(bar: Bar) -> Text:
    return Text(bar.text, bar.quantity.hue.terminal)


def _cells(bar: Bar, width: int) -> str:
    length = round(abs(bar.share) * width)
    first, further, last = bar.quantity.bar
    return (first + further * (length - 2) + last)[:length] if length else ""
