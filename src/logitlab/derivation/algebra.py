"""Normal forms: two equal expressions of the derivation become the same expression.

`normal` keeps K a symbol. It unfolds definitions, carries out derivatives from the inside out,
pulls constants out of sums, uses Σᵢ δᵢₖ f(i) = f(k), and takes logarithms of products apart.
`explicit` writes everything out for a given number of classes, one symbol per logit and target,
and leaves the calculus to SymPy: a second way to the same end, with none of the first one's
rules about sums.
"""

from __future__ import annotations

from functools import lru_cache

import sympy as sp

from logitlab.derivation.notation import At, Expr, K, LogBase, Loss, Partial, Softmax, total, z


def normal(expr: Expr) -> Expr:
    """The normal form for symbolic K: equal expressions differ by zero in it.

    >>> from logitlab.derivation.notation import k, y
    >>> normal(Partial(Loss(), z[k]) - total(y[k], k) * Softmax(k) + y[k])
    0
    """
    if isinstance(expr, (Softmax, Loss, LogBase)):
        return normal(expr.unfold())
    if isinstance(expr, Partial):
        inner, variable = expr.args
        return normal(normal(inner).diff(variable))
    if isinstance(expr, At):
        inner, value = expr.args
        return normal(normal(inner).replace(_is_logit, lambda _: value))
    if isinstance(expr, sp.Sum):
        return _normal_sum(expr)
    if isinstance(expr, sp.log):
        return _log_of_product(normal(expr.args[0]))
    if isinstance(expr, sp.KroneckerDelta):
        return _delta(*expr.args)
    if not expr.args or isinstance(expr, sp.Indexed):
        return expr
    expanded = sp.expand(expr.func(*map(normal, expr.args)))
    return sp.Add(*map(_one_index, sp.Add.make_args(expanded)))


def _one_index(term: Expr) -> Expr:
    """δₖₗ f(l) as δₖₗ f(k)."""
    for delta in term.atoms(sp.KroneckerDelta):
        first, second = delta.args
        term = delta * (term / delta).subs(second, first)
    return term


def _normal_sum(expr: Expr) -> Expr:
    inner, limits = _outermost(expr)
    body, (index, first, last) = normal(inner), limits
    if (first, last) != (1, K):
        return expr.func(body, limits)
    return sp.expand(sum(_sum_of_term(term, index) for term in sp.Add.make_args(body)))


def _outermost(expr: Expr) -> tuple[Expr, Expr]:
    """The body and the limits of the outermost of the sums that SymPy keeps in one."""
    *inner_limits, limits = expr.limits
    return expr.func(expr.function, *inner_limits) if inner_limits else expr.function, limits


def _sum_of_term(term: Expr, index: Expr) -> Expr:
    """Σ over `index` of one product: constants in front, δ carried out."""
    constant, rest = term.as_independent(index, as_Add=False)
    deltas = [f for f in sp.Mul.make_args(rest) if isinstance(f, sp.KroneckerDelta)]
    if deltas:
        other = next(argument for argument in deltas[0].args if argument != index)
        return constant * (rest / deltas[0]).subs(index, other)
    return constant * (K if rest == 1 else total(rest, index).as_dummy())


def _log_of_product(argument: Expr) -> Expr:
    return sp.expand_log(sp.log(sp.factor_terms(argument)))


def _delta(first: Expr, second: Expr) -> Expr:
    """δ(k − 1, l − 1), which comes from matrices that count from 0, is δ(k, l)."""
    shift = first.as_coeff_Add()[0]
    return sp.KroneckerDelta(first - shift, second - shift)


def _is_logit(expr: Expr) -> bool:
    return isinstance(expr, sp.Indexed) and expr.base == z


@lru_cache(maxsize=4096)
def explicit(expr: Expr, classes: int) -> Expr:
    """`expr` written out for K = `classes`, with symbols z1, z2, … and y1, y2, … .

    >>> explicit(Loss().unfold(), 2).free_symbols == set(sp.symbols("z1 z2 y1 y2", real=True))
    True
    """
    if isinstance(expr, (Softmax, Loss, LogBase)):
        return explicit(expr.unfold(), classes)
    if isinstance(expr, Partial):
        inner, variable = (explicit(argument, classes) for argument in expr.args)
        return _gathered(inner).diff(variable)
    if isinstance(expr, At):
        inner, value = (explicit(argument, classes) for argument in expr.args)
        return inner.subs(dict.fromkeys(explicit_vector("z", classes), value))
    if isinstance(expr, sp.Sum):
        body, (index, first, last) = _outermost(expr)
        terms = range(int(first), int(last.subs(K, classes)) + 1)
        return sp.Add(*(explicit(body.subs(index, term), classes) for term in terms))
    if isinstance(expr, sp.log):
        return sp.expand_log(sp.log(explicit(expr.args[0], classes)))
    if isinstance(expr, sp.Indexed):
        return sp.Symbol(f"{expr.base}{expr.indices[0]}", real=True)
    if not expr.args:
        return expr.subs(K, classes)
    return expr.func(*(explicit(argument, classes) for argument in expr.args))


def _gathered(expr: Expr) -> Expr:
    """y₁ log S + y₂ log S as (y₁ + y₂) log S: what is differentiated twice should be short."""
    logs = expr.atoms(sp.log)
    return sp.collect(sp.expand_mul(expr), logs) if logs else expr


def explicit_vector(name: str, classes: int) -> tuple[Expr, ...]:
    """The symbols that `explicit` writes for the entries of a vector."""
    return tuple(sp.Symbol(f"{name}{index}", real=True) for index in range(1, classes + 1))


@lru_cache(maxsize=4096)
def is_zero(expr: Expr) -> bool:
    """Whether an expression in normal form, or an explicit one, is zero.

    exp(n r) becomes Rⁿ, logarithms are taken apart with log R = r, and the rest is arithmetic of
    fractions. What it takes for unrelated may be related: zero is a proof, non-zero is none.
    """
    symbols: dict[Expr, Expr] = {}
    expr = expr.xreplace({inner: sp.Dummy(positive=True) for inner in expr.atoms(sp.Sum)})
    expr = expr.xreplace({power: _power(power, symbols) for power in expr.atoms(sp.exp)})
    back = {sp.log(symbol): exponent for exponent, symbol in symbols.items()}
    apart = {log: sp.expand_log(sp.log(sp.factor(log.args[0]))) for log in expr.atoms(sp.log)}
    expr = expr.xreplace(apart).xreplace(back)
    expr = expr.xreplace({log: sp.Dummy() for log in expr.atoms(sp.log)})
    return _fraction_is_zero(expr)


def _power(power: Expr, symbols: dict[Expr, Expr]) -> Expr:
    """exp(2r − s) as R² / S; `symbols` remembers r: R and s: S."""
    factors = []
    for term in sp.Add.make_args(sp.expand(power.args[0])):
        count, exponent = term.as_coeff_Mul()
        symbol = symbols.setdefault(exponent, sp.Dummy(positive=True))
        factors.append(symbol**count)
    return sp.Mul(*factors)


def _fraction_is_zero(expr: Expr) -> bool:
    """Multiplied out with each denominator R + S + … as a symbol T, so that R is T − S − …

    That settles all that has to do with softmax quickly; the rest goes over one denominator.
    """
    bottoms = {p.base for p in expr.atoms(sp.Pow) if p.base.is_Add and p.exp.is_negative}
    for bottom in sorted(bottoms, key=sp.default_sort_key):
        first, *others = bottom.args
        if first.is_Symbol:
            whole = sp.Dummy()
            expr = expr.xreplace({bottom: whole}).xreplace({first: whole - sp.Add(*others)})
    if sp.expand(expr) == 0:
        return True
    return bool(sp.expand(sp.fraction(sp.together(expr))[0]) == 0)
