"""cross_entropy against the reference and torch, over every combination of its arguments."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.autograd import gradcheck, gradgradcheck

from logitlab.functional import cross_entropy, cross_entropy_with_grad, reference
from tests.functional.cases import Case, batches, for_torch
from tests.functional.properties import backward, near, random

combinations = settings(derandomize=True, deadline=None, max_examples=250)


def leaves(*tensors: Tensor | None) -> list[Tensor | None]:
    """Fresh copies; the floating ones ask for a gradient."""
    return [
        t if t is None or not t.is_floating_point() else t.detach().clone().requires_grad_()
        for t in tensors
    ]


def upstream_for(loss: Tensor) -> Tensor:
    """A gradient of the loss that differs from row to row and in sign."""
    return torch.linspace(-2.0, 3.0, loss.numel(), dtype=loss.dtype).reshape(loss.shape) + 0.25


def gradients(loss: Tensor, *inputs: Tensor | None) -> list[Tensor]:
    """The gradient to each input that asks for one; zeros where the loss does not depend on it."""
    asked = [t for t in inputs if t is not None and t.requires_grad]
    found = torch.autograd.grad(loss, asked, upstream_for(loss), allow_unused=True)
    return [torch.zeros_like(t) if g is None else g for t, g in zip(asked, found, strict=True)]


@given(batches())
@combinations
def test_loss_and_gradient_are_the_reference_s(case: Case) -> None:
    expected_loss, expected = reference.cross_entropy_with_grad(*case.args, **case.options)
    loss, gradient = cross_entropy_with_grad(*case.args, **case.options)
    near(loss, expected_loss)
    near(gradient, expected)
    z = case.input.detach().clone().requires_grad_()
    loss = cross_entropy(z, case.target, case.weight, **case.options)
    near(loss, expected_loss)
    upstream = upstream_for(loss)
    (gradient,) = torch.autograd.grad(loss, z, upstream)
    near(
        gradient,
        expected * upstream.unsqueeze(case.class_dim) if upstream.dim() else expected * upstream,
    )


@given(batches())
@combinations
def test_the_plain_route_is_the_fused_route(case: Case) -> None:
    def plain(z: Tensor) -> tuple[Tensor, Tensor]:
        loss = cross_entropy(z, case.target, case.weight, **case.options)
        return loss.sum(), loss

    expected_loss, expected = cross_entropy_with_grad(*case.args, **case.options)
    gradient, loss = torch.func.grad(plain, has_aux=True)(case.input)
    near(loss, expected_loss, 1e-14)
    near(gradient, expected, 1e-14)


@given(batches(plain_options=True))
@combinations
def test_values_and_all_gradients_are_torch_s(case: Case) -> None:
    if not case.is_torch_s:
        return
    soft = case.target.is_floating_point()
    z, target = leaves(case.input, case.target)
    weight = leaves(case.weight)[0] if soft else case.weight  # torch: only with distributions
    loss = cross_entropy(z, target, weight, **case.options)
    theirs = F.cross_entropy(z, for_torch(target), weight, **case.options)
    assert loss.shape == theirs.shape
    near(loss.detach(), theirs.detach())
    inputs = (z, target, weight)
    for ours, expected in zip(gradients(loss, *inputs), gradients(theirs, *inputs), strict=True):
        near(ours, expected)


@given(batches())
@settings(combinations, max_examples=150)
def test_gradients_to_targets_and_weights_are_the_reference_s(case: Case) -> None:
    if case.averages_nothing:
        return
    inputs = leaves(case.input, case.target, case.weight)
    loss = cross_entropy(*inputs, **case.options)
    expected = reference.cross_entropy(*inputs, **case.options)
    for ours, theirs in zip(gradients(loss, *inputs), gradients(expected, *inputs), strict=True):
        near(ours, theirs)


def test_an_impossible_class_of_target_zero_leaves_every_derivative_finite() -> None:
    z = torch.tensor([[0.0, 1.0, -torch.inf]], dtype=torch.float64, requires_grad=True)
    y = torch.tensor([[0.25, 0.75, 0.0]], dtype=torch.float64, requires_grad=True)
    weight = torch.tensor([1.0, 2.0, 3.0], dtype=torch.float64, requires_grad=True)
    loss = cross_entropy(z, y, weight)
    to_z, to_y, to_weight = torch.autograd.grad(loss, (z, y, weight), create_graph=True)
    surprise = -z.detach()[:, :2].log_softmax(-1)
    near(to_y, F.pad(surprise * weight[:2], (0, 1)))
    near(to_weight, F.pad(surprise * y[:, :2], (0, 1))[0])
    (second,) = torch.autograd.grad(to_z[0, 0], z)
    hessian = reference.row_hessian(z.detach()[:, :2], (weight * y)[:, :2].detach())[:, 0]
    near(second, F.pad(hessian, (0, 1)))


SOFT = torch.rand(3, 4, generator=torch.Generator().manual_seed(5), dtype=torch.float64) + 0.1
WEIGHT = torch.tensor([0.5, 1.0, 0.0, 3.0], dtype=torch.float64)
OPTIONS = [
    {"reduction": "mean"},
    {"reduction": "sum", "label_smoothing": 0.2},
    {"reduction": "none", "z_loss": 0.3},
    {"reduction": "mean", "softcap": 2.0, "z_loss": 0.1, "label_smoothing": 0.5},
]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("weight", [None, WEIGHT], ids=["unweighted", "weighted"])
@pytest.mark.parametrize("target", [torch.tensor([1, 3, -100]), SOFT], ids=["indices", "soft"])
@pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated:DeprecationWarning")
def test_first_and_second_derivatives_match_finite_differences(
    target: Tensor, weight: Tensor | None, options: dict[str, object]
) -> None:
    def loss(*inputs: Tensor | None) -> Tensor:
        return cross_entropy(*inputs, **options)

    z = random(3, 4).requires_grad_()
    assert gradcheck(loss, (z, target, weight), check_forward_ad=True)
    assert gradgradcheck(loss, (z, target, weight))
    inputs = leaves(z, target, weight)
    assert gradcheck(loss, inputs, check_forward_ad=True)
    assert gradgradcheck(loss, inputs)


@pytest.mark.parametrize("shape", [(4,), (3, 4, 2)], ids=str)
def test_derivatives_of_unbatched_and_spatial_logits_match_finite_differences(
    shape: tuple[int, ...],
) -> None:
    z, y = random(*shape).requires_grad_(), random(*shape, seed=1).softmax(0).requires_grad_()
    for reduction in ("mean", "sum", "none"):
        assert gradcheck(lambda z, y, r=reduction: cross_entropy(z, y, reduction=r), (z, y))
        assert gradgradcheck(lambda z, y, r=reduction: cross_entropy(z, y, reduction=r), (z, y))


# Dtypes


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32])
@given(data=st.data())
@settings(combinations, max_examples=60)
def test_narrow_rows_lose_only_the_last_rounding(dtype: torch.dtype, data: st.DataObject) -> None:
    case = data.draw(batches(dtype=dtype))
    expected_loss, expected = reference.cross_entropy_with_grad(*case.args, **case.options)
    loss, gradient = cross_entropy_with_grad(*case.args, **case.options)
    value, through_autograd = backward(cross_entropy, *case.args, **case.options)
    eps = torch.finfo(dtype).eps
    for result, wanted in (
        (loss, expected_loss),
        (value, expected_loss),
        (gradient, expected),
        (through_autograd, expected),
    ):
        assert result.dtype == dtype
        near(result, wanted, eps)


@pytest.mark.parametrize("logits", [torch.bfloat16, torch.float16, torch.float32, torch.float64])
@pytest.mark.parametrize("other", [torch.bfloat16, torch.float16, torch.float32, torch.float64])
def test_targets_and_weights_may_have_a_dtype_of_their_own(
    logits: torch.dtype, other: torch.dtype
) -> None:
    z, y = random(3, 4).to(logits), SOFT.to(other)
    weight = WEIGHT.to(other)
    loss, gradient = backward(cross_entropy, z, y, weight)
    expected_loss, expected = reference.cross_entropy_with_grad(z, y, weight)
    eps = torch.finfo(logits).eps
    near(loss, expected_loss, eps)
    near(gradient, expected, eps)


INTEGERS = (torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8)


@pytest.mark.parametrize("dtype", INTEGERS)
def test_class_indices_come_in_any_integer_dtype(dtype: torch.dtype) -> None:
    z, target = random(3, 4), torch.tensor([3, 0, 1])
    assert torch.equal(cross_entropy(z, target.to(dtype)), cross_entropy(z, target))


def test_an_upstream_of_loss_scaling_reaches_small_half_precision_gradients() -> None:
    z = torch.zeros(4096, 8, dtype=torch.float16)
    z[:, 0] = 10  # each other class: 4.5e-5 / 4096, below float16's smallest number
    upstream = torch.tensor(2.0**14, dtype=torch.float16)
    target = torch.zeros(4096, dtype=torch.int64)
    _, gradient = backward(cross_entropy, z, target, upstream=upstream)
    expected = reference.cross_entropy_with_grad(z, target)[1] * 2**14
    torch.testing.assert_close(gradient.double(), expected, rtol=2e-3, atol=1e-7)


def test_autocast_computes_in_float32_as_torch_does() -> None:
    z, target = random(3, 4).bfloat16().requires_grad_(), torch.tensor([3, 0, 1])
    with torch.autocast("cpu", torch.bfloat16):
        loss = cross_entropy(z, target)
        assert loss.dtype == F.cross_entropy(z, target).dtype == torch.float32
        assert cross_entropy(z.double(), target).dtype == torch.float64
    loss.backward()
    assert z.grad is not None
    assert z.grad.dtype == torch.bfloat16
    near(z.grad, reference.cross_entropy_with_grad(z.detach(), target)[1], 2**-8)


# Views of memory


def views() -> list[tuple[str, Tensor]]:
    """The same (3, 4) logits, laid out in memory in every way."""
    z = random(3, 4)
    wide = torch.zeros(3, 8, dtype=torch.float64)
    wide[:, ::2] = z
    padded = torch.zeros(5, 6, dtype=torch.float64)
    padded[1:4, 1:5] = z
    negative = torch.complex(torch.zeros_like(z), -z).conj().imag
    return [
        ("contiguous", z),
        ("transposed", z.t().contiguous().t()),
        ("every second", wide[:, ::2]),
        ("a window", padded[1:4, 1:5]),
        ("negative bit", negative),
    ]


@pytest.mark.parametrize("z", [v for _, v in views()], ids=[name for name, _ in views()])
def test_the_layout_of_the_logits_changes_nothing(z: Tensor) -> None:
    target = torch.tensor([3, 0, 1])
    expected = backward(cross_entropy, views()[0][1], target)
    near(cross_entropy(z, target), expected[0], 1e-15)
    z = z.detach().requires_grad_()
    (gradient,) = torch.autograd.grad(cross_entropy(z, target), z)
    near(gradient, expected[1], 1e-15)


def test_one_row_expanded_to_many_is_many_rows() -> None:
    z = random(1, 4).requires_grad_()
    (gradient,) = torch.autograd.grad(
        cross_entropy(z.expand(3, 4), torch.tensor([3, 0, 1]), reduction="sum"), z
    )
    expected = reference.cross_entropy_with_grad(
        z.detach().expand(3, 4), torch.tensor([3, 0, 1]), reduction="sum"
    )[1]
    near(gradient, expected.sum(0, keepdim=True))


def test_targets_and_weights_may_be_strided() -> None:
    z, y = random(3, 4), SOFT.t().contiguous().t()
    weight = torch.stack([WEIGHT, WEIGHT], dim=1)[:, 0]
    assert not y.is_contiguous()
    assert not weight.is_contiguous()
    expected = cross_entropy(z, SOFT, WEIGHT)
    assert torch.equal(cross_entropy(z, y, weight), expected)


# What autograd asks


def test_a_second_backward_without_retain_graph_is_torch_s_error() -> None:
    loss = cross_entropy(random(3, 4).requires_grad_(), torch.tensor([1, 0, 3]))
    loss.backward()
    with pytest.raises(RuntimeError, match="second time"):
        loss.backward()


def test_retained_graphs_accumulate_in_grad() -> None:
    z, target = random(3, 4).requires_grad_(), torch.tensor([1, 0, 3])
    loss = cross_entropy(z, target)
    for _ in range(3):
        loss.backward(retain_graph=True)
    assert z.grad is not None
    near(z.grad, 3 * reference.cross_entropy_with_grad(z.detach(), target)[1])


def test_a_hook_may_change_the_gradient_in_place() -> None:
    z, target = random(3, 4).requires_grad_(), torch.tensor([1, 0, 3])
    hidden = z * 1.0
    hidden.register_hook(lambda gradient: gradient.mul_(10.0))
    loss = cross_entropy(hidden, target)
    loss.backward(retain_graph=True)
    loss.backward()
    assert z.grad is not None
    near(z.grad, 20 * reference.cross_entropy_with_grad(z.detach(), target)[1])


def test_one_input_of_two_losses_gets_both_gradients() -> None:
    z, target = random(3, 4).requires_grad_(), torch.tensor([1, 0, 3])
    (cross_entropy(z, target) + 2 * cross_entropy(z, SOFT)).backward()
    assert z.grad is not None
    expected = reference.cross_entropy_with_grad(z.detach(), target)[1]
    near(z.grad, expected + 2 * reference.cross_entropy_with_grad(z.detach(), SOFT)[1])


def test_many_live_losses_keep_their_own_gradients_in_any_order() -> None:
    inputs = [random(3, 4, seed=seed).requires_grad_() for seed in range(5)]
    target = torch.tensor([1, 0, 3])
    losses = [cross_entropy(z, target) for z in inputs]
    for i in (3, 0, 4, 2, 1):
        losses[i].backward()
        expected = reference.cross_entropy_with_grad(inputs[i].detach(), target)[1]
        assert inputs[i].grad is not None
        near(inputs[i].grad, expected)
    for z in inputs:
        near(z.grad, reference.cross_entropy_with_grad(z.detach(), target)[1])


def test_the_loss_is_no_view_of_memory_that_changes_later() -> None:
    z, target = random(3, 4).requires_grad_(), torch.tensor([1, 0, 3])
    loss = cross_entropy(z, target, reduction="none")
    kept = loss.detach().clone()
    cross_entropy(random(3, 4, seed=9).requires_grad_(), target, reduction="none").sum().backward()
    loss.sum().backward()
    assert torch.equal(loss.detach(), kept)


def test_logits_changed_in_place_after_the_forward_do_not_change_the_gradient() -> None:
    hidden = random(3, 4).requires_grad_() * 1.0
    expected = reference.cross_entropy_with_grad(hidden.detach(), torch.tensor([1, 0, 3]))[1]
    loss = cross_entropy(hidden, torch.tensor([1, 0, 3]))
    with torch.no_grad():
        hidden.mul_(2.0)
    (gradient,) = torch.autograd.grad(loss, hidden, retain_graph=True)
    near(gradient, expected)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        torch.autograd.grad(loss, hidden)  # computed again: torch sees that it cannot be


def test_create_graph_and_then_an_ordinary_backward() -> None:
    z, target = random(3, 4).requires_grad_(), torch.tensor([1, 0, 3])
    (gradient,) = torch.autograd.grad(cross_entropy(z, target), z, create_graph=True)
    penalty = gradient.square().sum()  # as a gradient penalty uses it
    penalty.backward()
    leaf = z.detach().clone().requires_grad_()
    (theirs,) = torch.autograd.grad(F.cross_entropy(leaf, target), leaf, create_graph=True)
    theirs.square().sum().backward()
    assert z.grad is not None
    assert leaf.grad is not None
    near(z.grad, leaf.grad)


def test_third_derivatives_are_torch_s() -> None:
    def third(loss: object) -> Tensor:
        z = random(4).requires_grad_()
        value = loss(z, torch.tensor(2))
        for _ in range(3):
            (g,) = torch.autograd.grad(value, z, create_graph=True)
            value = (g * torch.arange(1.0, 5.0, dtype=torch.float64)).sum()
        return value.detach()

    near(third(cross_entropy), third(F.cross_entropy))


def test_double_backward_reaches_the_upstream_gradient() -> None:
    z, target = random(3, 4).requires_grad_(), torch.tensor([1, 0, 3])
    upstream = torch.tensor([1.0, -2.0, 0.5], dtype=torch.float64, requires_grad=True)
    loss = cross_entropy(z, target, reduction="none")
    (gradient,) = torch.autograd.grad(loss, z, upstream, create_graph=True)
    (to_upstream,) = torch.autograd.grad(gradient.sum(), upstream)
    near(to_upstream, torch.zeros(3))  # each row of ŷ − y sums to zero
    (gradient,) = torch.autograd.grad(loss, z, upstream, create_graph=True)
    (to_upstream,) = torch.autograd.grad(gradient[:, 0].sum(), upstream)
    near(to_upstream, reference.cross_entropy_with_grad(z, target, reduction="none")[1][:, 0])


def test_no_graph_is_made_where_nobody_asks() -> None:
    z, target = random(3, 4).requires_grad_(), torch.tensor([1, 0, 3])
    with torch.no_grad():
        assert not cross_entropy(z, target).requires_grad
    with torch.inference_mode():
        near(cross_entropy(z, target), reference.cross_entropy(z.detach(), target))
    assert not cross_entropy(z.detach(), target).requires_grad
    loss, gradient = cross_entropy_with_grad(z, target)
    assert not loss.requires_grad
    assert not gradient.requires_grad


def test_a_checkpointed_loss_has_the_same_gradient() -> None:
    z, target = random(3, 4).requires_grad_(), torch.tensor([1, 0, 3])
    for reentrant in (False, True):
        loss = torch.utils.checkpoint.checkpoint(
            cross_entropy, z * 1.0, target, use_reentrant=reentrant
        )
        (gradient,) = torch.autograd.grad(loss, z) if not reentrant else (None,)
        if reentrant:
            loss.backward()
            gradient = z.grad
        near(gradient, reference.cross_entropy_with_grad(z.detach(), target)[1])


@pytest.mark.parametrize("shape", [(64, 10), (3, 5000), (700, 3, 4)], ids=str)
def test_repeated_runs_are_bit_identical(shape: tuple[int, ...]) -> None:
    z = random(*shape).float()
    y = random(*shape, seed=1).softmax(1).float()
    first = backward(cross_entropy, z, y)
    for _ in range(3):
        again = backward(cross_entropy, z.clone(), y.clone())
        assert torch.equal(first[0], again[0])
        assert torch.equal(first[1], again[1])


def test_rows_do_not_depend_on_their_neighbours() -> None:
    z, target = random(3000, 40).float(), torch.arange(3000) % 40
    whole = cross_entropy_with_grad(z, target, reduction="none")
    part = cross_entropy_with_grad(z[1234:1240], target[1234:1240], reduction="none")
    assert torch.equal(whole[0][1234:1240], part[0])
    assert torch.equal(whole[1][1234:1240], part[1])


# The pair


def pair_shapes() -> list[tuple[Tensor, Tensor]]:
    """Logits of each layout with their index targets."""
    return [
        (random(4), torch.tensor(2)),
        (random(3, 4), torch.tensor([1, 0, 3])),
        (random(2, 4, 3), torch.tensor([[1, 0, 3], [2, 2, 0]])),
    ]


@pytest.mark.parametrize(("z", "target"), pair_shapes(), ids=["(K)", "(N, K)", "(N, K, d1)"])
def test_out_receives_the_gradient_and_the_logits_stay(z: Tensor, target: Tensor) -> None:
    expected_loss, expected = cross_entropy_with_grad(z, target)
    kept, out = z.clone(), torch.full_like(z, torch.nan)
    loss, gradient = cross_entropy_with_grad(z, target, out=out)
    assert gradient is out
    assert torch.equal(out, expected)
    assert torch.equal(loss, expected_loss)
    assert torch.equal(z, kept)


@pytest.mark.parametrize(("z", "target"), pair_shapes(), ids=["(K)", "(N, K)", "(N, K, d1)"])
def test_the_logits_themselves_may_be_the_out(z: Tensor, target: Tensor) -> None:
    expected_loss, expected = cross_entropy_with_grad(z, target, z_loss=0.1, softcap=3.0)
    z = z.clone()
    loss, gradient = cross_entropy_with_grad(z, target, z_loss=0.1, softcap=3.0, out=z)
    assert gradient is z
    assert torch.equal(z, expected)
    assert torch.equal(loss, expected_loss)


def test_soft_targets_may_be_the_out() -> None:
    z, y = random(3, 4), SOFT.clone()
    expected = cross_entropy_with_grad(z, SOFT, WEIGHT, label_smoothing=0.1)
    loss, gradient = cross_entropy_with_grad(z, y, WEIGHT, label_smoothing=0.1, out=y)
    assert torch.equal(loss, expected[0])
    assert torch.equal(gradient, expected[1])


def test_out_may_be_strided() -> None:
    z, target = random(3, 4), torch.tensor([1, 0, 3])
    memory = torch.full((3, 8), 7.0, dtype=torch.float64)
    cross_entropy_with_grad(z, target, out=memory[:, ::2])
    near(memory[:, ::2], cross_entropy_with_grad(z, target)[1], 1e-15)
    assert torch.equal(memory[:, 1::2], torch.full((3, 4), 7.0, dtype=torch.float64))


def test_the_pair_in_bfloat16_takes_an_out() -> None:
    z, target = random(3, 4).bfloat16(), torch.tensor([1, 0, 3])
    out = torch.empty_like(z)
    cross_entropy_with_grad(z, target, out=out)
    assert torch.equal(out, cross_entropy_with_grad(z, target)[1])


def test_the_pair_s_gradient_under_none_is_that_of_each_row() -> None:
    z, target = random(3, 4), torch.tensor([1, 0, 3])
    loss, gradient = cross_entropy_with_grad(z, target, reduction="none")
    expected_loss, expected = reference.cross_entropy_with_grad(z, target, reduction="none")
    assert loss.shape == (3,)
    near(loss, expected_loss)
    near(gradient, expected)
