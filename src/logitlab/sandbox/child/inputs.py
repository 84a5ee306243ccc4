"""A call's inputs, in the child, from the plain data that the parent sent."""

from __future__ import annotations

import binascii
import builtins
import math
from collections.abc import Callable
from typing import Any, Final

import torch

from . import tensors

# Functions look their built-ins up here: what the learner does to `builtins` changes nothing.
__builtins__ = dict(vars(builtins))  # type: ignore[assignment]

_a2b = binascii.a2b_base64
_no_torch_function = torch._C.DisableTorchFunction
_empty, _frombuffer = torch.empty, torch.frombuffer
_clone, _reshape = torch._C.TensorBase.clone, torch._C.TensorBase.reshape
_require_grad = torch._C.TensorBase.requires_grad_
_TORCH_DTYPES: Final = {name: dtype for dtype, name in tensors.DTYPE_NAMES.items()}
_WORDS: Final = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
_SEQUENCES: Final[dict[str, type]] = {"list": list, "tuple": tuple, "set": set}

_numpy = tensors.numpy
if _numpy is not None:
    _array_from, _array_reshape = _numpy.frombuffer, _numpy.ndarray.reshape
    _array_copy, _numpy_dtype = _numpy.ndarray.copy, _numpy.dtype


def decode(described: dict[str, Any]) -> Any:
    """The object that `described` stands for: fresh, and its memory its own.

    >>> decode({"kind": "number", "type": "float", "value": "NaN"})
    nan

    Raises:
        KeyError, TypeError, ValueError: the parent, which is trusted, sent what it should not.
    """
    return _KINDS[described["kind"]](described)


def _none(described: dict[str, Any]) -> None:
    return None


def _text(described: dict[str, Any]) -> str:
    text: str = described["value"]
    return text


def _number(described: dict[str, Any]) -> bool | int | float | complex:
    value = described["value"]
    match described["type"]:
        case "bool":
            return bool(value)
        case "int":
            return int(value, 16) if isinstance(value, str) else int(value)
        case "float":
            return _float(value)
        case _:
            return complex(_float(value[0]), _float(value[1]))


def _float(value: float | str) -> float:
    return _WORDS[value] if isinstance(value, str) else float(value)


def _sequence(described: dict[str, Any]) -> Any:
    return _SEQUENCES[described["type"]]([decode(item) for item in described["items"]])


def _mapping(described: dict[str, Any]) -> dict[Any, Any]:
    return {decode(key): decode(value) for key, value in described["items"]}


def _tensor(described: dict[str, Any]) -> torch.Tensor:
    dtype, shape = _TORCH_DTYPES[described["dtype"]], tuple(described["shape"])
    data = bytearray(_a2b(described["data"]))
    with _no_torch_function():
        if data:
            tensor = _clone(_reshape(_frombuffer(data, dtype=dtype), shape))
        else:
            tensor = _empty(shape, dtype=dtype)
        return _require_grad(tensor, described.get("requires_grad", False))


def _array(described: dict[str, Any]) -> Any:
    """A NumPy array, where NumPy is installed."""
    if _numpy is None:
        raise TypeError("NumPy is not installed in the sandbox")
    data = _a2b(described["data"])
    array = _array_from(data, dtype=_numpy_dtype(described["dtype"]))
    return _array_copy(_array_reshape(array, tuple(described["shape"])))


_KINDS: Final[dict[str, Callable[[dict[str, Any]], Any]]] = {
    "none": _none,
    "text": _text,
    "number": _number,
    "sequence": _sequence,
    "mapping": _mapping,
    "tensor": _tensor,
    "array": _array,
}
