"""Time the loss and its gradient, ours beside its peers, in interleaved runs.

    python benchmarks/loss.py                # one thread
    python benchmarks/loss.py --threads 2

Each candidate's loss and gradient are compared with float64 first; a wrong one is named and left
out. A row gives the median time of each candidate and how many times as long the peer takes.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

import torch
import torch.nn.functional as F
from rich.console import Console
from rich.table import Table
from torch import Tensor

from logitlab import functional

Step = Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]


def drop_in(logits: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """`logitlab.functional.cross_entropy(…).backward()`."""
    return _backward(functional.cross_entropy, logits, target)


def with_grad(logits: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """`logitlab.functional.cross_entropy_with_grad(…)`."""
    return functional.cross_entropy_with_grad(logits, target)


def torch_eager(logits: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """`torch.nn.functional.cross_entropy(…).backward()`."""
    return _backward(F.cross_entropy, logits, target)


CANDIDATES: dict[str, Step] = {"drop-in": drop_in, "with_grad": with_grad}
PEERS: dict[str, Step] = {"torch eager": torch_eager}
SHAPES = [(64, 10), (4096, 10), (4096, 1000), (1024, 32000)]


def _backward(
    loss: Callable[[Tensor, Tensor], Tensor], logits: Tensor, target: Tensor
) -> tuple[Tensor, Tensor]:
    logits.grad = None
    value = loss(logits, target)
    value.backward()
    assert logits.grad is not None
    return value, logits.grad


def is_right(step: Step, logits: Tensor, target: Tensor) -> bool:
    """Whether loss and gradient agree with torch in float64."""
    exact = logits.detach().double().requires_grad_()
    loss, gradient = torch_eager(exact, target)
    ours, grad = step(logits, target)
    return bool(
        torch.allclose(ours.double(), loss, rtol=1e-5)
        and torch.allclose(
            grad.double(), gradient, rtol=1e-3, atol=1e-6 * float(gradient.abs().max())
        )
    )


def interleaved(steps: dict[str, Step], logits: Tensor, target: Tensor) -> dict[str, float]:
    """Median seconds of each step; a round makes five calls of each, one after the other.

    Five, since OpenMP's threads, which torch's own loss uses, keep a core busy for some
    milliseconds after they are done: a single call would be measured beside them.
    """
    times: dict[str, list[float]] = {name: [] for name in steps}
    end = time.perf_counter() + 2.0
    while time.perf_counter() < end or len(times[next(iter(times))]) < 5:
        for name, step in steps.items():
            for _ in range(5):
                start = time.perf_counter()
                step(logits, target)
                times[name].append(time.perf_counter() - start)
    return {name: statistics.median(values) for name, values in times.items()}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=1)
    threads = parser.parse_args().threads
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    title = f"Loss and gradient, float32, {threads} thread(s), torch {torch.__version__}: ms"
    table = Table(
        "logits", "targets", *CANDIDATES, *PEERS, *(f"{c} ahead" for c in CANDIDATES), title=title
    )
    for rows, classes in SHAPES:
        for kind in ("index", "soft"):
            if kind == "soft" and rows * classes > 5_000_000:
                continue
            logits = torch.randn(rows, classes, requires_grad=True)
            target = torch.randint(classes, (rows,))
            if kind == "soft":
                target = torch.randn(rows, classes).softmax(-1)
            steps = {
                name: step
                for name, step in (CANDIDATES | PEERS).items()
                if is_right(step, logits, target) or Console().print(f"{name} is wrong: left out")
            }
            times = interleaved(steps, logits, target)
            ahead = (times["torch eager"] / times[name] for name in CANDIDATES)
            table.add_row(
                f"({rows}, {classes})",
                kind,
                *(f"{1e3 * times[name]:.3f}" for name in steps),
                *(f"{ratio:.2f} ×" for ratio in ahead),
            )
    Console().print(table)


if __name__ == "__main__":
    main()
