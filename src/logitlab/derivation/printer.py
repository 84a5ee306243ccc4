"""How a formula is written down, whatever the medium: the order of terms, and the brackets."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable

import sympy as sp

from logitlab.derivation.notation import (
    At,
    Expr,
    LogBase,
    Loss,
    Partial,
    Softmax,
    a,
    entry_of,
    k,
    v,
    x,
    y,
    z,
)

# How tightly a text holds together; looser than its place asks for, it is put in brackets.
# An OPEN text (Σ …, log …, ∂ …) takes all that follows it along.
SUM, QUOTIENT, OPEN, PRODUCT, ATOM = range(1, 6)


def ordered_terms(expr: Expr) -> list[Expr]:
    """The terms of a sum as the deck orders them: logarithms last, what is subtracted later."""
    return sorted(
        sp.Add.make_args(expr),
        key=lambda term: (term.has(sp.log), is_negative(term), sp.default_sort_key(term)),
    )


def ordered_factors(expr: Expr) -> list[Expr]:
    """The factors of a product as the deck orders them: yᵢ zᵢ, (Σᵢ yᵢ) log …, ŷᵢ vᵢ²."""
    return sorted(sp.Mul.make_args(expr), key=lambda f: (_rank(f), sp.default_sort_key(f)))


def is_negative(term: Expr) -> bool:
    """Whether a term is written with a minus in front."""
    split = term.as_coeff_mmul if isinstance(term, sp.MatMul) else term.as_coeff_Mul
    return bool(split()[0].is_negative)


_RANKS = (sp.Symbol, sp.Sum, Softmax, sp.Indexed, sp.exp, sp.KroneckerDelta, sp.Add, Partial)


def _rank(factor: Expr) -> int:
    base = factor.as_base_exp()[0] if isinstance(factor, sp.Pow) else factor
    if base.is_number:
        return -2
    if isinstance(base, sp.Indexed) and base.base == y:
        return -1
    return next((n for n, kind in enumerate(_RANKS) if isinstance(base, kind)), len(_RANKS))


class Printer(ABC):
    """What both media share: the order of terms, and where brackets are needed."""

    minus: str
    hat: str
    delta: str
    round_d: str
    nabla: str
    transposed: str

    def show(self, expr: Expr, place: int = SUM) -> str:
        """`expr` for a place that asks for at least this tightness."""
        text, tightness = self._text(expr)
        return text if tightness >= place else self.brackets(text)

    def _text(self, expr: Expr) -> tuple[str, int]:
        if isinstance(expr, sp.MatrixExpr):
            return self._matrix(expr)
        if isinstance(expr, sp.Add):
            return self._sum([self._signed(term) for term in ordered_terms(expr)]), SUM
        if is_negative(expr):
            return self._sum([self._signed(expr)]), SUM
        if isinstance(expr, (sp.Mul, sp.Pow)):
            return self._product(expr)
        if isinstance(expr, sp.Sum):
            heads = [self.total(str(limits[0])) for limits in reversed(expr.limits)]
            return " ".join([*heads, self.show(expr.function, OPEN)]), OPEN
        if isinstance(expr, sp.log):
            (of,) = expr.args
            name = "ln" if of == a else "log"
            return self.function(name, self.show(of, OPEN if of.is_Add or of.is_Mul else 0)), OPEN
        if isinstance(expr, Partial):
            return self._partial(expr)
        return self._atom(expr), ATOM

    def _atom(self, expr: Expr) -> str:
        if isinstance(expr, Softmax):
            return self.subscript(self.hat, expr.args)
        if isinstance(expr, sp.KroneckerDelta):
            return self.subscript(self.delta, sorted(expr.args, key=str))
        if isinstance(expr, sp.Indexed):
            return self.subscript(str(expr.base), expr.indices)
        if isinstance(expr, sp.exp):
            return self.call("exp", self.show(expr.args[0]))
        if isinstance(expr, LogBase):
            return self.log_base(*map(self.show, expr.args))
        if isinstance(expr, Loss):
            return "L"
        if isinstance(expr, At):
            return self.at(*map(self.show, expr.args))
        return str(expr)

    def _signed(self, term: Expr) -> tuple[bool, str]:
        return is_negative(term), self.show(-term if is_negative(term) else term, QUOTIENT)

    def _sum(self, terms: list[tuple[bool, str]]) -> str:
        (first_negative, text), *others = terms
        text = self.minus + text if first_negative else text
        for negative, term in others:
            text += f" {self.minus if negative else '+'} {term}"
        return text

    def _product(self, expr: Expr) -> tuple[str, int]:
        top, bottom = sp.fraction(expr)
        if bottom != 1:
            return self.fraction(top, bottom), QUOTIENT
        if isinstance(expr, sp.Pow):
            return self.power(self.show(expr.base, ATOM), str(expr.exp)), ATOM
        *others, last = ordered_factors(expr)
        return " ".join([*(self.show(f, ATOM) for f in others), self.show(last, OPEN)]), PRODUCT

    def _partial(self, expr: Expr) -> tuple[str, int]:
        of, variables = expr, []
        while isinstance(of, Partial):
            of, variable = of.args
            variables.append(self.show(variable))
        if isinstance(of, (Loss, Softmax, sp.Indexed)):
            return self.partial(self.show(of), variables[::-1]), ATOM
        letter = "d" if expr.args[1] == x else self.round_d
        return f"{self.derivative(letter, variables)} {self.show(of, OPEN)}", OPEN

    def _matrix(self, expr: Expr) -> tuple[str, int]:
        if isinstance(expr, sp.MatAdd):
            terms = sorted(expr.args, key=is_negative)
            return self._sum([self._signed(term) for term in terms]), SUM
        if isinstance(expr, sp.MatMul):
            if is_negative(expr):
                return self._sum([self._signed(expr)]), SUM
            return " ".join(self.show(factor, ATOM) for factor in expr.args if factor != 1), PRODUCT
        if isinstance(expr, sp.Transpose):
            return self.power(self.show(expr.arg, ATOM), self.transposed), ATOM
        if isinstance(expr, sp.DiagMatrix):
            return self.call("diag", self.show(expr.args[0])), ATOM
        return self._stack(entry_of(expr))

    def _stack(self, entry: Expr) -> tuple[str, int]:
        """A column or matrix, from its general entry."""
        if entry == Softmax(k):
            return self.hat, ATOM
        if entry in (y[k], z[k], v[k]):
            return str(entry.base), ATOM
        of, order = entry, 0
        while isinstance(of, Partial):
            of, order = of.args[0], order + 1
        if not order:
            return self.brackets(self.show(entry)), ATOM
        nabla = self.nabla if order == 1 else self.power(self.nabla, str(order))
        return nabla + self.show(of, ATOM), OPEN

    @abstractmethod
    def brackets(self, text: str) -> str:
        """(text)."""

    @abstractmethod
    def subscript(self, letter: str, indices: Iterable[Expr]) -> str:
        """The letter with indices below."""

    @abstractmethod
    def power(self, base: str, exponent: str) -> str:
        """The base with an exponent above."""

    @abstractmethod
    def fraction(self, top: Expr, bottom: Expr) -> str:
        """top / bottom."""

    @abstractmethod
    def total(self, index: str) -> str:
        """Σ over an index."""

    @abstractmethod
    def function(self, name: str, argument: str) -> str:
        """A function that needs no brackets."""

    @abstractmethod
    def call(self, name: str, argument: str) -> str:
        """A function of something in brackets."""

    @abstractmethod
    def log_base(self, argument: str, base: str) -> str:
        """log to a base."""

    @abstractmethod
    def at(self, function: str, value: str) -> str:
        """The function's value where all logits have this one."""

    @abstractmethod
    def partial(self, of: str, variables: list[str]) -> str:
        """∂of/∂variables."""

    @abstractmethod
    def derivative(self, letter: str, variables: list[str]) -> str:
        """∂/∂variables, before what is differentiated."""
