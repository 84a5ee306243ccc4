"""Softmax cross-entropy and its gradient in closed form: the deck's ∂L/∂z = ŷ − y.

A row's effective target t_j = w_j ((1 − ε) y_j + ε/K) carries class weight w and label
smoothing ε. With T = Σ_j t_j, and r the row's weight in the z-loss,

    loss     = Σ_j t_j (log1p(others) − d_j) + ζ r (logsumexp z)²        every term is ≥ 0
    gradient = c ŷ_j − t_j,    c = T + 2 ζ r logsumexp z

At the row's maximum a, c ŷ_a − t_a = ((c − t_a) − t_a · others) / (1 + others) has no
cancellation when the row is confident: for a one-hot target it is −others / (1 + others).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from array_api_compat import array_namespace, device

from logitlab.kernels._softmax import Array, Rows, blocks_of, compute_dtype, normalise


class Terms(NamedTuple):
    """What a block's targets add to the formulas, whether they are indices or distributions."""

    loss: Array  # (n,)   Σ_j t_j (log1p(others) − d_j)
    total: Array  # (n,)   T
    at_maximum: Array  # (n,)   t_a
    row_weight: Array  # (n,)   r
    dead: Array  # (n,)   all t_j are zero: whatever the row holds, it adds nothing


class Problem(NamedTuple):
    """The loss to compute, in arrays of the compute dtype. `dense` is ε/K · w, (K,) or None."""

    weight: Array | None  # (K,)
    dense: Array | None  # (K,)
    ignore_index: int
    label_smoothing: float
    z_loss: float
    softcap: float | None


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

    Returns:
        (N,) losses in float64 (float32 on a device without float64).

    >>> z = np.log(np.array([[1.0, 3.0]]))
    >>> gradient = np.empty_like(z)
    >>> bool(np.isclose(cross_entropy(z, np.array([1]), out=gradient)[0], -np.log(0.75)))
    True
    >>> gradient  # ŷ − y
    array([[ 0.25, -0.25]])
    """
    xp = array_namespace(logits)
    count, classes = logits.shape
    dtype = compute_dtype(xp, logits)
    problem = _problem(xp, logits, weight, ignore_index, label_smoothing, z_loss, softcap)
    losses = xp.empty(count, dtype=dtype, device=device(logits))
    with np.errstate(all="ignore"):  # NaN and ±inf in, the documented NaN and inf out
        for block in blocks_of(logits) if classes else []:
            z = xp.astype(logits[block, :], dtype)  # a copy: (n, K)
            gain = _softcap_gain(xp, z, softcap) if softcap is not None and out is not None else None
            rows = normalise(z if softcap is None else softcap * xp.tanh(z / softcap))
            scale = row_scale if isinstance(row_scale, int | float) else row_scale[block]
            losses[block], gradient = _block(rows, targets[block], problem, scale, out is not None)
            if out is not None:
                out[block, :] = gradient if gain is None else gradient * gain
    return losses


def _problem(
    xp: Any,
    logits: Array,
    weight: Array | None,
    ignore_index: int,
    label_smoothing: float,
    z_loss: float,
    softcap: float | None,
) -> Problem:
    dtype = compute_dtype(xp, logits)
    classes = logits.shape[1]
    weight = None if weight is None else xp.astype(weight, dtype)
    dense = None
    if label_smoothing:
        ones = xp.ones(classes, dtype=dtype, device=device(logits)) if weight is None else weight
        dense = ones * (label_smoothing / classes)
    return Problem(weight, dense, ignore_index, label_smoothing, z_loss, softcap)


def _softcap_gain(xp: Any, z: Array, softcap: float) -> Array:
    """d/dz of c · tanh(z / c): 1 / cosh²(z / c), which keeps its accuracy where tanh is 1."""
    return 1.0 / xp.cosh(z / softcap) ** 2


def _block(
    rows: Rows, targets: Array, problem: Problem, scale: float | Array, with_gradient: bool
) -> tuple[Array, Array]:
    """Losses (n,) and, where asked for, gradients (n, K) of one block."""
    xp = array_namespace(rows.exps)
    soft = targets.ndim == 2
    log_total = xp.log1p(rows.others)
    terms = (_soft_terms if soft else _index_terms)(rows, targets, log_total, problem)
    lse = rows.maximum + log_total
    loss, c = terms.loss, terms.total
    if problem.z_loss:
        loss = loss + problem.z_loss * terms.row_weight * lse**2
        c = c + 2.0 * problem.z_loss * terms.row_weight * lse
    loss = xp.where(terms.dead, 0.0, loss)
    if not with_gradient:
        return loss, None
    others = xp.where(terms.dead, 0.0, rows.others)
    c = xp.where(terms.dead, 0.0, c)
    gradient = rows.exps  # its memory is reused
    if xp.any(terms.dead):
        gradient[terms.dead, :] = 0.0
    gradient *= (scale * c / (1.0 + others))[:, None]
    _subtract_targets(gradient, targets, problem, scale)
    index = xp.arange(gradient.shape[0], device=device(gradient))
    t_a = terms.at_maximum
    gradient[index, rows.argmax] = scale * ((c - t_a) - t_a * others) / (1.0 + others)
    return loss, gradient


def _index_terms(rows: Rows, targets: Array, log_total: Array, problem: Problem) -> Terms:
    """t = (1 − ε) w_y at the class y, plus ε/K · w everywhere."""
    xp = array_namespace(rows.exps)
    index = xp.arange(targets.shape[0], device=device(targets))
    row_weight, safe = row_weights(targets, problem, rows.others)
    ignored = targets == problem.ignore_index
    t_y = (1.0 - problem.label_smoothing) * row_weight
    loss = _weighted(xp, t_y, log_total - rows.differences[index, safe])
    total, at_maximum = t_y, xp.where(safe == rows.argmax, t_y, 0.0)
    if problem.dense is not None:
        surprise = log_total[:, None] - rows.differences
        loss = loss + xp.sum(_weighted(xp, problem.dense[None, :], surprise), axis=-1)
        total = total + xp.sum(problem.dense)
        at_maximum = at_maximum + problem.dense[rows.argmax]
    return Terms(loss, total, at_maximum, row_weight, ignored | (total == 0.0))


def _soft_terms(rows: Rows, targets: Array, log_total: Array, problem: Problem) -> Terms:
    xp = array_namespace(rows.exps)
    index = xp.arange(targets.shape[0], device=device(targets))
    t = effective_targets(targets, problem, rows.exps.dtype)
    loss = xp.sum(_weighted(xp, t, log_total[:, None] - rows.differences), axis=-1)
    ones = xp.ones_like(rows.others)
    return Terms(loss, xp.sum(t, axis=-1), t[index, rows.argmax], ones, xp.all(t == 0.0, axis=-1))


def row_weights(targets: Array, problem: Problem, like: Array) -> tuple[Array, Array]:
    """The weight w_y of each row (0 where ignored) and class indices safe to gather with."""
    xp = array_namespace(like)
    ignored = targets == problem.ignore_index
    safe = xp.where(ignored, 0, targets)
    w = xp.ones_like(like) if problem.weight is None else problem.weight[safe]
    return xp.where(ignored, 0.0, w), safe


def effective_targets(targets: Array, problem: Problem, dtype: Any) -> Array:
    """t = w ((1 − ε) y + ε/K) for distributions y, (n, K)."""
    xp = array_namespace(targets)
    t = xp.astype(targets, dtype) * (1.0 - problem.label_smoothing)
    t = t if problem.weight is None else t * problem.weight[None, :]
    return t if problem.dense is None else t + problem.dense[None, :]


def _weighted(xp: Any, t: Array, surprise: Array) -> Array:
    """t · surprise, and 0 where t is 0 though the surprise −log ŷ is infinite."""
    return xp.where((t == 0.0) & (surprise == xp.inf), 0.0, t * surprise)


def _subtract_targets(
    gradient: Array, targets: Array, problem: Problem, scale: float | Array
) -> None:
    xp = array_namespace(gradient)
    column = scale if isinstance(scale, int | float) else scale[:, None]
    if targets.ndim == 2:
        gradient -= column * effective_targets(targets, problem, gradient.dtype)
        return
    row_weight, safe = row_weights(targets, problem, gradient[:, 0])
    index = xp.arange(targets.shape[0], device=device(targets))
    gradient[index, safe] -= scale * (1.0 - problem.label_smoothing) * row_weight
    if problem.dense is not None:
        live = xp.astype(targets != problem.ignore_index, gradient.dtype)
        gradient -= (scale * live)[:, None] * problem.dense[None, :]
