"""Wrong cross-entropies: each is the textbook's with one step replaced by a known mistake.

`killed_by` names the properties of tests/functional/properties.py that find it, all of them; the
first is the one that was written for it.
"""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.autograd import forward_ad

from tests.functional import properties as p
from tests.functional.properties import Property
from tests.wrong.textbook import Textbook


class Wrong(Textbook):
    """A textbook with one fault."""

    killed_by: tuple[Property, ...]


class NoMaximumSubtracted(Wrong):
    """−log (exp z / Σ exp z): right until exp overflows."""

    killed_by = (
        p.large_logits_do_not_overflow,
        p.a_confident_loss_keeps_its_accuracy,
        p.a_confident_gradient_keeps_its_accuracy,
        p.an_impossible_class_of_target_zero_adds_nothing,
    )

    def surprise(self, z: Tensor) -> Tensor:
        return -(z.exp() / z.exp().sum(-1, keepdim=True)).log()


class LogSumExpMinusLogit(Wrong):
    """logsumexp(z) − z_y in float32: the common part cancels, its rounding stays."""

    killed_by = (
        p.a_common_offset_costs_nothing,
        p.large_logits_do_not_overflow,
        p.a_confident_gradient_keeps_its_accuracy,
    )

    def precision(self, z: Tensor) -> Tensor:
        return z if z.dtype == torch.float64 else z.float()

    def surprise(self, z: Tensor) -> Tensor:
        lse = z.amax(-1, keepdim=True) + super().surprise(z).amin(-1, keepdim=True)
        return lse - z


class ClippedProbabilities(Wrong):
    """−log max(ŷ, 1e-7): no loss is above 16.1, and no gradient comes from there."""

    killed_by = (p.an_improbable_class_costs_its_gap,)

    def surprise(self, z: Tensor) -> Tensor:
        return super().surprise(z).clamp(max=16.118)


class LogOfOnePlus(Wrong):
    """log(1 + others) where log1p is needed: 0 as soon as others is below 2⁻⁵³."""

    killed_by = (p.a_confident_loss_keeps_its_accuracy,)

    def log_total(self, others: Tensor) -> Tensor:
        return (1 + others).log()


class SoftmaxMinusOne(Wrong):
    """ŷ_y − 1 at the target: 0 as soon as ŷ_y rounds to 1."""

    killed_by = (p.a_confident_gradient_keeps_its_accuracy,)

    def corrected(self, gradient: Tensor) -> Tensor:
        probability = 1 + gradient
        return torch.where(gradient < 0, probability - 1, gradient)


class PlainSoftmaxMinusTarget(Wrong):
    """ŷ − y, though the targets do not sum to one."""

    killed_by = (
        p.unnormalised_targets_scale_the_softmax,
        p.the_mean_divides_by_the_weights_of_the_targets,
        p.the_mean_over_distributions_divides_by_the_rows,
        p.smoothing_weighs_each_class,
        p.the_z_loss_of_a_row_carries_its_weight,
    )

    def weighted(self, t: Tensor, surprise: Tensor) -> Tensor:
        excess = (t.sum(-1) - 1).detach() * surprise.amin(-1)
        return super().weighted(t, surprise) + excess.detach() - excess


class DetachedTargets(Wrong):
    """No gradient to soft targets."""

    killed_by = (p.targets_have_a_gradient,)

    def cross_entropy(self, input: Tensor, target: Tensor, *args: Any, **options: Any) -> Tensor:
        loss = super().cross_entropy(input, target.detach(), *args, **options)
        return loss + 0 * target.sum() if target.requires_grad else loss


class CachedProbabilities(Wrong):
    """Double backward with log ŷ saved as a constant: the second derivative is lost."""

    killed_by = (p.the_hessian_is_diagonal_minus_outer_product,)

    def double_backward(self, z: Tensor, loss: Any, upstream: Tensor) -> Tensor:
        return super().double_backward(z, loss, upstream).detach() + 0 * z


class SummedInItsOwnPrecision(Wrong):
    """A running total in the dtype of the logits."""

    killed_by = (p.low_precision_rows_are_summed_in_higher_precision,)

    def mean(self, losses: Tensor, total: Tensor) -> Tensor:
        running = torch.zeros((), dtype=losses.dtype)
        for loss in losses:
            running = running + loss
        return super().mean(running, total)

    def precision(self, z: Tensor) -> Tensor:
        return z if z.dtype in (torch.bfloat16, torch.float16) else z.double()

    def weighted(self, t: Tensor, surprise: Tensor) -> Tensor:
        return super().weighted(t.to(surprise.dtype), surprise)


class MeanOverAllRows(Wrong):
    """The mean divided by N though some rows are ignored."""

    killed_by = (
        p.ignored_rows_do_not_count_in_the_mean,
        p.any_index_can_be_the_ignored_one,
        p.an_ignored_row_may_hold_nan,
    )

    def total(self, row_weight: Tensor, soft: bool) -> Tensor:
        return torch.where(row_weight == 0, 1.0, row_weight).sum()


class AlwaysMinusHundred(Wrong):
    """`ignore_index` taken, and −100 used."""

    killed_by = (p.any_index_can_be_the_ignored_one,)

    def ignored(self, index: Tensor, ignore_index: int) -> Tensor:
        return super().ignored(index, -100)


class IgnoredTimesZero(Wrong):
    """Ignored rows multiplied by 0, and 0 · NaN is NaN."""

    killed_by = (p.an_ignored_row_may_hold_nan,)

    def before_the_loss(self, z: Tensor, ignored: Tensor) -> Tensor:
        return z

    def drop(self, losses: Tensor, ignored: Tensor) -> Tensor:
        return losses * (~ignored).double()


class MeanOverNothingIsNan(Wrong):
    """0 / 0 where all rows are ignored, as in torch."""

    killed_by = (p.the_mean_over_nothing_is_zero,)

    def mean(self, losses: Tensor, total: Tensor) -> Tensor:
        return losses.sum() / total


class NanHidden(Wrong):
    """A row that holds NaN dropped, so that a broken network looks perfect."""

    killed_by = (p.a_nan_row_is_not_hidden,)

    def drop(self, losses: Tensor, ignored: Tensor) -> Tensor:
        return super().drop(losses, ignored | losses.isnan())

    def before_the_loss(self, z: Tensor, ignored: Tensor) -> Tensor:
        return super().before_the_loss(z, ignored | z.isnan().any(-1))


class ZeroTimesInfinity(Wrong):
    """0 · (−log 0) is NaN for an impossible class of target 0."""

    killed_by = (p.an_impossible_class_of_target_zero_adds_nothing,)

    def weighted(self, t: Tensor, surprise: Tensor) -> Tensor:
        return (t * surprise).sum(-1)


class MeanOverTheRows(Wrong):
    """The mean of weighted index targets divided by N instead of Σ w_y."""

    killed_by = (p.the_mean_divides_by_the_weights_of_the_targets,)

    def total(self, row_weight: Tensor, soft: bool) -> Tensor:
        return (row_weight != 0).double().sum()


class MeanOverTheWeights(Wrong):
    """The mean of weighted distributions divided by Σ w y instead of N."""

    killed_by = (p.the_mean_over_distributions_divides_by_the_rows,)

    def soft_row_weight(self, w: Tensor, y: Tensor) -> Tensor:
        return torch.where(y.sum(-1) > 0, (w * y).sum(-1) / y.sum(-1), 1.0)


class SmoothingOverTheOthers(Wrong):
    """ε/(K − 1) for each other class, as some papers write it; torch's is ε/K for all."""

    killed_by = (
        p.smoothing_gives_each_class_its_share,
        p.smoothing_weighs_each_class,
    )

    def smoothed(self, y: Tensor, smoothing: float) -> Tensor:
        return (1 - smoothing) * y + smoothing * (1 - y) / max(1, y.shape[-1] - 1)


class SmoothingUnweighted(Wrong):
    """The class weight of the target on the whole row, smoothing included."""

    killed_by = (p.smoothing_weighs_each_class,)

    def weighted_targets(self, w: Tensor, y: Tensor, smoothing: float) -> Tensor:
        if not smoothing:
            return w * y
        return (w * y).sum(-1, keepdim=True) * self.smoothed(y, smoothing)


class ZLossWithoutGradient(Wrong):
    """The z-loss in the value, not in the gradient."""

    killed_by = (
        p.the_z_loss_has_a_gradient,
        p.the_z_loss_of_a_row_carries_its_weight,
    )

    def square_of_lse(self, z: Tensor) -> Tensor:
        return super().square_of_lse(z).detach()


class ZLossUnweighted(Wrong):
    """The z-loss of a row without the weight of its class."""

    killed_by = (p.the_z_loss_of_a_row_carries_its_weight,)

    def z_weight(self, row_weight: Tensor) -> Tensor:
        return (row_weight != 0).double()


class SoftcapWithoutDerivative(Wrong):
    """c · tanh(z / c) in the value, the identity in the gradient."""

    killed_by = (p.the_softcap_has_a_derivative,)

    def softcapped(self, z: Tensor, softcap: float | None) -> Tensor:
        right = super().softcapped(z, softcap)
        return z if softcap is None else z + (right - z).detach()


class ClassesLast(Wrong):
    """Spatial logits read as (N, d1, …, K)."""

    killed_by = (p.the_classes_of_spatial_logits_are_on_axis_one,)

    def rows(self, input: Tensor) -> Tensor:
        return input.reshape(-1, input.shape[1]) if input.dim() > 2 else super().rows(input)


class IndexModuloK(Wrong):
    """An index out of range wraps around, as Python's −1 does."""

    killed_by = (p.an_index_out_of_range_is_an_error,)

    def check_range(self, index: Tensor, classes: int, ignore_index: int) -> None:
        return

    def one_hot(self, index: Tensor, classes: int) -> Tensor:
        return super().one_hot(index % classes, classes)


class IntegerOneHotTaken(Wrong):
    """An integer one-hot target read as distributions, in silence."""

    killed_by = (p.an_integer_one_hot_target_is_an_error,)

    def plain(self, input: Tensor, target: Tensor, *args: Any, **options: Any) -> Tensor:
        one_hot = not target.is_floating_point() and target.shape == input.shape
        return super().plain(input, target.double() if one_hot else target, *args, **options)


class MeanScaledTwice(Wrong):
    """The mean's gradient divided by N in the forward, and again in the backward."""

    killed_by = (
        p.the_mean_scales_the_gradient_once,
        p.ignored_rows_do_not_count_in_the_mean,
        p.any_index_can_be_the_ignored_one,
        p.the_mean_divides_by_the_weights_of_the_targets,
        p.the_mean_over_distributions_divides_by_the_rows,
        p.the_pair_is_the_loss_and_its_gradient,
    )

    def mean(self, losses: Tensor, total: Tensor) -> Tensor:
        right = super().mean(losses, total)
        again = super().mean(right, total)
        return again + (right - again).detach()


class UpstreamIgnored(Wrong):
    """The gradient of the loss itself, whatever the loss is used in."""

    killed_by = (
        p.the_upstream_gradient_scales_ours,
        p.each_unreduced_row_has_its_own_upstream,
    )

    def backward(self, gradient: Tensor, upstream: Tensor) -> Tensor:
        return gradient


class RowsShareAnUpstream(Wrong):
    """Unreduced losses scaled by the first row's upstream."""

    killed_by = (p.each_unreduced_row_has_its_own_upstream,)

    def backward(self, gradient: Tensor, upstream: Tensor) -> Tensor:
        return gradient * upstream.reshape(-1)[0]


class OneBufferForAll(Wrong):
    """The gradient kept in memory that the next call of this shape overwrites."""

    killed_by = (p.two_live_losses_keep_their_own_gradients,)

    def __init__(self) -> None:
        self.buffers: dict[torch.Size, Tensor] = {}

    def keep(self, gradient: Tensor, input: Tensor) -> Tensor:
        return self.buffers.setdefault(gradient.shape, gradient.clone()).copy_(gradient)


class BufferHandedOut(Wrong):
    """The same memory handed out by each backward: `.grad` changes under the user."""

    killed_by = (
        p.a_kept_gradient_outlives_the_next_call,
        p.the_mean_scales_the_gradient_once,
        p.two_live_losses_keep_their_own_gradients,
    )

    def __init__(self) -> None:
        self.buffers: dict[torch.Size, Tensor] = {}

    def backward(self, gradient: Tensor, upstream: Tensor) -> Tensor:
        right = super().backward(gradient, upstream)
        buffer = self.buffers.setdefault(right.shape, torch.empty_like(right))
        return buffer.copy_(right).view_as(right)  # a view, so that autograd does not clone it


class ScaledInPlace(Wrong):
    """The kept gradient multiplied by the upstream in place: the second backward scales twice."""

    killed_by = (p.a_retained_graph_gives_the_same_gradient_twice,)

    def backward(self, gradient: Tensor, upstream: Tensor) -> Tensor:
        return gradient.mul_(self.along_the_classes(upstream, gradient)).clone()


class GradientWrittenToTheLogits(Wrong):
    """The logits overwritten by their gradient to save memory."""

    killed_by = (
        p.the_logits_stay_as_they_are,
        p.the_hessian_is_diagonal_minus_outer_product,
    )

    def keep(self, gradient: Tensor, input: Tensor) -> Tensor:
        return input.data.copy_(gradient)


class NoForwardMode(Wrong):
    """The tangent of a dual number dropped."""

    killed_by = (p.forward_mode_gives_the_directional_derivative,)

    def plain(self, input: Tensor, *args: Any, **options: Any) -> Tensor:
        primal, tangent = forward_ad.unpack_dual(input)
        return super().plain(input if tangent is None else primal, *args, **options)


class OutOfSightOfTransforms(Wrong):
    """Computed where torch.func cannot see it: no error, and no gradient."""

    killed_by = (p.per_sample_gradients_come_from_vmap,)

    def plain(self, input: Tensor, *args: Any, **options: Any) -> Tensor:
        transformed = torch._C._are_functorch_transforms_active()
        return super().plain(input.detach() if transformed else input, *args, **options)


class PairUnscaled(Wrong):
    """The pair's gradient is that of the sum, though its loss is the mean."""

    killed_by = (p.the_pair_is_the_loss_and_its_gradient,)

    def cross_entropy_with_grad(
        self, logits: Tensor, target: Tensor, *args: Any, **options: Any
    ) -> tuple[Tensor, Tensor]:
        loss, gradient = super().cross_entropy_with_grad(logits, target, *args, **options)
        return loss, gradient * len(logits)


class PairInPlace(Wrong):
    """The pair's gradient written over the logits without being asked."""

    killed_by = (p.the_pair_leaves_the_logits_alone,)

    def cross_entropy_with_grad(
        self, logits: Tensor, target: Tensor, *args: Any, **options: Any
    ) -> tuple[Tensor, Tensor]:
        loss, gradient = super().cross_entropy_with_grad(logits, target, *args, **options)
        return loss, logits.copy_(gradient)


class LastChunkOnly(Wrong):
    """dW overwritten by each chunk of rows instead of added up."""

    killed_by = (p.the_last_layer_sees_every_row,)

    def linear_cross_entropy(
        self, input: Tensor, linear_weight: Tensor, target: Tensor, **options: Any
    ) -> Tensor:
        last = torch.arange(len(input)) >= (len(input) - 1) // 256 * 256
        logits = F.linear(input, linear_weight)
        without_weight = F.linear(input, linear_weight.detach())
        logits = torch.where(last.unsqueeze(-1), logits, without_weight)
        return self.cross_entropy(logits, target, **options)


class LastLayerByTheLargestTarget(Wrong):
    """Distributions at the last layer reduced to their largest class."""

    killed_by = (p.the_last_layer_takes_distributions,)

    def linear_cross_entropy(
        self, input: Tensor, linear_weight: Tensor, target: Tensor, **options: Any
    ) -> Tensor:
        target = target.argmax(-1) if target.is_floating_point() else target
        return super().linear_cross_entropy(input, linear_weight, target, **options)


WRONG_LOSSES: list[type[Wrong]] = Wrong.__subclasses__()
