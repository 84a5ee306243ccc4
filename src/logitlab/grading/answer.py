"""What was answered: the values of names, what was shown, and the same in runs with other seeds.

A learner's answer is read from evidence (`answers`), the course's own solutions run in this process
(`logitlab.course.run`); what judges them does not know which.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import torch

from logitlab.errors import DataError
from logitlab.sandbox import values
from logitlab.sandbox.evidence import Run


@dataclass(frozen=True)
class Shown:
    """Objects given to print, or displayed at the end of a cell, and the text that they made."""

    text: str
    values: tuple[object, ...]


@dataclass(frozen=True)
class Answer:
    """What one run left behind, and what runs with other seeds did.

    `names` has the last value of each name; `earlier` the ones before, the oldest first, a
    function's own name before one at top level. `words` are comments, strings and Markdown;
    `asserted` the conditions that the code asserts, as Python writes them; `uses` its operators
    ("@") and what it calls ("torch.matmul", ".matmul" of some object).
    """

    names: Mapping[str, object]
    stdout: str
    shown: tuple[Shown, ...] = ()
    earlier: Mapping[str, tuple[object, ...]] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    asserted: tuple[str, ...] = ()
    uses: frozenset[str] = frozenset()
    others: tuple[Answer, ...] = ()

    def values(self, name: str) -> tuple[object, ...]:
        """All that a name stood for, the last first."""
        if name not in self.names:
            return ()
        return (self.names[name], *reversed(self.earlier.get(name, ())))

    def each(self) -> tuple[Answer, ...]:
        """This run and the others, each as the one that is looked at."""
        runs = (replace(self, others=()), *self.others)
        return tuple(replace(run, others=(*runs[:i], *runs[i + 1 :])) for i, run in enumerate(runs))


def answers(runs: Sequence[Run]) -> Answer:
    """The answer of the first run, with the others' beside it."""
    first, *others = (_answer(run) for run in runs)
    return replace(first, others=tuple(others))


def _answer(run: Run) -> Answer:
    history: dict[str, list[object]] = {}
    shown: list[Shown] = []
    for statement in run.statements:
        for local in statement.locals:
            for name, value in local.values.items():
                history.setdefault(name, []).append(plain(value))
        shown += [
            Shown(one.text, tuple(plain(value) for value in one.values)) for one in statement.shown
        ]
    for statement in run.statements:
        for name, value in statement.bound.items():
            history.setdefault(name, []).append(plain(value))
    return Answer(
        names={name: found[-1] for name, found in history.items()},
        stdout=run.stdout,
        shown=tuple(shown),
        earlier={name: tuple(found[:-1]) for name, found in history.items()},
        words=_words(run),
        asserted=tuple(one.text for one in run.source.facts.asserts) if run.source else (),
        uses=_uses(run),
    )


def _uses(run: Run) -> frozenset[str]:
    if run.source is None:
        return frozenset()
    facts = run.source.facts
    operators = (one.symbol for one in facts.operators)
    return frozenset(operators) | {call.resolved for call in facts.calls}


def _words(run: Run) -> tuple[str, ...]:
    if run.source is None:
        return ()
    facts = run.source.facts
    return tuple(one.text for one in (*facts.comments, *facts.strings, *facts.markdown))


def plain(value: values.Value) -> object:
    """A described value as the object that it describes; what cannot be built stays described.

    >>> plain(values.parse({"kind": "number", "type": "float", "value": 0.5}))
    0.5
    """
    match value:
        case values.TensorValue():
            return _tensor(value)
        case values.ArrayValue():
            return _array(value)
        case values.SizeValue():
            return torch.Size(value.value)
        case values.NoneValue():
            return None
        case values.NumberValue() | values.TextValue():
            return value.value if value.value is not None else value
        case values.SequenceValue():
            return tuple(plain(item) for item in value.items)
        case _:
            return value


def _tensor(value: values.TensorValue) -> object:
    try:
        return value.to_torch()
    except DataError:  # its elements are absent: too many, sparse, on no device of ours …
        return value


def _array(value: values.ArrayValue) -> object:
    try:
        return value.to_numpy()
    except DataError:
        return value
