"""linear_cross_entropy is linear followed by cross_entropy, without the N × K logits."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.autograd import gradcheck, gradgradcheck

from logitlab.functional import (
    _linear_chunks,
    cross_entropy,
    linear_cross_entropy,
    reference,
)
from tests.functional.properties import near, random


@st.composite
def layers(draw: st.DrawFn) -> tuple[dict[str, Tensor | None], dict[str, Any]]:
    """A last layer with its input, targets and options."""
    g = torch.Generator().manual_seed(draw(st.integers(0, 2**32)))
    N, K, D = (draw(st.sampled_from(sizes)) for sizes in ((0, 1, 4), (1, 2, 5), (1, 3)))
    trailing = draw(st.sampled_from(((), (2,), (2, 1, 3))))
    batch = () if not trailing and draw(st.booleans()) else (N,)

    def randn(*shape: int) -> Tensor:
        return torch.randn(shape, generator=g, dtype=torch.float64)

    tensors: dict[str, Tensor | None] = {
        "input": randn(*batch, D),
        "linear_weight": randn(K, *trailing, D) * draw(st.sampled_from((0.0, 1.0, 10.0))),
        "linear_bias": randn(K, *trailing) if draw(st.booleans()) else None,
        "weight": None,
    }
    if draw(st.booleans()):
        weight = torch.rand(K, generator=g, dtype=torch.float64)
        tensors["weight"] = torch.where(weight < 0.2, 0.0, weight)
    options: dict[str, Any] = {
        "reduction": draw(st.sampled_from(("mean", "sum", "none"))),
        "label_smoothing": draw(st.sampled_from((0.0, 0.1, 1.0))),
        "z_loss": draw(st.sampled_from((0.0, 0.0, 0.1))),
        "softcap": draw(st.sampled_from((None, None, 3.0))),
    }
    if draw(st.booleans()):
        target = torch.rand((*batch, K, *trailing), generator=g, dtype=torch.float64)
        target = torch.where(target < 0.2, 0.0, 2 * target)
    else:
        target = torch.randint(0, K, (*batch, *trailing), generator=g)
        ignore_index = draw(st.sampled_from((None, -100, 0, 1)))
        ignored = torch.rand(target.shape, generator=g) < 0.3
        target = torch.where(ignored, -100 if ignore_index is None else ignore_index, target)
        options["ignore_index"] = ignore_index
    return {**tensors, "target": target}, options


def fresh(tensors: dict[str, Tensor | None]) -> dict[str, Tensor | None]:
    """Copies of which the floating ones ask for a gradient."""
    return {
        name: t if t is None or not t.is_floating_point() else t.clone().requires_grad_()
        for name, t in tensors.items()
    }


def gradients(loss: Tensor, tensors: dict[str, Tensor | None]) -> dict[str, Tensor]:
    """The gradient to each tensor that asks for one, by name."""
    asked = {name: t for name, t in tensors.items() if t is not None and t.requires_grad}
    if not loss.requires_grad:  # the reference's constant 0: a mean over nothing
        return {name: torch.zeros_like(t) for name, t in asked.items()}
    upstream = torch.linspace(-1.0, 2.0, loss.numel(), dtype=loss.dtype).reshape(loss.shape) + 0.3
    found = torch.autograd.grad(loss, list(asked.values()), upstream, allow_unused=True)
    return {
        name: torch.zeros_like(t) if g is None else g
        for (name, t), g in zip(asked.items(), found, strict=True)
    }


@given(layers())
@settings(derandomize=True, deadline=None, max_examples=250)
def test_value_and_all_gradients_are_those_of_linear_and_cross_entropy(
    layer: tuple[dict[str, Tensor | None], dict[str, Any]],
) -> None:
    tensors, options = layer
    for asking in ({"input", "linear_weight", "linear_bias"}, set(tensors)):
        ours, theirs = fresh(tensors), fresh(tensors)
        for copies in (ours, theirs):
            for name in set(copies) - asking:
                copies[name] = tensors[name]
        loss = linear_cross_entropy(**ours, **options)
        expected = reference.linear_cross_entropy(**theirs, **options)
        assert loss.shape == expected.shape
        near(loss.detach(), expected.detach())
        wanted = gradients(expected, theirs)
        for name, gradient in gradients(loss, ours).items():
            near(gradient, wanted[name])


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_many_rows_are_cut_into_chunks_that_add_up(reduction: str) -> None:
    x, w, b = random(3000, 3), random(700, 3, seed=1), random(700, seed=2)
    for target in (torch.arange(3000) % 700, random(3000, 700, seed=3).softmax(-1)):
        ours, theirs = (
            fresh({"input": x, "linear_weight": w, "linear_bias": b, "target": target})
            for _ in range(2)
        )
        loss = linear_cross_entropy(**ours, reduction=reduction)
        expected = reference.linear_cross_entropy(**theirs, reduction=reduction)
        near(loss.detach(), expected.detach())
        ours["target"], theirs["target"] = (t["target"].detach() for t in (ours, theirs))
        wanted = gradients(expected, theirs)
        for name, gradient in gradients(loss, ours).items():
            near(gradient, wanted[name])


@pytest.mark.parametrize("shape", [(4,), (3, 4)], ids=["unbatched", "rows"])
def test_only_what_asks_gets_a_gradient(shape: tuple[int, ...]) -> None:
    x, w, b = random(*shape), random(5, 4, seed=1), random(5, seed=2)
    target = torch.tensor(1) if len(shape) == 1 else torch.tensor([1, 0, 4])
    for asking in range(8):
        inputs = [t.clone().requires_grad_(bool(asking >> i & 1)) for i, t in enumerate((x, w, b))]
        loss = linear_cross_entropy(inputs[0], inputs[1], target, linear_bias=inputs[2])
        assert loss.requires_grad == bool(asking)
        if not asking:
            continue
        loss.backward()
        expected = [t.detach().clone().requires_grad_(t.requires_grad) for t in inputs]
        F.cross_entropy(F.linear(*expected), target).backward()
        for ours, theirs in zip(inputs, expected, strict=True):
            assert (ours.grad is None) == (theirs.grad is None)
            if ours.grad is not None:
                near(ours.grad, theirs.grad)


@pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated:DeprecationWarning")
@pytest.mark.parametrize("soft", [False, True], ids=["indices", "soft"])
@pytest.mark.parametrize(
    "options",
    [{}, {"reduction": "none", "label_smoothing": 0.2}, {"z_loss": 0.1, "softcap": 2.0}],
    ids=str,
)
def test_first_and_second_derivatives_match_finite_differences(
    soft: bool, options: dict[str, Any]
) -> None:
    inputs = [random(2, 3), random(4, 3, seed=1), random(4, seed=2)]
    inputs = [t.requires_grad_() for t in inputs]
    target = random(2, 4, seed=3).softmax(-1).requires_grad_() if soft else torch.tensor([1, 3])

    def loss(x: Tensor, w: Tensor, b: Tensor, *y: Tensor) -> Tensor:
        return linear_cross_entropy(x, w, y[0] if y else target, linear_bias=b, **options)

    arguments = (*inputs, target) if soft else tuple(inputs)
    assert gradcheck(loss, arguments, check_forward_ad=True)
    assert gradgradcheck(loss, arguments)
    assert gradgradcheck(lambda *a: loss(*a), tuple(inputs))


def test_the_gradient_of_a_gradient_penalty() -> None:
    x, w, target = random(3, 2), random(4, 2, seed=1), torch.tensor([1, 0, 3])

    def penalty(loss: Any) -> list[Tensor]:
        leaves = [x.clone().requires_grad_(), w.clone().requires_grad_()]
        first = torch.autograd.grad(loss(*leaves, target), leaves, create_graph=True)
        return list(torch.autograd.grad(sum(g.square().sum() for g in first), leaves))

    for ours, theirs in zip(
        penalty(linear_cross_entropy), penalty(reference.linear_cross_entropy), strict=True
    ):
        near(ours, theirs)


def test_two_live_losses_a_retained_graph_and_the_upstream() -> None:
    x, w = random(3, 2).requires_grad_(), random(4, 2, seed=1).requires_grad_()
    target = torch.tensor([1, 0, 3])
    first = linear_cross_entropy(x, w, target)
    second = linear_cross_entropy(2 * x, w, target)
    total = first - 3 * second
    again = torch.autograd.grad(total, (x, w), retain_graph=True)
    kept = [g.clone() for g in again]
    once_more = torch.autograd.grad(total, (x, w))
    expected = torch.autograd.grad(
        reference.linear_cross_entropy(x, w, target)
        - 3 * reference.linear_cross_entropy(2 * x, w, target),
        (x, w),
    )
    for a, b, c, wanted in zip(again, kept, once_more, expected, strict=True):
        assert torch.equal(a, b)
        near(a, wanted)
        near(c, wanted)
    with pytest.raises(RuntimeError, match="second time"):
        torch.autograd.grad(total, (x, w))


def test_the_arguments_stay_as_they_are() -> None:
    tensors = {"input": random(3, 2), "linear_weight": random(4, 2, seed=1),
               "linear_bias": random(4, seed=2), "target": random(3, 4).softmax(-1)}  # fmt: skip
    copies = fresh(tensors)
    linear_cross_entropy(**copies).backward()
    for name, t in tensors.items():
        assert torch.equal(copies[name].detach(), t)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32])
@pytest.mark.parametrize("soft", [False, True], ids=["indices", "soft"])
def test_low_precision_sums_in_higher_precision(dtype: torch.dtype, soft: bool) -> None:
    x, w = (0.3 * random(2000, 8)).to(dtype), random(50, 8, seed=1).to(dtype)
    target = random(2000, 50, seed=3).softmax(-1).to(dtype) if soft else torch.arange(2000) % 50
    ours = [t.clone().requires_grad_() for t in (x, w)]
    loss = linear_cross_entropy(*ours, target)
    assert loss.dtype == dtype
    loss.backward()
    theirs = [t.double().requires_grad_() for t in (x, w)]
    expected = reference.linear_cross_entropy(*theirs, target)
    expected.backward()
    eps = torch.finfo(dtype).eps
    near(loss.detach(), expected.detach(), 2 * eps)
    for mine, reference_leaf in zip(ours, theirs, strict=True):
        assert mine.grad is not None
        assert mine.grad.dtype == dtype
        assert reference_leaf.grad is not None
        error = (mine.grad.double() - reference_leaf.grad).abs().max()
        largest = reference_leaf.grad.abs().max()
        rounding = 4 if dtype != torch.float32 else 32  # float32 also sums its products
        assert error <= rounding * eps * largest + torch.finfo(dtype).smallest_normal * eps


def test_low_precision_is_not_worse_than_torch() -> None:
    x, w = random(4000, 8).bfloat16(), random(50, 8, seed=1).bfloat16()
    target = torch.arange(4000) % 50

    def error(loss: Any) -> float:
        leaf = w.clone().requires_grad_()
        loss(x, leaf, target).backward()
        exact = w.double().requires_grad_()
        reference.linear_cross_entropy(x, exact, target).backward()
        return float((leaf.grad.double() - exact.grad).abs().max() / exact.grad.abs().max())

    assert error(linear_cross_entropy) <= error(F.linear_cross_entropy)


def test_an_upstream_of_loss_scaling_reaches_small_half_precision_gradients() -> None:
    x, w = torch.zeros(4096, 2).half(), torch.zeros(8, 2).half()
    x[:, 0], w[0, 0] = 1, 10
    target = torch.zeros(4096, dtype=torch.int64)

    def gradients(loss: Any, dtype: torch.dtype) -> tuple[Tensor, ...]:
        leaves = [t.to(dtype).requires_grad_() for t in (x, w)]
        upstream = torch.tensor(2.0**14, dtype=dtype)
        return torch.autograd.grad(loss(*leaves, target), leaves, upstream)

    ours = gradients(linear_cross_entropy, torch.float16)
    for mine, exact in zip(
        ours, gradients(reference.linear_cross_entropy, torch.float64), strict=True
    ):
        torch.testing.assert_close(mine.double(), exact, rtol=2e-3, atol=1e-6)


@pytest.mark.parametrize("soft", [False, True], ids=["indices", "soft"])
def test_the_layout_of_the_layer_changes_nothing(soft: bool) -> None:
    x, w = random(2, 3).T, random(2, 4, seed=1).T
    b = random(8, seed=2)[::2]
    target = random(4, 3, seed=3).softmax(0).T if soft else torch.tensor([1, 9, 0, 9, 3])[::2]
    leaves = [t.detach().requires_grad_() for t in (x, w, b)]
    assert not any(t.is_contiguous() for t in leaves)
    loss = linear_cross_entropy(leaves[0], leaves[1], target, linear_bias=leaves[2])
    expected = reference.linear_cross_entropy(leaves[0], leaves[1], target, linear_bias=leaves[2])
    near(loss.detach(), expected.detach())
    for ours, wanted in zip(
        torch.autograd.grad(loss, leaves), torch.autograd.grad(expected, leaves), strict=True
    ):
        near(ours, wanted)


def test_autocast_returns_float32_as_torch_does() -> None:
    x, w = random(3, 2).float().requires_grad_(), random(4, 2, seed=1).float().requires_grad_()
    target = torch.tensor([1, 0, 3])
    with torch.autocast("cpu", torch.bfloat16):
        loss = linear_cross_entropy(x, w, target)
        theirs = F.linear_cross_entropy(x, w, target)
    assert loss.dtype == theirs.dtype == torch.float32
    near(loss.detach(), theirs.detach(), 2**-7)
    ours = torch.autograd.grad(loss, (x, w))
    for mine, wanted in zip(ours, torch.autograd.grad(theirs, (x, w)), strict=True):
        assert mine.dtype == torch.float32
        near(mine, wanted, 2**-6)


def test_k_dimensional_losses_are_torch_s() -> None:
    x, w = random(3, 2), random(4, 2, 3, 2, seed=1)
    b = random(4, 2, 3, seed=2)
    target = torch.randint(0, 4, (3, 2, 3), generator=torch.Generator().manual_seed(0))
    for y in (target, random(3, 4, 2, 3, seed=3).softmax(1)):
        for reduction in ("mean", "sum", "none"):
            ours = linear_cross_entropy(x, w, y, linear_bias=b, reduction=reduction)
            theirs = F.linear_cross_entropy(x, w, y, linear_bias=b, reduction=reduction)
            assert ours.shape == theirs.shape
            near(ours, theirs)


def test_an_ignored_row_may_hold_nan() -> None:
    x = torch.tensor([[1.0, 2.0], [torch.nan, 0.0]], requires_grad=True)
    w = random(4, 2, seed=1).float().requires_grad_()
    loss = linear_cross_entropy(x, w, torch.tensor([1, -100]))
    loss.backward()
    near(loss.detach(), cross_entropy(x.detach()[:1] @ w.detach().T, torch.tensor([1])), 1e-6)
    assert x.grad is not None
    assert torch.equal(x.grad[1], torch.zeros(2))
    assert w.grad is not None
    assert bool(w.grad.isfinite().all())


def test_repeated_runs_are_bit_identical() -> None:
    def run() -> list[Tensor]:
        leaves = [random(2000, 8).float().requires_grad_(), random(300, 8, seed=1).float()]
        leaves[1].requires_grad_()
        loss = linear_cross_entropy(*leaves, torch.arange(2000) % 300)
        return [loss.detach(), *torch.autograd.grad(loss, leaves)]

    first = run()
    for _ in range(3):
        assert all(torch.equal(a, b) for a, b in zip(first, run(), strict=True))


PEAK = """
    import os, resource, sys, torch
    from logitlab.functional import cross_entropy, linear_cross_entropy
    torch.set_num_threads(1)
    dtype, targets, reduction = getattr(torch, sys.argv[1]), sys.argv[2], sys.argv[3]

    def held(x, w, y, reduction):
        return cross_entropy(x @ w.T, y, reduction=reduction)

    def step(loss, N, K, D=16):
        x = torch.randn(N, D, dtype=dtype, requires_grad=True)
        w = torch.randn(K, D, dtype=dtype, requires_grad=True)
        y = torch.arange(N) % K
        if targets == "soft":
            y = torch.full((N, 1), 1 / K, dtype=dtype).expand(N, K)
        loss(x, w, y, reduction=reduction).sum().backward()

    def growth(loss, N):  # in a fork, whose peak starts at what is resident now
        step(loss, 64, 100)  # what compiling takes once
        if os.fork() == 0:
            step(loss, 64, 32000)  # what allocators and the libraries' own pages take once
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            step(loss, N, 32000)
            after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            print((after - before) * (1 if sys.platform == "darwin" else 1024), flush=True)
            os._exit(0)
        assert os.wait()[1] == 0

    growth(linear_cross_entropy, 4096)
    growth(held, 512)
"""


@pytest.mark.parametrize(
    ("dtype", "targets", "reduction"),
    [
        ("float32", "indices", "mean"),
        ("float32", "soft", "none"),
        ("bfloat16", "indices", "sum"),
    ],
)
def test_the_logits_are_never_held(dtype: str, targets: str, reduction: str) -> None:
    command = [sys.executable, "-c", textwrap.dedent(PEAK), dtype, targets, reduction]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    ours, held = (int(line) for line in run.stdout.split())
    row = 32_000 * (4 if dtype == "float32" else 2)
    assert held > 512 * row  # or this measures nothing
    assert ours < 4096 * row / 3


def test_many_chunks_of_low_precision_are_summed_in_float32(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(_linear_chunks, "CHUNK_BYTES", 1)  # the smallest chunks: hundreds of them
    x, w = torch.ones(8192, 2).bfloat16(), torch.zeros(4, 2).bfloat16().requires_grad_()
    b = torch.zeros(4).bfloat16().requires_grad_()
    loss = linear_cross_entropy(x, w, torch.zeros(8192).long(), linear_bias=b, reduction="sum")
    gradients = torch.autograd.grad(loss, (w, b))
    expected = torch.tensor([-0.75, 0.25, 0.25, 0.25]) * 8192  # exact in bfloat16
    assert torch.equal(gradients[0].float(), expected[:, None].expand(4, 2))
    assert torch.equal(gradients[1].float(), expected)
