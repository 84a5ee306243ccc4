"""logitlab: learn, prove and use softmax classification.

The public names are loaded when they are first used, so that `import logitlab` costs no
import of torch, SymPy or scikit-learn (a test holds that).

>>> import logitlab
>>> logitlab.cross_entropy.__module__
'logitlab.functional._cross_entropy'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

__all__ = [
    "SoftmaxClassifier",
    "__version__",
    "cross_entropy",
    "cross_entropy_with_grad",
    "derive",
    "linear_cross_entropy",
    "load",
    "log_softmax",
    "logsumexp",
    "save",
    "softmax",
]

if TYPE_CHECKING:
    from logitlab.derivation import derive
    from logitlab.functional import (
        cross_entropy,
        cross_entropy_with_grad,
        linear_cross_entropy,
        log_softmax,
        logsumexp,
        softmax,
    )
    from logitlab.models import SoftmaxClassifier, load, save

_ROOMS = {"SoftmaxClassifier": "models", "load": "models", "save": "models", "derive": "derivation"}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'logitlab' has no attribute {name!r}")
    return getattr(import_module(f"logitlab.{_ROOMS.get(name, 'functional')}"), name)


def __dir__() -> list[str]:
    return __all__
