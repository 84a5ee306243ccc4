"""Cross-entropy of a linear layer's logits, which are never held all at once.

The logits z = W x + b of a chunk of rows are computed, turned in place into their gradient
g = row_scale · ((Σ y) ŷ − y), used in the three products

    ∂L/∂x = g W,    ∂L/∂W += gᵀ x,    ∂L/∂b += Σ_n g_n

and forgotten. So the peak is one chunk instead of N × K logits, and backward has nothing left to
do but to scale. Sums over chunks are kept in float32 or wider.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import linear

from logitlab.errors import DtypeError, ShapeError
from logitlab.functional._arguments import (
    Options,
    Rows,
    check_target,
    check_weight,
    classes_last,
    ignored_distribution,
)
from logitlab.functional._cross_entropy import cross_entropy
from logitlab.functional._fused import empty_gradient, fused_losses, mean_scale, reduced
from logitlab.functional._softmax import compute_dtype
from logitlab.functional._tracing import must_trace, under_autocast
from logitlab.kernels import check_range

#: logits of one chunk, in bytes: small beside the layer, large enough for its matrix products
CHUNK_BYTES = 8 * 2**20


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
    ignored = -100 if ignore_index is None else ignore_index
    options = Options(weight, ignored, reduction, label_smoothing, z_loss, softcap).checked()
    _check_layer(input, linear_weight, linear_bias)
    if ignore_index is not None and target.is_floating_point():
        raise ignored_distribution(ignore_index)
    layer = (input, linear_weight, linear_bias)
    if must_trace(*layer, target, weight) or _needs_gradient(target, weight):
        return _materialised(input, linear_weight, linear_bias, target, options)
    x, w, b = _under_autocast(*layer)
    problem = _problem(x, w, b, target, options, under_autocast(x).dtype)
    if _needs_gradient(*layer):
        loss: Tensor = _LinearCrossEntropy.apply(x, w, b, target, problem)  # type: ignore[no-untyped-call]
        return loss
    losses, _ = _chunked(problem, _Wanted(False, False, False), 1.0)
    return problem.reduce(losses)


@dataclass(frozen=True)
class _Problem:
    """A linear layer on rows, and its loss."""

    x: Tensor  # (N, D)
    w: Tensor  # (K · d, D): the classes' axis first
    b: Tensor | None  # (K · d)
    rows_per_input: int  # d = d1 · d2 …
    targets: Tensor  # (N · d,) or (N · d, K)
    shape: torch.Size  # of the losses
    options: Options
    dtype: torch.dtype  # of the loss: that of the layer, but float32 under autocast

    @property
    def classes(self) -> int:
        return self.w.shape[0] // self.rows_per_input

    def mean_scale(self) -> float:
        """What the sum of the losses is multiplied by."""
        return mean_scale(self._rows, self.options) if self.options.reduction == "mean" else 1.0

    def reduce(self, losses: Tensor) -> Tensor:
        """The reduction of the losses (N · d,)."""
        return reduced(losses, self._rows, self.options, self.mean_scale())

    @property
    def _rows(self) -> Rows:
        # of the logits, only dtype and device are asked
        return Rows(self.x.new_empty(0, dtype=self.dtype), self.targets, self.shape)


@dataclass(frozen=True)
class _Wanted:
    """Which gradients are asked for."""

    x: bool
    w: bool
    b: bool

    @property
    def any(self) -> bool:
        return self.x or self.w or self.b


class _LinearCrossEntropy(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, x: Tensor, w: Tensor, b: Tensor | None, target: Tensor, problem: _Problem
    ) -> Tensor:
        ctx.save_for_backward(x, w, b, target, problem.options.weight)
        ctx.problem = replace(problem, x=x[:0], w=w[:0], b=None)  # the layer itself is saved above
        wanted = _Wanted(*ctx.needs_input_grad[:3])
        if problem.options.reduction == "none":  # backward brings a factor for each row
            losses, ctx.gradients = _chunked(problem, _Wanted(False, False, False), 1.0)[0], None
        else:
            losses, ctx.gradients = _chunked(problem, wanted, problem.mean_scale())
        return problem.reduce(losses)

    @staticmethod
    def backward(ctx: Any, upstream: Tensor) -> tuple[Tensor | None, ...]:
        gradients, ctx.gradients = ctx.gradients, None
        if torch.is_grad_enabled() or gradients is None:
            x, w, b, target, weight = ctx.saved_tensors
            options = ctx.problem.options._replace(weight=weight)
            if torch.is_grad_enabled():
                return *_differentiable(ctx, x, w, b, target, options, upstream), None, None
            problem = _problem(x, w, b, target, options, ctx.problem.dtype)
            scale: float | Tensor = problem.mean_scale()
            if options.reduction == "none":
                scale = upstream.detach().reshape(-1).double()
            _, gradients = _chunked(problem, _Wanted(*ctx.needs_input_grad[:3]), scale)
        if ctx.problem.options.reduction != "none":
            gradients = tuple(None if g is None else g.mul_(upstream) for g in gradients)
        return *_shaped(gradients, ctx.saved_tensors[:3]), None, None


def _chunked(
    problem: _Problem, wanted: _Wanted, row_scale: float | Tensor
) -> tuple[Tensor, tuple[Tensor | None, ...]]:
    """The losses (N · d,) and the gradients asked for of Σ row_scale · loss, a chunk at a time."""
    x, w, b, d = problem.x, problem.w, problem.b, problem.rows_per_input
    sums = torch.promote_types(x.dtype, torch.float32)
    dx = torch.empty_like(x) if wanted.x else None
    dw = torch.zeros_like(w, dtype=sums) if wanted.w else None
    db = torch.zeros(w.shape[0], dtype=sums, device=w.device) if wanted.b else None
    # One array for all chunks: a small one kept from each would pin the heap above the chunks.
    losses = torch.empty(problem.targets.shape[0], dtype=compute_dtype(x), device=x.device)
    for start, stop in _chunks(x.shape[0], w.shape[0] * x.element_size()):
        rows = slice(start * d, stop * d)
        logits = linear(x[start:stop], w, b).to(problem.dtype)  # (n, K · d)
        chunk = Rows(_rows(logits, d), problem.targets[rows], problem.shape)
        out = None
        if wanted.any:
            out = chunk.logits if chunk.logits.is_contiguous() else empty_gradient(chunk.logits)
        scale = row_scale[rows] if isinstance(row_scale, Tensor) else row_scale
        losses[rows] = torch.as_tensor(fused_losses(chunk, problem.options, scale, out))
        if out is not None:
            g = _layer_rows(out, d).to(x.dtype)
            _accumulate(g, x[start:stop], w, (start, stop), (dx, dw, db))
    return losses, (dx, dw, db)


def _accumulate(
    g: Tensor, x: Tensor, w: Tensor, span: tuple[int, int], sums: tuple[Tensor | None, ...]
) -> None:
    """Add one chunk's share to ∂L/∂x, ∂L/∂W and ∂L/∂b; g is (n, K · d)."""
    dx, dw, db = sums
    if dx is not None:
        torch.mm(g, w, out=dx[slice(*span)])
    if not x.isfinite().all():  # the input of an ignored row must not become 0 · NaN
        x = torch.where((g == 0.0).all(dim=1, keepdim=True), 0.0, x)
    if dw is not None and dw.dtype == g.dtype:
        dw.addmm_(g.T, x)
    elif dw is not None:
        dw += g.T @ x
    if db is not None:
        db += g.sum(dim=0, dtype=db.dtype)


def _chunks(rows: int, bytes_per_row: int) -> list[tuple[int, int]]:
    size = max(16, CHUNK_BYTES // max(1, bytes_per_row))
    return [(start, min(start + size, rows)) for start in range(0, rows, size)]


def _rows(logits: Tensor, d: int) -> Tensor:
    """(n, K · d) -> (n · d, K)."""
    if d == 1:
        return logits
    return logits.reshape(logits.shape[0], logits.shape[1] // d, d).movedim(1, -1).flatten(0, 1)


def _layer_rows(gradient: Tensor, d: int) -> Tensor:
    """(n · d, K) -> (n, K · d)."""
    if d == 1:
        return gradient
    return gradient.reshape(gradient.shape[0] // d, d, gradient.shape[1]).movedim(-1, 1).flatten(1)


def _problem(
    x: Tensor,
    w: Tensor,
    b: Tensor | None,
    target: Tensor,
    options: Options,
    dtype: torch.dtype,
) -> _Problem:
    """Flatten the layer to rows, and check that targets and weights belong to its logits."""
    classes, extra = w.shape[0], w.shape[1:-1]
    losses = x.shape[:-1] + extra
    logits = x.shape[:-1] + w.shape[:-1]
    soft = check_target(target, logits, losses)
    check_weight(options.weight, classes)
    targets = classes_last(target) if soft else target.reshape(-1).long()
    if not soft:
        check_range(targets, classes, options.ignore_index)
    return _Problem(
        x=x.detach().reshape(-1, x.shape[-1]),
        w=w.detach().reshape(-1, w.shape[-1]),
        b=None if b is None else b.detach().reshape(-1),
        rows_per_input=extra.numel(),
        targets=targets,
        shape=losses,
        options=options,
        dtype=dtype,
    )


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


def _shaped(
    gradients: tuple[Tensor | None, ...], like: tuple[Tensor | None, ...]
) -> tuple[Tensor | None, ...]:
    pairs = zip(gradients, like, strict=True)
    return tuple(
        None if g is None or t is None else g.reshape(t.shape).to(t.dtype) for g, t in pairs
    )


def _needs_gradient(*tensors: Tensor | None) -> bool:
    return torch.is_grad_enabled() and any(t is not None and t.requires_grad for t in tensors)


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
