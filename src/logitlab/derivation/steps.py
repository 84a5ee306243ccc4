"""The derivation: each statement derived by its rule from those before."""

from __future__ import annotations

from functools import lru_cache

from logitlab.derivation.deck import DEFINITIONS, DERIVATION
from logitlab.derivation.reader import READER
from logitlab.derivation.step import Derivation, Kind, Planned, Step

_PARTS: tuple[tuple[Kind, tuple[Planned, ...]], ...] = (
    ("definition", DEFINITIONS),
    ("derivation", DERIVATION),
    ("reader", READER),
)


@lru_cache(maxsize=1)
def derive() -> Derivation:
    """Derive ∇L = ŷ − y step by step (deck, Part 2), each step by its rule from those before.

    >>> derive()["vector"].plain
    '∇L = ŷ − y'
    """
    done: dict[str, Step] = {}
    for kind, part in _PARTS:
        for planned in part:
            premises = (done[premise].statement for premise in planned.premises)
            statement = planned.rule.apply(*premises)
            done[planned.id] = Step(**vars(planned), kind=kind, statement=statement)
    return Derivation(tuple(done.values()))
