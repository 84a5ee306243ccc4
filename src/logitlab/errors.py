"""Every error that logitlab raises on purpose.

    LogitlabError
    ├── ShapeError          (ValueError)   an array has the wrong shape
    ├── AxisError           (IndexError)   an array has no such axis
    ├── DtypeError          (TypeError)    an array has the wrong dtype
    ├── TargetRangeError    (IndexError)   a class index is not one of 0 … K − 1
    ├── ParameterError      (ValueError)   an argument or option has a value that cannot be used
    ├── DataError           (ValueError)   a data set, table or image cannot be used as it is
    ├── ModelFileError      (ValueError)   a model file is damaged, foreign or from a newer version
    └── SandboxError        (RuntimeError) untrusted code cannot be run safely here

Each says what arrived, what was expected, and a hint of what to do. Each is also the built-in
error that a reader of torch or scikit-learn code would catch.

>>> raise ShapeError("target", got=(3, 2), expected="(3,)", hint="pass class indices")
Traceback (most recent call last):
    ...
logitlab.errors.ShapeError: target: got (3, 2), expected (3,)
  hint: pass class indices
"""

from __future__ import annotations


class LogitlabError(Exception):
    """What was wrong (`subject`), what arrived (`got`), what was `expected`, and a `hint`."""

    def __init__(self, subject: str, *, got: object, expected: object, hint: str) -> None:
        super().__init__(f"{subject}: got {got}, expected {expected}\n  hint: {hint}")
        self.subject = subject
        self.got = got
        self.expected = expected
        self.hint = hint


class ShapeError(LogitlabError, ValueError):
    """An array has the wrong shape."""


class AxisError(LogitlabError, IndexError):
    """An array has no such axis."""


class DtypeError(LogitlabError, TypeError):
    """An array has the wrong dtype."""


class TargetRangeError(LogitlabError, IndexError):
    """A class index is not one of 0 … K − 1 (nor `ignore_index`)."""


class ParameterError(LogitlabError, ValueError):
    """An argument or option has a value that cannot be used."""


class DataError(LogitlabError, ValueError):
    """A data set, table or image cannot be used as it is."""


class ModelFileError(LogitlabError, ValueError):
    """A model file is damaged, foreign or from a newer version."""


class SandboxError(LogitlabError, RuntimeError):
    """Untrusted code cannot be run safely here: the reason, and what to do."""
