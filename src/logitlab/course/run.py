"""Run a solution of the course in this process.

The solutions are code of ours. (A learner's code never runs here: it runs in the sandbox.)
"""

from __future__ import annotations

import builtins
import io
from contextlib import redirect_stdout
from dataclasses import replace
from types import CodeType, MappingProxyType
from typing import Any

import torch

from logitlab.grading.answer import Answer, Shown

#: Runs with other seeds, which tell random numbers from typed ones and show a range's both ends:
#: a value of [1..5] is missing in all 16 draws of 2 × (2, 3) with probability 0.8^192 < 1e-18.
_REPEATS = 15


def run_source(source: str, seed: int, filename: str = "solution.py") -> Answer:
    """Run Python source in a fresh namespace with torch seeded; what it prints is kept.

    torch's own generator is as it was afterwards.

    >>> answer = run_source("import torch; x = torch.arange(3); print(x)", seed=0)
    >>> answer.stdout
    'tensor([0, 1, 2])\\n'
    >>> sorted(answer.names)
    ['torch', 'x']
    """
    code = compile(source, filename, "exec")
    first, *others = (_run(code, seed + offset) for offset in range(1 + _REPEATS))
    return replace(first, others=tuple(others))


def _run(code: CodeType, seed: int) -> Answer:
    shown: list[Shown] = []

    def print(*values: object, **options: Any) -> None:
        with redirect_stdout(io.StringIO()) as text:
            builtins.print(*values, **options)
        shown.append(Shown(text.getvalue(), values))
        stdout.write(text.getvalue())

    namespace: dict[str, object] = {"__name__": "__main__", "print": print}
    with torch.random.fork_rng(devices=[]), redirect_stdout(io.StringIO()) as stdout:
        torch.manual_seed(seed)
        exec(code, namespace)
    del namespace["print"]
    names = {name: value for name, value in namespace.items() if not name.startswith("__")}
    return Answer(MappingProxyType(names), stdout.getvalue(), tuple(shown))
