"""The names, calls, operators and strings of a program, from its syntax trees.

The bodies of functions are read after all code around them, as they run after it: a name that is
imported below a function is known in it.
"""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from .findings import Bounded, Finding, Item, Text
from .names import Dotted, Function, Scope, dotted, imported, locals_of, parameters

Use = Literal["read", "bound", "deleted", "imported", "defined", "parameter"]

NODES: Final = 100_000  # that are visited: some ten thousand lines

_USES: Final[dict[type, Use]] = {
    ast.Load: "read",
    ast.Store: "bound",
    ast.Del: "deleted",
}
_SYMBOLS: Final[dict[type, str]] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.MatMult: "@",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
    ast.LShift: "<<",
    ast.RShift: ">>",
    ast.BitAnd: "&",
    ast.BitOr: "|",
    ast.BitXor: "^",
}


@dataclass(frozen=True)
class Name(Finding):
    """A name, dotted where it is, as `written` and as `resolved` through the file's imports.

    `resolved` is `torch.nn.functional.softmax` of an import, `builtins.sum`, `.T` of some object,
    or as written where it is the program's own. `function` is the qualified name of the function
    that it stands in, if any.
    """

    written: str
    resolved: str
    use: Use
    function: str | None


@dataclass(frozen=True)
class Call(Finding):
    """A call of something that has a name; `written`, `resolved` and `function` as in `Name`."""

    written: str
    resolved: str
    function: str | None


@dataclass(frozen=True)
class Operator(Finding):
    """An operator between two operands, or the one of an augmented assignment: `@`."""

    symbol: str
    function: str | None


@dataclass(frozen=True)
class _Alias:
    """A name was assigned what another name means."""

    names: tuple[str, ...]
    value: Dotted


_Step = tuple[ast.AST | _Alias, Scope]


class Program:
    """What the cells read so far hold. `finish` reads the bodies of their functions."""

    def __init__(self) -> None:
        self.names = Bounded[Name]()
        self.calls = Bounded[Call]()
        self.operators = Bounded[Operator]()
        self.strings = Bounded[Text]()
        self.asserts = Bounded[Text]()
        self.truncated = False
        self._nodes_left = NODES
        self._module = Scope()
        self._bodies: deque[tuple[Function, Scope, int, int]] = deque()
        self._cell = 0
        self._before = 0  # lines of the file before the cell's first

    def read(self, tree: ast.Module, cell: int, line: int) -> None:
        """Read the tree of a cell that begins at `line`."""
        self._cell, self._before = cell, line - 1
        self._walk((node, self._module) for node in tree.body)

    def finish(self) -> None:
        """Read the bodies of functions, those within them after them."""
        while self._bodies and self._nodes_left > 0:
            function, scope, self._cell, self._before = self._bodies.popleft()
            for name in locals_of(function):
                scope.bind(name, None)
            for parameter in parameters(function.args):
                scope.bind(parameter.arg, None)
                self._name(parameter.arg, parameter.arg, "parameter", parameter, scope)
            body = function.body if isinstance(function.body, list) else [function.body]
            self._walk((node, scope) for node in body)

    def _walk(self, steps: Iterable[_Step]) -> None:
        """Visit nodes in the order in which Python would; a stack, since trees may be deep."""
        stack = list(steps)[::-1]
        while stack:
            self._nodes_left -= 1
            if self._nodes_left < 0:
                self.truncated = True
                return
            step, scope = stack.pop()
            if isinstance(step, _Alias):
                for name in step.names:
                    scope.bind(name, step.value.imported(scope))
            else:
                stack.extend(reversed(self._visit(step, scope)))

    def _visit(self, node: ast.AST, scope: Scope) -> list[_Step]:
        """Note what this node is; returns what to visit next."""
        found = dotted(node)
        if found is not None:
            return self._visit_name(node, found, scope)
        match node:
            case ast.Call():
                self._note_call(node, scope)
            case ast.Constant(str(value)):
                self._add(self.strings, Text(*self._place(node), value), node)
            case ast.BinOp() | ast.AugAssign():
                symbol = _SYMBOLS[type(node.op)]
                operator = Operator(*self._place(node), symbol, scope.function)
                self._add(self.operators, operator, node)
            case ast.Assert():
                self._add(self.asserts, Text(*self._place(node), _unparsed(node.test)), node)
            case ast.Import() | ast.ImportFrom():
                self._visit_import(node, scope)
                return []
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda() | ast.ClassDef():
                return self._visit_definition(node, scope)
            case ast.Assign(targets, value):
                return _assignment(targets, value, scope)
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                inner = Scope(scope, scope.function, scope.prefix)
                parts = sorted(ast.iter_child_nodes(node), key=_is_element)
                return [(part, inner) for part in parts]
            case ast.comprehension():
                return [(part, scope) for part in (node.iter, node.target, *node.ifs)]
            case (
                ast.ExceptHandler(_, str(name))
                | ast.MatchAs(_, str(name))
                | ast.MatchStar(str(name))
                | ast.MatchMapping(_, _, str(name))
            ):
                self._name(name, name, "bound", node, scope)
                scope.bind(name, None)
        return [(child, scope) for child in ast.iter_child_nodes(node) if child._fields]

    def _visit_name(self, node: ast.AST, found: Dotted, scope: Scope) -> list[_Step]:
        use = _USES.get(type(getattr(node, "ctx", None)), "read")  # getattr(a, "b") has no context
        if use == "bound" and not found.path and found.name:
            scope.bind(found.name, None)
        self._name(found.written, found.resolved(scope), use, node, scope)
        return [] if found.name else [(found.root, scope)]

    def _visit_import(self, node: ast.Import | ast.ImportFrom, scope: Scope) -> None:
        for name, meaning in imported(node):
            if name == "*":
                scope.stars.append(meaning)
            else:
                scope.bind(name, meaning)
            self._name(name, meaning, "imported", node, scope)

    def _visit_definition(self, node: Function | ast.ClassDef, scope: Scope) -> list[_Step]:
        """What a definition evaluates where it stands; a function's body waits."""
        inner = scope.inner(node)
        if not isinstance(node, ast.Lambda):
            scope.bind(node.name, None)
            self._name(node.name, node.name, "defined", node, scope)
        if isinstance(node, ast.ClassDef):
            outside = [*node.decorator_list, *node.bases, *node.keywords]
            return [*((part, scope) for part in outside), *((part, inner) for part in node.body)]
        self._bodies.append((node, inner, self._cell, self._before))
        body = node.body if isinstance(node.body, list) else [node.body]
        within = {id(part) for part in body}
        return [(part, scope) for part in ast.iter_child_nodes(node) if id(part) not in within]

    def _note_call(self, node: ast.Call, scope: Scope) -> None:
        found = dotted(node.func)
        if found is not None:
            written, resolved = found.written, found.resolved(scope)
            call = Call(*self._place(node), written, resolved, scope.function)
            self._add(self.calls, call, node)

    def _name(self, written: str, resolved: str, use: Use, node: ast.AST, scope: Scope) -> None:
        name = Name(*self._place(node), written, resolved, use, scope.function)
        self._add(self.names, name, node)

    def _add(self, items: Bounded[Item], item: Item, node: ast.AST) -> None:
        items.add(item, getattr(node, "col_offset", 0))

    def _place(self, node: ast.AST) -> tuple[int, int]:
        return self._cell, self._before + int(getattr(node, "lineno", 1))


def _assignment(targets: list[ast.expr], value: ast.expr, scope: Scope) -> list[_Step]:
    """The value first; then the targets, which mean what it means where it is a plain name."""
    steps: list[_Step] = [(part, scope) for part in (value, *targets)]
    found = dotted(value)
    names = tuple(target.id for target in targets if isinstance(target, ast.Name))
    if found is None or not names or found.imported(scope) is None:
        return steps
    return [*steps, (_Alias(names, found), scope)]


def _is_element(part: ast.AST) -> bool:
    """Whether it is what a comprehension makes, which is evaluated after its `for`."""
    return not isinstance(part, ast.comprehension)


def _unparsed(node: ast.expr) -> str:
    try:
        return ast.unparse(node)
    except RecursionError:  # an expression that is deeper than one would write
        return ""
