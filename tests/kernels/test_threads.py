"""Several threads: the same numbers, errors before anything is written, and forks that live."""

from __future__ import annotations

import os
import signal
import threading

import numpy as np
import pytest

from logitlab import kernels
from logitlab.errors import TargetRangeError
from logitlab.kernels._threads import over_rows

RANDOM = np.random.default_rng(0)
LOGITS = RANDOM.normal(size=(3000, 500)).astype(np.float32)  # worth six threads
INDICES = RANDOM.integers(500, size=3000)
SOFT = np.abs(LOGITS)


def run(targets: np.ndarray, threads: int) -> tuple[np.ndarray, np.ndarray]:
    gradient = np.empty_like(LOGITS)
    scale = np.linspace(0.5, 2.0, len(LOGITS))
    losses = kernels.cross_entropy(
        LOGITS, targets, label_smoothing=0.1, row_scale=scale, out=gradient, threads=threads
    )
    return losses, gradient


@pytest.mark.parametrize("targets", [INDICES, SOFT], ids=["indices", "soft"])
@pytest.mark.parametrize("threads", [2, 3, 5])
def test_any_number_of_threads_gives_the_same_bits(targets: np.ndarray, threads: int) -> None:
    for one, many in zip(run(targets, 1), run(targets, threads), strict=True):
        assert np.array_equal(one, many)


def test_the_work_is_done_on_as_many_threads_as_asked_for() -> None:
    together = threading.Barrier(3, timeout=30)  # breaks, unless three threads meet

    def work(part: slice) -> None:
        together.wait()

    over_rows(work, rows=3000, classes=500, threads=3)


@pytest.mark.parametrize(("rows", "classes"), [(1, 10**9), (64, 10), (3000, 500), (7, 10**6)])
def test_each_row_is_in_one_part(rows: int, classes: int) -> None:
    parts: list[slice] = []
    over_rows(parts.append, rows, classes, threads=4)
    assert sorted(i for part in parts for i in range(rows)[part]) == list(range(rows))


def test_an_index_out_of_range_in_the_last_part_is_found_before_anything_is_written() -> None:
    gradient = np.full_like(LOGITS, 7.0)
    wrong = INDICES.copy()
    wrong[-1] = 500
    with pytest.raises(TargetRangeError, match="target of row 2999: got 500"):
        kernels.cross_entropy(LOGITS, wrong, out=gradient, threads=2)
    assert (gradient == 7.0).all()


def test_an_error_in_another_thread_arrives() -> None:
    def work(part: slice) -> None:
        if part.start:
            raise ValueError("of the second part")

    with pytest.raises(ValueError, match="of the second part"):
        over_rows(work, rows=3000, classes=500, threads=2)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_child_has_threads_of_its_own() -> None:
    losses, _ = run(INDICES, 2)  # the parent's pool is up
    child = os.fork()
    if child == 0:
        signal.alarm(30)  # ends a child that waits for threads it does not have
        os._exit(0 if np.array_equal(run(INDICES, 2)[0], losses) else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
