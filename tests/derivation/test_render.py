"""Formulas as they are read: the deck's order, brackets where they are needed, valid LaTeX."""

from __future__ import annotations

import pytest
import sympy as sp
from matplotlib.mathtext import MathTextParser

from logitlab.derivation import Statement, Step, derive
from logitlab.derivation.notation import (
    K,
    Loss,
    Partial,
    Softmax,
    c,
    i,
    j,
    k,
    total,
    v,
    vector,
    y,
    z,
)
from logitlab.derivation.render import latex, plain


@pytest.mark.parametrize("step", derive().steps, ids=lambda step: step.id)
def test_the_latex_is_read_by_an_independent_parser(step: Step) -> None:
    parsed = MathTextParser("path").parse(f"${step.latex}$")
    assert parsed.width > 20


@pytest.mark.parametrize("step", derive().steps, ids=lambda step: step.id)
def test_no_python_shows_through(step: Step) -> None:
    for text in (step.plain, step.latex):
        assert "*" not in text
        assert "Sum(" not in text
        assert "[" not in text


@pytest.mark.parametrize(
    ("side", "unicode", "tex"),
    [
        (y[k] - Softmax(k), "yₖ − ŷₖ", r"y_{k} - \hat{y}_{k}"),
        ((z[i] + c) * y[i], "yᵢ (c + zᵢ)", r"y_{i} \left(c + z_{i}\right)"),
        (-total(z[i], i) * c, "−c Σᵢ zᵢ", r"-c \sum_{i=1}^{K} z_{i}"),
        (sp.log(K) / c, "log K / c", r"\frac{\log K}{c}"),
        (1 / (c + K), "1 / (K + c)", r"\frac{1}{K + c}"),
        (total(v[k], k) ** 2, "(Σₖ vₖ)²", r"\left(\sum_{k=1}^{K} v_{k}\right)^{2}"),
        (sp.log(z[1] + z[2]), "log (z₁ + z₂)", r"\log \left(z_{1} + z_{2}\right)"),
        (Partial(-Loss(), z[k]), "∂/∂zₖ (−L)", r"\frac{\partial}{\partial z_{k}} \left(-L\right)"),
        (vector(y[k] * 2, k), "(2 yₖ)", r"\left(2 y_{k}\right)"),
        (total(sp.exp(z[j]), j) / K, "Σⱼ exp(zⱼ) / K", None),
    ],
)
def test_brackets_and_order(side: sp.Expr, unicode: str, tex: str | None) -> None:
    assert plain(Statement(side, 0)) == f"{unicode} = 0"
    if tex:
        assert latex(Statement(side, 0, "≥")) == rf"{tex} \geq 0"
