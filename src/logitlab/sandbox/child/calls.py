"""Call functions of the submission on inputs that the parent sent, after its code has run."""

from __future__ import annotations

import builtins
from typing import Any

import torch

from .inputs import decode
from .recorder import Recorder
from .values import encode

# Functions look their built-ins up here: what the learner does to `builtins` changes nothing.
__builtins__ = dict(vars(builtins))  # type: ignore[assignment]


def perform(calls: list[dict[str, Any]], namespace: dict[str, Any], recorder: Recorder) -> None:
    """Perform `calls` in order; each one's result, or exception, and its inputs after it are sent.

    A call names a function of the submission or one that an earlier call returned. One that
    raises does not keep the next from being made.
    """
    results: list[Any] = []
    for index, call in enumerate(calls):
        clocks = recorder.begin("call", index=index)
        arguments: list[Any] = []
        keywords: dict[str, Any] = {}
        result = error = None
        try:
            function = _function(call["function"], namespace, results)
            arguments.extend(_argument(item, results) for item in call["arguments"])
            keywords.update(
                (key, _argument(item, results)) for key, item in call["keywords"].items()
            )
            result = function(*arguments, **keywords)
        except BaseException as raised:
            error = raised
        results.append(result)
        recorder.end(
            "called",
            clocks,
            error,
            result=None if error else encode(result, recorder.budget),
            arguments=[encode(item, recorder.budget) for item in arguments],
            keywords={key: encode(item, recorder.budget) for key, item in keywords.items()},
        )


class NoSuchFunction(Exception):
    """The submission defines no such function, or the earlier call did not return one."""


def _function(wanted: Any, namespace: dict[str, Any], results: list[Any]) -> Any:
    if isinstance(wanted, int):
        function, what = results[wanted], f"the result of call {wanted}"
    else:
        function, what = namespace.get(wanted), wanted
    if not callable(function):
        raise NoSuchFunction(f"{what} is not a function")
    return function


def _argument(item: dict[str, Any], results: list[Any]) -> Any:
    """An input: plain data, what an earlier call returned, or an expression that is evaluated."""
    if "returned" in item:
        return results[item["returned"]]
    if "expression" in item:
        code = compile(item["expression"], "<expression>", "eval", 0, True)
        return eval(code, {"torch": torch})
    return decode(item["value"])
