"""A small right cross-entropy, in steps that a wrong one replaces one at a time.

`Textbook` has every property of tests/functional/properties.py: that is the control. It computes
rows in float64 with plain torch operations; its eager reverse mode hands out a gradient computed
in the forward, as a fused loss does, so that the faults of such losses can be planted too.
"""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.autograd import forward_ad

from tests.functional.properties import Implementation


class Textbook:
    """Cross-entropy with torch's arguments, z-loss and softcap."""

    # The loss of a row, step by step. z: (N, K) logits, y: (N, K) targets.

    def rows(self, input: Tensor) -> Tensor:
        """(K), (N, K) or (N, K, d1, …) as rows (N, K)."""
        return input.unsqueeze(0) if input.dim() == 1 else input.movedim(1, -1).flatten(0, -2)

    def precision(self, z: Tensor) -> Tensor:
        """The dtype that rows are computed in."""
        return z.double()

    def softcapped(self, z: Tensor, softcap: float | None) -> Tensor:
        """c · tanh(z / c)."""
        return z if softcap is None else softcap * torch.tanh(z / softcap)

    def surprise(self, z: Tensor) -> Tensor:
        """−log ŷ = log1p(Σ_{j ≠ a} exp(z_j − m)) + (m − z), m = z_a the largest."""
        top = torch.arange(z.shape[-1]) == z.detach().argmax(-1, keepdim=True)
        m = torch.where(top, z, 0.0).sum(-1, keepdim=True) + self.undefined(z)
        gaps = torch.where(top, 0.0, m - z)
        others = torch.where(top, 0.0, (-gaps).exp()).sum(-1, keepdim=True)
        return self.log_total(others + self.undefined(z)) + gaps

    def undefined(self, z: Tensor) -> Tensor:
        """NaN for rows that have no softmax, else 0."""
        m = z.detach().amax(-1, keepdim=True)
        return m - m

    def log_total(self, others: Tensor) -> Tensor:
        """log(1 + others)."""
        return others.log1p()

    def weighted(self, t: Tensor, surprise: Tensor) -> Tensor:
        """Σ_j t_j (−log ŷ_j), with 0 · ∞ = 0."""
        nothing = (t == 0) & (surprise == torch.inf)
        return (t * torch.where(nothing, 0.0, surprise)).sum(-1)

    def square_of_lse(self, z: Tensor) -> Tensor:
        """(log Σ_j exp(z_j))²."""
        return z.logsumexp(-1).square()

    # The targets

    def check(self, target: Tensor, shape: torch.Size, classes: int, ignore_index: int) -> None:
        """Refuse integer one-hot targets and indices out of range."""
        if target.is_floating_point():
            return
        if target.shape == shape:
            raise TypeError("an integer one-hot target: call .float()")
        self.check_range(target.long(), classes, ignore_index)

    def check_range(self, index: Tensor, classes: int, ignore_index: int) -> None:
        """Class indices are 0 … K − 1 or `ignore_index`."""
        wrong = ((index < 0) | (index >= classes)) & (index != ignore_index)
        if not torch._C._are_functorch_transforms_active() and bool(wrong.any()):
            raise IndexError("class index out of range")

    def smoothed(self, y: Tensor, smoothing: float) -> Tensor:
        """(1 − ε) y + ε/K."""
        return (1 - smoothing) * y + smoothing / y.shape[-1]

    def one_hot(self, index: Tensor, classes: int) -> Tensor:
        """1 at the true class."""
        return (index.unsqueeze(-1) == torch.arange(classes)).double()

    def ignored(self, index: Tensor, ignore_index: int) -> Tensor:
        """Which rows do not count."""
        return index == ignore_index

    def weighted_targets(self, w: Tensor, y: Tensor, smoothing: float) -> Tensor:
        """t = w · smoothed(y)."""
        return w * self.smoothed(y, smoothing)

    def soft_row_weight(self, w: Tensor, y: Tensor) -> Tensor:
        """The weight of a row of distributions in a mean."""
        return torch.ones(len(y)).double()

    def z_weight(self, row_weight: Tensor) -> Tensor:
        """What multiplies a row's z-loss."""
        return row_weight

    def drop(self, losses: Tensor, ignored: Tensor) -> Tensor:
        """Ignored rows add 0, whatever they hold."""
        return torch.where(ignored, 0.0, losses)

    def before_the_loss(self, z: Tensor, ignored: Tensor) -> Tensor:
        """Keep NaN of ignored rows out of the gradient."""
        return torch.where(ignored.unsqueeze(-1), 0.0, z)

    def total(self, row_weight: Tensor, soft: bool) -> Tensor:
        """What a mean divides by."""
        return row_weight.sum()

    def mean(self, losses: Tensor, total: Tensor) -> Tensor:
        """Σ losses / total; 0 over nothing."""
        return losses.sum() * torch.where(total == 0, 0.0, 1 / torch.where(total == 0, 1.0, total))

    def row_losses(
        self,
        input: Tensor,
        target: Tensor,
        weight: Tensor | None,
        ignore_index: int,
        label_smoothing: float,
        z_loss: float,
        softcap: float | None,
    ) -> tuple[Tensor, Tensor]:
        """The loss of each row and its weight in a mean."""
        z = self.softcapped(self.precision(self.rows(input)), softcap)
        w = torch.ones(z.shape[-1]).double() if weight is None else weight.double()
        if target.is_floating_point():
            y = self.rows(target).double()
            ignored, row_weight = torch.zeros(len(z), dtype=torch.bool), self.soft_row_weight(w, y)
        else:
            index = target.reshape(-1).long()
            ignored, y = self.ignored(index, ignore_index), self.one_hot(index, z.shape[-1])
            row_weight = torch.where(ignored, 0.0, (w * y).sum(-1))
        z = self.before_the_loss(z, ignored)
        losses = self.weighted(self.weighted_targets(w, y, label_smoothing), self.surprise(z))
        if z_loss:
            losses = losses + z_loss * self.z_weight(row_weight) * self.square_of_lse(z)
        return self.drop(losses, ignored), row_weight

    def plain(
        self,
        input: Tensor,
        target: Tensor,
        weight: Tensor | None = None,
        ignore_index: int = -100,
        reduction: str = "mean",
        label_smoothing: float = 0.0,
        *,
        z_loss: float = 0.0,
        softcap: float | None = None,
    ) -> Tensor:
        """The loss in torch operations."""
        class_dim = min(1, input.dim() - 1)
        self.check(target, input.shape, input.shape[class_dim], ignore_index)
        options = (ignore_index, label_smoothing, z_loss, softcap)
        losses, row_weight = self.row_losses(input, target, weight, *options)
        if reduction == "none":
            shape = input.movedim(class_dim, -1).shape[:-1]
            return losses.reshape(shape).to(input.dtype)
        if reduction == "sum":
            return losses.sum().to(input.dtype)
        total = self.total(row_weight, target.is_floating_point())
        return self.mean(losses, total).to(input.dtype)

    # Autograd

    def cross_entropy(
        self,
        input: Tensor,
        target: Tensor,
        weight: Tensor | None = None,
        *args: Any,
        **options: Any,
    ) -> Tensor:
        """Plain where torch must see each operation, else with the gradient of the forward."""
        traced = torch._C._are_functorch_transforms_active()
        dual = forward_ad.unpack_dual(input).tangent is not None
        other = target.requires_grad or (weight is not None and weight.requires_grad)
        if traced or dual or other or not input.requires_grad:
            return self.plain(input, target, weight, *args, **options)

        def loss(z: Tensor) -> Tensor:
            return self.plain(z, target, weight, *args, **options)

        value: Tensor = ForwardGradient.apply(input, self, loss)
        return value

    def keep(self, gradient: Tensor, input: Tensor) -> Tensor:
        """The memory that holds the gradient from the forward to the backward."""
        return gradient

    def backward(self, gradient: Tensor, upstream: Tensor) -> Tensor:
        """Upstream · gradient, row by row."""
        return gradient * self.along_the_classes(upstream, gradient)

    def along_the_classes(self, upstream: Tensor, gradient: Tensor) -> Tensor:
        """An upstream for each row, made to broadcast over the classes."""
        return upstream.unsqueeze(min(1, gradient.dim() - 1)) if upstream.dim() else upstream

    def double_backward(self, z: Tensor, loss: Any, upstream: Tensor) -> Tensor:
        """The gradient once more, as operations that can be differentiated."""
        return torch.autograd.grad(loss(z), z, upstream, create_graph=True)[0]

    def corrected(self, gradient: Tensor) -> Tensor:
        """A step for faults of the gradient alone."""
        return gradient

    # The other functions

    def cross_entropy_with_grad(
        self, logits: Tensor, target: Tensor, *args: Any, **options: Any
    ) -> tuple[Tensor, Tensor]:
        """The loss and its gradient."""
        z = logits.detach().clone().requires_grad_()
        loss = self.plain(z, target, *args, **options)
        return loss.detach(), torch.autograd.grad(loss.sum(), z)[0]

    def linear_cross_entropy(
        self, input: Tensor, linear_weight: Tensor, target: Tensor, **options: Any
    ) -> Tensor:
        """The last layer, then the loss."""
        return self.cross_entropy(F.linear(input, linear_weight), target, **options)

    def implementation(self) -> Implementation:
        """The functions that the properties are checked on."""
        return Implementation(
            self.cross_entropy, self.cross_entropy_with_grad, self.linear_cross_entropy
        )


class ForwardGradient(torch.autograd.Function):
    """A loss whose gradient is computed in the forward."""

    @staticmethod
    def forward(ctx: Any, input: Tensor, book: Textbook, loss: Any) -> Tensor:
        """The loss; its gradient is kept."""
        with torch.enable_grad():
            z = input.detach().requires_grad_()
            value = loss(z)
            (gradient,) = torch.autograd.grad(value.sum(), z)
        ctx.save_for_backward(input)
        ctx.book, ctx.loss = book, loss
        ctx.gradient = book.keep(book.corrected(gradient), input)
        return value.detach()

    @staticmethod
    def backward(ctx: Any, upstream: Tensor) -> tuple[Tensor, None, None]:
        """The kept gradient, scaled; under create_graph the differentiable one."""
        if torch.is_grad_enabled():
            (input,) = ctx.saved_tensors
            return ctx.book.double_backward(input, ctx.loss, upstream), None, None
        return ctx.book.backward(ctx.gradient, upstream), None, None
