"""What a submission finds as `IPython`: enough for a notebook's cells to run without a notebook."""

from types import SimpleNamespace

from . import display as display

__all__ = ["display", "get_ipython"]


def _nothing(*args: object, **kwargs: object) -> None:
    """A magic: there is no notebook that it could change."""


def get_ipython() -> SimpleNamespace:
    """A shell whose magics and commands do nothing."""
    names = ("run_line_magic", "run_cell_magic", "magic", "system", "getoutput")
    return SimpleNamespace(**dict.fromkeys(names, _nothing), user_ns={})
