"""A statement as people read it: in Unicode for a terminal, in LaTeX for a page.

Both are printed from the very expression that is proved, in the deck's order of terms.
"""

from __future__ import annotations

from collections.abc import Iterable

from logitlab.derivation.notation import Expr
from logitlab.derivation.printer import ATOM, OPEN, SUM, Printer
from logitlab.derivation.statement import Statement

_LOW = str.maketrans("0123456789aijkl", "₀₁₂₃₄₅₆₇₈₉ₐᵢⱼₖₗ")
_HIGH = str.maketrans("0123456789T", "⁰¹²³⁴⁵⁶⁷⁸⁹ᵀ")


class _Plain(Printer):
    minus, hat, delta, round_d, nabla, transposed = "−", "ŷ", "δ", "∂", "∇", "T"

    def brackets(self, text: str) -> str:
        return f"({text})"

    def subscript(self, letter: str, indices: Iterable[Expr]) -> str:
        return letter + "".join(str(index).translate(_LOW) for index in indices)

    def power(self, base: str, exponent: str) -> str:
        return base + exponent.translate(_HIGH)

    def fraction(self, top: Expr, bottom: Expr) -> str:
        place = ATOM if bottom.is_Mul or bottom.is_Add else SUM
        return f"{self.show(top, OPEN)} / {self.show(bottom, place)}"

    def total(self, index: str) -> str:
        return "Σ" + index.translate(_LOW)

    def function(self, name: str, argument: str) -> str:
        return f"{name} {argument}"

    def call(self, name: str, argument: str) -> str:
        return f"{name}({argument})"

    def log_base(self, argument: str, base: str) -> str:
        return f"log{base.translate(_LOW)} {argument}"

    def at(self, function: str, value: str) -> str:
        return f"{function}({value}, …, {value})"

    def partial(self, of: str, variables: list[str]) -> str:
        order = str(len(variables)) if len(variables) > 1 else ""
        return f"∂{order.translate(_HIGH)}{of}/" + "".join(f"∂{v}" for v in variables)

    def derivative(self, letter: str, variables: list[str]) -> str:
        return f"{letter}/" + "".join(letter + v for v in variables)


class _Latex(Printer):
    minus, hat, delta, round_d, nabla, transposed = (
        "-", r"\hat{y}", r"\delta", r"\partial", r"\nabla_{z}", r"\top"
    )  # fmt: skip

    def brackets(self, text: str) -> str:
        return rf"\left({text}\right)"

    def subscript(self, letter: str, indices: Iterable[Expr]) -> str:
        return f"{letter}_{{{''.join(map(str, indices))}}}"

    def power(self, base: str, exponent: str) -> str:
        return f"{base}^{{{exponent}}}"

    def fraction(self, top: Expr, bottom: Expr) -> str:
        return rf"\frac{{{self.show(top)}}}{{{self.show(bottom)}}}"

    def total(self, index: str) -> str:
        return rf"\sum_{{{index}=1}}^{{K}}"

    def function(self, name: str, argument: str) -> str:
        return rf"\{name} {argument}"

    def call(self, name: str, argument: str) -> str:
        command = rf"\{name}" if name == "exp" else rf"\operatorname{{{name}}}"
        return f"{command}{self.brackets(argument)}"

    def log_base(self, argument: str, base: str) -> str:
        return rf"\log_{{{base}}} {argument}"

    def at(self, function: str, value: str) -> str:
        return rf"{function}({value}, \dots, {value})"

    def partial(self, of: str, variables: list[str]) -> str:
        order = f"^{{{len(variables)}}}" if len(variables) > 1 else ""
        below = r" \, ".join(rf"\partial {v}" for v in variables)
        return rf"\frac{{\partial{order} {of}}}{{{below}}}"

    def derivative(self, letter: str, variables: list[str]) -> str:
        below = " ".join(f"{letter} {v}" for v in variables)
        return rf"\frac{{{letter}}}{{{below}}}"


_PLAIN, _LATEX = _Plain(), _Latex()


def plain(statement: Statement) -> str:
    """The statement in one line of Unicode."""
    left, right = _PLAIN.show(statement.left), _PLAIN.show(statement.right)
    return f"{left} {statement.relation} {right}"


def latex(statement: Statement) -> str:
    """The statement in LaTeX, without the dollars."""
    relation = {"=": "=", "≥": r"\geq"}[statement.relation]
    return f"{_LATEX.show(statement.left)} {relation} {_LATEX.show(statement.right)}"
