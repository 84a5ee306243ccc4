"""An exception as plain data: its types, message and causes, and the learner's own lines."""

from __future__ import annotations

import builtins
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Final

from .plain import plain

# Functions look their built-ins up here: what the learner does to `builtins` changes nothing.
__builtins__ = dict(vars(builtins))  # type: ignore[assignment]

MESSAGE_CHARACTERS: Final = 4000
TYPES: Final = 20
PLACES: Final = 50
CAUSES: Final = 5


def describe(error: BaseException, files: Mapping[str, int | None]) -> dict[str, Any]:
    """What is sent of an exception; `files` are the submission's file names, and their cells."""
    causes: list[dict[str, Any]] = []
    cause: BaseException | None = error
    while (cause := _cause_of(cause)) is not None and len(causes) < CAUSES:
        causes.append(_facts(cause))
    return {**_facts(error), "frames": _places(error.__traceback__, files), "causes": causes}


def _facts(error: BaseException) -> dict[str, Any]:
    facts = {
        "types": [plain(base.__name__) for base in type(error).__mro__[:TYPES]],
        "message": _message(error),
        "errno": _integer(error.errno) if isinstance(error, OSError) else None,
    }
    if isinstance(error, SyntaxError):
        facts |= {"line": _integer(error.lineno), "column": _integer(error.offset)}
    return facts


def _message(error: BaseException) -> str:
    try:
        return plain(str(error), MESSAGE_CHARACTERS)
    except BaseException:
        return "(its message could not be read)"


def _integer(value: object) -> int | None:
    return value if type(value) is int and 0 <= value < 1 << 31 else None


def _cause_of(error: BaseException | None) -> BaseException | None:
    for name in ("__cause__", "__context__", "reason"):  # urllib wraps what it met in `reason`
        try:
            cause = getattr(error, name, None)
        except BaseException:
            cause = None
        if isinstance(cause, BaseException):
            return cause
    return None


def _places(trace: TracebackType | None, files: Mapping[str, int | None]) -> list[dict[str, Any]]:
    places = []
    while trace is not None:
        code = trace.tb_frame.f_code
        if code.co_filename in files:
            place = {"cell": files[code.co_filename], "line": trace.tb_lineno or 0}
            places.append({**place, "function": plain(code.co_name)})
        trace = trace.tb_next
    return places[-PLACES:]
