"""What a check may ask of a submission's text: its names, calls, comments, strings, Markdown."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from .source import Cell, Source

ITEMS: Final = 5000  # of each kind
CHARACTERS: Final = 2000  # of one text


@dataclass(frozen=True)
class Mention:
    """A name, an operator or a text, and where it stands."""

    text: str
    cell: int
    line: int


@dataclass(frozen=True)
class CallMention:
    """A call as it is written (`F.softmax`), and as the file's own imports resolve it.

    A method of an unknown object is ".softmax"; `function` is the submission's own function that
    the call stands in.
    """

    written: str
    resolved: str
    cell: int
    line: int
    function: str | None


@dataclass
class Facts:
    """All mentions, in the order of the text, each kind bounded."""

    names: list[Mention] = field(default_factory=list)
    calls: list[CallMention] = field(default_factory=list)
    operators: list[Mention] = field(default_factory=list)
    comments: list[Mention] = field(default_factory=list)
    strings: list[Mention] = field(default_factory=list)
    markdown: list[Mention] = field(default_factory=list)

    def to_wire(self) -> dict[str, Any]:
        return {name: found[:ITEMS] for name, found in asdict(self).items()}


_OPERATORS: Final[dict[type[ast.AST], str]] = {
    ast.MatMult: "@",
    ast.Mult: "*",
    ast.Add: "+",
    ast.Sub: "-",
    ast.Div: "/",
    ast.Pow: "**",
    ast.Mod: "%",
    ast.FloorDiv: "//",
}


def facts(source: Source) -> Facts:
    """The mentions of all cells; a cell that does not parse has comments only."""
    found = Facts()
    imports: dict[str, str] = {}
    for cell in source.cells:
        if cell.kind == "code":
            _read_comments(cell, found)
            _read_code(cell, found, imports)
        else:
            found.markdown.append(Mention(cell.text[:CHARACTERS], cell.index, cell.line))
    return found


def _read_comments(cell: Cell, found: Facts) -> None:
    try:
        for token in tokenize.generate_tokens(io.StringIO(cell.text).readline):
            if token.type == tokenize.COMMENT:
                text = token.string.lstrip("#").strip()[:CHARACTERS]
                found.comments.append(Mention(text, cell.index, cell.line + token.start[0] - 1))
    except (tokenize.TokenError, SyntaxError, RecursionError):
        return  # those before the mistake have been read


def _read_code(cell: Cell, found: Facts, imports: dict[str, str]) -> None:
    try:
        flags = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        tree = compile("\n" * (cell.line - 1) + cell.text, "<cell>", "exec", flags, True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    nodes = list(_walk(tree))
    for node, _ in nodes:
        imports.update(_imported(node))
    for node, function in nodes:
        _read_node(node, function, cell, found, imports)


def _walk(tree: ast.AST) -> Iterator[tuple[ast.AST, str | None]]:
    """Every node in the order of the text, with the function that it stands in; no recursion."""
    pending: list[tuple[ast.AST, str | None]] = [(tree, None)]
    while pending:
        node, function = pending.pop()
        yield node, function
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            function = node.name
        children = [(child, function) for child in ast.iter_child_nodes(node)]
        pending.extend(reversed(children))


def _imported(node: ast.AST) -> dict[str, str]:
    """The names that an import binds, and what they stand for."""
    if isinstance(node, ast.Import):
        pairs = ((alias.asname or alias.name.partition(".")[0], alias) for alias in node.names)
        return {
            name: alias.name if alias.asname else alias.name.partition(".")[0]
            for name, alias in pairs
        }
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return {}


def _read_node(
    node: ast.AST, function: str | None, cell: Cell, found: Facts, imports: dict[str, str]
) -> None:
    line = getattr(node, "lineno", cell.line)
    match node:
        case ast.Name():
            found.names.append(Mention(node.id[:CHARACTERS], cell.index, line))
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            found.names.append(Mention(node.name[:CHARACTERS], cell.index, line))
        case ast.Constant(value=str(text)):
            found.strings.append(Mention(text[:CHARACTERS], cell.index, line))
        case ast.Call():
            written = _dotted(node.func)
            root, dot, rest = written.partition(".")
            resolved = imports.get(root, root) + dot + rest
            found.calls.append(
                CallMention(written[:CHARACTERS], resolved[:CHARACTERS], cell.index, line, function)
            )
        case ast.BinOp() | ast.AugAssign() if type(node.op) in _OPERATORS:
            found.operators.append(Mention(_OPERATORS[type(node.op)], cell.index, line))


def _dotted(function: ast.expr) -> str:
    """`a.b.c` as written; what hangs on anything but a name starts with a dot."""
    parts: list[str] = []
    while isinstance(function, ast.Attribute):
        parts.append(function.attr)
        function = function.value
    parts.append(function.id if isinstance(function, ast.Name) else "")
    return ".".join(reversed(parts))
