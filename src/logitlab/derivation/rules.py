"""The named rules: each takes the statements it starts from and returns the one that follows.

A rule rewrites SymPy expressions; it knows no answer. Whether what it returns is true is settled
elsewhere (`logitlab.derivation.proof`), by other means.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import sympy as sp

from logitlab.derivation.notation import (
    Expr,
    K,
    LogBase,
    Loss,
    Partial,
    Softmax,
    a,
    i,
    k,
    total,
    vector,
    x,
    y,
    z,
)
from logitlab.derivation.statement import Statement


@dataclass(frozen=True)
class Rule:
    """A rule's `name`, as a step shows it, and the function that applies it."""

    name: str
    apply: Callable[..., Statement]


# Definitions start from nothing.


def free_scores() -> Statement:
    return Statement(Partial(z[i], z[k]), sp.KroneckerDelta(i, k))


def softmax() -> Statement:
    return Statement(Softmax(i), Softmax(i).unfold())


def target() -> Statement:
    return Statement(total(y[i], i), 1, unit_sum=True)


def cross_entropy() -> Statement:
    return Statement(Loss(), Loss().unfold())


# Algebra.


def log_of_quotient(fact: Statement) -> Statement:
    """log of both sides, with log (p / q) = log p − log q and log exp p = p."""
    return Statement(sp.log(fact.left), sp.expand_log(sp.log(fact.right)))


def substitute(into: Statement, *facts: Statement) -> Statement:
    """Each fact's right side in place of its left side, in the right side of `into`."""
    right = into.right
    for fact in facts:
        right = _replace(right, fact.left, fact.right)
    assumed = into.unit_sum or any(fact.unit_sum for fact in facts)
    return replace(into, right=right, unit_sum=assumed)


def _replace(expr: Expr, old: Expr, new: Expr) -> Expr:
    """`old` by `new`, where a free index of `old` stands for any index."""
    if expr.has(old):
        return expr.xreplace({old: new})
    wild = {index: sp.Wild(f"{index}_") for index in (i, k) if index in old.free_symbols}
    return expr.replace(old.subs(wild), new.subs(wild))


def distribute(fact: Statement) -> Statement:
    """Σ (p + q) = Σ p + Σ q."""
    return replace(fact, right=_each_sum(fact.right, split_sum))


def factor_out(fact: Statement) -> Statement:
    """Σᵢ yᵢ q = (Σᵢ yᵢ) q where q has no i."""
    return replace(fact, right=_each_sum(fact.right, pull_constants))


def _each_sum(expr: Expr, change: Callable[[Expr, Expr], Expr]) -> Expr:
    """`change(body, index)` in place of each sum that is a term, or a factor of a term."""
    if isinstance(expr, sp.Sum):
        return change(expr.function, expr.variables[0])
    if isinstance(expr, (sp.Add, sp.Mul)):
        return expr.func(*(_each_sum(part, change) for part in expr.args))
    return expr


def split_sum(body: Expr, index: Expr) -> Expr:
    """Σ of a sum as a sum of Σ, signs in front."""
    terms = (term.as_coeff_Mul() for term in sp.Add.make_args(sp.expand_mul(body)))
    return sp.Add(*(sign * total(term, index) for sign, term in terms))


def pull_constants(body: Expr, index: Expr) -> Expr:
    """Σ of a product with the factors that do not depend on `index` in front; Σ 1 = K."""
    constant, rest = body.as_independent(index, as_Add=False)
    return constant * (K if rest == 1 else total(rest, index))


def sift_sum(body: Expr, index: Expr) -> Expr:
    """Σᵢ δᵢₖ f(i) = f(k)."""
    delta = next(iter(body.atoms(sp.KroneckerDelta)))
    (other,) = set(delta.args) - {index}
    return (body / delta).subs(index, other)


# Calculus.


def sum_rule(fact: Statement) -> Statement:
    """The derivative of the right side is the sum of its terms' derivatives."""
    terms = sp.Add.make_args(fact.right)
    return Statement(Partial(fact.right, z[k]), sp.Add(*(Partial(term, z[k]) for term in terms)))


def linear_part(split: Statement) -> Expr:
    """What the first of the two derivatives of the split is taken of: linear in z."""
    return next(inner for inner in _derivands(split) if not inner.has(sp.log))


def log_part(split: Statement) -> Expr:
    """What the second of the two derivatives of the split is taken of: a logarithm."""
    return next(inner for inner in _derivands(split) if isinstance(inner, sp.log))


def _derivands(split: Statement) -> list[Expr]:
    return [derivative.args[0] for derivative in sp.Add.make_args(split.right)]


def differentiate_linear(split: Statement, free: Statement) -> Statement:
    """∂/∂zₖ Σᵢ yᵢ zᵢ = Σᵢ yᵢ ∂zᵢ/∂zₖ, and ∂zᵢ/∂zₖ = δᵢₖ."""
    inner = linear_part(split)
    termwise = inner.replace(sp.Indexed, lambda *of: _derivative_of_entry(sp.Indexed(*of)))
    return substitute(Statement(Partial(inner, z[k]), termwise), free)


def _derivative_of_entry(entry: Expr) -> Expr:
    return Partial(entry, z[k]) if entry.base == z else entry


def sift(fact: Statement) -> Statement:
    """Σᵢ δᵢₖ f(i) = f(k)."""
    return replace(fact, right=_each_sum(fact.right, sift_sum))


def derivative_of_log() -> Statement:
    """d/dx log_a x, where log_a x = ln x / ln a."""
    return Statement(Partial(LogBase(x, a), x), LogBase(x, a).unfold().diff(x))


def natural_base(fact: Statement) -> Statement:
    """a = e, where log_e is log and ln e = 1."""
    left = fact.left.xreplace({LogBase(x, a): sp.log(x)})
    return replace(fact, left=left, right=fact.right.subs(a, sp.E))


def differentiate_exponentials(split: Statement, free: Statement) -> Statement:
    """∂/∂zₖ Σⱼ exp(zⱼ) = Σⱼ exp(zⱼ) ∂zⱼ/∂zₖ, of which only j = k survives."""
    inner = log_part(split).args[0]
    termwise = inner.replace(sp.exp, lambda power: sp.exp(power) * Partial(power, z[k]))
    return sift(substitute(Statement(Partial(inner, z[k]), termwise), free))


def chain_rule(split: Statement, outer: Statement, inner: Statement) -> Statement:
    """∂/∂zₖ log S = (d/dx log x at x = S) · ∂S/∂zₖ."""
    logarithm = log_part(split)
    outer_at_inner = outer.right.subs(x, logarithm.args[0])
    return Statement(Partial(logarithm, z[k]), outer_at_inner * inner.right)


def recognise(fact: Statement, definition: Statement) -> Statement:
    """The definition read backwards: what it spells out, under its name."""
    right = fact.right
    for index in fact.free_indices:
        spelled, named = (side.subs(i, index) for side in (definition.right, definition.left))
        right = right.subs(spelled, named)
    return replace(fact, right=right)


def combine(loss: Statement, split: Statement, *parts: Statement) -> Statement:
    """Both sides of `loss` differentiated: its right side as in `split`, each part put in."""
    derivative = substitute(split, *parts)
    return replace(derivative, left=Partial(loss.left, z[k]), unit_sum=loss.unit_sum)


def stack(fact: Statement) -> Statement:
    """Equal entries, one for each k, are equal vectors; a difference goes entry by entry."""
    columns = (vector(term, k) * sign for sign, term in _signed_terms(fact.right))
    return replace(fact, left=vector(fact.left, k), right=sp.MatAdd(*columns))


def _signed_terms(expr: Expr) -> list[tuple[Expr, Expr]]:
    return [term.as_coeff_Mul() for term in sp.Add.make_args(expr)]


def put_back(fact: Statement, definition: Statement) -> Statement:
    """In the left side, what is defined by its definition."""
    return replace(fact, left=fact.left.xreplace({definition.left: definition.right}))
