"""Things side by side while they fit, then on the next line, as words in a paragraph."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.measure import Measurement
from rich.table import Table

GAP = 3


@dataclass(frozen=True)
class Flow:
    """The items in rows no wider than the console, a blank line between rows."""

    items: Sequence[RenderableType]

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        widths = [_width(console, options, item) for item in self.items] or [0]
        return Measurement(max(widths), sum(widths) + GAP * (len(widths) - 1))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for index, row in enumerate(self._rows(console, options)):
            if index:
                yield ""
            yield _side_by_side(row)

    def _rows(self, console: Console, options: ConsoleOptions) -> Iterator[list[RenderableType]]:
        row: list[RenderableType] = []
        left = options.max_width
        for item in self.items:
            width = _width(console, options, item)
            if row and width > left:
                yield row
                row, left = [], options.max_width
            row.append(item)
            left -= width + GAP
        if row:
            yield row


@dataclass(frozen=True)
class Beside:
    """Two things side by side if both fit and the first is at most half as wide as the console."""

    first: RenderableType
    second: RenderableType

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        first = _width(console, options, self.first) + GAP
        second = Measurement.get(console, options, self.second).minimum
        if first <= options.max_width // 2 and first + second <= options.max_width:
            yield _side_by_side([self.first, self.second])
        else:
            yield from (self.first, "", self.second)


def _width(console: Console, options: ConsoleOptions, item: RenderableType) -> int:
    return Measurement.get(console, options, item).maximum


def _side_by_side(items: Sequence[RenderableType]) -> Table:
    line = Table.grid(padding=(0, GAP, 0, 0))
    line.add_row(*items)
    return line
