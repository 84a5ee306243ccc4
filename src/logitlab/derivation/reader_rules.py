"""The rules of what a careful reader adds to the deck: they start from the deck's own steps."""

from __future__ import annotations

from dataclasses import replace

import sympy as sp

from logitlab.derivation.notation import (
    At,
    Expr,
    Partial,
    Softmax,
    c,
    entry_of,
    i,
    j,
    k,
    l,
    matrix,
    total,
    v,
    vector,
    z,
)
from logitlab.derivation.rules import pull_constants, recognise, substitute
from logitlab.derivation.statement import Statement


def add_up(fact: Statement) -> Statement:
    """Σᵢ of both sides; the common denominator is what the numerators add up to."""
    numerators, denominator = sp.fraction(pull_constants(fact.right, i))
    same = total(numerators.function.subs(i, j), j)
    return Statement(total(fact.left, i), same / denominator)


def shift_exponents(fact: Statement) -> Statement:
    """Numerator and denominator times exp(−c); exp(p) exp(−c) = exp(p − c)."""
    return replace(fact, right=_shifted(fact.right))


def take_out_of_log(fact: Statement) -> Statement:
    """Σⱼ exp(zⱼ) = exp(c) Σⱼ exp(zⱼ − c), and log (p q) = log p + log q."""
    logarithm = next(iter(fact.right.atoms(sp.log)))
    return Statement(logarithm, c + _shifted(logarithm))


def _shifted(expr: Expr) -> Expr:
    return expr.replace(sp.exp, lambda power: sp.exp(power - c))


def differentiate_terms(fact: Statement, *parts: Statement) -> Statement:
    """Both sides differentiated term by term: factors without z stay, each part is put in."""
    terms = sp.Add.make_args(fact.right)
    right = sp.Add(*(_derivative_of_term(term) for term in terms))
    return substitute(Statement(Partial(fact.left, z[k]), right, unit_sum=fact.unit_sum), *parts)


def _derivative_of_term(term: Expr) -> Expr:
    factors = sp.Mul.make_args(term)
    constant = sp.Mul(*(f for f in factors if not f.has(z) and not f.is_number))
    return constant * Partial(term / constant, z[k])


def add_up_gradient(gradient: Statement, one: Statement) -> Statement:
    """Σₖ of both sides, constants in front of the sums, and Σₖ ŷₖ = 1."""
    terms = sp.Add.make_args(gradient.right)
    right = sp.Add(*(pull_constants(term, k) for term in terms))
    right = right.replace(sp.Sum, lambda body, _: total(body.subs(k, i), i))
    return Statement(total(gradient.left, k), right.subs(one.left, one.right))


def equal_logits(loss: Statement, target: Statement) -> Statement:
    """z = (c, …, c): Σᵢ yᵢ c = c and Σⱼ exp(c) = K exp(c)."""
    right = loss.right.replace(sp.Indexed, lambda base, at: c if base == z else base[at])
    right = right.replace(sp.Sum, lambda body, limits: pull_constants(body, limits[0]))
    right = sp.expand_log(right.subs(target.left, target.right))
    return Statement(At(loss.left, c), right, unit_sum=loss.unit_sum or target.unit_sum)


def quotient_rule(softmax: Statement, inner: Statement) -> Statement:
    """(p / q)′ = (p′ q − p q′) / q², then the softmax again."""
    top, bottom = sp.fraction(softmax.right.subs(i, k))
    top_slope = top * sp.KroneckerDelta(k, l)
    bottom_slope = inner.right.subs(k, l)
    right = sp.expand((top_slope * bottom - top * bottom_slope) / bottom**2)
    spelled_out = Statement(Partial(Softmax(k), z[l]), right)
    return replace(spelled_out, right=sp.factor_terms(recognise(spelled_out, softmax).right))


def differentiate_gradient(gradient: Statement, slope: Statement) -> Statement:
    """∂/∂z_l of each entry of the gradient (y has no z in it), as a matrix."""
    moving = sp.Add(*(term for term in sp.Add.make_args(gradient.right) if term.has(Softmax)))
    right = moving.xreplace({slope.left.args[0]: slope.right})
    terms = sp.Add.make_args(sp.expand(right))
    left = matrix(Partial(gradient.left, z[l]), k, l)
    return replace(gradient, left=left, right=sp.MatAdd(*map(_as_matrix, terms)))


def _as_matrix(term: Expr) -> Expr:
    """δₖₗ p(k) as diag(p), and p(k) q(l) as p qᵀ."""
    sign, term = term.as_coeff_Mul()
    if term.has(sp.KroneckerDelta):
        return sign * sp.DiagMatrix(vector(term / sp.KroneckerDelta(k, l), k))
    row, column = term.as_independent(k, as_Add=False)
    return sign * (vector(column, k) * vector(row, l).T)


def contract(hessian: Statement) -> Statement:
    """vᵀ of both sides v: Σₖ Σₗ vₖ vₗ times each entry, where Σₗ δₖₗ vₗ = vₖ."""
    left, right = (sp.expand(entry_of(side)) for side in (hessian.left, hessian.right))
    quadratic_form = total(total(v[k] * v[l] * left, l), k)
    terms = (_contracted(term) for term in sp.Add.make_args(right))
    return replace(hessian, left=quadratic_form, right=sp.Add(*terms))


def _contracted(term: Expr) -> Expr:
    sign, term = term.as_coeff_Mul()
    if term.has(sp.KroneckerDelta):
        return sign * total(v[k] ** 2 * term.subs(l, k), k)
    row, column = term.as_independent(k, as_Add=False)
    return sign * total(v[k] * column, k) * total(v[k] * row.subs(l, k), k)


def complete_square(fact: Statement, one: Statement) -> Statement:
    """Σ p v² − (Σ p v)² = Σ p (v − Σ p v / Σ p)², where the weights p sum to one."""
    mean = next(term for term in fact.right.atoms(sp.Sum) if not term.has(v[k] ** 2))
    weight = mean.function / v[k]
    centre = total(mean.function.subs(k, i), i) / one.right
    return replace(fact, right=total(weight * (v[k] - centre) ** 2, k))


def sum_of_squares(fact: Statement) -> Statement:
    """A sum of squares with positive weights is not negative."""
    return Statement(fact.left, 0, "≥", unit_sum=fact.unit_sum, certificate=fact.right)
