"""logitlab: learn, prove and use softmax classification.

The public names are loaded when they are first used, so that `import logitlab` costs no
import of torch, SymPy or scikit-learn (a test holds that).

>>> import logitlab
>>> logitlab.__version__.count(".")
2
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from logitlab.functional import cross_entropy as cross_entropy

#: public name -> the module that holds it
_EXPORTS: dict[str, str] = {}

__all__ = ["__version__", *sorted(_EXPORTS)]


def __getattr__(name: str) -> object:
    if name in _EXPORTS:
        return getattr(import_module(_EXPORTS[name]), name)
    raise AttributeError(f"module 'logitlab' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
