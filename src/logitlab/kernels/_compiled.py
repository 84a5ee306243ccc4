# mypy: ignore-errors
"""The loops of `_cross_entropy` over float32 and float64 rows, compiled by numba.

The same formulas as the array code, in float64, a block of rows at a time: the logits are read
from memory once and the gradient is written once; what lies between stays in the cache.

Three things that the compiler needs from us to use vector instructions:
- a maximum by the `llvm.maxnum` instruction (`max` stays scalar). It may lose a NaN; the NaN comes
  back through z − m, which nothing below swallows;
- an own exp (a library call stays scalar): x = n ln 2 + r, exp x = 2ⁿ · Σ rᵏ/k!, with as many
  terms as the result needs;
- permission to reorder sums, given to `_add` alone: elsewhere it would undo exp's rounding trick.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

BLOCK_ELEMENTS = 4_096  # 32 KiB of exponentials: half of a level-1 cache

_LN2_HIGH, _LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10  # n·high is exact
_ROUND = 1.5 * 2.0**52  # adding it leaves the nearest integer in the low bits
_LOWEST = -745.2  # exp of anything below is 0 in float64
_LOWEST_FLOAT32 = -200.0  # so far below float32's smallest number that sums do not miss it


def _jit(function: Callable[..., Any], fastmath: set[str] | None = None) -> Any:
    """Compile at the first call; keep the machine code where a cache directory can be written."""
    flags = {"contract", "nsz"} if fastmath is None else fastmath
    options = {"fastmath": flags, "error_model": "numpy", "nogil": True}
    try:
        return njit(function, cache=True, **options)
    except RuntimeError:  # numba found no directory to write to
        return njit(function, **options)


@intrinsic
def _maximum(typingctx: Any, a: Any, b: Any) -> Any:
    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        kind = args[0].type
        function_type = ir.FunctionType(kind, [kind, kind])
        function = builder.module.declare_intrinsic("llvm.maxnum", [kind], function_type)
        return builder.call(function, args, fastmath=("nnan", "nsz"))

    return a(a, a), codegen


@intrinsic
def _as_bits(typingctx: Any, x: Any) -> Any:
    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.bitcast(args[0], ir.IntType(64))

    return types.int64(types.float64), codegen


@intrinsic
def _as_double(typingctx: Any, bits: Any) -> Any:
    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.bitcast(args[0], ir.DoubleType())

    return types.float64(types.int64), codegen


def _add(a, b):
    return a + b


_add = _jit(_add, {"reassoc", "contract", "nsz"})

_COEFFICIENTS = tuple(1.0 / math.factorial(k) for k in range(14))
_C0, _C1, _C2, _C3, _C4, _C5, _C6, _C7, _C8, _C9, _C10, _C11, _C12, _C13 = _COEFFICIENTS


@_jit
def _split(x):
    """(n + _ROUND, r) with x = n ln 2 + r and |r| ≤ ln 2 / 2."""
    shifted = x * (1.0 / math.log(2.0)) + _ROUND
    n = shifted - _ROUND
    return shifted, (x - n * _LN2_HIGH) - n * _LN2_LOW


@_jit
def _last_terms(p, r):
    """Horner's rule from r⁷/7! down to 1."""
    p = p * r + _C7
    p = p * r + _C6
    p = p * r + _C5
    p = p * r + _C4
    p = p * r + _C3
    p = p * r + _C2
    p = p * r + _C1
    return p * r + _C0


@_jit
def _exp(x):
    """exp x for x ≤ 0, subnormal results included; NaN stays NaN. Right to 2⁻⁵² of itself."""
    shifted, r = _split(_LOWEST if x < _LOWEST else x)
    p = _C13 * r + _C12
    p = p * r + _C11
    p = p * r + _C10
    p = p * r + _C9
    p = p * r + _C8
    power = _as_double((_as_bits(shifted) + 1023 + 64) << 52)  # 2ⁿ⁺⁶⁴: 2ⁿ may not be normal
    return 0.0 if x < _LOWEST else _last_terms(p, r) * power * 2.0**-64


@_jit
def _exp_for_float32(x):
    """exp x for x ≤ 0, right to 2⁻³² of itself, 0 where float32 has no number left."""
    shifted, r = _split(_LOWEST_FLOAT32 if x < _LOWEST_FLOAT32 else x)
    power = _as_double((_as_bits(shifted) + 1023) << 52)  # 2ⁿ
    return 0.0 if x < _LOWEST_FLOAT32 else _last_terms(_C8, r) * power


@_jit
def _block_exps(z, start, stop, narrow, maxima, exps):
    """For the rows start … stop: their maxima m, and exp(z_j − m), one row after the other.

    The exponentials run over the whole block at once, so that short rows are vectorised too.
    `narrow`: float32's accuracy is enough.
    """
    classes = z.shape[1]
    for i in range(start, stop):
        row = z[i]
        m = row[0]
        for j in range(1, classes):
            m = _maximum(m, row[j])
        maxima[i - start] = m
        differences = exps[(i - start) * classes : (i - start + 1) * classes]
        for j in range(classes):
            differences[j] = np.float64(row[j]) - np.float64(m)
    size = (stop - start) * classes
    if narrow:
        for k in range(size):
            exps[k] = _exp_for_float32(exps[k])
    else:
        for k in range(size):
            exps[k] = _exp(exps[k])


@_jit
def _sum_of_others(exps):
    """Σ exp(z_j − m) without one of the maxima; NaN where the row has no softmax."""
    total, maxima = 0.0, 0.0
    for j in range(exps.size):
        total = _add(total, 0.0 if exps[j] == 1.0 else exps[j])
        maxima = _add(maxima, 1.0 if exps[j] == 1.0 else 0.0)
    return total + (maxima - 1.0)


@_jit
def _weighted(t, gap):
    """t · (m − z), and 0 where t is 0 though the gap is infinite."""
    return 0.0 if t == 0.0 and gap == np.inf else t * gap


@_jit
def _at_maximum(c, t, others):
    """c ŷ_a − t_a without cancellation."""
    return ((c - t) - t * others) / (1.0 + others)


@_jit
def _write_gradient(gradient, exps, t, c, others, scale):
    """scale · (c ŷ_j − t_j) from exp(z_j − m); an empty t is zero everywhere."""
    factor = scale * c / (1.0 + others)
    if not t.size:
        for j in range(gradient.size):
            gradient[j] = exps[j] * factor
        return
    for j in range(gradient.size):
        top = scale * _at_maximum(c, t[j], others)
        gradient[j] = top if exps[j] == 1.0 else exps[j] * factor - scale * t[j]


@_jit
def first_outside(targets, classes, ignore_index):
    """The first row whose class index is not one of 0 … K − 1, or −1."""
    for i in range(targets.size):
        if (targets[i] < 0 or targets[i] >= classes) and targets[i] != ignore_index:
            return i
    return -1


@_jit
def index_rows(z, targets, weight, floor, kept, ignore_index, z_loss, row_scale, out, losses):
    """Losses and gradients for class indices; empty `weight`, `floor` and `out` are absent."""
    count, classes = z.shape
    rows = max(1, min(count, BLOCK_ELEMENTS // classes))
    maxima, block = np.empty(rows), np.empty(rows * classes)
    floor_total = floor.sum()
    # c ŷ_j − t_j subtracts numbers of one size only where all classes have a target
    narrow = z.itemsize == 4 and not floor.size and z_loss == 0.0
    for i in range(count):
        if i % rows == 0:
            _block_exps(z, i, min(i + rows, count), narrow, maxima, block)
        exps, m = block[i % rows * classes : (i % rows + 1) * classes], maxima[i % rows]
        y = targets[i]
        live = y != ignore_index
        row_weight = (weight[y] if weight.size else 1.0) if live else 0.0
        spike = kept * row_weight
        if spike == 0.0 and z_loss * row_weight == 0.0 and not (live and floor.size):
            losses[i] = 0.0  # all its weights are zero: whatever the row holds, it adds nothing
            if out.size:
                out[i, :] = 0.0
            continue
        others = _sum_of_others(exps)
        log_total = math.log1p(others)
        lse, c = m + log_total, spike + floor_total
        loss = _weighted(spike, m - z[i, y]) + c * log_total
        for j in range(floor.size):
            loss = _add(loss, _weighted(floor[j], m - z[i, j]))
        if z_loss != 0.0:
            loss += z_loss * row_weight * lse**2
            c += 2.0 * z_loss * row_weight * lse
        losses[i] = loss
        if out.size:
            t_y = spike + (floor[y] if floor.size else 0.0)
            g_y = c * exps[y] / (1.0 + others) - t_y
            g_y = _at_maximum(c, t_y, others) if exps[y] == 1.0 else g_y
            _write_gradient(out[i], exps, floor, c, others, row_scale[i])
            out[i, y] = row_scale[i] * g_y


@_jit
def soft_rows(z, targets, weight, floor, kept, ignore_index, z_loss, row_scale, out, losses):
    """Losses and gradients for distributions; the arguments are those of `index_rows`."""
    count, classes = z.shape
    rows = max(1, min(count, BLOCK_ELEMENTS // classes))
    maxima, block, t = np.empty(rows), np.empty(rows * classes), np.empty(classes)
    narrow = False  # targets may be as close to ŷ as they like
    for i in range(count):
        if i % rows == 0:
            _block_exps(z, i, min(i + rows, count), narrow, maxima, block)
        exps, m = block[i % rows * classes : (i % rows + 1) * classes], maxima[i % rows]
        total, size, gaps = 0.0, 0.0, 0.0
        for j in range(classes):
            w = weight[j] if weight.size else 1.0
            t[j] = kept * targets[i, j] * w + (floor[j] if floor.size else 0.0)
            total = _add(total, t[j])
            size = _add(size, abs(t[j]))
            gaps = _add(gaps, _weighted(t[j], m - z[i, j]))
        if size == 0.0 and z_loss == 0.0:
            losses[i] = 0.0
            if out.size:
                out[i, :] = 0.0
            continue
        others = _sum_of_others(exps)
        log_total = math.log1p(others)
        lse, c = m + log_total, total
        losses[i] = gaps + total * log_total
        if z_loss != 0.0:
            losses[i] += z_loss * lse**2
            c += 2.0 * z_loss * lse
        if out.size:
            _write_gradient(out[i], exps, t, c, others, row_scale[i])
