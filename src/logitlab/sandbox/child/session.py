"""One run, in the child: read the request and the source, run it, make the calls, end."""

from __future__ import annotations

import base64
import gc
import os
from collections.abc import Callable
from typing import Any, NoReturn

import torch

from . import (
    acts,
    calls,
    execute,
    seeding,
    source,
    streams,
    stubs,
    text,
    values,
    warmup,
    watching,
    wire,
)
from .fingerprint import fingerprint
from .limits import Limits
from .raised import describe
from .recorder import Recorder

_exit = os._exit
_REHEARSAL = {
    "script.py": b"import torch\n\ndef f(x):  # one\n    return x @ x * 2\n\nprint(f'{f(3)}')\n",
    "cells.py": b"# %% [markdown]\n# text\n# %%\nx = 1\n%pwd\nx",
    "notebook.ipynb": b'{"cells": [{"cell_type": "code", "source": "x = !ls"}]}',
}


def warm_up() -> None:
    """What a process does once, before it runs or forks: load torch, and the stubs."""
    warmup.warm()
    stubs.install()
    _rehearse()
    gc.collect()
    gc.enable()  # `__main__` has switched it off


def main(
    request: dict[str, Any], evidence: int, enter: Callable[[Limits], None] | None = None
) -> NoReturn:
    """Perform a request, send evidence to the descriptor `evidence`, and end.

    `enter` is called with the request's limits first, where they are not in force yet. Nothing of
    the interpreter's own ending is run: no atexit, no finaliser, no thread that lingers.
    """
    limits = Limits(**request["limits"])
    recorder = Recorder(evidence, limits.output_bytes)
    try:
        if enter is not None:
            enter(limits)
        if "acts" in request:
            wire.write(evidence, acts.attempt(request["acts"], limits))
            _exit(0)
        recorder.send("reading")
        read = source.read(base64.b64decode(request["data"]), request["name"])
    except source.Unreadable as error:
        place = {"cell": error.cell, "line": error.line, "column": error.column}
        recorder.send("unreadable", reason=error.reason, **place)
        _exit(0)
    _send_source(read, recorder)
    try:
        _run(request, read, recorder)
    except BaseException as error:  # what the code did to us: its run has failed, not the sandbox
        recorder.send("broken", error=describe(error, recorder.files))
    _exit(0)


def _rehearse() -> None:
    """Go through what every run does, up to the learner's code: first uses cost milliseconds."""
    for name, text_of in _REHEARSAL.items():
        read = source.read(text_of, name)
        text.facts(read).to_wire()
        executor = execute.Executor(name, read, Recorder(-1, 0))
        for cell in read.cells:
            executor.compile(cell, name)
    for value in (torch.ones(2, 2), torch.Size([2]), torch.float32, 1.0, "text", [1], {"a": None}):
        fingerprint(value)
        values.encode(value, values.Budget(1000))
    try:
        raise ValueError("rehearsed")
    except ValueError as error:
        describe(error, {})


def _send_source(read: source.Source, recorder: Recorder) -> None:
    cells = [{"kind": cell.kind, "line": cell.line} for cell in read.cells]
    remarks = [{"cell": note.cell, "line": note.line, "text": note.text} for note in read.remarks]
    recorder.send("source", format=read.format, cells=cells, remarks=remarks)
    recorder.send("facts", facts=text.facts(read).to_wire())


def _run(request: dict[str, Any], read: source.Source, recorder: Recorder) -> None:
    seeding.install(request["seed"], recorder.seeded)
    owns = recorder.files.__contains__
    recorder.forget_uses = watching.install(request["watch"], recorder.used, owns)
    streams.install(recorder, cells=read.format != "script")
    executor = execute.Executor(request["name"], read, recorder)
    executor.run()
    recorder.locals_left = 0
    calls.perform(request["calls"], executor.namespace, recorder)
    recorder.send("end")
