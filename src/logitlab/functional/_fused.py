"""The in-place route: the kernels compute the loss and, in the same pass, its gradient.

For eager reverse mode only. The gradient is computed in the forward, handed over to autograd by
the first backward (and then belongs to nobody here, so no two calls share memory), and computed
again from the saved logits by any further one. Double backward differentiates the plain route.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor

from logitlab import kernels
from logitlab.functional._arguments import Options, Rows
from logitlab.functional._plain import plain_loss


def fused_loss(rows: Rows, options: Options, out: Tensor | None = None) -> Tensor:
    """Return the reduced loss in the dtype of the logits; `out` receives its gradient (N, K)."""
    scale = mean_scale(rows, options) if options.reduction == "mean" else 1.0
    return reduced(fused_losses(rows, options, scale, out), rows, options, scale)


def fused_losses(
    rows: Rows, options: Options, row_scale: float | Tensor, out: Tensor | None
) -> Any:
    """The loss of each row, an array (N,); `out` receives the gradient of Σ row_scale · loss."""
    if rows.logits.device.type == "cpu" and rows.logits.dtype in _HALF:
        return _half_losses(rows, options, row_scale, out)
    array = _array_view(rows.logits)
    return kernels.cross_entropy(
        array(rows.logits),
        array(rows.targets),
        weight=None if options.weight is None else array(options.weight),
        ignore_index=options.ignore_index,
        label_smoothing=options.label_smoothing,
        z_loss=options.z_loss,
        softcap=options.softcap,
        row_scale=array(row_scale) if isinstance(row_scale, Tensor) else row_scale,
        out=None if out is None else array(out),
        threads=torch.get_num_threads(),
    )


def _half_losses(
    rows: Rows, options: Options, row_scale: float | Tensor, out: Tensor | None
) -> Tensor:
    """`fused_losses` of float16 and bfloat16 rows: a block at a time in float32, which is exact."""
    count, classes = rows.logits.shape
    if not rows.soft:  # before anything is written
        kernels.check_range(rows.targets, classes, options.ignore_index)
    losses = torch.empty(count, dtype=torch.float64, device="cpu")
    size = max(1, HALF_BLOCK_ELEMENTS // classes)
    for start in range(0, count, size):
        block = slice(start, start + size)
        logits = rows.logits.detach()[block].float()
        part = Rows(logits, rows.targets[block], rows.shape)
        scale = row_scale[block] if isinstance(row_scale, Tensor) else row_scale
        losses[block] = torch.from_numpy(
            fused_losses(part, options, scale, None if out is None else logits)
        )
        if out is not None:
            out.detach()[block] = logits  # by now their gradient
    return losses


def mean_scale(rows: Rows, options: Options) -> float:
    """What "mean" multiplies the sum by: 1 / Σ w_y, 1 / N for distributions, 0 over nothing."""
    if rows.soft:
        return 1.0 / max(1, rows.targets.shape[0])
    array = _array_view(rows.logits)
    weight = None if options.weight is None else array(options.weight)
    total = kernels.total_weight(array(rows.targets), weight, options.ignore_index)
    return 1.0 / total if total else 0.0


def reduced(losses: Any, rows: Rows, options: Options, scale: float) -> Tensor:
    """The reduction of the losses (N,), in the dtype of the logits."""
    dtype, device = rows.logits.dtype, rows.logits.device
    if options.reduction == "none":
        return torch.as_tensor(losses, dtype=dtype, device=device).reshape(rows.shape)
    return torch.as_tensor(losses.sum() * scale, dtype=dtype, device=device)


def empty_gradient(logits: Tensor, dtype: torch.dtype | None = None) -> Tensor:
    """Uninitialised memory for a gradient; NumPy's allocator asks for huge pages."""
    dtype = logits.dtype if dtype is None else dtype
    if logits.device.type != "cpu" or dtype not in _NUMPY_DTYPES:
        return torch.empty_like(logits, dtype=dtype, memory_format=torch.contiguous_format)
    return torch.from_numpy(np.empty(tuple(logits.shape), _NUMPY_DTYPES[dtype]))


HALF_BLOCK_ELEMENTS = 2**20
_HALF = (torch.float16, torch.bfloat16)
_NUMPY_DTYPES = {torch.float32: np.float32, torch.float64: np.float64}


def _array_view(logits: Tensor) -> Callable[[Tensor], Any]:
    """How the kernels see tensors beside these logits: the same memory as NumPy arrays on a CPU."""
    return _numpy_view if logits.device.type == "cpu" else Tensor.detach


def _numpy_view(tensor: Tensor) -> Any:
    if tensor.dtype == torch.bfloat16 or tensor.is_neg():  # NumPy has neither
        tensor = tensor.detach().float() if tensor.dtype == torch.bfloat16 else tensor.resolve_neg()
    return tensor.detach().numpy()


class FusedCrossEntropy(torch.autograd.Function):
    """The loss of rows (N, K), with the gradient that `fused_loss` wrote."""

    @staticmethod
    def forward(ctx: Any, logits: Tensor, rows: Rows, options: Options) -> Tensor:
        """Compute the loss and keep its gradient."""
        ctx.gradient = empty_gradient(logits, gradient_dtype(logits))
        ctx.save_for_backward(logits, rows.targets, options.weight)
        ctx.shape, ctx.options = rows.shape, options._replace(weight=None)
        return fused_loss(rows, options, ctx.gradient)

    @staticmethod
    def backward(ctx: Any, upstream: Tensor) -> tuple[Tensor, None, None]:
        """∂/∂z = upstream · gradient, row by row; under create_graph, differentiable."""
        gradient, ctx.gradient = ctx.gradient, None
        if torch.is_grad_enabled() or gradient is None:
            logits, targets, weight = ctx.saved_tensors  # raises where one was changed in place
            rows, options = Rows(logits, targets, ctx.shape), ctx.options._replace(weight=weight)
            if torch.is_grad_enabled():
                loss = plain_loss(rows, options)
                return *torch.autograd.grad(loss, logits, upstream, create_graph=True), None, None
            gradient = empty_gradient(logits, gradient_dtype(logits))
            fused_loss(rows, options, gradient)
        if upstream.dim() or upstream.device.type != "cpu" or upstream.item() != 1.0:
            gradient.mul_(upstream.reshape(-1, 1))
        return gradient.to(upstream.dtype), None, None


def gradient_dtype(logits: Tensor) -> torch.dtype:
    """Float32 for float16 logits: a loss scale must reach the gradient before it is rounded."""
    return torch.float32 if logits.dtype == torch.float16 else logits.dtype
