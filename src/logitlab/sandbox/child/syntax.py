"""Python's own parser, on text that may end it."""

from __future__ import annotations

import ast
import warnings


def tree(text: str) -> ast.Module | None:
    """The syntax tree of `text`, or None where Python cannot parse it.

    >>> tree("x = %time") is None
    True
    """
    try:
        with warnings.catch_warnings():  # the run itself will warn of them
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (SyntaxError, ValueError, OverflowError, RecursionError, MemoryError):
        return None
