"""A step of the derivation, before and after its statement is derived."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from logitlab.derivation.render import latex, plain
from logitlab.derivation.rules import Rule
from logitlab.derivation.statement import Statement
from logitlab.errors import ParameterError

Kind = Literal["definition", "derivation", "reader"]


@dataclass(frozen=True)
class Planned:
    """A step before its statement is derived; the fields are those of `Step`."""

    id: str
    number: int | None
    title: str
    rule: Rule
    premises: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class Step:
    """One line of the derivation: what it says, the rule that gives it, and why.

    `number` is the deck's own (1 … 7); definitions, the split, the summary and what a careful
    reader adds have none. `premises` are the ids of the steps that the rule starts from.
    """

    id: str
    number: int | None
    kind: Kind
    title: str
    rule: Rule
    premises: tuple[str, ...]
    why: str
    statement: Statement

    @property
    def names(self) -> tuple[str, ...]:
        """What the step may be asked for by: its id, and its number if it has one."""
        return (self.id,) if self.number is None else (self.id, str(self.number))

    @property
    def plain(self) -> str:
        """The statement in Unicode."""
        return plain(self.statement)

    @property
    def latex(self) -> str:
        """The statement in LaTeX, without the dollars."""
        return latex(self.statement)

    @property
    def holds_without_unit_sum(self) -> bool:
        """Whether it holds for targets that do not sum to one, too."""
        return not self.statement.unit_sum


@dataclass(frozen=True)
class Derivation:
    """All steps in order: the definitions, the deck's steps, what a careful reader adds."""

    steps: tuple[Step, ...]

    def __getitem__(self, step_id: str) -> Step:
        """The step with this id."""
        return self.select(step_id)[0]

    def select(self, name: str | int) -> tuple[Step, ...]:
        """The steps with this number of the deck, or the one with this id.

        >>> from logitlab.derivation import derive
        >>> [step.plain for step in derive().select(6)]
        ['∂L/∂zₖ = ŷₖ − yₖ']

        Raises:
            ParameterError: no step has this number or id.
        """
        found = tuple(step for step in self.steps if str(name) in step.names)
        if not found:
            raise ParameterError(
                "step",
                got=repr(name),
                expected="a number from 1 to 7 or the id of a step",
                hint="the ids are " + ", ".join(step.id for step in self.steps),
            )
        return found
