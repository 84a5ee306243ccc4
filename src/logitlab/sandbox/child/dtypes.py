"""The dtypes that cross the wire, by name, with the bytes of one element.

>>> DTYPES["bfloat16"]
2
"""

from __future__ import annotations

from typing import Final

DTYPES: Final[dict[str, int]] = {
    "bool": 1,
    "uint8": 1,
    "uint16": 2,
    "uint32": 4,
    "uint64": 8,
    "int8": 1,
    "int16": 2,
    "int32": 4,
    "int64": 8,
    "float8_e4m3fn": 1,
    "float8_e4m3fnuz": 1,
    "float8_e5m2": 1,
    "float8_e5m2fnuz": 1,
    "float8_e8m0fnu": 1,
    "float16": 2,
    "bfloat16": 2,
    "float32": 4,
    "float64": 8,
    "complex32": 4,
    "complex64": 8,
    "complex128": 16,
}

# Tensors of these are described; their elements stay where they are.
QUANTIZED: Final = ("quint8", "qint8", "qint32", "quint4x2", "quint2x4")
