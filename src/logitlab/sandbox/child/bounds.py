"""The bounds on a described value: the child keeps to them, and the parent insists."""

from __future__ import annotations

from typing import Final

MAX_TENSOR_BYTES: Final = 1 << 20
DIMENSIONS: Final = 64
TEXT_CHARACTERS: Final = 1 << 16
REPR_CHARACTERS: Final = 500
NAME_CHARACTERS: Final = 200
HEAD_BYTES: Final = 64
INTEGER_BITS: Final = 3322  # a thousand decimal digits
DEPTH: Final = 5
ITEMS: Final = 1000  # of one container
NODES: Final = 20_000  # of one value, in all its containers
