"""From an expression to numbers, in any arithmetic.

SymPy prints the expression as a Python function; whatever is not plain arithmetic, exp and log
included, it calls on a `Backend`. So one and the same formula runs in float64, in torch (with
autograd for ∂) and in 60-digit mpmath.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sympy as sp
from sympy.printing.lambdarepr import LambdaPrinter

from logitlab.derivation.notation import (
    INDICES,
    At,
    Expr,
    K,
    LogBase,
    Loss,
    Partial,
    Softmax,
    a,
    c,
    v,
    x,
    y,
    z,
)
from logitlab.errors import ParameterError

_KNOWN = (
    *(sp.Add, sp.Mul, sp.Pow, sp.Sum, sp.Tuple, sp.Rational, sp.Symbol, sp.exp, sp.log),
    *(sp.Indexed, sp.IndexedBase, sp.KroneckerDelta, type(sp.E)),
    *(Softmax, Loss, LogBase, Partial, At),
)

Number = Any  # float, mpmath.mpf or a torch tensor without dimensions
Vector = Any  # what the backend's `vector` makes, with an unused entry 0


@dataclass(frozen=True)
class Point:
    """Numbers for the letters of a statement; K is the number of logits.

    `direction` is v, `constant` is c, `argument` is x and `base` is a.
    """

    logits: tuple[float, ...]
    targets: tuple[float, ...]
    direction: tuple[float, ...]
    constant: float
    argument: float
    base: float


@dataclass(frozen=True)
class Backend:
    """An arithmetic: how to make its numbers, and the functions that a formula calls."""

    number: Callable[[float], Number]
    vector: Callable[[Sequence[float]], Vector]
    exp: Callable[[Number], Number]
    log: Callable[[Number], Number]
    softmax: Callable[[Vector, int], Number]  # (z, i) -> ŷᵢ
    loss: Callable[[Vector, Vector], Number]  # (z, y) -> L
    partial: Callable[..., Number]  # (f, z, k) -> ∂f/∂zₖ, (f, x) -> df/dx
    at: Callable[..., Number]  # (f, z, c) -> f(c, …, c)


def value(
    expr: Expr, point: Point, backend: Backend, indices: Mapping[Expr, int] | None = None
) -> Number:
    """The number that `expr` is at a point, with the given values of its free indices."""
    chosen = indices or {}
    return _compiled(expr)(
        backend,
        len(point.logits),
        *map(backend.vector, (point.logits, point.targets, point.direction)),
        *map(backend.number, (point.constant, point.argument, point.base)),
        *(chosen.get(index) for index in INDICES),
    )


@lru_cache(maxsize=2048)
def _compiled(expr: Expr) -> Callable[..., Number]:
    foreign = {node.func for node in sp.preorder_traversal(expr) if not isinstance(node, _KNOWN)}
    if foreign:
        raise ParameterError(
            "statement",
            got=", ".join(sorted(kind.__name__ for kind in foreign)),
            expected="sums, products, powers, exp, log, δ, and the nodes of notation",
            hint="write it with those: only they can be computed to 60 digits",
        )
    letters = (sp.Symbol("backend"), K, z, y, v, c, x, a, *INDICES)
    function: Callable[..., Number] = sp.lambdify(letters, expr, modules=[{}], printer=_Printer)
    return function


class _Printer(LambdaPrinter):  # type: ignore[misc]
    """Python source in which functions are the backend's, and so are all numbers but indices."""

    def _print_Symbol(self, expr: Expr) -> str:
        return f"backend.number({expr})" if expr.is_integer else str(expr)

    def _print_Indexed(self, expr: Expr) -> str:
        return f"{expr.base}[{expr.indices[0]}]"

    def _print_Rational(self, expr: Expr) -> str:
        return f"(backend.number({expr.p}) / {expr.q})"

    def _print_Exp1(self, expr: Expr) -> str:
        return "backend.exp(1)"

    def _print_exp(self, expr: Expr) -> str:
        return f"backend.exp({self._print(expr.args[0])})"

    def _print_log(self, expr: Expr) -> str:
        return f"backend.log({self._print(expr.args[0])})"

    def _print_Sum(self, expr: Expr) -> str:
        loops = (f"for {i} in range({first}, {last} + 1)" for i, first, last in expr.limits[::-1])
        return f"sum({self._print(expr.function)} {' '.join(loops)})"

    def _print_KroneckerDelta(self, expr: Expr) -> str:
        first, second = expr.args
        return f"backend.number({first} == {second})"

    def _print_Softmax(self, expr: Expr) -> str:
        return f"backend.softmax(z, {expr.args[0]})"

    def _print_Loss(self, expr: Expr) -> str:
        return "backend.loss(z, y)"

    def _print_LogBase(self, expr: Expr) -> str:
        return f"({self._print(expr.unfold())})"

    def _print_At(self, expr: Expr) -> str:
        inner, constant = map(self._print, expr.args)
        return f"backend.at(lambda z: {inner}, z, {constant})"

    def _print_Partial(self, expr: Expr) -> str:
        inner, variable = expr.args
        if isinstance(variable, sp.Indexed):
            return f"backend.partial(lambda z: {self._print(inner)}, z, {variable.indices[0]})"
        return f"backend.partial(lambda {variable}: {self._print(inner)}, {variable})"
