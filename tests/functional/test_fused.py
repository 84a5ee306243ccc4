"""The in-place route: the compiled loops and the array code behind it, blocks, threads, forks."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from typing import Any

import pytest
import torch
from torch import Tensor

from logitlab import kernels
from logitlab.functional import cross_entropy, cross_entropy_with_grad, reference
from logitlab.kernels import _cross_entropy as kernel
from tests.functional.properties import close, near, random


@pytest.fixture(params=["compiled loops", "array code"])
def code(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each of the two codes that compute a NumPy array's loss."""
    if request.param == "array code":
        monkeypatch.setattr(kernel, "compiled", lambda: None)
    return str(request.param)


HEIGHTS = (1, 2, 7, 8, 9, 33, 70)
WIDTHS = (1, 2, 3, 4, 5, 8, 15, 16, 17, 33, 64, 65, 129, 1000, 4096, 4097, 33_000)


def targets_and_options(n: int, k: int) -> list[tuple[Tensor, dict[str, Any]]]:
    """Every kind of loop: plain, weighted, smoothed, soft, with the z-loss."""
    g = torch.Generator().manual_seed(n)
    index = torch.randint(0, k, (n,), generator=g)
    index[::3] = -100
    soft = torch.rand(n, k, generator=g)
    weight = torch.rand(k, generator=g)
    return [
        (index, {}),
        (index, {"weight": weight, "label_smoothing": 0.1}),
        (index, {"weight": weight, "z_loss": 0.1}),
        (soft, {}),
        (soft, {"weight": weight, "label_smoothing": 0.2, "z_loss": 0.1}),
    ]


@pytest.mark.parametrize("classes", WIDTHS)
def test_every_width_and_height(code: str, classes: int) -> None:
    for rows in HEIGHTS if classes < 300 else (1, 2, 5):
        z = 3 * random(rows, classes, seed=rows, dtype=torch.float32)
        for target, options in targets_and_options(rows, classes):
            loss, gradient = cross_entropy_with_grad(z, target, reduction="none", **options)
            expected = reference.cross_entropy_with_grad(z, target, reduction="none", **options)
            largest = expected[1].abs().amax(1, keepdim=True) + 1e-30
            near(loss, expected[0], torch.finfo(torch.float32).eps)
            near(gradient / largest, expected[1] / largest, 4 * torch.finfo(torch.float32).eps)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_smoothed_rows_that_are_nearly_learned_cancel_nothing(
    code: str, dtype: torch.dtype
) -> None:
    target = torch.arange(200) % 10
    learned = reference.smoothed(reference.one_hot(target, 10), 0.1).log()
    z = (learned + 1e-3 * random(200, 10)).to(dtype)
    options: dict[str, Any] = {"label_smoothing": 0.1, "reduction": "sum"}
    _, gradient = cross_entropy_with_grad(z, target, **options)
    expected = reference.cross_entropy_with_grad(z, target, **options)[1]
    largest = expected.abs().amax(1, keepdim=True)
    near(gradient / largest, expected / largest, max(4 * torch.finfo(dtype).eps, 1e-10))


def test_confident_float64_rows_reach_the_smallest_normal_number(code: str) -> None:
    gap = torch.arange(30.0, 709.0, dtype=torch.float64)
    z = torch.stack([torch.zeros_like(gap), -gap], dim=1)
    target = torch.zeros(len(gap), dtype=torch.int64)
    loss, gradient = cross_entropy_with_grad(z, target, reduction="none")
    close(loss, (-gap).exp().log1p())
    close(gradient[:, 0], -torch.sigmoid(-gap))
    close(gradient[:, 1], torch.sigmoid(-gap))


def test_a_row_of_weight_zero_is_silent_under_smoothing_too(code: str) -> None:
    z = torch.tensor([[torch.nan, 0.0], [0.0, 0.0]])
    for logits in (z, z.bfloat16()):
        options: dict[str, Any] = {"weight": torch.zeros(2), "label_smoothing": 0.1}
        loss, gradient = cross_entropy_with_grad(
            logits, torch.tensor([0, 1]), reduction="sum", **options
        )
        assert loss == 0
        assert torch.equal(gradient, torch.zeros_like(logits))


def test_all_kinds_of_memory_give_the_same_numbers() -> None:
    z, target = random(40, 9, dtype=torch.float32), torch.arange(40) % 9
    contiguous = cross_entropy_with_grad(z, target)
    strided = cross_entropy_with_grad(z.T.contiguous().T, target)
    near(strided[0], contiguous[0], 1e-7)
    near(strided[1], contiguous[1], 1e-7)
    out = torch.empty_like(z)
    rows = kernels.cross_entropy(z, target, out=out)  # torch tensors, without NumPy
    near(rows.mean(), contiguous[0], 1e-7)
    near(out / 40, contiguous[1], 1e-7)
    array = kernels.cross_entropy(z.numpy(), target.numpy(), row_scale=2, out=out.numpy())
    near(torch.from_numpy(array).mean(), contiguous[0], 1e-7)
    near(out / 80, contiguous[1], 1e-7)


def test_default_devices_of_others_change_nothing() -> None:
    z, target = random(3, 4), torch.tensor([1, 0, 3])
    with torch.device("meta"):
        leaf = z.clone().requires_grad_()
        loss = cross_entropy(leaf, target)
        loss.backward()
        pair = cross_entropy_with_grad(z, target, reduction="none")
    assert leaf.grad is not None
    near(loss.detach(), reference.cross_entropy(z, target))
    near(leaf.grad, reference.cross_entropy_with_grad(z, target)[1])
    near(pair[0], reference.cross_entropy(z, target, reduction="none"))


def test_deterministic_algorithms_are_enough() -> None:
    z, target = random(3, 4).requires_grad_(), torch.tensor([1, 0, 3])
    torch.use_deterministic_algorithms(True)
    try:
        loss = cross_entropy(z, target)
        (gradient,) = torch.autograd.grad(loss, z, create_graph=True)
        (second,) = torch.autograd.grad(gradient[:, 0].sum(), z)
    finally:
        torch.use_deterministic_algorithms(False)
    hessian = reference.row_hessian(z.detach(), torch.ones(3, 1)) / 3
    near(second, hessian[:, 0])


CONCURRENT = """
    import os, torch
    from concurrent.futures import ThreadPoolExecutor
    from logitlab.functional import cross_entropy

    def job(seed):
        z = torch.randn(300, 50, generator=torch.Generator().manual_seed(seed), requires_grad=True)
        loss = cross_entropy(z, torch.arange(300) % 50)
        loss.backward()
        return loss.detach(), z.grad

    with ThreadPoolExecutor(8) as pool:
        at_once = list(pool.map(job, range(32)))  # also the first calls of this process
    one_by_one = [job(seed) for seed in range(32)]
    for (loss, gradient), (expected_loss, expected) in zip(at_once, one_by_one):
        assert torch.equal(loss, expected_loss) and torch.equal(gradient, expected)
    if hasattr(os, "fork"):
        child = os.fork()
        if child == 0:
            os._exit(0 if torch.equal(job(3)[1], one_by_one[3][1]) else 1)
        assert os.waitpid(child, 0)[1] == 0
    print("the same")
"""


def test_threads_and_forks_get_the_same_numbers() -> None:
    command = [sys.executable, "-c", textwrap.dedent(CONCURRENT)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.stdout == "the same\n", run.stderr
