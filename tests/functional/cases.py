"""Batches and options that hypothesis draws: every combination of a cross-entropy's arguments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from hypothesis import strategies as st
from torch import Tensor

TRAILING = ((), (1,), (2,), (3, 2))  # d1, … of (N, K, d1, …)
INDEX_DTYPES = (torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8)


@dataclass(frozen=True)
class Case:
    """One call: cross_entropy(input, target, weight, **options)."""

    input: Tensor
    target: Tensor
    weight: Tensor | None
    options: dict[str, Any]

    @property
    def args(self) -> tuple[Tensor, Tensor, Tensor | None]:
        """The positional arguments."""
        return self.input, self.target, self.weight

    @property
    def is_torch_s(self) -> bool:
        """Whether torch has all of these arguments, and defines the answer."""
        ours_only = self.options.get("z_loss") or self.options.get("softcap") is not None
        return not ours_only and not self.averages_nothing

    @property
    def averages_nothing(self) -> bool:
        """Whether a mean would divide by zero."""
        if self.options["reduction"] != "mean":
            return False
        if self.target.is_floating_point():
            return self.target.numel() == 0
        kept = self.target[self.target != self.options["ignore_index"]].long()
        w = torch.ones(self.input.shape[self.class_dim]) if self.weight is None else self.weight
        return bool(w[kept].sum() == 0)

    @property
    def class_dim(self) -> int:
        """The axis of the K classes."""
        return min(1, self.input.dim() - 1)


def strided(tensor: Tensor) -> Tensor:
    """The same values, every second element of larger memory: not contiguous."""
    wide = torch.zeros(*tensor.shape[:-1], 2 * tensor.shape[-1], dtype=tensor.dtype)
    wide[..., ::2] = tensor
    return wide[..., ::2]


@st.composite
def batches(
    draw: st.DrawFn, *, dtype: torch.dtype = torch.float64, plain_options: bool = False
) -> Case:
    """A batch of logits of some layout with index or soft targets, and options."""
    g = torch.Generator().manual_seed(draw(st.integers(0, 2**32)))
    K = draw(st.sampled_from((1, 2, 3, 7)))
    unbatched = draw(st.integers(0, 5)) == 0
    N = draw(st.sampled_from((0, 1, 2, 5)))
    trailing = draw(st.sampled_from(TRAILING))
    shape = (K,) if unbatched else (N, K, *trailing)
    spread = draw(st.sampled_from((0.0, 1.0, 5.0, 30.0)))
    z = (spread * torch.randn(shape, generator=g, dtype=torch.float64)).to(dtype)
    if draw(st.booleans()):
        z = strided(z)
    ignore_index = draw(st.sampled_from((-100, 0, 1, 255)))
    if draw(st.booleans()):
        ignore_index = -100  # torch takes no other with distributions
        target = torch.rand(shape, generator=g, dtype=torch.float64)
        zeros = draw(st.sampled_from((0.2, 0.2, 0.8)))
        target = torch.where(target < zeros, 0.0, 2 * target).to(dtype)  # unnormalised
    else:
        target = torch.randint(0, K, () if unbatched else (N, *trailing), generator=g)
        index_dtype = draw(st.sampled_from(INDEX_DTYPES))
        fits = torch.iinfo(index_dtype).min <= ignore_index <= torch.iinfo(index_dtype).max
        if fits and draw(st.booleans()):
            ignored = torch.rand(target.shape, generator=g) < 0.3
            target = torch.where(ignored, ignore_index, target)
        target = target.to(index_dtype)
    weight = None
    if draw(st.booleans()):
        weight = torch.rand(K, generator=g, dtype=torch.float64)
        weight = torch.where(weight < 0.2, 0.0, 3 * weight).to(dtype)
    options = {
        "ignore_index": ignore_index,
        "reduction": draw(st.sampled_from(("mean", "sum", "none"))),
        "label_smoothing": draw(st.sampled_from((0.0, 0.1, 0.7, 1.0))),
    }
    if not plain_options:
        options["z_loss"] = draw(st.sampled_from((0.0, 0.0, 1e-4, 0.5)))
        options["softcap"] = draw(st.sampled_from((None, None, 3.0, 30.0)))
    return Case(z, target, weight, options)


def for_torch(target: Tensor) -> Tensor:
    """Class indices in the only integer dtype that torch takes them in."""
    return target if target.is_floating_point() else target.long()
