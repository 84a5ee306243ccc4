"""Softmax along the last axis, with the maximum and the sum of the other classes kept apart.

For one row with its maximum m = z_a, and d_j = z_j − m ≤ 0,

    others  = Σ_{j ≠ a} exp(d_j)                     the maximum's own exp(0) = 1 is left out
    logsumexp z = m + log1p(others)
    log ŷ_j     = d_j − log1p(others)
    ŷ_j         = exp(d_j) / (1 + others)

Keeping m apart makes a common offset of the logits free; keeping `others` apart from the 1 keeps
the relative accuracy of −log ŷ_a and of 1 − ŷ_a for confident rows, where ŷ_a rounds to 1.
Rows narrower than float64 are computed in float64, a block at a time.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from array_api_compat import array_namespace, device, is_numpy_array

Array = Any  # a NumPy array or a torch tensor; the array API standard has no common type

#: how many elements one block of rows holds: three float64 blocks fit a 1 MiB level-2 cache
BLOCK_ELEMENTS = 32_768


class Rows(NamedTuple):
    """A block of rows of logits, normalised. `exps` leaves the maximum's entry out (it is 0)."""

    argmax: Array  # (n,)   a
    maximum: Array  # (n,)   m = z_a
    differences: Array  # (n, K) d_j = z_j − m
    exps: Array  # (n, K) exp(d_j), and 0 at j = a
    others: Array  # (n,)   Σ_{j ≠ a} exp(d_j)


def compute_dtype(xp: Any, array: Array) -> Any:
    """Float64, except on a device that has none (Apple's MPS), where it is float32."""
    return xp.float32 if getattr(device(array), "type", "cpu") == "mps" else xp.float64


def row_blocks(rows: int, classes: int) -> list[slice]:
    """Cut `rows` rows of `classes` logits into blocks that stay in the cache.

    >>> row_blocks(5, 16_384)
    [slice(0, 2, None), slice(2, 4, None), slice(4, 5, None)]
    """
    size = max(1, BLOCK_ELEMENTS // max(1, classes))
    return [slice(start, min(start + size, rows)) for start in range(0, rows, size)]


def blocks_of(logits: Array) -> list[slice]:
    """Return blocks for the CPU's cache; an accelerator takes all rows at once."""
    rows, classes = logits.shape
    if is_numpy_array(logits) or logits.device.type == "cpu":
        return row_blocks(rows, classes)
    return [slice(0, rows)]


def normalise(logits: Array) -> Rows:
    """Split rows (n, K) of compute dtype into what every formula of this room needs.

    A row that holds NaN or +inf, or only −inf, has no softmax: its `others` is NaN.
    """
    xp = array_namespace(logits)
    index = xp.arange(logits.shape[0], device=device(logits))
    argmax = xp.argmax(logits, axis=-1)
    maximum = logits[index, argmax]
    differences = logits - maximum[:, None]
    exps = xp.exp(differences)
    exps[index, argmax] = 0.0
    others = xp.sum(exps, axis=-1) + (maximum - maximum)  # 0, or NaN where m is not finite
    return Rows(argmax, maximum, differences, exps, others)


def softmax(logits: Array) -> Array:
    """Return ŷ_j = exp(z_j) / Σ_i exp(z_i) for rows (N, K), in the dtype of `logits`.

    >>> softmax(np.log(np.array([[1.0, 3.0]])))
    array([[0.25, 0.75]])
    """
    return _map_rows(logits, _softmax_block)


def log_softmax(logits: Array) -> Array:
    """Return log ŷ_j = z_j − log Σ_i exp(z_i) for rows (N, K), in the dtype of `logits`.

    >>> log_softmax(np.array([[0.0, -1e4]]))
    array([[     0., -10000.]])
    """
    return _map_rows(logits, _log_softmax_block)


def logsumexp(logits: Array) -> Array:
    """Return log Σ_i exp(z_i) for rows (N, K): shape (N,), in the dtype of `logits`.

    >>> logsumexp(np.array([[1e4, 1e4]]))
    array([10000.69314718])
    """
    return _map_rows(logits, _logsumexp_block)


def _softmax_block(rows: Rows) -> Array:
    xp = array_namespace(rows.exps)
    index = xp.arange(rows.exps.shape[0], device=device(rows.exps))
    rows.exps[index, rows.argmax] = 1.0
    return rows.exps / (1.0 + rows.others)[:, None]


def _log_softmax_block(rows: Rows) -> Array:
    return rows.differences - array_namespace(rows.others).log1p(rows.others)[:, None]


def _logsumexp_block(rows: Rows) -> Array:
    return rows.maximum + array_namespace(rows.others).log1p(rows.others)


def _map_rows(logits: Array, block_function: Any) -> Array:
    xp = array_namespace(logits)
    dtype = compute_dtype(xp, logits)
    with np.errstate(all="ignore"):  # −inf − (−inf) is the NaN that it should be
        results = [
            xp.astype(block_function(normalise(xp.astype(logits[block, :], dtype))), logits.dtype)
            for block in blocks_of(logits) or [slice(0, 0)]
        ]
    return xp.concat(results, axis=0)
