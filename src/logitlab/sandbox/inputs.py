"""A call's inputs as the plain data that crosses to the child."""

from __future__ import annotations

import base64
import math
import sys
from typing import Any

import numpy as np

from logitlab.errors import ParameterError
from logitlab.sandbox.child.dtypes import DTYPES
from logitlab.sandbox.elements import NUMPY

DEPTH = 20


def to_wire(obj: object) -> dict[str, Any]:
    """What `obj` is: None, a number, string, tensor or array, or a list, tuple or dict of them.

    >>> to_wire(0.5)
    {'kind': 'number', 'type': 'float', 'value': 0.5}

    Raises:
        ParameterError: it is, or holds, something else.
    """
    return _described(obj, DEPTH)


def _described(obj: Any, depth: int) -> dict[str, Any]:
    if depth == 0:
        raise _cannot_carry("containers nested ever deeper")
    if isinstance(obj, np.generic):
        obj = obj.item()
    match obj:
        case None:
            return {"kind": "none"}
        case bool() | int() | float() | complex():
            return _number(obj)
        case str():
            return {"kind": "text", "value": str(obj)}
        case list() | tuple():
            items = [_described(item, depth - 1) for item in obj]
            return {"kind": "sequence", "type": _kind(obj), "items": items}
        case dict():
            pairs = [[_described(part, depth - 1) for part in item] for item in obj.items()]
            return {"kind": "mapping", "items": pairs}
        case np.ndarray():
            return _array(obj)
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(obj, torch.Tensor):
        return _tensor(obj)
    raise _cannot_carry(f"a {type(obj).__name__}")


def _kind(obj: list[Any] | tuple[Any, ...]) -> str:
    return "list" if isinstance(obj, list) else "tuple"


def _number(number: complex) -> dict[str, Any]:
    match number:
        case bool():
            return {"kind": "number", "type": "bool", "value": number}
        case int():
            exact = int(number)
            value = exact if exact.bit_length() < 64 else hex(exact)
            return {"kind": "number", "type": "int", "value": value}
        case float():
            return {"kind": "number", "type": "float", "value": finite(number)}
        case _:
            parts = [finite(number.real), finite(number.imag)]
            return {"kind": "number", "type": "complex", "value": parts}


def finite(number: float) -> float | str:
    """A float as strict JSON has it: "NaN", "Infinity" and "-Infinity" are words."""
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    return float(number)


def plain(number: complex | None) -> Any:
    """A number as `to_json` has it: a complex one is the pair of its parts."""
    if isinstance(number, float):
        return finite(number)
    return [finite(number.real), finite(number.imag)] if isinstance(number, complex) else number


def _array(array: np.ndarray) -> dict[str, Any]:
    if array.dtype.name not in NUMPY:
        raise _cannot_carry(f"an array of {array.dtype}")
    elements = np.ascontiguousarray(array, array.dtype.newbyteorder("<")).tobytes()
    shape = list(array.shape)
    return {"kind": "array", "dtype": array.dtype.name, "shape": shape, "data": _base64(elements)}


def _tensor(tensor: Any) -> dict[str, Any]:
    import torch  # where there is a tensor, torch has been imported already

    dtype = str(tensor.dtype).removeprefix("torch.")
    if dtype not in DTYPES or tensor.layout is not torch.strided or tensor.device.type != "cpu":
        raise _cannot_carry(f"a {tensor.layout} tensor of {tensor.dtype} on {tensor.device}")
    plain = tensor.detach().resolve_conj().resolve_neg()
    plain = plain.clone(memory_format=torch.contiguous_format)  # `contiguous` may keep odd strides
    elements = plain.reshape(-1).view(torch.uint8).numpy().tobytes()
    return {
        "kind": "tensor",
        "dtype": dtype,
        "shape": list(tensor.shape),
        "data": _base64(elements),
        "requires_grad": tensor.requires_grad,
    }


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _cannot_carry(got: str) -> ParameterError:
    return ParameterError(
        "an input of a call",
        got=got,
        expected="numbers, strings, None, tensors, arrays, and lists, tuples or dicts of them",
        hint="pass plain data, or an Expression that makes the object in the sandbox",
    )
