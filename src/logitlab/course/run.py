"""A run of a solution: what it bound and what it printed.

The solutions of the course are code of ours and run in this process. (A learner's code does
not: it runs in the sandbox.)
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass
from types import CodeType, MappingProxyType

import torch

#: Runs with other seeds, which tell random numbers from typed ones and show a range's both ends:
#: a value of [1..5] is missing in all 16 draws of 2 × (2, 3) with probability 0.8^192 < 1e-18.
_REPEATS = 15


@dataclass(frozen=True)
class Run:
    """What one run of a solution left behind, and what runs with other seeds did."""

    names: Mapping[str, object]
    stdout: str
    others: tuple[Run, ...] = ()


def run_source(source: str, seed: int, filename: str = "solution.py") -> Run:
    """Run Python source in a fresh namespace with torch seeded; its output is captured.

    torch's own generator is as it was afterwards.

    >>> run = run_source("import torch; x = torch.arange(3); print(x)", seed=0)
    >>> run.stdout
    'tensor([0, 1, 2])\\n'
    >>> sorted(run.names)
    ['torch', 'x']
    """
    code = compile(source, filename, "exec")
    first, *others = (_run(code, seed + offset) for offset in range(1 + _REPEATS))
    return Run(first.names, first.stdout, tuple(others))


def _run(code: CodeType, seed: int) -> Run:
    namespace: dict[str, object] = {"__name__": "__main__"}
    with torch.random.fork_rng(devices=[]), redirect_stdout(io.StringIO()) as stdout:
        torch.manual_seed(seed)
        exec(code, namespace)
    names = {name: value for name, value in namespace.items() if not name.startswith("__")}
    return Run(MappingProxyType(names), stdout.getvalue())
