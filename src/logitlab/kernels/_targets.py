"""The effective target of a block of rows, from class indices or from distributions.

t_j = w_j ((1 − ε) y_j + ε/K): class weight w, label smoothing ε. Class indices never become a
matrix: their t is a `spike` at the class y and, where there is smoothing, the same `floor` ε/K · w
for every row that counts.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from array_api_compat import array_namespace, device

from logitlab.errors import TargetRangeError
from logitlab.kernels._softmax import Array, Rows


class Smoothing(NamedTuple):
    """How targets y become effective targets, in arrays of the compute dtype."""

    weight: Array | None  # (K,) w
    floor: Array | None  # (K,) ε/K · w, or None where ε is 0
    kept: float  # 1 − ε
    ignore_index: int


class IndexTargets:
    """Class indices (n,): t is `spike` at the class, and live · floor everywhere."""

    def __init__(self, indices: Array, smoothing: Smoothing, like: Array) -> None:
        xp = array_namespace(like)
        ignored = indices == smoothing.ignore_index
        self.row = xp.arange(indices.shape[0], device=device(indices))
        self.classes = xp.where(ignored, 0, indices)  # safe to gather with
        self.live = xp.where(ignored, 0.0, xp.ones_like(like))
        w = smoothing.weight
        self.row_weight = self.live if w is None else self.live * w[self.classes]
        self.spike = smoothing.kept * self.row_weight
        self.floor = smoothing.floor

    def total(self) -> Array:
        """T = Σ_j t_j of each row, (n,)."""
        if self.floor is None:
            return self.spike
        return self.spike + self.live * array_namespace(self.floor).sum(self.floor)

    def dead(self, z_loss: float) -> Array:
        """Whether all weights are zero: whatever such a row holds, it adds nothing. (n,)"""
        flat = (self.live == 0.0) | (self.floor is None)
        return (self.spike == 0.0) & flat & (z_loss * self.row_weight == 0.0)

    def at(self, classes: Array) -> Array:
        """t at one class for each row, (n,)."""
        xp = array_namespace(self.spike)
        spike = xp.where(classes == self.classes, self.spike, 0.0)
        return spike if self.floor is None else spike + self.live * self.floor[classes]

    def loss(self, rows: Rows, log_total: Array) -> Array:
        """Σ_j t_j (log1p(others) − d_j), (n,)."""
        xp = array_namespace(self.spike)
        loss = weighted(xp, self.spike, log_total - rows.differences[self.row, self.classes])
        if self.floor is None:
            return loss
        surprise = log_total[:, None] - rows.differences
        return loss + xp.sum(weighted(xp, self.floor[None, :], surprise), axis=-1)

    def subtract_from(self, gradient: Array, scale: Array) -> None:
        """gradient −= scale · t, in place."""
        gradient[self.row, self.classes] -= scale * self.spike
        if self.floor is not None:
            gradient -= (scale * self.live)[:, None] * self.floor[None, :]


class SoftTargets:
    """Distributions (n, K), or any weights: t as a matrix."""

    def __init__(self, targets: Array, smoothing: Smoothing, like: Array) -> None:
        xp = array_namespace(like)
        self.row = xp.arange(targets.shape[0], device=device(targets))
        self.row_weight = xp.ones_like(like)
        t = xp.astype(targets, like.dtype) * smoothing.kept
        t = t if smoothing.weight is None else t * smoothing.weight[None, :]
        self.t = t if smoothing.floor is None else t + smoothing.floor[None, :]

    def total(self) -> Array:
        """T = Σ_j t_j of each row, (n,)."""
        return array_namespace(self.t).sum(self.t, axis=-1)

    def dead(self, z_loss: float) -> Array:
        """Whether all weights are zero: whatever such a row holds, it adds nothing. (n,)"""
        return ~array_namespace(self.t).any(self.t != 0.0, axis=-1) & (z_loss == 0.0)

    def at(self, classes: Array) -> Array:
        """t at one class for each row, (n,)."""
        return self.t[self.row, classes]

    def loss(self, rows: Rows, log_total: Array) -> Array:
        """Σ_j t_j (log1p(others) − d_j), (n,)."""
        xp = array_namespace(self.t)
        return xp.sum(weighted(xp, self.t, log_total[:, None] - rows.differences), axis=-1)

    def subtract_from(self, gradient: Array, scale: Array) -> None:
        """gradient −= scale · t, in place."""
        gradient -= scale[:, None] * self.t


def weighted(xp: Any, t: Array, surprise: Array) -> Array:
    """t · surprise, and 0 where t is 0 though the surprise −log ŷ is infinite."""
    return xp.where((t == 0.0) & (surprise == xp.inf), 0.0, t * surprise)


def total_weight(targets: Array, weight: Array | None, ignore_index: int) -> float:
    """Σ w_y over the rows whose class index is not ignored: what a mean divides by.

    >>> total_weight(np.array([0, 1, -100]), np.array([1.0, 3.0]), -100)
    4.0
    """
    live = targets != ignore_index
    if weight is None:
        return float(np.count_nonzero(live) if isinstance(live, np.ndarray) else live.sum())
    xp = array_namespace(weight)
    inside = live & (targets >= 0) & (targets < weight.shape[0])  # the others are refused later
    return float(xp.sum(xp.astype(weight, xp.float64)[targets[inside]]))


def check_range(targets: Array, classes: int, ignore_index: int) -> None:
    """Class indices (N,) are 0 … K − 1 or `ignore_index`; raises TargetRangeError otherwise."""
    xp = array_namespace(targets)
    outside = ((targets < 0) | (targets >= classes)) & (targets != ignore_index)
    if xp.any(outside):
        row = int(xp.argmax(xp.astype(outside, xp.int8)))
        raise outside_range(targets, row, classes, ignore_index)


def outside_range(targets: Array, row: int, classes: int, ignore_index: int) -> TargetRangeError:
    """The error that names the first row whose class index does not exist."""
    return TargetRangeError(
        f"target of row {row}",
        got=int(targets[row]),
        expected=f"a class index in 0 … {classes - 1}",
        hint=f"the logits have {classes} classes; rows with {ignore_index} are ignored",
    )
