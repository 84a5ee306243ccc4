"""What the names of a program mean: which import a dotted name goes back to, scope by scope."""

from __future__ import annotations

import ast
import builtins
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_BUILTINS: Final = frozenset(vars(builtins))
_CHAIN: Final = 50  # attributes of a dotted name


@dataclass
class Scope:
    """Names as they are bound so far: to what was imported, or (None) to the program's own.

    `function` is the qualified name of the function whose scope it is; classes have scopes of
    their own, which the functions in them do not see.
    """

    outer: Scope | None = None
    function: str | None = None
    prefix: str = ""  # of the qualified names of what is defined here
    is_class: bool = False
    names: dict[str, str | None] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)  # modules that `import *` was made from

    def bind(self, name: str, meaning: str | None) -> None:
        """`name` means the dotted `meaning` from here on, or something of the program's own."""
        self.names[name] = meaning

    def resolve(self, name: str) -> str | None:
        """The dotted name that `name` goes back to; None where it is the program's own.

        >>> scope = Scope()
        >>> scope.bind("F", "torch.nn.functional")
        >>> scope.resolve("F"), scope.resolve("len"), scope.resolve("z")
        ('torch.nn.functional', 'builtins.len', None)
        """
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names and (scope is self or not scope.is_class):
                return scope.names[name]
            starred = scope._from_stars(name)
            if starred is not None:
                return starred
            scope = scope.outer
        return f"builtins.{name}" if name in _BUILTINS else None

    def _from_stars(self, name: str) -> str | None:
        for module in reversed(self.stars):
            loaded = vars(sys.modules[module]) if module in sys.modules else {}
            if not name.startswith("_") and name in loaded.get("__all__", loaded):
                return f"{module}.{name}"
        return None

    def inner(self, node: Function | ast.ClassDef) -> Scope:
        """The scope of a function or class that is defined here."""
        if isinstance(node, ast.Lambda):
            return Scope(self, self.function, self.prefix)
        name = self.prefix + node.name
        if isinstance(node, ast.ClassDef):
            return Scope(self, self.function, name + ".", is_class=True)
        return Scope(self, name, name + ".")


@dataclass(frozen=True)
class Dotted:
    """`a.b.c`: the expression at its root, with the name where it is one, and the attributes."""

    root: ast.expr
    path: tuple[str, ...]

    @property
    def name(self) -> str | None:
        return self.root.id if isinstance(self.root, ast.Name) else None

    @property
    def written(self) -> str:
        """As it stands there; of an unnamed object only the last attribute: `.softmax`."""
        return "." + self.path[-1] if self.name is None else ".".join([self.name, *self.path])

    def resolved(self, scope: Scope) -> str:
        """What it goes back to: `torch.softmax`; `.softmax` of some object; `softmax`, an own."""
        found = self.imported(scope)
        if found is not None:
            return found
        return "." + self.path[-1] if self.path else self.written

    def imported(self, scope: Scope) -> str | None:
        """What was imported, or is built in, under this name; None where it is something else."""
        found = None if self.name is None else scope.resolve(self.name)
        return None if found is None else ".".join([found, *self.path])


def dotted(node: ast.AST) -> Dotted | None:
    """`node` as a dotted name; `getattr(a, "b")` is `a.b`. None: it is nothing of the kind.

    >>> dotted(ast.parse("torch.randn(3).T.sum", mode="eval").body).written
    '.sum'
    """
    if not isinstance(node, ast.Name | ast.Attribute | ast.Call):
        return None
    path: list[str] = []
    while len(path) < _CHAIN:
        match node:
            case ast.Attribute(value, attribute):
                pass
            case ast.Call(ast.Name("getattr"), [value, ast.Constant(str(attribute)), *_]):
                pass
            case _:
                break
        path.append(attribute)
        node = value
    if not isinstance(node, ast.expr) or not (path or isinstance(node, ast.Name)):
        return None
    return Dotted(node, tuple(reversed(path)))


def imported(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
    """The names that an import binds, each with what it means; `*` with the module."""
    if isinstance(node, ast.ImportFrom):
        module = "." * node.level + (node.module or "")
        for alias in node.names:
            whole = module if alias.name == "*" else f"{module}.{alias.name}"
            yield alias.asname or alias.name, whole
        return
    for alias in node.names:
        first = alias.name.partition(".")[0]
        yield (alias.asname, alias.name) if alias.asname else (first, first)


def parameters(arguments: ast.arguments) -> list[ast.arg]:
    """All parameters of a function."""
    extra = [arg for arg in (arguments.vararg, arguments.kwarg) if arg is not None]
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *extra]


def locals_of(function: Function) -> set[str]:
    """The names that a function's own body binds, which are its own from its first line on."""
    body = function.body if isinstance(function.body, list) else [function.body]
    todo: list[ast.AST] = list(body)
    bound: set[str] = set()
    outer: set[str] = set()
    while todo:
        node = todo.pop()
        match node:
            case ast.Name(name, ast.Store()) | ast.ExceptHandler(_, str(name)):
                bound.add(name)
            case ast.Global(names) | ast.Nonlocal(names):
                outer.update(names)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                bound.add(node.name)
                continue
            case ast.Lambda():
                continue
        todo.extend(ast.iter_child_nodes(node))
    return bound - outer
