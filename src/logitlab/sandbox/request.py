"""What is asked of a run: the calls to make after it, in the form that crosses to the child."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

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


def frame(
    submission: Submission, calls: Sequence[Call], watch: Sequence[str], seed: int, limits: Limits
) -> bytes:
    """The one frame that a child reads."""
    request = {
        "name": submission.name,
        "data": base64.b64encode(submission.data).decode(),
        "calls": [call.to_wire() for call in calls],
        "watch": list(watch),
        "seed": seed,
        "limits": asdict(limits),
    }
    text = json.dumps(request, allow_nan=False).encode("ascii")
    return len(text).to_bytes(4, "big") + text
