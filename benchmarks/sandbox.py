"""How long the sandbox takes for a submission, beside a fresh Python process that imports torch.

    python benchmarks/sandbox.py             # speed: about a minute
    python benchmarks/sandbox.py --load      # 2,000 runs in a row, a tenth of them hostile

The submission is a learner's: a few tensors, made and printed. Each round runs it once in every
way, in turn, so that what disturbs the machine disturbs all; the figures are medians and 95th
percentiles over the rounds, and the ratio is that of the medians. `in process` is what the code
itself needs, with torch loaded: what the sandbox costs is the difference.

The load is what grading does: the same runner throughout, its descriptors, threads, memory,
processes and temporary files counted at the start and at the end.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from logitlab.errors import SandboxError
from logitlab.sandbox import Limits, Runner, levels

ROUNDS = 60
SUBMISSION = """
import torch
x1 = torch.randn(5, 6)
print(x1.shape, x1.dtype, x1.mean())
x6 = torch.randn(4, 4)
columns, rows = x6.sum(dim=0), x6.sum(dim=1)
print(columns, rows, columns.shape, rows.shape)
x9 = torch.randn(3, 3)
print(torch.linalg.det(x9))
"""
HOSTILE = {
    "while True: pass": "timeout",
    "import torch\nx = torch.zeros(10**11)": "out_of_memory",
    "import os\nos._exit(0)": "crashed",
    "import socket\nsocket.socket()": "forbidden",
    "import ctypes\nctypes.string_at(0)": "crashed",
    "x = = 1": "unreadable",
}
QUICK = Limits(wall_seconds=0.5)


@dataclass(frozen=True)
class Timing:
    """The seconds of one way to run the submission, round by round."""

    name: str
    seconds: list[float]

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def p95(self) -> float:
        return statistics.quantiles(self.seconds, n=20)[-1]


def in_process() -> None:
    """What the submission itself needs."""
    with contextlib.redirect_stdout(io.StringIO()):
        exec(SUBMISSION, {})


def fresh_python() -> None:
    """What a grader without a zygote does."""
    subprocess.run([sys.executable, "-c", SUBMISSION], check=True, capture_output=True)


def runner_at(level: levels.Level) -> Runner:
    """A runner at one level, whatever stronger ones there are. Raises SandboxError if none."""
    runner = Runner(workers=2)
    started = (level, levels.launch(level))
    runner._start = lambda: started  # type: ignore[method-assign]
    return runner


def in_sandbox(runner: Runner) -> Callable[[], None]:
    def once() -> None:
        assert runner.run(SUBMISSION).status == "finished"

    return once


def measure(ways: dict[str, Callable[[], None]], rounds: int) -> list[Timing]:
    """Every way once in each round, after one round that is not counted."""
    timings = [Timing(name, []) for name in ways]
    for number in track(range(rounds + 1), "measuring", transient=True):
        for timing, way in zip(timings, ways.values(), strict=True):
            start = time.perf_counter()
            way()
            if number:
                timing.seconds.append(time.perf_counter() - start)
    return timings


def speed(rounds: int, console: Console) -> None:
    start = time.perf_counter()
    with Runner(workers=2) as first:
        first.run(SUBMISSION)
        cold = time.perf_counter() - start
    import torch  # noqa: F401  for `in process`, and only now: it must not warm the cold start

    with contextlib.ExitStack() as stack:
        ways = {"in process": in_process, "fresh Python": fresh_python}
        for level in ("full", "landlock"):
            try:
                ways[f"sandbox, {level}"] = in_sandbox(stack.enter_context(runner_at(level)))
            except SandboxError as error:
                console.print(f"[dim]{level} cannot be had here: {error.got}[/]")
        timings = measure(ways, rounds)
    with runner_at("process") as runner:  # apart: its next process loads torch beside the others
        timings += measure({"sandbox, process": in_sandbox(runner)}, rounds // 4)
    with Runner(workers=2) as runner:
        rate = runs_a_second(runner)
    print_table(timings, console)
    console.print(f"From a cold start the first evidence is there after {cold:.2f} s.")
    console.print(f"With two workers: {rate:.0f} runs a second on {os.cpu_count()} cores.")


def runs_a_second(runner: Runner, count: int = 300) -> float:
    """How many runs two workers finish in a second, all asked for at once."""
    runner.run(SUBMISSION)
    start = time.perf_counter()
    runner.run(SUBMISSION, seeds=range(count))
    return count / (time.perf_counter() - start)


def print_table(timings: list[Timing], console: Console) -> None:
    table = Table("way", "median ms", "95 % ms", "faster than fresh Python")
    fresh = next(timing for timing in timings if timing.name == "fresh Python")
    for timing in timings:
        ratio = f"{fresh.median / timing.median:.0f} ×"
        table.add_row(timing.name, f"{timing.median * 1e3:.1f}", f"{timing.p95 * 1e3:.1f}", ratio)
    console.print(table)


@dataclass(frozen=True)
class Footprint:
    """What the runner's process and its children hold."""

    descriptors: int
    threads: int
    processes: int
    resident_mb: float
    temporary_files: int

    @classmethod
    def now(cls) -> Footprint:
        own = Path("/proc/self")
        rows = [line.split() for line in (own / "status").read_text().splitlines()]
        resident = next(int(row[1]) for row in rows if row and row[0] == "VmRSS:")
        return cls(
            descriptors=len(os.listdir(own / "fd")),
            threads=threading.active_count(),
            processes=sum(1 for _ in descendants(os.getpid())),
            resident_mb=resident / 1024,
            temporary_files=len(os.listdir(tempfile.gettempdir())),
        )


def descendants(pid: int) -> Iterator[int]:
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            yield int(child)
            yield from descendants(int(child))


def load(count: int, console: Console) -> bool:
    """True when every run ended as it should and nothing has grown."""
    attacks = list(HOSTILE.items())
    with Runner(workers=2) as runner, ThreadPoolExecutor(2) as pool:

        def once(number: int) -> bool:
            code, wanted = (SUBMISSION, "finished") if number % 10 else attacks[number // 10 % 6]
            return runner.run(code, limits=QUICK).status == wanted

        list(pool.map(once, range(100)))
        before = Footprint.now()
        start = time.perf_counter()
        right = sum(track(pool.map(once, range(count)), "running", total=count, transient=True))
        seconds = time.perf_counter() - start
        after = Footprint.now()
    console.print(f"{right} of {count} runs ended as they should, in {seconds:.0f} s")
    console.print(f"before: {before}\nafter:  {after}")
    grown = after.resident_mb - before.resident_mb
    return right == count and grown < 20 and after.processes <= before.processes + 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--load", action="store_true", help="2,000 runs, a tenth of them hostile")
    arguments = parser.parse_args()
    console = Console()
    if arguments.load:
        sys.exit(not load(2000, console))
    speed(arguments.rounds, console)


if __name__ == "__main__":
    main()
