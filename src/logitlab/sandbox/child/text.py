"""What a check may ask of a submission's text: names, calls, operators, asserts, and its words.

It is read before anything runs, from the syntax tree: what a program hides from it, by `exec` or
by pages of filling, it hides. It helps to teach; it secures nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from . import lexemes, syntax
from .cells import Cell, Source
from .findings import Bounded, Text
from .program import Call, Name, Operator, Program

__all__ = ["KINDS", "Call", "Facts", "Name", "Operator", "Text", "facts"]

CELL_CHARACTERS: Final = 1_000_000  # of larger cells only comments are read
KINDS: Final = ("names", "calls", "operators", "asserts", "comments", "strings", "markdown")


@dataclass(frozen=True)
class Facts:
    """All that was found, in the order of the source. `truncated`: there was more than is kept."""

    names: tuple[Name, ...]
    calls: tuple[Call, ...]
    operators: tuple[Operator, ...]
    asserts: tuple[Text, ...]
    comments: tuple[Text, ...]
    strings: tuple[Text, ...]
    markdown: tuple[Text, ...]
    truncated: bool

    def to_wire(self) -> dict[str, Any]:
        """Plain data: each item a list of its fields, cell and line first.

        >>> from .source import read
        >>> facts(read(b"import math\\nmath.exp(1.0)  # e", "e.py")).to_wire()["calls"]
        [[0, 2, 'math.exp', 'math.exp', None]]
        """
        wire: dict[str, Any] = {
            kind: [list(vars(item).values()) for item in getattr(self, kind)] for kind in KINDS
        }
        return wire | {"truncated": self.truncated}


def facts(source: Source) -> Facts:
    """Read the facts of a source; a cell that Python cannot parse has comments only."""
    program = Program()
    comments = Bounded[Text]()
    markdown = Bounded[Text]()
    for cell in source.cells:
        if cell.kind == "markdown":
            markdown.add(Text(cell.index, cell.line, cell.text))
        elif cell.kind == "code":
            _read_comments(cell, comments)
            _read_program(cell, program)
    program.finish()
    code = (program.names, program.calls, program.operators, program.asserts, program.strings)
    kinds = (*code, comments, markdown)
    return Facts(
        names=program.names.items(),
        calls=program.calls.items(),
        operators=program.operators.items(),
        asserts=program.asserts.items(),
        comments=comments.items(),
        strings=program.strings.items(),
        markdown=markdown.items(),
        truncated=program.truncated or any(kind.truncated for kind in kinds),
    )


def _read_comments(cell: Cell, comments: Bounded[Text]) -> None:
    for line, offset, text in lexemes.comments(cell.text):
        comments.add(Text(cell.index, cell.line + line - 1, text), offset)
        if comments.full:
            return


def _read_program(cell: Cell, program: Program) -> None:
    if len(cell.text) > CELL_CHARACTERS:
        program.truncated = True
        return
    tree = syntax.tree(cell.text)
    if tree is not None:
        program.read(tree, cell.index, cell.line)
