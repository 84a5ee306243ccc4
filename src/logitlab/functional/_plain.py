"""The plain route: the loss in operations that torch can compile, transform, differentiate.

The effective target t_j = w_j ((1 − ε) y_j + ε/K) and the loss Σ_j t_j (log1p(others) − d_j) are
those of `logitlab.kernels._cross_entropy`; the gradient is left to torch.
"""

from __future__ import annotations

import torch
from torch import Tensor

from logitlab.functional._arguments import Options, Rows
from logitlab.functional._softmax import apply_softcap, compute_dtype, normalise


def plain_loss(rows: Rows, options: Options) -> Tensor:
    """Return the reduced loss, in the dtype of the logits."""
    dtype = compute_dtype(rows.logits)
    weight = None if options.weight is None else options.weight.to(dtype)
    row_weight, t = _effective_targets(rows, options, weight, dtype)
    # A row without weight adds nothing, also where it has no softmax: 0 · NaN must not arise.
    weightless = (t == 0.0).all(dim=-1) & (options.z_loss * row_weight == 0.0)
    dead = weightless & ~rows.logits.amax(dim=-1).isfinite()
    logits = torch.where(dead.unsqueeze(-1), 0.0, rows.logits.to(dtype))
    z = normalise(apply_softcap(logits, options.softcap))
    surprise = z.log_total.unsqueeze(-1) - z.differences  # −log ŷ_j ≥ 0
    absent = (t == 0.0) & (surprise == torch.inf)
    losses = (t * torch.where(absent, 0.0, surprise)).sum(dim=-1)
    if options.z_loss:
        lse = z.maximum + z.log_total
        losses = losses + options.z_loss * row_weight * lse**2
    return _reduce(losses, row_weight, rows, options).to(rows.logits.dtype)


def _effective_targets(
    rows: Rows, options: Options, weight: Tensor | None, dtype: torch.dtype
) -> tuple[Tensor, Tensor]:
    """The row weights r (N,), 0 where ignored, and the effective targets t (N, K)."""
    classes = rows.logits.shape[-1]
    epsilon = options.label_smoothing
    if rows.soft:
        row_weight = torch.ones_like(rows.targets[..., 0], dtype=dtype)
        y, live = rows.targets.to(dtype), torch.ones_like(row_weight)
    else:
        ignored = rows.targets == options.ignore_index
        outside = ~ignored & ((rows.targets < 0) | (rows.targets >= classes))
        safe = torch.where(ignored | outside, 0, rows.targets)
        y = (safe.unsqueeze(-1) == torch.arange(classes, device=safe.device)).to(dtype)
        live = torch.where(outside, torch.nan, (~ignored).to(dtype))  # a traced call cannot raise
        row_weight = live if weight is None else live * weight[safe]
    t = (1.0 - epsilon) * y + epsilon / classes
    t = t if weight is None else t * weight
    return row_weight, t * live.unsqueeze(-1)


def _reduce(losses: Tensor, row_weight: Tensor, rows: Rows, options: Options) -> Tensor:
    if options.reduction == "none":
        return losses.reshape(rows.shape)
    if options.reduction == "sum":
        return losses.sum()
    total = row_weight.sum()
    nothing = total == 0.0
    return losses.sum() * torch.where(nothing, 0.0, 1.0 / torch.where(nothing, 1.0, total))
