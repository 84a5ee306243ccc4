"""Evidence in the terminal: what a submission did, statement by statement, and how it ended."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from logitlab.sandbox.evidence import Called, Error, Evidence, Run, Statement, Status
from logitlab.sandbox.printable import printable
from logitlab.sandbox.values import (
    ArrayValue,
    ClassValue,
    FunctionValue,
    ModuleValue,
    TensorValue,
    Value,
)
from logitlab.views import grid
from logitlab.views.exercise import mark
from logitlab.views.flow import Flow
from logitlab.views.palette import BLUE, RED

STATEMENTS = 40  # of a run
LINES = 20  # of what a statement printed
LINE_CHARACTERS = 300
NAMES = 12  # of a statement
GRID_ELEMENTS = 64
PLACES = 5
REMARKS = 10

_WORDS: dict[Status, str] = {
    "finished": "it ran to its end",
    "unreadable": "it could not be read",
    "crashed": "it raised, exited or died",
    "timeout": "its time ran out",
    "out_of_memory": "its memory ran out",
    "forbidden": "it tried what the sandbox refuses",
    "sandbox_error": "the sandbox failed, and not the file",
}
_LEVELS = {
    "full": "isolation full",
    "landlock": "isolation landlock: no namespaces of its own",
    "process": "isolation process: almost nothing was refused; for your own code only",
    None: "nothing was run",
}


def terminal(evidence: Evidence) -> Group:
    """The worst run in full, the others in a line each."""
    shown = evidence.worst_run
    others = [run for run in evidence.runs if run is not shown]
    title = Text(one_line(evidence.name), style="bold")
    pieces: list[RenderableType] = [Rule(title, align="left", style=BLUE.terminal)]
    pieces += [_verdict(shown), Text(f"  {_LEVELS[evidence.level]}", style="dim"), ""]
    pieces += [*_rows(shown), *_remarks(shown), *map(_other, others)]
    return Group(*pieces, Text(f"seed {shown.seed} · {_used(shown)}", style="dim"))


def one_line(text: str, most: int = LINE_CHARACTERS) -> str:
    """A stranger's text as one printable line.

    >>> one_line("a\\n\\x1b[31mb")
    'a b'
    """
    return _shortened(" ".join(printable(text[: 4 * most]).split()), most)


def _shortened(text: str, most: int = LINE_CHARACTERS) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _verdict(run: Run) -> Group:
    words = Text.assemble((run.status, "bold"), f": {_WORDS[run.status]}")
    line = Text.assemble(mark(run.status == "finished"), " ", words)
    if run.error is None:
        return Group(line)
    where = [] if run.error.line is None else [_at(run.error.cell, run.error.line)]
    reason = Text("\n").join(filter(None, [_error(run.error), *where]))
    return Group(line, Padding(reason, (0, 0, 0, 2)))


def _error(error: Error) -> Text:
    kind, message = one_line(error.type), one_line(error.message)
    if kind in _WORDS:  # it says no more than the status
        return Text(message, RED.terminal)
    return Text(f"{kind}: {message}" if message else kind, RED.terminal)


def _traced(error: Error) -> Text:
    """The error with the submission's own lines, the innermost last."""
    places = error.places[-PLACES:]
    at = [_at(place.cell, place.line, place.function) for place in places]
    return Text("\n  ").join([_error(error), *at])


def _at(cell: int | None, line: int, function: str = "<module>") -> Text:
    inside = "" if function == "<module>" else f", in {one_line(function, 60)}"
    return Text(f"at {'' if cell is None else f'cell {cell + 1}, '}line {line}{inside}")


def _rows(run: Run) -> Iterator[RenderableType]:
    """What each statement and each call printed, bound and raised, beside its line."""
    table = Table.grid(padding=(0, 2, 0, 0))
    cells = run.source is not None and run.source.format != "script"
    telling = [(_label(one, cells), told) for one in run.statements if (told := _told(one))]
    telling += [(f"call {one.index}", _told_of_call(one)) for one in run.calls]
    for label, told in telling[:STATEMENTS]:
        table.add_row(Text(label, "dim"), Group(*told))
    if telling:
        yield table
    if len(telling) > STATEMENTS:
        yield _more(len(telling) - STATEMENTS, "statements")
    if run.output:
        yield Text("written past Python's own streams:", style="dim")
        yield Padding(_output(run.output), (0, 0, 0, 2))
    if telling or run.output:
        yield ""


def _label(statement: Statement, cells: bool) -> str:
    first, last = statement.line, statement.end_line
    lines = f"line {first}" if first == last else f"lines {first}–{last}"
    return f"cell {statement.cell + 1}, {lines}" if cells else lines


def _told(one: Statement | Called) -> list[RenderableType]:
    told: list[RenderableType] = [_output(text) for text in (one.stdout, one.stderr) if text]
    if isinstance(one, Statement):
        told += _bound(one.bound)
    if one.error is not None:
        told.append(Text.assemble(mark(False), " ", _traced(one.error)))
    elif not one.finished:
        told.append(Text.assemble(mark(False), " it did not end"))
    return told


def _told_of_call(one: Called) -> list[RenderableType]:
    told = _told(one)
    return told if one.result is None else [*_bound({"result": one.result}), *told]


def _output(text: str) -> Text:
    """What was printed, as far as there is room."""
    lines = printable(text).rstrip("\n").split("\n")
    shown = Text("\n").join(Text(_shortened(line)) for line in lines[:LINES])
    if len(lines) > LINES:
        shown = Text("\n").join([shown, _more(len(lines) - LINES, "lines")])
    return shown


def _more(count: int, what: str) -> Text:
    return Text(f"… {count} more {what}", style="dim")


def _bound(bound: Mapping[str, Value]) -> Iterator[RenderableType]:
    """Small tensors as grids, other data in a line each."""
    data = {name: value for name, value in bound.items() if not _is_code(value)}
    first = list(data.items())[:NAMES]
    lines = [_summary(name, value) for name, value in first if not _is_drawn(value)]
    grids = [grid.terminal(_grid(name, value)) for name, value in first if _is_drawn(value)]
    yield from lines
    if grids:
        yield Flow(grids)
    if len(data) > NAMES:
        yield _more(len(data) - NAMES, "names")


def _is_code(value: Value) -> bool:
    return isinstance(value, ModuleValue | FunctionValue | ClassValue)


def _summary(name: str, value: Value) -> Text:
    line = Text.assemble((one_line(name, 60), "bold"), f"  {one_line(value.summary())}")
    if isinstance(value, TensorValue | ArrayValue) and value.data is None:
        line.append(f", without its elements: {value.why}", "dim")
    return line


def _is_drawn(value: Value) -> bool:
    if not isinstance(value, TensorValue | ArrayValue) or value.data is None:
        return False
    small = 1 <= len(value.shape) <= 3 and 0 < math.prod(value.shape) <= GRID_ELEMENTS
    return small and not value.dtype.startswith("complex")


def _grid(name: str, value: Value) -> grid.Grid:
    assert isinstance(value, TensorValue | ArrayValue)
    elements = np.array(value.numbers()).reshape(value.shape)
    return replace(grid.grid(one_line(name, 60), elements), dtype=value.dtype)


def _remarks(run: Run) -> Iterator[Text]:
    """What a reader would not guess: what was skipped, salted, dropped."""
    skipped = run.source.remarks if run.source else ()
    for remark in skipped[:REMARKS]:
        at = f"cell {remark.cell + 1}, line {remark.line}"
        yield Text(f"· {at}: {one_line(remark.text)}")
    if len(skipped) > REMARKS:
        yield _more(len(skipped) - REMARKS, "remarks")
    if run.seedings:
        first = run.seedings[0]
        call = f"{one_line(first.what, 60)}({one_line(str(first.value), 30)})"
        yield Text(f"· {call} was salted with the run's seed: each seed gives other numbers")
    if run.dropped:
        yield Text("· more was printed than is kept")


def _other(run: Run) -> Text:
    line = Text.assemble(mark(run.status == "finished"), f" seed {run.seed}: {run.status}")
    return Text.assemble(line, (f" · {_used(run)}", "dim"))


def _used(run: Run) -> str:
    seconds = f"{run.wall_seconds:.2f} s, {run.cpu_seconds:.2f} s of CPU"
    memory = run.peak_memory_bytes
    return f"{seconds}, {memory / (1 << 20):.0f} MB of memory at most" if memory else seconds
