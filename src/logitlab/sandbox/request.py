"""What is asked of a run: the calls to make after it, in the form that crosses to the child."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from logitlab.errors import ParameterError
from logitlab.sandbox.child import wire
from logitlab.sandbox.child.limits import Limits
from logitlab.sandbox.submission import Submission
from logitlab.sandbox.values import to_wire


@dataclass(frozen=True)
class Returned:
    """What an earlier call returned: as a call's function, or as one of its arguments."""

    call: int


@dataclass(frozen=True)
class Expression:
    """An argument that is made in the child, where `torch` is in scope.

    >>> Expression("lambda z: (z ** 2).sum()").source
    'lambda z: (z ** 2).sum()'
    """

    source: str


@dataclass(frozen=True)
class Call:
    """A call of a function of the submission, made after its code has run.

    `function` is its name, or what an earlier call `Returned`. Arguments are tensors, arrays,
    numbers, strings, None, lists, tuples and dicts of these, an `Expression`, or `Returned`.

    >>> Call("softmax", ([1.0, 2.0],)).function
    'softmax'
    >>> train = Call("train", ([[0.0]], [0]))
    >>> predict = Call(Returned(0), ([[0.5]],))
    """

    function: str | Returned
    arguments: Sequence[Any] = ()
    keywords: Mapping[str, Any] = field(default_factory=dict)

    def to_wire(self) -> dict[str, Any]:
        name = self.function
        return {
            "function": name.call if isinstance(name, Returned) else name,
            "arguments": [_argument(item) for item in self.arguments],
            "keywords": {key: _argument(item) for key, item in self.keywords.items()},
        }


def _argument(item: Any) -> dict[str, Any]:
    match item:
        case Returned():
            return {"returned": item.call}
        case Expression():
            return {"expression": item.source}
        case _:
            return {"value": to_wire(item)}


def frames(
    submission: Submission,
    calls: Sequence[Call],
    watch: Sequence[str],
    seeds: Sequence[int],
    limits: Limits,
) -> list[bytes]:
    """The one frame that a child reads, for each seed.

    Raises ParameterError for what cannot be asked: no seed or one that is no 63-bit number, a limit
    that is not positive, an input that is not plain data, `Returned` of no earlier call.
    """
    _check(calls, seeds, limits)
    request = {
        "name": submission.name,
        "data": base64.b64encode(submission.data).decode(),
        "calls": [call.to_wire() for call in calls],
        "watch": list(watch),
        "limits": asdict(limits),
    }
    return [wire.framed(json.dumps(request | {"seed": seed}, allow_nan=False)) for seed in seeds]


def _check(calls: Sequence[Call], seeds: Sequence[int], limits: Limits) -> None:
    if not seeds or not all(isinstance(seed, int) and 0 <= seed < 1 << 63 for seed in seeds):
        raise ParameterError(
            "seeds", got=list(seeds), expected="whole numbers from 0 to 2**63 - 1", hint="such as 1"
        )
    for name, value in asdict(limits).items():
        if not 0 < value < math.inf:
            raise ParameterError(
                f"limits.{name}",
                got=value,
                expected="more than 0",
                hint=f"such as {_default(name)}",
            )
    for index, call in enumerate(calls):
        for item in (call.function, *call.arguments, *call.keywords.values()):
            if isinstance(item, Returned) and not 0 <= item.call < index:
                raise ParameterError(
                    f"calls[{index}]",
                    got=item,
                    expected="the number of an earlier call, from 0",
                    hint="calls are made in their order",
                )


def _default(name: str) -> object:
    """The default of a limit."""
    return asdict(Limits())[name]
