"""A cheap key of a value: another one where what a value holds may have changed."""

from __future__ import annotations

import builtins
import marshal
from itertools import islice
from typing import Any, Final

import torch

from . import tensors
from .tensors import Unavailable

# Functions look their built-ins up here: what the learner does to `builtins` changes nothing.
__builtins__ = dict(vars(builtins))  # type: ignore[assignment]

CONTENT_BYTES: Final = 1 << 14  # of a tensor or array that is looked through
TEXT_CHARACTERS: Final = 1000
ITEMS: Final = 32  # of a container that are looked into; of more, only which they are
DEPTH: Final = 2
SCALARS: Final = 10_000  # of a container of plain numbers that are looked at

_BASE: Final = torch._C.TensorBase
_is_subclass, _islice, _dumps = tensors.is_subclass, islice, marshal.dumps
_SCALARS: Final = frozenset(map(id, (int, float, bool, complex, type(None))))
_tensor_facts, _tensor_bytes = tensors.tensor_facts, tensors.tensor_bytes
_tensor_version = tensors.tensor_version
_array_facts, _array_bytes = tensors.array_facts, tensors.array_bytes
_ARRAY: Final[type | None] = None if tensors.numpy is None else tensors.numpy.ndarray

Key = tuple[Any, ...]


def fingerprint(obj: object) -> Key:
    """A tuple of plain values: comparing two runs no code of `obj`. Raises nothing.

    A change of a tensor goes unseen only where it is large and torch did not count it: made
    through `.data` or a NumPy view.

    >>> x = torch.zeros(2)
    >>> before = fingerprint(x)
    >>> x[0] = 1
    >>> fingerprint(x) == before
    False
    """
    try:
        return _key(obj, DEPTH)
    except BaseException:
        return (id(obj),)


def _key(obj: Any, depth: int) -> Key:
    cls = type(obj)
    if cls is int or cls is bool:
        return (cls.__name__, obj)
    if cls is float:
        return ("float", float.hex(obj))  # since nan is not equal to itself
    if cls is str:
        return ("str", obj if len(obj) <= TEXT_CHARACTERS else hash(obj))
    if _is_subclass(_BASE, cls):
        return _tensor_key(obj)
    if _ARRAY is not None and _is_subclass(_ARRAY, cls):
        return _array_key(obj)
    for base in (list, tuple, set, dict):
        if _is_subclass(base, cls):
            return _container_key(obj, base, depth)
    return (id(obj),)


def _tensor_key(tensor: Any) -> Key:
    version = _tensor_version(tensor)
    try:
        facts = _tensor_facts(tensor)
    except Unavailable:
        return ("tensor", id(tensor), version)
    return ("tensor", id(tensor), version, *facts.values(), _content(tensor, facts, _tensor_bytes))


def _array_key(array: Any) -> Key:
    facts = _array_facts(array)
    return ("array", id(array), *facts.values(), _content(array, facts, _array_bytes))


def _content(obj: Any, facts: dict[str, Any], read: Any) -> int | None:
    """A hash of the elements, where there are few."""
    try:
        return hash(bytes(read(obj, facts, CONTENT_BYTES)))
    except Unavailable:
        return None


def _container_key(obj: Any, base: Any, depth: int) -> Key:
    """Which object it is, and what it holds: its numbers, its few items, or which they are."""
    size, which = base.__len__(obj), (base.__name__, id(obj))
    if base is dict:
        items = [part for item in _islice(dict.items(obj), SCALARS) for part in item]
    else:
        items = list(_islice(base.__iter__(obj), SCALARS))
    if set(map(id, map(type, items))) <= _SCALARS:  # by id: a metaclass may define __hash__
        return (*which, size, hash(_dumps(items, 2)))  # version 2 tells nothing but the values
    if size > ITEMS or depth == 0:
        return (*which, size, hash(tuple(map(id, items))))
    return (*which, *(_key(item, depth - 1) for item in items))
