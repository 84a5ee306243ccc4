"""A linear layer's loss and gradients, a chunk of rows at a time.

The logits z = W x + b of a chunk are computed, turned in place into their gradient
g = row_scale · ((Σ y) ŷ − y), used in the three products

    ∂L/∂x = g W,    ∂L/∂W += gᵀ x,    ∂L/∂b += Σ_n g_n

and forgotten. Sums over chunks are kept in float32 or wider.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import linear

from logitlab.functional._arguments import (
    Options,
    Rows,
    check_target,
    check_weight,
    classes_last,
)
from logitlab.functional._fused import (
    empty_gradient,
    fused_losses,
    gradient_dtype,
    mean_scale,
    reduced,
)
from logitlab.functional._softmax import compute_dtype
from logitlab.kernels import check_range

#: logits of one chunk, in bytes: small beside the layer, large enough for its matrix products
CHUNK_BYTES = 8 * 2**20

Gradients = tuple[Tensor | None, Tensor | None, Tensor | None]  # of x, w and b


@dataclass(frozen=True)
class Problem:
    """A linear layer on rows, and its loss."""

    x: Tensor  # (N, D)
    w: Tensor  # (K · d, D): the classes' axis first
    b: Tensor | None  # (K · d)
    rows_per_input: int  # d = d1 · d2 …
    targets: Tensor  # (N · d,) or (N · d, K)
    shape: torch.Size  # of the losses
    options: Options
    dtype: torch.dtype  # of the loss: that of the layer, but float32 under autocast

    def mean_scale(self) -> float:
        """What the sum of the losses is multiplied by."""
        return mean_scale(self._rows, self.options) if self.options.reduction == "mean" else 1.0

    def reduce(self, losses: Tensor, scale: float) -> Tensor:
        """The reduction of the losses (N · d,); `scale` is `mean_scale`'s."""
        return reduced(losses, self._rows, self.options, scale)

    @property
    def _rows(self) -> Rows:
        # of the logits, only dtype and device are asked
        return Rows(self.x.new_empty(0, dtype=self.dtype), self.targets, self.shape)


@dataclass(frozen=True)
class Wanted:
    """Which gradients are asked for."""

    x: bool
    w: bool
    b: bool

    @property
    def any(self) -> bool:
        return self.x or self.w or self.b


NOTHING = Wanted(False, False, False)


def problem_of(
    x: Tensor,
    w: Tensor,
    b: Tensor | None,
    target: Tensor,
    options: Options,
    dtype: torch.dtype,
) -> Problem:
    """Flatten the layer to rows, and check that targets and weights belong to its logits."""
    classes, extra = w.shape[0], w.shape[1:-1]
    losses = x.shape[:-1] + extra
    logits = x.shape[:-1] + w.shape[:-1]
    soft = check_target(target, logits, losses)
    check_weight(options.weight, classes)
    targets = classes_last(target) if soft else target.reshape(-1).long()
    if not soft:
        check_range(targets, classes, options.ignore_index)
    return Problem(
        x=x.detach().reshape(-1, x.shape[-1]),
        w=w.detach().reshape(-1, w.shape[-1]),
        b=None if b is None else b.detach().reshape(-1),
        rows_per_input=extra.numel(),
        targets=targets,
        shape=losses,
        options=options,
        dtype=dtype,
    )


def chunked(
    problem: Problem, wanted: Wanted, row_scale: float | Tensor
) -> tuple[Tensor, Gradients]:
    """The losses (N · d,) and the gradients asked for of Σ row_scale · loss."""
    x, w, b, d = problem.x, problem.w, problem.b, problem.rows_per_input
    wide = gradient_dtype(x)  # float32 for float16: a loss scale is still to come
    wide_x, wide_w = x.to(wide), w.to(wide)
    sums = _zeros(problem, wanted, wide)
    # One array for all chunks: a small one kept from each would pin the heap above the chunks.
    losses = torch.empty(problem.targets.shape[0], dtype=compute_dtype(x), device=x.device)
    for start, stop in _chunks(x.shape[0], w.shape[0] * x.element_size()):
        rows = slice(start * d, stop * d)
        logits = linear(x[start:stop], w, b).to(problem.dtype)  # (n, K · d)
        chunk = Rows(_rows(logits, d), problem.targets[rows], problem.shape)
        out = _memory(chunk.logits) if wanted.any else None
        scale = row_scale[rows] if isinstance(row_scale, Tensor) else row_scale
        losses[rows] = torch.as_tensor(
            fused_losses(chunk, problem.options, scale, out), device=x.device
        )
        if out is not None:
            g = _layer_rows(out, d).to(wide)
            _accumulate(g, wide_x[start:stop], wide_w, slice(start, stop), sums)
    return losses, sums


def _zeros(problem: Problem, wanted: Wanted, wide: torch.dtype) -> Gradients:
    """Memory for the gradients: ∂L/∂x is written, ∂L/∂W and ∂L/∂b are summed."""
    x, w = problem.x, problem.w
    sums = torch.promote_types(wide, torch.float32)
    return (
        torch.empty_like(x, dtype=wide) if wanted.x else None,
        torch.zeros_like(w, dtype=sums) if wanted.w else None,
        torch.zeros(w.shape[0], dtype=sums, device=w.device) if wanted.b else None,
    )


def _memory(logits: Tensor) -> Tensor:
    """Where a chunk's gradient goes: over its logits, unless it needs another layout or dtype."""
    wide = gradient_dtype(logits)
    in_place = logits.is_contiguous() and wide == logits.dtype
    return logits if in_place else empty_gradient(logits, wide)


def _accumulate(g: Tensor, x: Tensor, w: Tensor, span: slice, sums: Gradients) -> None:
    """Add one chunk's share to ∂L/∂x, ∂L/∂W and ∂L/∂b; g is (n, K · d)."""
    dx, dw, db = sums
    if dx is not None:
        torch.mm(g, w, out=dx[span])
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
