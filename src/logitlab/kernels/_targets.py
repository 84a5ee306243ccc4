"""The effective target of a block of rows, from class indices or from distributions.

t_j = w_j ((1 − ε) y_j + ε/K): class weight w, label smoothing ε. Class indices never become a
matrix: their t is a `spike` at the class y and, where there is smoothing, the same `floor` ε/K · w
for every row that counts.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

import numpy as np
from array_api_compat import array_namespace, device, is_numpy_array

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


@cache
def compiled() -> Any:
    """The compiled loops, or None where numba cannot be imported."""
    try:
        return import_module("logitlab.kernels._compiled")
    except ImportError:
        return None


def check_range(targets: Array, classes: int, ignore_index: int) -> None:
    """Class indices (N,) are 0 … K − 1 or `ignore_index`; raises TargetRangeError otherwise."""
    row = _first_outside(targets, classes, ignore_index)
    if row < 0:
        return
    raise TargetRangeError(
        f"target of row {row}",
        got=int(targets[row]),
        expected=f"a class index in 0 … {classes - 1}",
        hint=f"the logits have {classes} classes; rows with {ignore_index} are ignored",
    )


def _first_outside(targets: Array, classes: int, ignore_index: int) -> int:
    xp = array_namespace(targets)
    if is_numpy_array(targets) and targets.dtype == np.int64 and compiled() is not None:
        return int(compiled().first_outside(targets, classes, ignore_index))
    outside = ((targets < 0) | (targets >= classes)) & (targets != ignore_index)
    return int(xp.argmax(xp.astype(outside, xp.int8))) if xp.any(outside) else -1
