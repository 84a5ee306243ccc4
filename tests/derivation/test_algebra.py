"""Zero is a proof: the normal forms never make two different expressions equal."""

from __future__ import annotations

from typing import Any

import pytest
import sympy as sp

from logitlab.derivation.algebra import explicit, is_zero, normal
from logitlab.derivation.notation import K, Loss, Partial, Softmax, i, j, k, l, total, v, y, z

_SUM = total(sp.exp(z[j]), j)

ZERO = [
    total(sp.KroneckerDelta(i, k) * y[i], i) - y[k],
    total(total(y[i] * z[j], i), j) - total(y[i], i) * total(z[j], j),
    total(sp.S.One, i) - K,
    total(Softmax(i), i) - 1,
    sp.log(sp.exp(z[k]) / _SUM) - z[k] + sp.log(_SUM),
    Partial(Softmax(k), z[l]) - Partial(Softmax(l), z[k]),
    total(Partial(Softmax(i), z[k]), i),
    Partial(Partial(Loss(), z[k]), z[l]) - Partial(Partial(Loss(), z[l]), z[k]),
]

NOT_ZERO = [
    total(y[i], i) - total(z[i], i),
    total(y[i] * z[i], i) - total(y[i], i) * total(z[i], i),
    total(v[i] ** 2, i) - total(v[i], i) ** 2,
    sp.log(_SUM) - total(z[j], j),
    sp.log(1 + sp.exp(z[k])) - z[k],
    sp.Sum(y[i], (i, 1, K - 1)) - total(y[i], i),
    sp.Sum(y[i], (i, 2, K)) - total(y[i], i),
    Partial(Softmax(k), z[l]) - Partial(Softmax(k), z[k]),
]


@pytest.mark.parametrize("expr", ZERO, ids=str)
def test_what_is_zero_is_found_zero_both_ways(expr: Any) -> None:
    assert is_zero(normal(expr))
    for at in ((1, 2), (3, 3), (2, 1)):
        assert is_zero(explicit(expr.subs({k: at[0], l: at[1]}), 3))


@pytest.mark.parametrize("expr", NOT_ZERO, ids=str)
def test_what_is_not_zero_is_not_found_zero(expr: Any) -> None:
    assert not is_zero(normal(expr))
    assert not is_zero(explicit(expr.subs({k: 1, l: 2}), 3))
