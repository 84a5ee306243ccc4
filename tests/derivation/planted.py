"""Two wrong right sides for every step, each beside its own evaluation in plain NumPy.

Nothing here uses logitlab's arithmetic: the derivatives are complex steps, the softmax and the
loss are written out once more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy as sp

from logitlab.derivation import Counterexample
from logitlab.derivation.notation import (
    K,
    Partial,
    Softmax,
    a,
    c,
    i,
    j,
    k,
    l,
    total,
    v,
    vector,
    x,
    y,
    z,
)


@dataclass(frozen=True)
class Numbers:
    """A counterexample's numbers as arrays; `at` are the free indices, counted from 0."""

    z: np.ndarray
    y: np.ndarray
    v: np.ndarray
    c: float
    x: float
    a: float
    at: tuple[int, ...]


def numbers(example: Counterexample) -> Numbers:
    point = example.point
    vectors = map(np.array, (point.logits, point.targets, point.direction))
    at = tuple(index - 1 for index in example.indices)
    return Numbers(*vectors, point.constant, point.argument, point.base, at)


def softmax(z: np.ndarray) -> np.ndarray:
    return np.exp(z) / np.exp(z).sum()


def lse(z: np.ndarray) -> Any:
    return np.log(np.exp(z).sum())


def loss(z: np.ndarray, y: np.ndarray) -> Any:
    return -(y * np.log(softmax(z))).sum()


def slope(f: Callable[[np.ndarray], Any], z: np.ndarray, at: int) -> float:
    """∂f/∂z at one entry, by a complex step: no difference, no cancellation."""
    moved = z.astype(complex)
    moved[at] += 1e-30j
    return f(moved).imag / 1e-30


def hessian(n: Numbers) -> np.ndarray:
    """Central differences of the complex step's gradient."""
    size, step = len(n.z), 1e-5
    moves = np.eye(size) * step
    return np.array(
        [
            [(_entry(n, r, moves[s]) - _entry(n, r, -moves[s])) / (2 * step) for s in range(size)]
            for r in range(size)
        ]
    )


def _entry(n: Numbers, at: int, move: np.ndarray) -> float:
    return slope(lambda z: loss(z, n.y), n.z + move, at)


def gradient_entry(n: Numbers) -> float:
    return slope(lambda z: loss(z, n.y), n.z, n.at[0])


#: what each step's left side is
LEFT: dict[str, Callable[[Numbers], float]] = {
    "logits": lambda n: slope(lambda z: z[n.at[0]], n.z, n.at[1]),
    "softmax": lambda n: softmax(n.z)[n.at[0]],
    "target": lambda n: n.y.sum(),
    "loss": lambda n: loss(n.z, n.y),
    "log-softmax": lambda n: np.log(softmax(n.z))[n.at[0]],
    "loss-substituted": lambda n: loss(n.z, n.y),
    "loss-distributed": lambda n: loss(n.z, n.y),
    "loss-factored": lambda n: loss(n.z, n.y),
    "loss-lse": lambda n: loss(n.z, n.y),
    "split": lambda n: slope(lambda z: lse(z) - n.y @ z, n.z, n.at[0]),
    "first-term": lambda n: slope(lambda z: -(n.y @ z), n.z, n.at[0]),
    "first-term-sifted": lambda n: slope(lambda z: -(n.y @ z), n.z, n.at[0]),
    "log-derivative": lambda n: np.log(complex(n.x, 1e-30)).imag / 1e-30 / np.log(n.a),
    "natural-log": lambda n: np.log(complex(n.x, 1e-30)).imag / 1e-30,
    "inner-derivative": lambda n: slope(lambda z: np.exp(z).sum(), n.z, n.at[0]),
    "chain-rule": lambda n: slope(lse, n.z, n.at[0]),
    "second-term": lambda n: slope(lse, n.z, n.at[0]),
    "gradient": gradient_entry,
    "vector": gradient_entry,
    "summary": gradient_entry,
    "probabilities": lambda n: softmax(n.z).sum(),
    "shift": lambda n: softmax(n.z)[n.at[0]],
    "stable-lse": lambda n: lse(n.z),
    "general-gradient": gradient_entry,
    "zero-sum": lambda n: sum(_entry(n, at, 0 * n.z) for at in range(len(n.z))),
    "log-k": lambda n: loss(np.full_like(n.z, n.c), n.y),
    "softmax-derivative": lambda n: slope(lambda z: softmax(z)[n.at[0]], n.z, n.at[1]),
    "hessian": lambda n: hessian(n)[n.at],
    "quadratic-form": lambda n: n.v @ hessian(n) @ n.v,
    "variance": lambda n: n.v @ hessian(n) @ n.v,
    "convex": lambda n: n.v @ hessian(n) @ n.v,
}

_S = total(sp.exp(z[j]), j)
_LSE = sp.log(_S)
_YZ = total(y[i] * z[i], i)
_P = vector(Softmax(k), k)
_MEAN = total(Softmax(i) * v[i], i)
_MEAN_OF_SQUARES = total(Softmax(k) * v[k] ** 2, k)

#: step id, what went wrong, the wrong right side, and what it is in NumPy
PLANTED: list[tuple[str, str, Any, Callable[[Numbers], float]]] = [
    ("logits", "δ forgotten", sp.Integer(1), lambda n: 1.0),
    (
        "logits",
        "z kept",
        sp.KroneckerDelta(i, k) * z[k],
        lambda n: (n.at[0] == n.at[1]) * n.z[n.at[1]],
    ),
    ("softmax", "not exponentiated", z[i] / total(z[j], j), lambda n: n.z[n.at[0]] / n.z.sum()),
    ("softmax", "not normalised", sp.exp(z[i]), lambda n: np.exp(n.z[n.at[0]])),
    ("target", "K instead of 1", K, lambda n: len(n.z)),
    ("target", "sums to zero", sp.Integer(0), lambda n: 0.0),
    ("loss", "sign lost", total(y[i] * sp.log(Softmax(i)), i), lambda n: -loss(n.z, n.y)),
    (
        "loss",
        "targets forgotten",
        -total(sp.log(Softmax(i)), i),
        lambda n: -np.log(softmax(n.z)).sum(),
    ),
    ("log-softmax", "log forgotten", z[i] - _S, lambda n: n.z[n.at[0]] - np.exp(n.z).sum()),
    ("log-softmax", "sum of logs", z[i] + _LSE, lambda n: n.z[n.at[0]] + lse(n.z)),
    (
        "loss-substituted",
        "sign",
        -total(y[i] * (z[i] + _LSE), i),
        lambda n: -(n.y * (n.z + lse(n.z))).sum(),
    ),
    (
        "loss-substituted",
        "targets forgotten",
        -total(z[i] - _LSE, i),
        lambda n: -(n.z - lse(n.z)).sum(),
    ),
    (
        "loss-distributed",
        "sign",
        -_YZ - total(y[i] * _LSE, i),
        lambda n: -(n.y @ n.z) - n.y.sum() * lse(n.z),
    ),
    (
        "loss-distributed",
        "first sign",
        _YZ + total(y[i] * _LSE, i),
        lambda n: n.y @ n.z + n.y.sum() * lse(n.z),
    ),
    (
        "loss-factored",
        "counted K times",
        -_YZ + K * _LSE,
        lambda n: -(n.y @ n.z) + len(n.z) * lse(n.z),
    ),
    (
        "loss-factored",
        "squared",
        -_YZ + total(y[i] ** 2, i) * _LSE,
        lambda n: -(n.y @ n.z) + (n.y @ n.y) * lse(n.z),
    ),
    (
        "loss-lse",
        "log drawn into the sum",
        -_YZ + total(z[j], j),
        lambda n: -(n.y @ n.z) + n.z.sum(),
    ),
    ("loss-lse", "counted K times", -_YZ + K * _LSE, lambda n: -(n.y @ n.z) + len(n.z) * lse(n.z)),
    (
        "split",
        "sign",
        Partial(_LSE, z[k]) - Partial(-_YZ, z[k]),
        lambda n: softmax(n.z)[n.at[0]] + n.y[n.at[0]],
    ),
    ("split", "a term lost", Partial(_LSE, z[k]), lambda n: softmax(n.z)[n.at[0]]),
    ("first-term", "δ forgotten", -total(y[i], i), lambda n: -n.y.sum()),
    ("first-term", "sign", total(y[i] * sp.KroneckerDelta(i, k), i), lambda n: n.y[n.at[0]]),
    ("first-term-sifted", "sign", y[k], lambda n: n.y[n.at[0]]),
    ("first-term-sifted", "z kept", -y[k] * z[k], lambda n: -n.y[n.at[0]] * n.z[n.at[0]]),
    ("log-derivative", "base upside down", sp.log(a) / x, lambda n: np.log(n.a) / n.x),
    ("log-derivative", "base forgotten", 1 / x, lambda n: 1 / n.x),
    ("natural-log", "squared", 1 / x**2, lambda n: n.x**-2),
    ("natural-log", "upside down", x, lambda n: n.x),
    ("inner-derivative", "all terms kept", _S, lambda n: np.exp(n.z).sum()),
    (
        "inner-derivative",
        "a power's rule",
        z[k] * sp.exp(z[k]),
        lambda n: n.z[n.at[0]] * np.exp(n.z[n.at[0]]),
    ),
    ("chain-rule", "inner forgotten", 1 / _S, lambda n: 1 / np.exp(n.z).sum()),
    ("chain-rule", "outer forgotten", sp.exp(z[k]), lambda n: np.exp(n.z[n.at[0]])),
    (
        "second-term",
        "the sigmoid's",
        Softmax(k) * (1 - Softmax(k)),
        lambda n: (softmax(n.z) * (1 - softmax(n.z)))[n.at[0]],
    ),
    ("second-term", "uniform", 1 / K, lambda n: 1 / len(n.z)),
    ("gradient", "sign", y[k] - Softmax(k), lambda n: (n.y - softmax(n.z))[n.at[0]]),
    (
        "gradient",
        "only the true class",
        y[k] * (Softmax(k) - 1),
        lambda n: (n.y * (softmax(n.z) - 1))[n.at[0]],
    ),
    ("vector", "sign", vector(y[k], k) - _P, lambda n: (n.y - softmax(n.z))[n.at[0]]),
    ("vector", "targets forgotten", _P, lambda n: softmax(n.z)[n.at[0]]),
    (
        "summary",
        "by ŷ, not by z",
        vector(-y[k] / Softmax(k), k),
        lambda n: (-n.y / softmax(n.z))[n.at[0]],
    ),
    ("summary", "sum", _P + vector(y[k], k), lambda n: (softmax(n.z) + n.y)[n.at[0]]),
    ("probabilities", "K", K, lambda n: len(n.z)),
    ("probabilities", "1/K", 1 / K, lambda n: 1 / len(n.z)),
    ("shift", "above only", sp.exp(z[i] - c) / _S, lambda n: softmax(n.z)[n.at[0]] * np.exp(-n.c)),
    (
        "shift",
        "opposite",
        sp.exp(z[i] - c) / total(sp.exp(z[j] + c), j),
        lambda n: softmax(n.z)[n.at[0]] * np.exp(-2 * n.c),
    ),
    ("stable-lse", "not added back", sp.log(total(sp.exp(z[j] - c), j)), lambda n: lse(n.z - n.c)),
    ("stable-lse", "sign", -c + sp.log(total(sp.exp(z[j] - c), j)), lambda n: lse(n.z - n.c) - n.c),
    (
        "general-gradient",
        "Σ y forgotten",
        Softmax(k) - y[k],
        lambda n: (softmax(n.z) - n.y)[n.at[0]],
    ),
    (
        "general-gradient",
        "Σ y on both",
        total(y[i], i) * (Softmax(k) - y[k]),
        lambda n: n.y.sum() * (softmax(n.z) - n.y)[n.at[0]],
    ),
    ("zero-sum", "one", sp.Integer(1), lambda n: 1.0),
    ("zero-sum", "1 − Σ y", 1 - total(y[i], i), lambda n: 1 - n.y.sum()),
    ("log-k", "K", K, lambda n: len(n.z)),
    ("log-k", "sign", -sp.log(K), lambda n: -np.log(len(n.z))),
    (
        "softmax-derivative",
        "as if k = l",
        Softmax(k) * (1 - Softmax(k)),
        lambda n: (softmax(n.z) * (1 - softmax(n.z)))[n.at[0]],
    ),
    (
        "softmax-derivative",
        "sign",
        Softmax(k) * (sp.KroneckerDelta(k, l) + Softmax(l)),
        lambda n: softmax(n.z)[n.at[0]] * ((n.at[0] == n.at[1]) + softmax(n.z)[n.at[1]]),
    ),
    (
        "hessian",
        "sign",
        sp.DiagMatrix(_P) + _P * _P.T,
        lambda n: (np.diag(softmax(n.z)) + np.outer(softmax(n.z), softmax(n.z)))[n.at],
    ),
    ("hessian", "the diagonal only", sp.DiagMatrix(_P), lambda n: np.diag(softmax(n.z))[n.at]),
    ("quadratic-form", "mean forgotten", _MEAN_OF_SQUARES, lambda n: softmax(n.z) @ n.v**2),
    (
        "quadratic-form",
        "sign",
        _MEAN**2 - _MEAN_OF_SQUARES,
        lambda n: (softmax(n.z) @ n.v) ** 2 - softmax(n.z) @ n.v**2,
    ),
    (
        "variance",
        "weights forgotten",
        total((v[k] - _MEAN) ** 2, k),
        lambda n: ((n.v - softmax(n.z) @ n.v) ** 2).sum(),
    ),
    ("variance", "not centred", total(Softmax(k) * v[k] ** 2, k), lambda n: softmax(n.z) @ n.v**2),
    ("convex", "bounded by one", sp.Integer(1), lambda n: 1.0),
    ("convex", "above the mean of squares", _MEAN_OF_SQUARES, lambda n: softmax(n.z) @ n.v**2),
]
