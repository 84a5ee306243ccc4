"""Functions of a submission report their local names when they end, by return or by exception.

The body of each function is put into a `try … finally` that calls the hook; nothing else is
changed: no frame is added, and docstring, name, signature and line numbers stay as they were.

>>> import ast
>>> tree = instrument(ast.parse("def main():\\n    x = 2\\n    return x + 1"))
>>> namespace = hooks(lambda name, local: print(name, local))
>>> exec(compile(tree, "file", "exec"), namespace)
>>> namespace["main"]()
main {'x': 2}
3
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import Any

HOOK = "__logitlab_locals__"
_SNAPSHOT = "__logitlab_snapshot__"  # `locals` under a name that no submission binds to its own
_MOST_BLOCKS = 16  # CPython compiles at most 20 nested blocks in a function; one is added
_KEEPS_ITS_LOCALS = frozenset({"locals", "vars"})

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_WRAPPER = """
try:
    pass
finally:
    try:
        {hook}({name!r}, {snapshot}())
    except RecursionError:
        pass
"""


def hooks(report: Callable[[str, dict[str, Any]], None]) -> dict[str, Any]:
    """What an instrumented module needs among its globals or builtins.

    `report` is called with the function's qualified name and its local names (those of
    enclosing functions that it uses among them), which it must not change or keep.
    """
    return {HOOK: report, _SNAPSHOT: locals}


def instrument(tree: ast.Module) -> ast.Module:
    """`tree`, changed in place: its functions report their local names at their end.

    Left as they are: generators, coroutines and lambdas; functions that themselves use `locals`
    or `vars`, which up to Python 3.12 share one dict with the report; functions nested so deep in
    blocks that the compiler would refuse one more. No step recurses, so that an expression of
    any depth that the parser took is fine.
    """
    for name, function in list(_functions(tree)):
        if isinstance(function, ast.FunctionDef) and not _stays(function):
            _wrap(function, name)
    return tree


def _functions(tree: ast.Module) -> Iterator[tuple[str, _Function]]:
    """Each function below `tree` with its qualified name."""
    pending: list[tuple[ast.AST, str]] = [(tree, "")]
    while pending:
        node, scope = pending.pop()
        for part in _blocks(node):
            if isinstance(part, _Function):
                yield scope + part.name, part
                pending.append((part, f"{scope}{part.name}.<locals>."))
            elif isinstance(part, ast.ClassDef):
                pending.append((part, f"{scope}{part.name}."))
            else:
                pending.append((part, scope))


def _blocks(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt | ast.ExceptHandler | ast.match_case):
            yield child


def _stays(function: ast.FunctionDef) -> bool:
    pending: list[tuple[ast.AST, int]] = [(statement, 0) for statement in function.body]
    while pending:
        node, blocks = pending.pop()
        blocks += _block_count(node)
        if isinstance(node, ast.Yield | ast.YieldFrom) or blocks > _MOST_BLOCKS:
            return True
        if isinstance(node, ast.Name) and node.id in _KEEPS_ITS_LOCALS:
            return True
        pending.extend((child, blocks) for child in _same_scope(node))
    return False


def _block_count(node: ast.AST) -> int:
    """How many of the compiler's blocks the statement takes, at most."""
    if isinstance(node, ast.With | ast.AsyncWith):
        return len(node.items)
    if isinstance(node, ast.Try | ast.TryStar):
        return 3
    return int(isinstance(node, ast.For | ast.AsyncFor | ast.While))


def _same_scope(node: ast.AST) -> Iterator[ast.AST]:
    """The parts of a node that run in the frame that the node runs in."""
    if not isinstance(node, _Function | ast.Lambda):
        yield from ast.iter_child_nodes(node)
        return
    yield from node.args.defaults
    yield from (default for default in node.args.kw_defaults if default is not None)
    if isinstance(node, _Function):
        yield from node.decorator_list


def _wrap(function: ast.FunctionDef, name: str) -> None:
    body = function.body
    docstring = body[:1] if ast.get_docstring(function, clean=False) is not None else []
    code = _WRAPPER.format(hook=HOOK, name=name, snapshot=_SNAPSHOT)
    wrapper = ast.parse(code).body[0]
    assert isinstance(wrapper, ast.Try)
    for node in ast.walk(wrapper):
        ast.copy_location(node, body[-1])
    wrapper.body = body[len(docstring) :] or wrapper.body
    function.body = [*docstring, wrapper]
