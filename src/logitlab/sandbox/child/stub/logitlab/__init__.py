"""What a submission finds as `logitlab` while it is checked: a `check` that does nothing."""

from collections.abc import Iterator
from typing import Final, NoReturn

__all__ = ["check"]

_WHY: Final = "In a checked run, logitlab has only check."


def check(*args: object, **kwargs: object) -> None:
    """Do nothing: the check that runs this file is already under way."""


def __getattr__(name: str) -> NoReturn:
    raise AttributeError(f"module 'logitlab' has no attribute {name!r}. {_WHY}")


class _NoPath(list[str]):
    """Where the modules below `logitlab` are looked for: the search itself says why in vain."""

    def __iter__(self) -> Iterator[str]:
        raise ImportError(_WHY, name="logitlab")


__path__ = _NoPath()
