"""softmax, log_softmax and logsumexp in plain torch operations, which torch can differentiate.

The formulas are those of `logitlab.kernels._softmax`: the maximum m = z_a and the sum of the
other classes stay apart. Here each is an operation that torch.compile, torch.func, forward mode
and double backward can follow; rows narrower than float64 are computed in float64.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from logitlab.errors import AxisError, DtypeError
from logitlab.functional._arguments import check_softcap, check_tensors


class Rows(NamedTuple):
    """Rows of logits (…, K), normalised along the last axis; all differentiable."""

    maximum: Tensor  # (…)    m = z_a
    differences: Tensor  # (…, K) d_j = z_j − m, exactly 0 and without gradient at j = a
    is_maximum: Tensor  # (…, K) j = a, one for each row
    exps: Tensor  # (…, K) exp(d_j), and 0 at j = a
    log_total: Tensor  # (…)    log1p(Σ_{j ≠ a} exp(d_j))


def compute_dtype(tensor: Tensor) -> torch.dtype:
    """Float64, except on a device that has none (Apple's MPS), where it is float32."""
    return torch.float32 if tensor.device.type == "mps" else torch.float64


def normalise(logits: Tensor) -> Rows:
    """Split rows (…, K), K ≥ 1, of compute dtype; a NaN or +inf row, or one all −inf, is NaN."""
    argmax = logits.detach().argmax(dim=-1, keepdim=True)
    classes = torch.arange(logits.shape[-1], device=logits.device)
    is_maximum = classes == argmax
    maximum = logits.gather(-1, argmax)
    differences = torch.where(is_maximum, 0.0, logits - maximum)
    exps = torch.where(is_maximum, 0.0, differences.exp())
    undefined = (maximum - maximum).detach()  # 0, or NaN where m is not finite
    log_total = (exps.sum(dim=-1) + undefined.squeeze(-1)).log1p()
    return Rows(maximum.squeeze(-1), differences, is_maximum, exps, log_total)


def apply_softcap(logits: Tensor, softcap: float | None) -> Tensor:
    """Return c · tanh(z / c), or z where there is no cap."""
    return logits if softcap is None else softcap * torch.tanh(logits / softcap)


def softmax(
    input: Tensor,
    dim: int = -1,
    dtype: torch.dtype | None = None,
    *,
    softcap: float | None = None,
) -> Tensor:
    """Return the probabilities ŷ_i = exp(z_i) / Σ_j exp(z_j) along `dim` (deck, Part 2, item 2).

    Args:
        input: logits z of any shape.
        dim: the axis of the K classes.
        dtype: of the result; the input's own by default.
        softcap: c; the logits become c · tanh(z / c) first.

    Returns:
        A tensor of the input's shape. A row with NaN or +inf, or with −inf only, is NaN.

    >>> softmax(torch.tensor([1000.0, 1000.0]))
    tensor([0.5000, 0.5000])
    """
    z = _last_axis(input, dim, dtype, softcap)
    if z.shape[-1] == 0:
        return _restore(z, input, dim, dtype)
    rows = normalise(z)
    exps = torch.where(rows.is_maximum, 1.0, rows.exps)
    return _restore(exps * torch.exp(-rows.log_total).unsqueeze(-1), input, dim, dtype)


def log_softmax(
    input: Tensor,
    dim: int = -1,
    dtype: torch.dtype | None = None,
    *,
    softcap: float | None = None,
) -> Tensor:
    """Return log ŷ_i = z_i − log Σ_j exp(z_j) along `dim` (deck, Part 2, step 1).

    The arguments are those of `softmax`. For a confident row log ŷ_a keeps its relative accuracy
    where torch's is exactly 0.

    >>> log_softmax(torch.tensor([0.0, -50.0]))
    tensor([-1.9287e-22, -5.0000e+01])
    """
    z = _last_axis(input, dim, dtype, softcap)
    if z.shape[-1] == 0:
        return _restore(z, input, dim, dtype)
    rows = normalise(z)
    return _restore(rows.differences - rows.log_total.unsqueeze(-1), input, dim, dtype)


def logsumexp(input: Tensor, dim: int | tuple[int, ...], keepdim: bool = False) -> Tensor:
    """Return log Σ_j exp(z_j) over `dim` (deck, Part 2, step 1); over nothing it is −inf.

    Args:
        input: logits z of any shape; integers are taken as torch's default float.
        dim: one axis or several.
        keepdim: keep the reduced axes with size 1.

    Raises:
        AxisError: an axis that the input does not have.

    >>> logsumexp(torch.tensor([1e4, 1e4]), dim=0)
    tensor(10000.6934)
    """
    check_tensors(input=input)
    floating = input if input.is_floating_point() else input.to(torch.get_default_dtype())
    dims = (dim,) if isinstance(dim, int) else tuple(dim)
    dims = _axes(dims, input.dim())
    kept = [1 if axis in dims else size for axis, size in enumerate(floating.shape)]
    result = _logsumexp_rows(_reduced_axes_last(floating.to(compute_dtype(floating)), dims))
    result = result.reshape(kept) if keepdim else result
    return result.to(floating.dtype)


def _axes(dims: tuple[int, ...], count: int) -> tuple[int, ...]:
    """The axes counted from the front; none given means all."""
    for axis in dims:
        if not -max(1, count) <= axis < max(1, count):
            raise AxisError(
                "dim",
                got=axis,
                expected=f"an axis in {-count} … {count - 1}",
                hint=f"the tensor has {count} axes",
            )
    return tuple(axis % max(1, count) for axis in dims) or tuple(range(count))


def _logsumexp_rows(z: Tensor) -> Tensor:
    if z.shape[-1] == 0:
        return z.sum(dim=-1) - torch.inf
    maximum = z.detach().amax(dim=-1)
    infinite = maximum.isinf()  # +inf, or all −inf: the answer is the maximum itself
    rows = normalise(torch.where(infinite.unsqueeze(-1), 0.0, z))
    return torch.where(infinite, maximum, rows.maximum + rows.log_total)


def _reduced_axes_last(z: Tensor, dims: tuple[int, ...]) -> Tensor:
    """(…) with `dims` flattened into the last axis."""
    if z.dim() == 0:
        return z.reshape(1)
    kept = [axis for axis in range(z.dim()) if axis not in dims]
    moved = z.permute(*kept, *dims)
    size = 1
    for axis in dims:
        size *= z.shape[axis]
    return moved.reshape([z.shape[axis] for axis in kept] + [size])


def _last_axis(input: Tensor, dim: int, dtype: torch.dtype | None, softcap: float | None) -> Tensor:
    """The logits in compute dtype with the classes last; a 0-dimensional tensor is one class."""
    check_softcap(softcap)
    check_tensors(input=input)
    if not (input.dtype if dtype is None else dtype).is_floating_point:
        raise DtypeError(
            "logits",
            got=input.dtype if dtype is None else f"dtype={dtype}",
            expected="a floating dtype",
            hint="call .float() on them, or pass dtype=torch.float32",
        )
    (axis,) = _axes((dim,), input.dim())
    z = input.reshape(1) if input.dim() == 0 else input.movedim(axis, -1)
    return apply_softcap(z.to(compute_dtype(input)), softcap)


def _restore(result: Tensor, input: Tensor, dim: int, dtype: torch.dtype | None) -> Tensor:
    result = result.reshape(()) if input.dim() == 0 else result.movedim(-1, dim)
    return result.to(input.dtype if dtype is None else dtype)
