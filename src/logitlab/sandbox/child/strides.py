"""The elements of a strided tensor in row-major order, copied from the memory that it views."""

from __future__ import annotations

import builtins
from math import prod
from typing import Final, Literal

# Functions look their built-ins up here: what the learner does to `builtins` changes nothing.
__builtins__ = dict(vars(builtins))  # type: ignore[assignment]

_prod = prod
_FORMATS: Final[dict[int, Literal["B", "H", "I", "Q"]]] = {1: "B", 2: "H", 4: "I", 8: "Q"}


def row_major(
    memory: memoryview, shape: tuple[int, ...], strides: tuple[int, ...], offset: int, size: int
) -> bytearray:
    """The elements, `size` bytes each, that start at `offset`; strides count elements, from 0 up.

    >>> row_major(memoryview(b"abcdef"), (3, 2), (1, 3), 0, 1)  # the transpose of 2 × 3
    bytearray(b'adbecf')

    Raises:
        ValueError: an element would lie outside `memory`.
    """
    if 0 in shape:
        return bytearray()
    axes = [(n, step) for n, step in zip(shape, strides, strict=True) if n != 1]
    last = offset + sum((n - 1) * step for n, step in axes)
    if offset < 0 or any(step < 0 for _, step in axes) or (last + 1) * size > len(memory):
        raise ValueError("the storage is too small")
    memory = memory[offset * size : (last + 1) * size]
    if size == 16:  # two words of eight bytes
        axes, size = [(n, 2 * step) for n, step in axes] + [(2, 1)], 8
    return _gather(memory.cast(_FORMATS[size]), axes, size)


def _gather(source: memoryview, axes: list[tuple[int, int]], size: int) -> bytearray:
    """Along the longest axis at once, and over the others one by one."""
    places = [_prod(n for n, _ in axes[axis + 1 :]) for axis in range(len(axes))]
    gathered = bytearray(_prod(n for n, _ in axes) * size)
    if all(step == place for (_, step), place in zip(axes, places, strict=True)):
        gathered[:] = source.cast("B")
        return gathered
    moving = [axis for axis, (_, step) in enumerate(axes) if step]
    if not moving:
        gathered[:] = bytes(source.cast("B")) * (len(gathered) // size)
        return gathered
    along = max(moving, key=lambda axis: axes[axis][0])
    count, step = axes.pop(along)
    place = places.pop(along)
    target = memoryview(gathered).cast(_FORMATS[size])
    goals = _offsets([(n, place) for (n, _), place in zip(axes, places, strict=True)])
    for start, goal in zip(_offsets(axes), goals, strict=True):
        target[goal : goal + (count - 1) * place + 1 : place] = source[
            start : start + (count - 1) * step + 1 : step
        ]
    return gathered


def _offsets(axes: list[tuple[int, int]]) -> list[int]:
    """Where each element lies, in row-major order."""
    offsets = [0]
    for n, step in axes:
        offsets = [offset + i * step for offset in offsets for i in range(n)]
    return offsets
