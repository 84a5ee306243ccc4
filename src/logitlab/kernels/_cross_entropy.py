"""Softmax cross-entropy and its gradient in closed form: the deck's ∂L/∂z = ŷ − y.

With the effective target t of a row (`_targets`), T = Σ_j t_j, its maximum at class a, and its
weight r in the z-loss,

    loss     = Σ_j t_j (log1p(others) − d_j) + ζ r (logsumexp z)²        every term is ≥ 0
    gradient = c ŷ_j − t_j,    c = T + 2 ζ r logsumexp z

At the maximum, c ŷ_a − t_a = ((c − t_a) − t_a · others) / (1 + others) has no cancellation when
the row is confident: for a one-hot target it is −others / (1 + others).
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

import numpy as np
from array_api_compat import array_namespace, device
from array_api_compat import numpy as numpy_namespace

from logitlab.kernels._softmax import Array, Rows, blocks_of, compute_dtype, normalise
from logitlab.kernels._targets import (
    IndexTargets,
    Smoothing,
    SoftTargets,
    check_range,
    outside_range,
)
from logitlab.kernels._threads import over_rows


def cross_entropy(
    logits: Array,
    targets: Array,
    *,
    weight: Array | None = None,
    ignore_index: int = -100,
    label_smoothing: float = 0.0,
    z_loss: float = 0.0,
    softcap: float | None = None,
    row_scale: float | Array = 1.0,
    out: Array | None = None,
    threads: int = 1,
) -> Array:
    """Return the loss of each row, and write the gradient into `out` where it is given.

    Args:
        logits: (N, K), any floating dtype.
        targets: (N,) class indices in 0 … K − 1 or `ignore_index`, or (N, K) floating weights.
        weight: (K,) class weights w.
        ignore_index: rows with this class index add nothing to loss and gradient.
        label_smoothing: ε in [0, 1].
        z_loss: ζ; adds ζ (logsumexp z)² to each row.
        softcap: c; logits become c · tanh(z / c) first.
        row_scale: a number or (N,); scales the gradient of each row, not the returned loss.
        out: (N, K) of the dtype of `logits`, or `logits` itself: receives
            ∂/∂z Σ_n row_scale_n · loss_n.
        threads: the most threads that the compiled loops may take; the result is the same.

    Returns:
        (N,) losses in float64 (float32 on a device without float64).

    Raises:
        TargetRangeError: a class index outside 0 … K − 1, before anything is written.

    >>> z = np.log(np.array([[1.0, 3.0]]))
    >>> gradient = np.empty_like(z)
    >>> bool(np.isclose(cross_entropy(z, np.array([1]), out=gradient)[0], -np.log(0.75)))
    True
    >>> gradient  # ŷ − y
    array([[ 0.25, -0.25]])
    """
    loops = compiled() if softcap is None and _compiles(logits, out) else None
    options = Options(weight, ignore_index, label_smoothing, z_loss, row_scale)
    if loops is None:
        return _array_rows(logits, targets, options, softcap, out)
    return _compiled_rows(loops, logits, targets, options, out, threads)


class Options(NamedTuple):
    """The arguments of `cross_entropy` that both codes take alike."""

    weight: Array | None
    ignore_index: int
    label_smoothing: float
    z_loss: float
    row_scale: float | Array


@cache
def compiled() -> Any:
    """The compiled loops, or None where numba cannot be imported."""
    try:
        return import_module("logitlab.kernels._compiled")
    except ImportError:
        return None


_NOTHING = np.empty(0)  # what the compiled loops take for "absent"
_FLOATS = (np.dtype(np.float32), np.dtype(np.float64))


def _compiles(logits: Array, out: Array | None) -> bool:
    """Whether the compiled loops take these rows: NumPy, float32 or float64, row by row."""
    return _is_dense(logits) and logits.size > 0 and (out is None or _is_dense(out))


def _is_dense(rows: Array) -> bool:
    return isinstance(rows, np.ndarray) and rows.dtype in _FLOATS and rows.flags.c_contiguous


def _compiled_rows(
    loops: Any,
    logits: Array,
    targets: Array,
    options: Options,
    out: Array | None,
    threads: int,
) -> Array:
    count, classes = logits.shape
    losses = np.empty(count)
    smoothing = _smoothing(numpy_namespace, logits, options)
    rest = (
        _NOTHING if smoothing.weight is None else smoothing.weight,
        _NOTHING if smoothing.floor is None else smoothing.floor,
        smoothing.kept,
        smoothing.ignore_index,
        float(options.z_loss),
    )
    scale = options.row_scale
    scale = scale if isinstance(scale, np.ndarray) else np.full(count, float(scale))
    gradient = np.empty((0, 0), logits.dtype) if out is None else out
    if targets.ndim == 2:
        loop = loops.soft_rows
        dtype = targets.dtype if targets.dtype in _FLOATS else np.float64
        targets = np.ascontiguousarray(targets, dtype)
    else:
        loop = loops.index_rows
        targets = np.ascontiguousarray(targets, np.int64)
        outside = loops.first_outside(targets, classes, options.ignore_index)
        if outside >= 0:
            raise outside_range(targets, outside, classes, options.ignore_index)

    def work(part: slice) -> None:
        loop(logits[part], targets[part], *rest, scale[part], gradient[part], losses[part])

    over_rows(work, count, classes, threads)
    return losses


def _array_rows(
    logits: Array, targets: Array, options: Options, softcap: float | None, out: Array | None
) -> Array:
    """Block by block in the array API: any device, any floating dtype."""
    xp = array_namespace(logits)
    soft = targets.ndim == 2
    if not soft:
        check_range(targets, logits.shape[1], options.ignore_index)
    smoothing = _smoothing(xp, logits, options)
    losses = xp.zeros(logits.shape[0], dtype=compute_dtype(xp, logits), device=device(logits))
    scale = options.row_scale + xp.zeros_like(losses)
    with np.errstate(all="ignore"):  # NaN and ±inf in, the documented NaN and inf out
        for block in blocks_of(logits) if logits.shape[1] else []:
            z = xp.astype(logits[block, :], losses.dtype)  # a copy, (n, K)
            rows = normalise(z if softcap is None else softcap * xp.tanh(z / softcap))
            target = (SoftTargets if soft else IndexTargets)(targets[block], smoothing, rows.others)
            losses[block], c = _loss(rows, target, options.z_loss)
            if out is not None:
                gradient = _gradient(rows, target, c, scale[block], target.dead(options.z_loss))
                out[block, :] = gradient if softcap is None else gradient / _cosh2(xp, z / softcap)
    return losses


def _loss(rows: Rows, target: IndexTargets | SoftTargets, z_loss: float) -> tuple[Array, Array]:
    """The losses of a block and the factor c of ŷ in their gradients, both (n,)."""
    xp = array_namespace(rows.others)
    log_total = xp.log1p(rows.others)
    loss, c = target.loss(rows, log_total), target.total()
    if z_loss:
        lse = rows.maximum + log_total
        loss = loss + z_loss * target.row_weight * lse**2
        c = c + 2.0 * z_loss * target.row_weight * lse
    dead = target.dead(z_loss)
    return xp.where(dead, 0.0, loss), xp.where(dead, 0.0, c)


def _gradient(
    rows: Rows, target: IndexTargets | SoftTargets, c: Array, scale: Array, dead: Array
) -> Array:
    """scale · (c ŷ − t), (n, K), in the memory of `rows.exps`."""
    xp = array_namespace(c)
    others = xp.where(dead, 0.0, rows.others)
    gradient = rows.exps
    if xp.any(dead):
        gradient[dead, :] = 0.0  # instead of 0 · NaN
    gradient *= (scale * c / (1.0 + others))[:, None]
    target.subtract_from(gradient, scale)
    t_a = target.at(rows.argmax)
    gradient[target.row, rows.argmax] = scale * ((c - t_a) - t_a * others) / (1.0 + others)
    return gradient


def _smoothing(xp: Any, logits: Array, options: Options) -> Smoothing:
    weight, ignore_index, label_smoothing, _, _ = options
    dtype, classes = compute_dtype(xp, logits), logits.shape[1]
    weight = None if weight is None else xp.astype(weight, dtype)
    floor = None
    if label_smoothing:
        ones = xp.ones(classes, dtype=dtype, device=device(logits)) if weight is None else weight
        floor = ones * (label_smoothing / classes)
        floor = floor if xp.any(floor != 0.0) else None
    return Smoothing(weight, floor, 1.0 - label_smoothing, ignore_index)


def _cosh2(xp: Any, x: Array) -> Array:
    """cosh² x; 1 / cosh² is the derivative of tanh, and stays accurate where tanh is 1."""
    return xp.cosh(x) ** 2
