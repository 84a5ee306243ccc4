"""A statement of the derivation: two sides, how they compare, and what is assumed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import sympy as sp

from logitlab.derivation.notation import INDICES, Expr, entry_of


@dataclass(frozen=True)
class Statement:
    """`left` = `right` (or ≥), for every K, all real z and y, and every value of a free index.

    Both sides are SymPy expressions over `logitlab.derivation.notation`: scalars, columns or
    matrices. With `unit_sum` it is claimed only for targets with Σᵢ yᵢ = 1. An inequality may
    bring a `certificate`: an expression equal to left − right that is visibly not negative.

    >>> from logitlab.derivation.notation import Softmax, i, total
    >>> Statement(total(Softmax(i), i), 1).free_indices
    ()
    """

    left: Expr
    right: Expr
    relation: Literal["=", "≥"] = "="
    unit_sum: bool = False
    certificate: Expr | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "left", sp.sympify(self.left))
        object.__setattr__(self, "right", sp.sympify(self.right))

    @cached_property
    def entries(self) -> tuple[Expr, Expr]:
        """Both sides entry by entry: scalars with free indices."""
        return entry_of(self.left), entry_of(self.right)

    @cached_property
    def free_indices(self) -> tuple[Expr, ...]:
        """The indices for whose every value in 1 … K the statement is claimed."""
        left, right = self.entries
        free = left.free_symbols | right.free_symbols
        return tuple(index for index in INDICES if index in free)
