"""Run a source statement by statement, and record what each one bound, showed and raised."""

from __future__ import annotations
import __future__

import ast
import asyncio
import builtins
import inspect
import linecache
import sys
import types
from dataclasses import dataclass
from typing import Any

from . import instrument
from .recorder import Recorder
from .source import Cell, Source

# Functions look their built-ins up here: what the learner does to `builtins` changes nothing.
__builtins__ = dict(vars(builtins))  # type: ignore[assignment]

_run = asyncio.run


@dataclass(frozen=True)
class _Statement:
    """A top-level statement, compiled, and whether its value is displayed."""

    node: ast.stmt
    code: types.CodeType
    shown: bool


class Executor:
    """The submission's `__main__`, and how its cells run in it.

    In a script the first exception ends the run; cells go on after one that raised, as in a
    notebook, and the value of a cell's last expression is displayed.
    """

    def __init__(self, name: str, source: Source, recorder: Recorder) -> None:
        self.name = name
        self.source = source
        self.recorder = recorder
        self.cells = source.format != "script"
        self.flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT if self.cells else 0
        self.module = types.ModuleType("__main__")
        self.module.__file__ = name
        self.namespace: dict[str, Any] = self.module.__dict__
        self.namespace["__builtins__"] = builtins
        self.ended = False  # by sys.exit

    def run(self) -> None:
        """Run the code cells in order, up to where the submission ends itself."""
        sys.modules["__main__"] = self.module
        sys.argv = [self.name]
        vars(builtins).update(instrument.hooks(self.recorder.returned))
        for cell in self.source.cells:
            if cell.kind == "code" and not self._run_cell(cell) and not self.cells:
                return
            if self.ended:
                return

    def _run_cell(self, cell: Cell) -> bool:
        file = f"{self.name}[{cell.index}]" if self.source.format == "notebook" else self.name
        self.recorder.files[file] = cell.index if self.cells else None
        self._remember_lines(file, cell)
        try:
            statements = self.compile(cell, file)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as raised:
            error = raised if isinstance(raised, SyntaxError) else _too_much(raised)
            line = error.lineno or cell.line
            clocks = self.recorder.begin("begin", cell=cell.index, line=line, end_line=line)
            self.recorder.end("done", clocks, error)
            return False
        return all(self._run_statement(cell, statement) for statement in statements)

    def _remember_lines(self, file: str, cell: Cell) -> None:
        """For tracebacks and `inspect.getsource`."""
        lines = linecache.getlines(file)  # of the cells before it, which share a .py file
        lines = lines[: cell.line - 1] + ["\n"] * (cell.line - 1 - len(lines))
        lines += [line + "\n" for line in cell.text.split("\n")]
        linecache.cache[file] = (sum(map(len, lines)), None, lines, file)

    def compile(self, cell: Cell, file: str) -> list[_Statement]:
        """Each top-level statement. Raises what Python's parser does."""
        try:
            tree = compile(cell.text, file, "exec", self.flags | ast.PyCF_ONLY_AST, True)
        except SyntaxError as error:
            error.lineno = (error.lineno or 1) + cell.line - 1  # of the file
            raise
        ast.increment_lineno(tree, cell.line - 1)
        self.flags |= _future_flags(tree)
        instrument.instrument(tree)
        last = tree.body[-1] if self.cells and tree.body else None
        quiet = cell.text.rstrip().endswith(";")
        statements = []
        for node in tree.body:
            if node is last and isinstance(node, ast.Expr) and not quiet:
                part = ast.Expression(node.value)
                code = compile(part, file, "eval", self.flags, True)
                statements.append(_Statement(node, code, shown=True))
            else:
                code = compile(ast.Module([node], []), file, "exec", self.flags, True)
                statements.append(_Statement(node, code, shown=False))
        return statements

    def _run_statement(self, cell: Cell, statement: _Statement) -> bool:
        node, code = statement.node, statement.code
        recorder = self.recorder
        clocks = recorder.begin(
            "begin", cell=cell.index, line=node.lineno, end_line=node.end_lineno
        )
        error: BaseException | None = None
        try:
            value = eval(code, self.namespace)
            if code.co_flags & inspect.CO_COROUTINE:
                value = _run(value)
            if statement.shown and value is not None:
                recorder.shown("display", [value], repr(value) + "\n")
        except SystemExit as request:
            self.ended = True
            error = None if request.code in (None, 0) else request
        except BaseException as raised:
            error = raised
        recorder.bound(self.namespace, _bound_names(node))
        recorder.end("done", clocks, error)
        return error is None and not self.ended


def _too_much(raised: Exception) -> SyntaxError:
    """What the parser says of a text that is too much for it, as the mistake in the text it is."""
    return SyntaxError(f"too much for Python's parser: {raised or type(raised).__name__}")


def _future_flags(tree: ast.Module) -> int:
    flags = 0
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            for alias in node.names:
                feature = getattr(__future__, alias.name, None)
                flags |= feature.compiler_flag if feature else 0
    return flags


def _bound_names(node: ast.stmt) -> set[str]:
    """The names that a statement binds at top level (not within functions of its own)."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {node.name}
    names: set[str] = set()
    todo: list[ast.AST] = [node]
    while todo:
        part = todo.pop()
        if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(part.name)
            continue
        if isinstance(part, ast.Lambda):
            continue
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            names.add(part.id)
        elif isinstance(part, ast.alias):
            names.add((part.asname or part.name).partition(".")[0])
        todo.extend(ast.iter_child_nodes(part))
    return names
