"""What there is to say of a tensor or a NumPy array, read without an operation on it.

Attributes are read by the descriptors of torch's and NumPy's own C types, which no subclass and
no patch overrides, and elements are copied from the storage itself: no autograd, no mode, no
transform sees it, and the process does not crash where there is no storage.
"""

from __future__ import annotations

import builtins
import ctypes
import math
import sys
from collections.abc import Callable, Iterable
from typing import Any, Final

import torch

from .bounds import DIMENSIONS, MAX_TENSOR_BYTES
from .dtypes import DTYPES, QUANTIZED
from .strides import row_major

# Functions look their built-ins up here: what the learner does to `builtins` changes nothing.
__builtins__ = dict(vars(builtins))  # type: ignore[assignment]

numpy: Any = sys.modules.get("numpy")  # torch has imported it where it is installed


class Unavailable(Exception):
    """The elements cannot be had; its argument says why."""


def getter(owner: type, name: str) -> Callable[[Any], Any]:
    """Reads an attribute by its owner's descriptor, whatever a subclass made of it."""
    get: Callable[[Any], Any] = vars(owner)[name].__get__
    return get


is_subclass: Final = type.__subclasscheck__  # (base, cls); `in` on an mro asks a metaclass


def _named(kind: type, names: Iterable[str]) -> dict[Any, str]:
    found = ((getattr(torch, name, None), name) for name in names)
    return {value: name for value, name in found if type(value) is kind}


DTYPE_NAMES: Final = _named(torch.dtype, (*DTYPES, *QUANTIZED))
_LAYOUTS: Final = _named(
    torch.layout,
    ("strided", "sparse_coo", "sparse_csr", "sparse_csc", "sparse_bsr", "sparse_bsc", "jagged"),
)
_NUMPY_KINDS: Final = {"b": "bool", "u": "uint", "i": "int", "f": "float", "c": "complex"}

_BASE: Final = torch._C.TensorBase
_STORAGE: Final[Any] = torch._C.StorageBase
_prod, _row_major = math.prod, row_major
_no_torch_function = torch._C.DisableTorchFunction
_shape, _dtype, _layout = (getter(_BASE, name) for name in ("shape", "dtype", "layout"))
_device, _grad, _version = (getter(_BASE, name) for name in ("device", "grad", "_version"))
_requires_grad, _is_leaf = getter(_BASE, "requires_grad"), getter(_BASE, "is_leaf")
_retains_grad = getter(_BASE, "retains_grad")
_strides, _storage = _BASE.stride, _BASE.untyped_storage
_offset: Any = _BASE.storage_offset
_is_conj, _is_neg = _BASE.is_conj, _BASE.is_neg
_data_ptr, _storage_bytes = _STORAGE.data_ptr, _STORAGE.nbytes
_device_type, _device_index = getter(torch.device, "type"), getter(torch.device, "index")
_view_memory = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.c_void_p, ctypes.c_ssize_t, ctypes.c_int)(
    ("PyMemoryView_FromMemory", ctypes.pythonapi)
)
_PyBUF_READ: Final = 0x100

if numpy is not None:
    _array_shape, _array_dtype = getter(numpy.ndarray, "shape"), getter(numpy.ndarray, "dtype")
    _array_bytes, _array_as = numpy.ndarray.tobytes, numpy.ndarray.astype
    _native = numpy.dtype.newbyteorder
    _kind, _itemsize = getter(numpy.dtype, "kind"), getter(numpy.dtype, "itemsize")
    _is_native = getter(numpy.dtype, "isnative")


def tensor_facts(tensor: torch.Tensor) -> dict[str, Any]:
    """Its dtype, shape, layout, device, and its place in autograd.

    Raises:
        Unavailable: the shape is not one of plain numbers, or the dtype not one of DTYPES.
    """
    with _no_torch_function():
        name = DTYPE_NAMES.get(_dtype(tensor))
        if name is None:
            raise Unavailable("dtype")
        leaf = _is_leaf(tensor)
        return {
            "dtype": name,
            "shape": plain_shape(_shape(tensor)),
            "layout": _LAYOUTS.get(_layout(tensor), "other"),
            "device": device_name(_device(tensor)),
            "requires_grad": _requires_grad(tensor),
            "is_leaf": leaf,
            # to ask any other for its gradient warns the learner
            "has_grad": (leaf or _retains_grad(tensor)) and _grad(tensor) is not None,
        }


def tensor_bytes(
    tensor: torch.Tensor, facts: dict[str, Any], limit: int = MAX_TENSOR_BYTES
) -> bytearray:
    """The elements in row-major order, where they take at most `limit` bytes.

    Raises:
        Unavailable: they cannot be had, with the reason.
    """
    dtype, shape = facts["dtype"], facts["shape"]
    if facts["layout"] != "strided":
        raise Unavailable("sparse" if facts["layout"].startswith("sparse") else "layout")
    if facts["device"] != "cpu":
        raise Unavailable("meta" if facts["device"] == "meta" else "device")
    if dtype in QUANTIZED:
        raise Unavailable("quantized")
    if _prod(shape) * DTYPES[dtype] > limit:
        raise Unavailable("too large")
    with _no_torch_function():
        try:
            return _resolved(_storage_elements(tensor, shape, DTYPES[dtype]), tensor, dtype)
        except (RuntimeError, ValueError):  # a wrapper, or a storage that was taken away
            raise Unavailable("no storage") from None


def _storage_elements(tensor: torch.Tensor, shape: tuple[int, ...], size: int) -> bytearray:
    if 0 in shape:
        return bytearray()
    storage = _storage(tensor)
    pointer, length = _data_ptr(storage), _storage_bytes(storage)
    if not pointer:
        raise ValueError("no memory")
    memory = _view_memory(pointer, length, _PyBUF_READ)
    return _row_major(memory, shape, _strides(tensor), _offset(tensor), size)


def _resolved(elements: bytearray, tensor: torch.Tensor, dtype: str) -> bytearray:
    """With the conjugation and the negation done that torch puts off: each flips sign bits."""
    size = DTYPES[dtype]
    if _is_conj(tensor):
        _flip_signs(elements, size)
    if _is_neg(tensor):
        if "float" not in dtype:
            raise Unavailable("layout")
        _flip_signs(elements, size)
    return elements


def _flip_signs(elements: bytearray, size: int) -> None:
    """Flip the last bit of each element: a real number's sign, an imaginary part's."""
    places = slice(size - 1, None, size)
    elements[places] = elements[places].translate(_FLIP)


_FLIP: Final = bytes(byte ^ 0x80 for byte in range(256))


def tensor_version(tensor: torch.Tensor) -> int | None:
    """How often it was changed in place; None where torch does not count."""
    try:
        with _no_torch_function():
            version: int = _version(tensor)
            return version
    except RuntimeError:
        return None


def plain_shape(shape: Any) -> tuple[int, ...]:
    """A shape of plain numbers, as a plain tuple.

    Raises:
        Unavailable: it holds something else, or is too long.
    """
    sizes: tuple[int, ...] = tuple.__getitem__(shape, slice(None))
    if len(sizes) > DIMENSIONS or any(type(n) is not int for n in sizes):
        raise Unavailable("shape")
    return sizes


def device_name(device: torch.device) -> str:
    """A device as torch writes it, such as cpu or cuda:0."""
    name, index = _device_type(device), _device_index(device)
    return name if index is None else f"{name}:{index}"


def array_facts(array: Any) -> dict[str, Any]:
    """A NumPy array's dtype (`other` where it is not one of DTYPES) and shape."""
    return {
        "dtype": numpy_dtype_name(_array_dtype(array)),
        "shape": plain_shape(_array_shape(array)),
    }


def array_bytes(array: Any, facts: dict[str, Any], limit: int = MAX_TENSOR_BYTES) -> bytes:
    """The elements in row-major order and the machine's own byte order, at most `limit` bytes.

    Raises:
        Unavailable: there are too many, or they are not numbers.
    """
    if facts["dtype"] == "other":
        raise Unavailable("dtype")
    if _prod(facts["shape"]) * DTYPES[facts["dtype"]] > limit:
        raise Unavailable("too large")
    dtype = _array_dtype(array)
    if not _is_native(dtype):
        array = _array_as(array, _native(dtype, "="), subok=False)
    elements: bytes = _array_bytes(array)
    return elements


def numpy_dtype_name(dtype: Any) -> str:
    """A NumPy dtype's name where it is one of DTYPES, else `other`."""
    kind, size = _kind(dtype), _itemsize(dtype)
    name = _NUMPY_KINDS.get(kind, "")
    name += "" if kind == "b" else str(8 * size)
    return name if DTYPES.get(name) == size else "other"
