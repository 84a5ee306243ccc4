"""The symbols of the deck's Part 2, for a number of classes K that stays a symbol.

Vectors are indexed from 1 as in the deck: `z[i]`, `y[i]`. What the deck abbreviates is a node
of its own, so that a formula can be shown as the deck writes it and still be proved, because
every node knows what it stands for:

    Softmax(i)      ŷᵢ              exp(zᵢ) / Σⱼ exp(zⱼ)
    Loss()          L               −Σᵢ yᵢ log ŷᵢ
    LogBase(x, a)   log_a x         ln x / ln a
    Partial(f, zₖ)  ∂f/∂zₖ          the partial derivative, not yet carried out
    At(f, c)        f at z = c      the value of f where every logit is c
"""

from __future__ import annotations

from typing import Any, TypeAlias

import sympy as sp
from sympy.matrices.expressions import FunctionMatrix

Expr: TypeAlias = Any  # a SymPy expression; SymPy ships no types

K = sp.Symbol("K", integer=True, positive=True)  # the number of classes
i, j, k, l = INDICES = sp.symbols("i j k l", integer=True, positive=True)  # each in 1 … K
z = sp.IndexedBase("z", real=True)  # the logits
y = sp.IndexedBase("y", real=True)  # the targets
v = sp.IndexedBase("v", real=True)  # any direction in the space of logits
c = sp.Symbol("c", real=True)  # any constant
x = sp.Symbol("x", positive=True)  # the argument of a logarithm
a = sp.Symbol("a", positive=True)  # its base


def total(body: Expr, index: Expr) -> Expr:
    """Σ over `index` = 1 … K of `body`, not evaluated."""
    return sp.Sum(body, (index, 1, K))


class Softmax(sp.Function):  # type: ignore[misc]
    """ŷᵢ, the predicted probability of class i."""

    nargs = 1
    is_positive = True

    def unfold(self) -> Expr:
        return sp.exp(z[self.args[0]]) / total(sp.exp(z[j]), j)


class Loss(sp.Function):  # type: ignore[misc]
    """L(z, y), the categorical cross-entropy."""

    nargs = 0
    is_real = True

    def unfold(self) -> Expr:
        return -total(y[i] * sp.log(Softmax(i)), i)


class LogBase(sp.Function):  # type: ignore[misc]
    """log_a x, the logarithm of x to the base a."""

    nargs = 2

    def unfold(self) -> Expr:
        return sp.log(self.args[0]) / sp.log(self.args[1])


class Partial(sp.Function):  # type: ignore[misc]
    """∂f/∂variable, where the variable is one logit `z[k]` or the symbol `x`."""

    nargs = 2
    is_real = True


class At(sp.Function):  # type: ignore[misc]
    """f at z = (c, …, c)."""

    nargs = 2
    is_real = True


def vector(entry: Expr, index: Expr) -> Expr:
    """The column (K, 1) whose entry number `index` is `entry`."""
    row, column = sp.symbols("r s", integer=True, nonnegative=True)
    return FunctionMatrix(K, 1, sp.Lambda((row, column), entry.subs(index, row + 1)))


def matrix(entry: Expr, row_index: Expr, column_index: Expr) -> Expr:
    """The matrix (K, K) whose entry at (`row_index`, `column_index`) is `entry`."""
    row, column = sp.symbols("r s", integer=True, nonnegative=True)
    at = {row_index: row + 1, column_index: column + 1}
    return FunctionMatrix(K, K, sp.Lambda((row, column), entry.subs(at, simultaneous=True)))


def entry_of(side: Expr) -> Expr:
    """The entry number k of a column, the entry (k, l) of a matrix; a scalar is its own entry."""
    if not getattr(side, "is_Matrix", False) and not isinstance(side, sp.MatrixExpr):
        return side
    return side[k - 1, 0] if side.shape[1] == 1 else side[k - 1, l - 1]
