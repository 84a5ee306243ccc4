"""What every cross-entropy must do, one fault apart: each function here checks one thing.

`tests/functional/test_properties.py` runs them on logitlab.functional. `tests/wrong` runs them on
wrong losses and asserts that the one named property, and no other, finds the fault; so each
property stays clear of what its neighbours test.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.autograd import forward_ad

from logitlab.functional import reference

Loss = Callable[..., Tensor]
NAN, INF = float("nan"), float("inf")


@dataclass(frozen=True)
class Implementation:
    """The functions under test, with the signatures of logitlab.functional."""

    cross_entropy: Loss
    cross_entropy_with_grad: Callable[..., tuple[Tensor, Tensor]]
    linear_cross_entropy: Loss


Property = Callable[[Implementation], None]
PROPERTIES: list[Property] = []


def property_of_a_loss(check: Property) -> Property:
    """Add a check to the table that ours must pass whole."""
    PROPERTIES.append(check)
    return check


def random(*shape: int, seed: int = 0, dtype: torch.dtype = torch.float64) -> Tensor:
    """Standard normal numbers, the same each time."""
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)


def distributions(*shape: int, seed: int = 0) -> Tensor:
    """Rows that sum to one along the last axis."""
    return random(*shape, seed=seed).softmax(-1)


def backward(
    loss: Loss, z: Tensor, *args: Any, upstream: Tensor | None = None, **options: Any
) -> tuple[Tensor, Tensor]:
    """The loss and the gradient that `.backward` leaves in `z.grad`."""
    z = z.detach().clone().requires_grad_()
    value = loss(z, *args, **options)
    value.backward(torch.ones_like(value) if upstream is None else upstream)
    assert z.grad is not None
    return value.detach(), z.grad


def close(actual: Tensor, expected: Tensor | float, ulps: float = 16.0) -> None:
    """Equal up to `ulps` units in the last place of `actual`'s dtype, relative to the entry."""
    expected = torch.as_tensor(expected, dtype=torch.float64).expand(actual.shape)
    limits = torch.finfo(actual.dtype)
    torch.testing.assert_close(
        actual.double(), expected, rtol=ulps * limits.eps, atol=ulps * limits.smallest_normal
    )


def near(actual: Tensor, expected: Tensor, tolerance: float = 1e-12) -> None:
    """Equal up to a fraction of the largest expected entry."""
    scale = expected.detach().abs().max().item() if expected.numel() else 0.0
    torch.testing.assert_close(
        actual.double(), expected.double(), rtol=0.0, atol=tolerance * (1 + scale)
    )


def same_as_reference(impl: Implementation, z: Tensor, *args: Any, **options: Any) -> None:
    """The loss and its gradient are the reference's."""
    loss, gradient = backward(impl.cross_entropy, z, *args, **options)
    expected_loss, expected_gradient = reference.cross_entropy_with_grad(z, *args, **options)
    near(loss, expected_loss)
    near(gradient, expected_gradient)


# The deck


@property_of_a_loss
def equal_logits_cost_log_k(impl: Implementation) -> None:
    for classes in (1, 2, 10, 1000):
        loss = impl.cross_entropy(torch.zeros(classes, dtype=torch.float64), torch.tensor(0))
        close(loss, torch.tensor(float(classes), dtype=torch.float64).log())


@property_of_a_loss
def the_gradient_is_softmax_minus_target(impl: Implementation) -> None:
    z = random(1, 5)
    _, gradient = backward(impl.cross_entropy, z, torch.tensor([3]))
    near(gradient, z.softmax(-1) - torch.tensor([0, 0, 0, 1, 0]))
    y = distributions(1, 5, seed=1)
    _, gradient = backward(impl.cross_entropy, z, y)
    near(gradient, z.softmax(-1) - y)


@property_of_a_loss
def unnormalised_targets_scale_the_softmax(impl: Implementation) -> None:
    z, y = random(1, 4), torch.tensor([[0.5, 2.0, 0.0, 1.0]], dtype=torch.float64)
    _, gradient = backward(impl.cross_entropy, z, y)
    near(gradient, 3.5 * z.softmax(-1) - y)


@property_of_a_loss
def targets_have_a_gradient(impl: Implementation) -> None:
    z, y = random(3, 4), distributions(3, 4).requires_grad_()
    impl.cross_entropy(z, y, reduction="sum").backward()
    assert y.grad is not None
    near(y.grad, -z.log_softmax(-1))


@property_of_a_loss
def the_hessian_is_diagonal_minus_outer_product(impl: Implementation) -> None:
    z, y = random(5), distributions(5, seed=1)
    for target in (torch.tensor(2), y):
        leaf = z.clone().requires_grad_()
        loss = impl.cross_entropy(leaf, target)
        (gradient,) = torch.autograd.grad(loss, leaf, create_graph=True)
        rows = [torch.autograd.grad(entry, leaf, retain_graph=True)[0] for entry in gradient]
        near(torch.stack(rows), reference.row_hessian(z[None], y[None])[0])


# Accuracy at any logit


@property_of_a_loss
def a_common_offset_costs_nothing(impl: Implementation) -> None:
    z = torch.tensor([[0.5, -1.0, 1.5], [0.25, 2.0, -3.0]])
    target = torch.tensor([0, 1])
    expected = reference.cross_entropy(z, target, reduction="none")
    for offset in (-80.0, 80.0):  # z + offset is exact in float32
        close(impl.cross_entropy(z + offset, target, reduction="none"), expected, ulps=4)


@property_of_a_loss
def large_logits_do_not_overflow(impl: Implementation) -> None:
    z = torch.tensor([[1000.0, 1000.0], [-1000.0, -1000.0], [2e4, -2e4]], dtype=torch.float64)
    loss, gradient = backward(impl.cross_entropy, z, torch.tensor([0, 1, 0]), reduction="sum")
    close(loss, 2 * torch.tensor(2.0, dtype=torch.float64).log())
    half = torch.tensor([[-0.5, 0.5], [0.5, -0.5], [0.0, 0.0]], dtype=torch.float64)
    near(gradient, half)


@property_of_a_loss
def an_improbable_class_costs_its_gap(impl: Implementation) -> None:
    z = torch.tensor([[0.0, 50.0], [-300.0, 0.0]])
    close(impl.cross_entropy(z, torch.tensor([0, 0]), reduction="none"), torch.tensor([50.0, 300]))


@property_of_a_loss
def a_confident_loss_keeps_its_accuracy(impl: Implementation) -> None:
    gap = torch.arange(17.0, 87.0)
    z = torch.stack([torch.zeros_like(gap), -gap], dim=1)
    loss = impl.cross_entropy(z, torch.zeros(len(gap), dtype=torch.int64), reduction="none")
    close(loss, (-gap.double()).exp().log1p())


@property_of_a_loss
def a_confident_gradient_keeps_its_accuracy(impl: Implementation) -> None:
    gap = torch.arange(17.0, 87.0)
    z = torch.stack([torch.zeros_like(gap), -gap], dim=1)
    zeros = torch.zeros(len(gap), dtype=torch.int64)
    _, gradient = backward(impl.cross_entropy, z, zeros, reduction="sum")
    others = torch.sigmoid(-gap.double())
    close(gradient, torch.stack([-others, others], dim=1))


@property_of_a_loss
def low_precision_rows_are_summed_in_higher_precision(impl: Implementation) -> None:
    for dtype in (torch.bfloat16, torch.float16):
        for rows, classes in ((3000, 8), (2, 3000)):
            z, target = torch.zeros(rows, classes, dtype=dtype), torch.arange(rows) % classes
            loss = impl.cross_entropy(z, target)
            assert loss.dtype == dtype
            close(loss, torch.tensor(float(classes), dtype=torch.float64).log(), ulps=1)


# Rows that do not count


@property_of_a_loss
def ignored_rows_do_not_count_in_the_mean(impl: Implementation) -> None:
    same_as_reference(impl, random(6, 3), torch.tensor([0, -100, 2, -100, -100, 1]))


@property_of_a_loss
def any_index_can_be_the_ignored_one(impl: Implementation) -> None:
    z = random(4, 3)
    same_as_reference(impl, z, torch.tensor([0, 1, 2, 1]), ignore_index=1)
    same_as_reference(impl, z, torch.tensor([0, 255, 2, 1]).to(torch.uint8), ignore_index=255)


@property_of_a_loss
def an_ignored_row_may_hold_nan(impl: Implementation) -> None:
    z = torch.tensor([[0.0, 1.0], [NAN, 1.0], [INF, 0.0], [-INF, -INF]], dtype=torch.float64)
    target = torch.tensor([0, -100, -100, -100])
    loss, gradient = backward(impl.cross_entropy, z, target)
    near(loss, reference.cross_entropy(z[:1], target[:1]))
    near(gradient[0], reference.cross_entropy_with_grad(z[:1], target[:1])[1][0])
    assert torch.equal(gradient[1:], torch.zeros(3, 2, dtype=torch.float64))


@property_of_a_loss
def the_mean_over_nothing_is_zero(impl: Implementation) -> None:
    loss, gradient = backward(impl.cross_entropy, random(2, 3), torch.tensor([-100, -100]))
    assert loss.item() == 0.0
    assert torch.equal(gradient, torch.zeros(2, 3, dtype=torch.float64))


@property_of_a_loss
def a_nan_row_is_not_hidden(impl: Implementation) -> None:
    z = torch.tensor([[NAN, 0.0], [0.0, 1.0]], dtype=torch.float64)
    loss, gradient = backward(impl.cross_entropy, z, torch.tensor([1, 1]), reduction="none")
    assert loss.isnan().tolist() == [True, False]
    assert gradient.isnan().tolist() == [[True, True], [False, False]]


@property_of_a_loss
def an_impossible_class_of_target_zero_adds_nothing(impl: Implementation) -> None:
    z = torch.tensor([[0.0, 1.0, -INF]], dtype=torch.float64)
    y = torch.tensor([[0.25, 0.75, 0.0]], dtype=torch.float64)
    loss, gradient = backward(impl.cross_entropy, z, y)
    expected = reference.cross_entropy_with_grad(z[:, :2], y[:, :2])
    near(loss, expected[0])
    near(gradient, torch.nn.functional.pad(expected[1], (0, 1)))


# Weights, smoothing, the two regularisers


@property_of_a_loss
def the_mean_divides_by_the_weights_of_the_targets(impl: Implementation) -> None:
    weight = torch.tensor([0.5, 2.0, 5.0], dtype=torch.float64)
    same_as_reference(impl, random(4, 3), torch.tensor([0, 1, 1, 2]), weight)


@property_of_a_loss
def the_mean_over_distributions_divides_by_the_rows(impl: Implementation) -> None:
    weight = torch.tensor([0.5, 2.0, 5.0], dtype=torch.float64)
    same_as_reference(impl, random(4, 3), distributions(4, 3, seed=1), weight)


@property_of_a_loss
def smoothing_gives_each_class_its_share(impl: Implementation) -> None:
    for smoothing in (0.1, 1.0):
        same_as_reference(impl, random(1, 4), torch.tensor([1]), label_smoothing=smoothing)


@property_of_a_loss
def smoothing_weighs_each_class(impl: Implementation) -> None:
    weight = torch.tensor([0.5, 2.0, 5.0], dtype=torch.float64)
    options = {"reduction": "sum", "label_smoothing": 0.3}
    same_as_reference(impl, random(4, 3), torch.tensor([0, 1, 1, 2]), weight, **options)


@property_of_a_loss
def the_z_loss_has_a_gradient(impl: Implementation) -> None:
    options = {"reduction": "sum", "z_loss": 0.1}
    same_as_reference(impl, random(3, 4) + 5, torch.tensor([0, 1, 3]), **options)


@property_of_a_loss
def the_z_loss_of_a_row_carries_its_weight(impl: Implementation) -> None:
    weight = torch.tensor([0.5, 2.0, 5.0], dtype=torch.float64)
    options = {"reduction": "sum", "z_loss": 0.1}
    same_as_reference(impl, random(4, 3), torch.tensor([0, 1, 1, 2]), weight, **options)


@property_of_a_loss
def the_softcap_has_a_derivative(impl: Implementation) -> None:
    same_as_reference(impl, 5 * random(1, 4), torch.tensor([1]), softcap=2.0)


# Shapes and errors


@property_of_a_loss
def the_classes_of_spatial_logits_are_on_axis_one(impl: Implementation) -> None:
    target = torch.arange(18).reshape(3, 3, 2) % 3
    same_as_reference(impl, random(3, 3, 3, 2), target, reduction="sum")


@property_of_a_loss
def an_index_out_of_range_is_an_error(impl: Implementation) -> None:
    for wrong in (-1, 3, 2**40):
        with pytest.raises(IndexError):
            impl.cross_entropy(random(2, 3), torch.tensor([0, wrong]))


@property_of_a_loss
def an_integer_one_hot_target_is_an_error(impl: Implementation) -> None:
    with pytest.raises(TypeError, match=r"\.float\(\)"):
        impl.cross_entropy(random(2, 3), torch.tensor([[0, 1, 0], [1, 0, 0]]))


# What autograd asks


@property_of_a_loss
def the_mean_scales_the_gradient_once(impl: Implementation) -> None:
    z, target = random(5, 3), torch.tensor([0, 1, 2, 1, 0])
    _, of_the_sum = backward(impl.cross_entropy, z, target, reduction="sum")
    _, of_the_mean = backward(impl.cross_entropy, z, target, reduction="mean")
    near(of_the_mean, of_the_sum / 5)


@property_of_a_loss
def the_upstream_gradient_scales_ours(impl: Implementation) -> None:
    z, target = random(1, 3), torch.tensor([1])
    _, gradient = backward(impl.cross_entropy, z, target, upstream=torch.tensor(-3.0).double())
    near(gradient, -3 * reference.cross_entropy_with_grad(z, target)[1])


@property_of_a_loss
def each_unreduced_row_has_its_own_upstream(impl: Implementation) -> None:
    z, target = random(3, 4), torch.tensor([1, 0, 3])
    upstream = torch.tensor([2.0, 0.0, -1.0], dtype=torch.float64)
    options = {"reduction": "none"}
    _, gradient = backward(impl.cross_entropy, z, target, upstream=upstream, **options)
    expected = reference.cross_entropy_with_grad(z, target, **options)[1]
    near(gradient, upstream[:, None] * expected)


@property_of_a_loss
def two_live_losses_keep_their_own_gradients(impl: Implementation) -> None:
    inputs, target = (random(3, 4), random(3, 4, seed=1)), torch.tensor([1, 0, 3])
    leaves = [z.clone().requires_grad_() for z in inputs]
    sum(impl.cross_entropy(leaf, target, reduction="sum") for leaf in leaves).backward()
    for z, leaf in zip(inputs, leaves, strict=True):
        assert leaf.grad is not None
        near(leaf.grad, reference.cross_entropy_with_grad(z, target, reduction="sum")[1])


@property_of_a_loss
def a_kept_gradient_outlives_the_next_call(impl: Implementation) -> None:
    inputs, target = (random(3, 4), random(3, 4, seed=1)), torch.tensor([1, 0, 3])
    leaves = [z.clone().requires_grad_() for z in inputs]
    for leaf in leaves:
        impl.cross_entropy(leaf, target, reduction="sum").backward()
    assert leaves[0].grad is not None
    near(leaves[0].grad, reference.cross_entropy_with_grad(inputs[0], target, reduction="sum")[1])


@property_of_a_loss
def a_retained_graph_gives_the_same_gradient_twice(impl: Implementation) -> None:
    z, target = random(3, 4).requires_grad_(), torch.tensor([1, 0, 3])
    loss = impl.cross_entropy(z, target)
    upstream = torch.tensor(3.0, dtype=torch.float64)
    (first,) = torch.autograd.grad(loss, z, upstream, retain_graph=True)
    first = first.clone()
    (second,) = torch.autograd.grad(loss, z, upstream)
    assert torch.equal(first, second)


@property_of_a_loss
def the_logits_stay_as_they_are(impl: Implementation) -> None:
    z, target = random(3, 4), torch.tensor([1, 0, 3])
    leaf = z.clone().requires_grad_()
    impl.cross_entropy(leaf, target).backward()
    assert torch.equal(leaf.detach(), z)


@property_of_a_loss
def forward_mode_gives_the_directional_derivative(impl: Implementation) -> None:
    z, direction, target = random(3, 4), random(3, 4, seed=1), torch.tensor([1, 0, 3])
    with forward_ad.dual_level():
        loss = impl.cross_entropy(forward_ad.make_dual(z, direction), target, reduction="sum")
        tangent = forward_ad.unpack_dual(loss).tangent
    assert tangent is not None
    gradient = reference.cross_entropy_with_grad(z, target, reduction="sum")[1]
    near(tangent, (gradient * direction).sum())


@property_of_a_loss
def per_sample_gradients_come_from_vmap(impl: Implementation) -> None:
    z, target = random(3, 4), torch.tensor([1, 0, 3])
    gradients = torch.func.vmap(torch.func.grad(impl.cross_entropy))(z, target)
    near(gradients, reference.cross_entropy_with_grad(z, target, reduction="sum")[1])


# Without autograd, and with the last layer inside


@property_of_a_loss
def the_pair_is_the_loss_and_its_gradient(impl: Implementation) -> None:
    z, target = random(3, 4), torch.tensor([1, 0, 3])
    loss, gradient = impl.cross_entropy_with_grad(z.clone(), target)
    expected_loss, expected_gradient = reference.cross_entropy_with_grad(z, target)
    near(loss, expected_loss)
    near(gradient, expected_gradient)


@property_of_a_loss
def the_pair_leaves_the_logits_alone(impl: Implementation) -> None:
    z, target = random(3, 4), torch.tensor([1, 0, 3])
    kept = z.clone()
    impl.cross_entropy_with_grad(z, target)
    assert torch.equal(z, kept)


@property_of_a_loss
def the_last_layer_sees_every_row(impl: Implementation) -> None:
    x, w = random(600, 2).requires_grad_(), random(50, 2, seed=1).requires_grad_()
    target = torch.arange(600) % 50
    loss = impl.linear_cross_entropy(x, w, target, reduction="sum")
    gradients = torch.autograd.grad(loss, (x, w))
    expected_loss = reference.linear_cross_entropy(x, w, target, reduction="sum")
    near(loss.detach(), expected_loss.detach())
    for ours, expected in zip(gradients, torch.autograd.grad(expected_loss, (x, w)), strict=True):
        near(ours, expected)


@property_of_a_loss
def the_last_layer_takes_distributions(impl: Implementation) -> None:
    x, w, y = random(3, 2), random(4, 2, seed=1), distributions(3, 4)
    near(impl.linear_cross_entropy(x, w, y), reference.linear_cross_entropy(x, w, y))
