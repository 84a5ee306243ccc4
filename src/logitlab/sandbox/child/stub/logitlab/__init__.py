"""What a submission finds as `logitlab` while it is checked: a `check` that does nothing."""

from collections.abc import Iterator
from typing import Final, NoReturn

__all__ = ["check"]

_HINT: Final = "is not available here: in a checked run, logitlab has only check."


def check(*args: object, **kwargs: object) -> None:
    """Do nothing: the check that runs this file is already under way."""


def __getattr__(name: str) -> NoReturn:
    if name.startswith("__"):  # the import system asks for these, and takes this for an answer
        raise AttributeError(f"module 'logitlab' has no attribute {name!r}")
    raise ImportError(f"logitlab.{name} {_HINT}", name=f"logitlab.{name}")


class _NoPath(list[str]):
    """Where the modules below `logitlab` are looked for: the search itself says why in vain."""

    def __iter__(self) -> Iterator[str]:
        raise ImportError(f"A module below logitlab {_HINT}", name="logitlab")


__path__ = _NoPath()
