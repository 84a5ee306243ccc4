"""A solved exercise in the terminal: what it printed, its tensors, why, and what was verified."""

from __future__ import annotations

from rich.console import Group
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from logitlab.course.solution import Finding, Solved
from logitlab.views import grid
from logitlab.views.flow import Beside, Flow
from logitlab.views.palette import BLUE, GREEN, RED


def terminal(solved: Solved) -> Group:
    """The exercise as the tour shows it."""
    title = Text(f"{solved.exercise.id} · {solved.exercise.title}", style="bold")
    output = Text(solved.answer.stdout.rstrip())
    grids = Flow([grid.terminal(drawn) for drawn in tensors(solved)])
    return Group(
        Rule(title, align="left", style=BLUE.terminal),
        Padding(Beside(output, grids), (0, 0, 1, 2)),
        Padding(explanation(solved.exercise.explanation), (0, 0, 1, 2)),
        Padding(findings(solved.findings), (0, 0, 1, 2)),
    )


def tensors(solved: Solved) -> list[grid.Grid]:
    """The tensors of one dimension or more that the solution bound; scalars stand in its output."""
    named = solved.answer.names.items()
    return [grid.grid(name, value) for name, value in named if getattr(value, "ndim", 0) > 0]


def explanation(markdown: str) -> Text:
    """A paragraph with its `code` in bold.

    >>> explanation("`sum(dim=0)` adds down").plain
    'sum(dim=0) adds down'
    """
    pieces = enumerate(markdown.split("`"))
    return Text.assemble(*((piece, "bold" if index % 2 else "") for index, piece in pieces))


def findings(found: tuple[Finding, ...]) -> Table:
    """One line for each requirement: the sign, the statement, what was compared."""
    table = Table.grid(padding=(0, 1, 0, 0))
    for finding in found:
        word = "" if finding.holds else "not so: "
        compared = Text.assemble(word, finding.statement, (f" · {finding.evidence}", "dim"))
        table.add_row(mark(finding.holds), compared)
    return table


def mark(holds: bool) -> Text:
    """The sign of what holds and of what does not; a word stands beside the second."""
    return Text("✓", GREEN.terminal) if holds else Text("✗", RED.terminal)
