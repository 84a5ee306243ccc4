"""A tripwire: the names on a watch list note where the submission uses them, and go on working.

It is there to teach, not to guard: who wants to reach the function behind it, will.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
import sys
from collections.abc import Callable, Sequence
from types import CodeType, FrameType, ModuleType
from typing import Any, Final

import torch

MOST_USES: Final = 1000
_NAMESPACES = (
    "torch",
    "torch.autograd",
    "torch.fft",
    "torch.func",
    "torch.functional",
    "torch.linalg",
    "torch.nn",
    "torch.nn.functional",
    "torch.nn.init",
    "torch.special",
)


def install(
    names: Sequence[str],
    hit: Callable[[str, int | None], None],
    owns: Callable[[str], bool],
) -> Callable[[], None]:
    """Report by `hit(name, line)` where the submission uses a function or class of `names`.

    `owns` tells the file names of the submission's code. The line is that of its nearest frame,
    None where there is none (a thread that runs torch.softmax itself). Each name is
    reported once for a line, and at most `MOST_USES` in all, whatever a loop does. What one watched
    function calls inside another is not the learner's call and is not reported; what torch
    calls for the learner is (the softmax inside of torch.nn.Softmax, if that is not watched).

    A function is watched wherever torch's public modules hold the same object, a class by its
    construction. Names that do not exist, and what cannot be called, are passed over.
    """
    uses = _Uses(hit, owns)
    for name in names:
        _watch(name, uses)
    return uses.forget


class _Uses:
    """The uses seen so far."""

    def __init__(self, hit: Callable[[str, int | None], None], owns: Callable[[str], bool]) -> None:
        self._hit = hit
        self._owns = owns
        self._seen: set[tuple[str, str | None, int | None]] = set()

    def forget(self) -> None:
        """Report again what has been seen."""
        self._seen.clear()

    def note(self, name: str, frame: FrameType | None) -> None:
        """Report a use of `name`, called from `frame`, unless a watched function called it."""
        while frame is not None and not self._owns(frame.f_code.co_filename):
            if frame.f_code in _WATCHED:
                return
            frame = frame.f_back
        line = None if frame is None else frame.f_lineno
        use = (name, None if frame is None else frame.f_code.co_filename, line)
        if use not in self._seen and len(self._seen) < MOST_USES:
            self._seen.add(use)
            self._hit(name, line)


def _watch(name: str, uses: _Uses) -> None:
    try:
        holder, attribute = _holder(name)
        found = inspect.getattr_static(holder, attribute)
    except (AttributeError, KeyError):
        return
    if isinstance(found, type):
        with contextlib.suppress(TypeError):  # the class is C's own and cannot be changed
            found.__init__ = _watched(name, found.__init__, uses)  # type: ignore[misc]
    elif isinstance(found, classmethod | staticmethod):
        setattr(holder, attribute, type(found)(_watched(name, found.__func__, uses)))
    elif callable(found):
        watched = _watched(name, found, uses)
        _name_after(watched, holder, attribute)
        setattr(holder, attribute, watched)
        _replace_everywhere(found, watched)


def _holder(name: str) -> tuple[Any, str]:
    """The module or class that holds what the dotted name means, and its name there."""
    place, _, attribute = name.rpartition(".")
    root, *path = place.split(".")
    holder: Any = sys.modules[root]
    for part in path:
        holder = getattr(holder, part)
    return holder, attribute


def _watched(name: str, function: Callable[..., Any], uses: _Uses) -> Callable[..., Any]:
    @functools.wraps(function)
    def watched(*args: Any, **kwargs: Any) -> Any:
        uses.note(name, sys._getframe(1))
        return function(*args, **kwargs)

    _let_script(watched, function)
    return watched


_WATCHED: Final[frozenset[CodeType]] = frozenset(
    constant
    for constant in _watched.__code__.co_consts
    if isinstance(constant, CodeType) and constant.co_name == "watched"
)


def _let_script(watched: Callable[..., Any], function: Callable[..., Any]) -> None:
    """Let torch.jit.script compile what is watched: it follows these marks to the original."""
    builtins: Any = torch.jit._builtins
    operator = builtins._find_builtin(function)
    if operator is not None:
        builtins._register_builtin(watched, operator)
    else:
        watched.__dict__["__script_if_tracing_wrapper"] = True
        watched.__dict__["__original_fn"] = function


def _name_after(watched: Callable[..., Any], holder: Any, attribute: str) -> None:
    """Name the wrapper after its place, where pickle will look for it."""
    if isinstance(holder, ModuleType):
        watched.__module__, watched.__qualname__ = holder.__name__, attribute
    else:
        watched.__module__ = holder.__module__
        watched.__qualname__ = f"{holder.__qualname__}.{attribute}"


def _replace_everywhere(found: object, watched: object) -> None:
    for module_name in _NAMESPACES:
        names = vars(sys.modules[module_name])
        for name in [name for name, value in names.items() if value is found]:
            names[name] = watched
