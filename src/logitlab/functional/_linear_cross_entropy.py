"""Cross-entropy of a linear layer's logits, which are never held all at once.

Forward computes the loss and its gradients a chunk of rows at a time (`_linear_chunks`), so the
peak is one chunk instead of N × K logits, and backward has nothing left to do but to scale.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import linear

from logitlab.errors import DtypeError, ShapeError
from logitlab.functional._arguments import Options, check_tensors, ignored_distribution
from logitlab.functional._cross_entropy import cross_entropy
from logitlab.functional._linear_chunks import (
    NOTHING,
    Gradients,
    Problem,
    Wanted,
    chunked,
    problem_of,
)
from logitlab.functional._tracing import must_trace, needs_gradient, under_autocast


def linear_cross_entropy(
    input: Tensor,
    linear_weight: Tensor,
    target: Tensor,
    *,
    linear_bias: Tensor | None = None,
    weight: Tensor | None = None,
    reduction: str = "mean",
    ignore_index: int | None = None,
    label_smoothing: float = 0.0,
    z_loss: float = 0.0,
    softcap: float | None = None,
) -> Tensor:
    """Return cross_entropy(linear(input, linear_weight, linear_bias), target, …).

    With logits z = W x + b and g = (Σ y) ŷ − y: ∂L/∂x = g W, ∂L/∂W = gᵀ x, ∂L/∂b = Σ g. In eager
    reverse mode the N × K logits are never held. While torch traces, when the targets or the
    class weights need a gradient, and for double backward, they are.

    Args:
        input: x, (D) or (N, D).
        linear_weight: W, (K, D); or (K, d1, …, D) with N rows of input, for targets (N, d1, …).
        target: class indices or distributions, as `cross_entropy` takes them for those logits.
        linear_bias: b, (K) or (K, d1, …).
        weight, reduction, label_smoothing, z_loss, softcap: as in `cross_entropy`.
        ignore_index: rows with this class index add nothing; −100 unless given, and not to be
            given with distributions.

    Returns:
        The loss in the dtype of the logits.

    Raises:
        ShapeError, DtypeError, TargetRangeError, ParameterError: as `cross_entropy` does, and
            where input, linear_weight and linear_bias do not belong together.

    >>> x, W = torch.zeros(2, 3), torch.ones(10, 3)
    >>> linear_cross_entropy(x, W, torch.tensor([0, 1]))  # log 10
    tensor(2.3026)
    """
    check_tensors(input=input, linear_weight=linear_weight, target=target)
    ignored = -100 if ignore_index is None else ignore_index
    options = Options(weight, ignored, reduction, label_smoothing, z_loss, softcap).checked()
    _check_layer(input, linear_weight, linear_bias)
    if ignore_index is not None and target.is_floating_point():
        raise ignored_distribution(ignore_index)
    layer = (input, linear_weight, linear_bias)
    if must_trace(*layer, target, weight) or needs_gradient(target, weight):
        return _materialised(input, linear_weight, linear_bias, target, options)
    x, w, b = _under_autocast(*layer)
    problem = problem_of(x, w, b, target, options, under_autocast(x).dtype)
    if needs_gradient(*layer):
        loss: Tensor = _LinearCrossEntropy.apply(x, w, b, target, problem)  # type: ignore[no-untyped-call]
        return loss
    losses, _ = chunked(problem, NOTHING, 1.0)
    return problem.reduce(losses, problem.mean_scale())


class _LinearCrossEntropy(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, x: Tensor, w: Tensor, b: Tensor | None, target: Tensor, problem: Problem
    ) -> Tensor:
        ctx.save_for_backward(x, w, b, target, problem.options.weight)
        ctx.problem = replace(problem, x=x[:0], w=w[:0], b=None)  # the layer itself is saved above
        wanted, scale = Wanted(*ctx.needs_input_grad[:3]), problem.mean_scale()
        if problem.options.reduction == "none":  # backward brings a factor for each row
            losses, ctx.gradients = chunked(problem, NOTHING, 1.0)[0], None
        else:
            losses, ctx.gradients = chunked(problem, wanted, scale)
        return problem.reduce(losses, scale)

    @staticmethod
    def backward(ctx: Any, upstream: Tensor) -> tuple[Tensor | None, ...]:
        gradients, ctx.gradients = ctx.gradients, None
        if torch.is_grad_enabled() or gradients is None:
            x, w, b, target, weight = ctx.saved_tensors
            options = ctx.problem.options._replace(weight=weight)
            if torch.is_grad_enabled():
                return *_differentiable(ctx, x, w, b, target, options, upstream), None, None
            problem = problem_of(x, w, b, target, options, ctx.problem.dtype)
            scale: float | Tensor = problem.mean_scale()
            if options.reduction == "none":
                scale = upstream.detach().reshape(-1).double()
            _, gradients = chunked(problem, Wanted(*ctx.needs_input_grad[:3]), scale)
        if ctx.problem.options.reduction != "none":
            gradients = tuple(None if g is None else g.mul_(upstream) for g in gradients)
        return *_shaped(gradients, ctx.saved_tensors[:3]), None, None


def _differentiable(
    ctx: Any,
    x: Tensor,
    w: Tensor,
    b: Tensor | None,
    target: Tensor,
    options: Options,
    upstream: Tensor,
) -> tuple[Tensor | None, ...]:
    """The gradients of the materialised loss, which torch can differentiate again."""
    needed = ctx.needs_input_grad[:3]
    wanted = [t for t, need in zip((x, w, b), needed, strict=True) if need and t is not None]
    loss = _materialised(x, w, b, target, options)
    gradients = iter(torch.autograd.grad(loss, wanted, upstream, create_graph=True))
    return tuple(next(gradients) if need else None for need in needed)


def _materialised(
    x: Tensor, w: Tensor, b: Tensor | None, target: Tensor, options: Options
) -> Tensor:
    if not target.is_floating_point():  # the input of an ignored row must not become 0 · NaN
        ignored = target == options.ignore_index
        ignored = ignored.flatten(x.dim() - 1).all(dim=-1) if target.dim() >= x.dim() else ignored
        x = torch.where(ignored.unsqueeze(-1), 0.0, x)
    logits = linear(x, w.flatten(0, -2), None if b is None else b.flatten())
    return cross_entropy(
        logits.reshape(x.shape[:-1] + w.shape[:-1]),
        target,
        options.weight,
        options.ignore_index,
        options.reduction,
        options.label_smoothing,
        z_loss=options.z_loss,
        softcap=options.softcap,
    )


def _shaped(gradients: Gradients, like: tuple[Tensor | None, ...]) -> tuple[Tensor | None, ...]:
    pairs = zip(gradients, like, strict=True)
    return tuple(
        None if g is None or t is None else g.reshape(t.shape).to(t.dtype) for g, t in pairs
    )


def _under_autocast(x: Tensor, w: Tensor, b: Tensor | None) -> tuple[Tensor, Tensor, Tensor | None]:
    """The layer in the dtype in which torch.autocast computes linear layers."""
    kind = x.device.type
    if not torch.is_autocast_enabled(kind) or x.dtype == torch.float64:
        return x, w, b
    dtype = torch.get_autocast_dtype(kind)
    return x.to(dtype), w.to(dtype), None if b is None else b.to(dtype)


def _check_layer(x: Tensor, w: Tensor, b: Tensor | None) -> None:
    if x.dim() not in (1, 2) or w.dim() < 2 or (w.dim() > 2 and x.dim() != 2):
        raise ShapeError(
            "input and linear_weight",
            got=f"{tuple(x.shape)} and {tuple(w.shape)}",
            expected="(D) or (N, D) and (K, D), or (N, D) and (K, d1, …, D)",
            hint="flatten what comes before the features into one batch axis",
        )
    if x.shape[-1] != w.shape[-1] or w.shape[0] == 0:
        raise ShapeError(
            "linear_weight",
            got=tuple(w.shape),
            expected=f"(K, …, {x.shape[-1]}) with K ≥ 1",
            hint=f"the input has {x.shape[-1]} features, the last axis of both",
        )
    if b is not None and b.shape != w.shape[:-1]:
        raise ShapeError(
            "linear_bias",
            got=tuple(b.shape),
            expected=tuple(w.shape[:-1]),
            hint="one bias for each row of linear_weight",
        )
    if x.dtype != w.dtype or not x.is_floating_point() or (b is not None and b.dtype != x.dtype):
        raise DtypeError(
            "input, linear_weight and linear_bias",
            got=[str(t.dtype) for t in (x, w, b) if t is not None],
            expected="one floating dtype",
            hint="use .to(input.dtype)",
        )
