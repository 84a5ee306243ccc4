"""Categorical cross-entropy of logits, with the signature of torch.nn.functional.cross_entropy."""

from __future__ import annotations

import torch
from torch import Tensor

from logitlab.errors import DtypeError, ShapeError
from logitlab.functional._arguments import Options, check_tensors, classes_last, rows_of
from logitlab.functional._fused import FusedCrossEntropy, empty_gradient, fused_loss
from logitlab.functional._plain import plain_loss
from logitlab.functional._tracing import must_trace, needs_gradient, under_autocast
from logitlab.kernels import check_range


def cross_entropy(
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
    """Return L = −Σ_i y_i log ŷ_i, whose gradient is (Σ_i y_i) ŷ − y (deck, Part 2, steps 3, 7).

    A row's loss is Σ_j t_j (−log ŷ_j) with t_j = w_j ((1 − ε) y_j + ε/K).

    Args:
        input: logits z, (K), (N, K) or (N, K, d1, …), any floating dtype.
        target: class indices of any integer dtype, (), (N) or (N, d1, …); or distributions of a
            floating dtype and the input's shape. They need not sum to one.
        weight: (K,) class weights w.
        ignore_index: rows with this class index add nothing, whatever they hold.
        reduction: "none", "sum", or "mean": the sum divided by Σ w_y (class indices) or by the
            number of rows (distributions). A mean over nothing is 0.
        label_smoothing: ε in [0, 1].
        z_loss: ζ; adds ζ (logsumexp z)² to a row's loss, weighted like the row.
        softcap: c; the logits become c · tanh(z / c) first.

    Returns:
        The loss in the input's dtype (float32 under torch.autocast): 0-dimensional, or one for
        each row under "none".

    Raises:
        ShapeError: shapes that do not belong together, or no class at all.
        DtypeError: not a tensor; integer logits; one-hot targets that are not floating.
        TargetRangeError: a class index outside 0 … K − 1. While torch traces (compile, func,
            forward mode) nothing can be raised: the loss is NaN instead.
        ParameterError: an unknown reduction, a number out of its range, or distributions with an
            `ignore_index` of 0 or above.

    >>> z = torch.zeros(2, 10, requires_grad=True)
    >>> loss = cross_entropy(z, torch.tensor([3, 7]))
    >>> loss  # log 10: where an untrained classifier starts
    tensor(2.3026, grad_fn=<FusedCrossEntropyBackward>)
    """
    options = Options(weight, ignore_index, reduction, label_smoothing, z_loss, softcap).checked()
    check_tensors(input=input, target=target)
    input = under_autocast(input)
    rows = rows_of(input, target, options)
    if must_trace(input, target, weight):
        return plain_loss(rows, options)
    if needs_gradient(target, weight):
        if not rows.soft:
            check_range(rows.targets, rows.logits.shape[1], ignore_index)
        return plain_loss(rows, options)
    if torch.is_grad_enabled() and input.requires_grad:
        loss: Tensor = FusedCrossEntropy.apply(rows.logits, rows, options)  # type: ignore[no-untyped-call]
        return loss
    return fused_loss(rows, options)


def cross_entropy_with_grad(
    logits: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
    *,
    z_loss: float = 0.0,
    softcap: float | None = None,
    out: Tensor | None = None,
) -> tuple[Tensor, Tensor]:
    """Return the pair (loss, ∂loss/∂logits) in one pass, without autograd.

    The arguments are those of `cross_entropy`. Under "none" the gradient is that of the sum: row
    n holds the gradient of loss n. The logits stay as they are unless `out` is the logits.

    Args:
        out: receives the gradient: the shape, dtype and device of the logits.

    >>> logits = torch.tensor([0.25, 0.75]).log()
    >>> loss, gradient = cross_entropy_with_grad(logits, torch.tensor(1))
    >>> gradient  # ŷ − y
    tensor([ 0.2500, -0.2500])
    """
    options = Options(weight, ignore_index, reduction, label_smoothing, z_loss, softcap).checked()
    check_tensors(logits=logits, target=target)
    rows = rows_of(logits.detach(), target.detach(), options)
    if out is not None:
        _check_out(out, logits)
    gradient = _rows_in(out, logits)
    loss = fused_loss(rows, options, gradient)
    return loss, _from_rows(gradient, logits, out)


def _check_out(out: Tensor, logits: Tensor) -> None:
    if out.shape != logits.shape:
        raise ShapeError(
            "out",
            got=tuple(out.shape),
            expected=tuple(logits.shape),
            hint="the gradient has the shape of the logits",
        )
    if out.dtype != logits.dtype or out.device != logits.device or out.is_neg():
        raise DtypeError(
            "out",
            got=f"{out.dtype} on {out.device}" + ", with the negative bit" * out.is_neg(),
            expected=f"{logits.dtype} on {logits.device}",
            hint="use torch.empty_like(logits)",
        )


def _rows_in(out: Tensor | None, logits: Tensor) -> Tensor:
    """Rows (N, K) to write the gradient to: `out` itself where its memory is laid out so."""
    if out is not None and out.dim() <= 2:
        return classes_last(out.detach())
    return empty_gradient(classes_last(logits.detach()))


def _from_rows(gradient: Tensor, logits: Tensor, out: Tensor | None) -> Tensor:
    """Bring rows (N, K) back to the shape of the logits, in `out` where it is given."""
    if out is not None and out.dim() <= 2:
        return out
    if logits.dim() > 2:
        batch, classes, *rest = logits.shape
        gradient = gradient.reshape(batch, *rest, classes).movedim(-1, 1)
    gradient = gradient.reshape(logits.shape)
    return gradient if out is None else out.copy_(gradient)
