"""What a submission finds as `IPython`: enough for a notebook's cells to run without a notebook."""

from . import display as display

__all__ = ["display", "get_ipython"]
__version__ = "9.0.0"
version_info = (9, 0, 0, "")  # which libraries ask for before they use the shell


class _Shell:
    """A shell whose magics, commands, events and settings do nothing: there is no notebook."""

    def __getattr__(self, name: str) -> "_Shell":
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *args: object, **kwargs: object) -> None:
        return None


_SHELL = _Shell()


def get_ipython() -> _Shell:
    """The shell, always the same."""
    return _SHELL
