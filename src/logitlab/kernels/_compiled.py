# mypy: ignore-errors
"""The loops of `_cross_entropy` over float32 and float64 rows, compiled by numba.

The same formulas as the array code, fused: a row is read twice (maximum, then exponentials) and
its gradient written twice while it is in the cache. Everything is computed in float64 registers.

Three things that the compiler needs from us to use vector instructions:
- a maximum by the `llvm.maxnum` instruction (`max` stays scalar). It may lose a NaN; the NaN comes
  back through z − m, which nothing below swallows;
- an own exp (a library call stays scalar): x = n ln 2 + r, exp x = 2ⁿ · Σ rᵏ/k!;
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

_LN2_HIGH, _LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10  # n·high is exact
_ROUND = 1.5 * 2.0**52  # adding it leaves the nearest integer in the low bits
_DEGREE = 13  # the remainder r¹⁴/14! is below 2⁻⁵³ for |r| ≤ ln 2 / 2
_LOWEST = -745.2  # exp of anything below is 0 in float64


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

_COEFFICIENTS = tuple(1.0 / math.factorial(k) for k in range(_DEGREE + 1))
_C0, _C1, _C2, _C3, _C4, _C5, _C6, _C7, _C8, _C9, _C10, _C11, _C12, _C13 = _COEFFICIENTS


@_jit
def _exp(x):
    """exp x for x ≤ 0, subnormal results included; NaN stays NaN."""
    y = _LOWEST if x < _LOWEST else x
    shifted = y * (1.0 / math.log(2.0)) + _ROUND
    n = shifted - _ROUND
    r = (y - n * _LN2_HIGH) - n * _LN2_LOW
    p = _C13 * r + _C12
    p = p * r + _C11
    p = p * r + _C10
    p = p * r + _C9
    p = p * r + _C8
    p = p * r + _C7
    p = p * r + _C6
    p = p * r + _C5
    p = p * r + _C4
    p = p * r + _C3
    p = p * r + _C2
    p = p * r + _C1
    p = p * r + _C0
    scaled = p * _as_double((_as_bits(shifted) + 1023 + 64) << 52)  # 64 more, so that 2ⁿ is normal
    return 0.0 if x < _LOWEST else scaled * 2.0**-64


@_jit
def _row_maximum(z):
    m = z[0]
    for j in range(1, z.size):
        m = _maximum(m, z[j])
    return np.float64(m)


@_jit
def _row_exps(z, m, exps):
    """Write exp(z_j − m) where `exps` has room; return the sum without one of the maxima."""
    total, maxima = 0.0, 0.0
    if exps.size:
        for j in range(z.size):
            d = np.float64(z[j]) - m
            e = _exp(d)
            total = _add(total, 0.0 if d == 0.0 else e)
            maxima = _add(maxima, 1.0 if d == 0.0 else 0.0)
            exps[j] = e
    else:
        for j in range(z.size):
            d = np.float64(z[j]) - m
            total = _add(total, 0.0 if d == 0.0 else _exp(d))
            maxima = _add(maxima, 1.0 if d == 0.0 else 0.0)
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
def index_rows(z, targets, weight, floor, kept, ignore_index, z_loss, row_scale, out, losses):
    """Losses and gradients for class indices; empty `weight`, `floor` and `out` are absent.

    Returns −1, or the first row with an index outside 0 … K − 1, before anything is written.
    """
    for i in range(z.shape[0]):
        y = targets[i]
        if (y < 0 or y >= z.shape[1]) and y != ignore_index:
            return i
    for i in range(z.shape[0]):
        y = targets[i]
        live = y != ignore_index
        row_weight = 0.0
        if live:
            row_weight = weight[y] if weight.size else 1.0
        spike = kept * row_weight
        gradient = out[i] if out.size else out.ravel()
        if spike == 0.0 and z_loss * row_weight == 0.0 and (not live or not floor.size):
            losses[i] = 0.0
            gradient[:] = 0.0
            continue
        m = _row_maximum(z[i])
        top = z[i, y] == m
        gaps, c = _weighted(spike, m - z[i, y]), spike  # before `out`, if it is z, is written
        for j in range(floor.size):
            gaps = _add(gaps, _weighted(floor[j], m - z[i, j]))
            c = _add(c, floor[j])
        others = _row_exps(z[i], m, gradient)
        log_total = math.log1p(others)
        loss = gaps + c * log_total
        if z_loss != 0.0:
            loss += z_loss * row_weight * (m + log_total) ** 2
            c += 2.0 * z_loss * row_weight * (m + log_total)
        losses[i] = loss
        if out.size:
            t_y = spike + (floor[y] if floor.size else 0.0)
            e_y = gradient[y] / (1.0 + others)
            _finish_row(gradient, floor, c, others, row_scale[i])
            gradient[y] = row_scale[i] * (_at_maximum(c, t_y, others) if top else c * e_y - t_y)
    return -1


@_jit
def _finish_row(gradient, floor, c, others, scale):
    """From exp(z_j − m) to scale · (c ŷ_j − floor_j), in place."""
    factor = scale * c / (1.0 + others)
    if not floor.size:
        for j in range(gradient.size):
            gradient[j] *= factor
        return
    for j in range(gradient.size):
        top = scale * _at_maximum(c, floor[j], others)
        gradient[j] = top if gradient[j] == 1.0 else gradient[j] * factor - scale * floor[j]


@_jit
def soft_rows(z, targets, weight, floor, kept, ignore_index, z_loss, row_scale, out, losses):
    """Losses and gradients for distributions; the arguments are those of `index_rows`."""
    t = np.empty(z.shape[1])
    for i in range(z.shape[0]):
        total, alive = 0.0, z_loss != 0.0
        for j in range(t.size):
            t[j] = kept * targets[i, j]
            if weight.size:
                t[j] *= weight[j]
            if floor.size:
                t[j] += floor[j]
            total = _add(total, t[j])
            alive |= t[j] != 0.0
        gradient = out[i] if out.size else out.ravel()
        if not alive:
            losses[i] = 0.0
            gradient[:] = 0.0
            continue
        m = _row_maximum(z[i])
        gaps, c = 0.0, total
        for j in range(t.size):  # before `out`, if it is z, is written
            gaps = _add(gaps, _weighted(t[j], m - z[i, j]))
        others = _row_exps(z[i], m, gradient)
        log_total = math.log1p(others)
        loss = gaps + c * log_total
        if z_loss != 0.0:
            loss += z_loss * (m + log_total) ** 2
            c += 2.0 * z_loss * (m + log_total)
        losses[i] = loss
        if out.size:
            _finish_row(gradient, t, c, others, row_scale[i])
    return -1
