"""The numbers in a tensor's bytes, without torch: NumPy reads what it knows, the rest is decoded.

>>> numbers("bfloat16", bytes([0x80, 0x3F]))
[1.0]
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from logitlab.sandbox.child.dtypes import DTYPES

NUMPY: Final = frozenset(
    {
        "bool",
        *(f"{word}int{bits}" for word in ("", "u") for bits in (8, 16, 32, 64)),
        *(f"float{bits}" for bits in (16, 32, 64)),
        "complex64",
        "complex128",
    }
)
"""The dtypes that NumPy has, too."""


def numbers(dtype: str, data: bytes) -> list[Any]:
    """All elements, as bool, int, float or complex."""
    found: list[Any] = _array(dtype, data).tolist()
    return found


def _array(dtype: str, data: bytes) -> np.ndarray:
    if dtype in NUMPY:
        return np.frombuffer(data, np.dtype(dtype).newbyteorder("<"))
    if dtype == "complex32":
        pairs = np.frombuffer(data, "<f2").astype(np.float32)
        return pairs.view(np.complex64)
    if dtype == "bfloat16":  # the upper half of a float32
        return (np.frombuffer(data, "<u2").astype(np.uint32) << 16).view(np.float32)
    values: np.ndarray = np.take(_FLOAT8[dtype], np.frombuffer(data, np.uint8))
    return values


def _float8(exponent_bits: int, bias: int, nan: tuple[int, ...], infinite: bool) -> np.ndarray:
    """The value of each of the 256 bytes: sign, exponent, fraction, from the top."""
    byte = np.arange(256)
    fraction_bits = 7 - exponent_bits
    sign = np.where(byte & 0x80, -1.0, 1.0)
    exponent = (byte & 0x7F) >> fraction_bits
    fraction = (byte & (1 << fraction_bits) - 1) / (1 << fraction_bits)
    normal = exponent > 0
    values: np.ndarray = sign * np.ldexp(fraction + normal, np.maximum(exponent, 1) - bias)
    if infinite:
        top = exponent == (1 << exponent_bits) - 1
        values[top] = np.where(fraction[top] > 0, np.nan, sign[top] * np.inf)
    values[list(nan)] = np.nan
    return values


def _exponents() -> np.ndarray:
    """float8_e8m0fnu has an exponent alone."""
    values = np.ldexp(1.0, np.arange(256) - 127)
    values[0xFF] = np.nan
    return values


_FLOAT8: Final = {
    "float8_e4m3fn": _float8(4, 7, (0x7F, 0xFF), infinite=False),
    "float8_e4m3fnuz": _float8(4, 8, (0x80,), infinite=False),
    "float8_e5m2": _float8(5, 15, (), infinite=True),
    "float8_e5m2fnuz": _float8(5, 16, (0x80,), infinite=False),
    "float8_e8m0fnu": _exponents(),
}
assert set(DTYPES) == NUMPY | {"complex32", "bfloat16"} | set(_FLOAT8)
