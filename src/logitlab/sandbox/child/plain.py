"""Text that code may have set to anything, as a short exact `str` that UTF-8 can hold."""

from __future__ import annotations

import builtins
from typing import Final

# Functions look their built-ins up here: what the learner does to `builtins` changes nothing.
__builtins__ = dict(vars(builtins))  # type: ignore[assignment]

NAME_CHARACTERS: Final = 200


def plain(text: str, limit: int = NAME_CHARACTERS) -> str:
    """The first `limit` characters, a lone surrogate replaced; none of a subclass's methods runs.

    >>> plain("a\\ud800b")
    'a?b'
    """
    return str.__getitem__(text, slice(0, limit)).encode("utf-8", "replace").decode("utf-8")
