"""`display`, and what may be given to it: shown as the plain value that it wraps."""

import builtins


def display(*values: object, **options: object) -> None:
    """Show values as at the end of a cell."""
    getattr(builtins, "display", print)(*values)


def clear_output(wait: bool = False) -> None:
    """Nothing is cleared: what was shown has been shown."""


class _Wrapped:
    def __init__(self, data: object = None, *args: object, **options: object) -> None:
        self.data = data

    def __repr__(self) -> str:
        return str(self.data)


class HTML(_Wrapped):
    """HTML text."""


class Markdown(_Wrapped):
    """Markdown text."""


class Latex(_Wrapped):
    """LaTeX text."""


class Math(_Wrapped):
    """A formula."""


class Image(_Wrapped):
    """A picture."""
