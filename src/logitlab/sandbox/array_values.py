"""A child's tensor or array, checked: dtype, shape, and the elements where they came along."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import msgspec
import numpy as np
from msgspec import Meta

from logitlab.errors import DataError
from logitlab.sandbox.child.bounds import DIMENSIONS, MAX_TENSOR_BYTES, NAME_CHARACTERS
from logitlab.sandbox.child.dtypes import DTYPES, QUANTIZED
from logitlab.sandbox.elements import NUMPY, numbers
from logitlab.sandbox.inputs import plain

if TYPE_CHECKING:
    import torch

SHOWN_ELEMENTS: Final = 64

Name = Annotated[str, Meta(max_length=NAME_CHARACTERS)]
Size = Annotated[int, Meta(ge=0, le=2**63 - 1)]
Shape = Annotated[tuple[Size, ...], Meta(max_length=DIMENSIONS)]
Elements = Annotated[bytes, Meta(max_length=MAX_TENSOR_BYTES)]
Why = Literal[
    "too large", "sparse", "layout", "meta", "device", "quantized", "no storage", "budget", "dtype"
]
_ONE_FOR_TRUE: Final = bytes([0, *[1] * 255])


class DescribedValue(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind"):
    """What all of a child's values are: frozen, and made of exactly their own fields."""


class _Elements(DescribedValue, frozen=True):
    """`data` holds the elements, row-major and little-endian; where it is None, `why` says why."""

    dtype: Name
    shape: Shape
    data: Elements | None
    why: Why | None

    def __post_init__(self) -> None:
        if (self.data is None) == (self.why is None):
            raise ValueError("elements, or the reason why not, and not both")
        if self.data is not None and len(self.data) != self.numel * DTYPES.get(self.dtype, -1):
            raise ValueError(f"{len(self.data)} bytes are not {self.shape} of {self.dtype}")
        if self.data is not None and math.prod(size or 1 for size in self.shape) >= 1 << 59:
            raise ValueError("a shape that no memory holds")  # although it is empty
        if self.data is not None and self.dtype == "bool":  # any other byte undoes torch.equal
            msgspec.structs.force_setattr(self, "data", self.data.translate(_ONE_FOR_TRUE))

    @property
    def numel(self) -> int:
        """The number of elements."""
        return math.prod(self.shape)

    def _bytes(self) -> bytes:
        if self.data is None:
            raise DataError(
                "elements",
                got=f"none: {self.why}",
                expected="those of a strided tensor on the CPU, of at most 1 MiB",
                hint="ask whether `data` is None first",
            )
        return self.data

    def numbers(self, most: int | None = None) -> list[Any]:
        """The first elements, or all, row-major, as bool, int, float or complex.

        Raises:
            DataError: they did not come along; `why` says why.
        """
        size = DTYPES.get(self.dtype, 0)
        return numbers(self.dtype, self._bytes()[: None if most is None else most * size])

    def to_json(self) -> dict[str, Any]:
        """dtype, shape, at most 64 values row-major (`truncated` where there are more)."""
        described: dict[str, Any] = {"dtype": self.dtype, "shape": list(self.shape), "values": None}
        if self.data is None:
            return described | {"why": self.why}
        described["values"] = [plain(number) for number in self.numbers(SHOWN_ELEMENTS)]
        return described | ({"truncated": True} if self.numel > SHOWN_ELEMENTS else {})


class TensorValue(_Elements, tag="tensor", frozen=True, kw_only=True):
    """A torch.Tensor; `subclass` names its type where it is another.

    >>> ones = bytes([0, 0, 128, 63]) * 2
    >>> value = TensorValue(dtype="float32", shape=(2,), data=ones, why=None)
    >>> value.to_torch(), value.summary()
    (tensor([1., 1.]), 'float32 tensor (2,)')
    """

    layout: Literal[
        "strided",
        "sparse_coo",
        "sparse_csr",
        "sparse_csc",
        "sparse_bsr",
        "sparse_bsc",
        "jagged",
        "other",
    ] = "strided"
    device: Annotated[str, Meta(pattern=r"^[a-z]{1,20}(:[0-9]{1,4})?$")] = "cpu"
    requires_grad: bool = False
    is_leaf: bool = True
    has_grad: bool = False
    subclass: Name | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.dtype not in DTYPES and self.dtype not in QUANTIZED:
            raise ValueError("no such dtype")
        if self.data is not None and (self.layout, self.device) != ("strided", "cpu"):
            raise ValueError("elements of a tensor that is not strided, or not on the CPU")

    def to_torch(self) -> torch.Tensor:
        """The tensor, in memory of its own, bit for bit; it requires no gradient.

        Raises:
            DataError: its elements did not come along (`why` says why), or this torch is too old.
        """
        import torch  # what reads no tensor need not wait for it

        data = bytearray(self._bytes())
        dtype = {name: getattr(torch, name, None) for name in DTYPES}[self.dtype]
        if dtype is None:
            raise DataError(
                "dtype",
                got=self.dtype,
                expected=f"one that torch {torch.__version__} has",
                hint="upgrade torch",
            )
        if not data:
            return torch.empty(self.shape, dtype=dtype)
        return torch.frombuffer(data, dtype=dtype).reshape(self.shape)

    def to_json(self) -> dict[str, Any]:
        """As an array's, with what is not usual of a tensor."""
        usual = {"layout": "strided", "device": "cpu", "requires_grad": False, "subclass": None}
        unusual = {name: getattr(self, name) for name in usual}
        return super().to_json() | {
            name: value for name, value in unusual.items() if value != usual[name]
        }

    def summary(self) -> str:
        """Such as "float32 tensor (4, 4)"."""
        return f"{self.dtype} tensor {self.shape}"


class ArrayValue(_Elements, tag="array", frozen=True, kw_only=True):
    """A numpy.ndarray. Its dtype is `other` where it is not one of numbers or booleans."""

    subclass: Name | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.dtype not in NUMPY and (self.dtype != "other" or self.data is not None):
            raise ValueError("no such dtype")

    def to_numpy(self) -> np.ndarray:
        """The array, in memory of its own.

        Raises:
            DataError: its elements did not come along; `why` says why.
        """
        data = np.frombuffer(bytearray(self._bytes()), np.dtype(self.dtype).newbyteorder("<"))
        return data.reshape(self.shape)

    def summary(self) -> str:
        """Such as "float64 array (3,)"."""
        return f"{self.dtype} array {self.shape}"
