"""What a loss was asked for, checked once: the rows of logits, the targets, the options."""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Tensor

from logitlab.errors import DtypeError, ParameterError, ShapeError

REDUCTIONS = ("none", "mean", "sum")


class Options(NamedTuple):
    """The arguments of a loss beside its logits and targets."""

    weight: Tensor | None
    ignore_index: int
    reduction: str
    label_smoothing: float
    z_loss: float
    softcap: float | None

    def checked(self) -> Options:
        """The same options, or what is wrong with them."""
        if self.reduction not in REDUCTIONS:
            raise ParameterError(
                "reduction",
                got=repr(self.reduction),
                expected="'none', 'mean' or 'sum'",
                hint="'mean' is the default",
            )
        if not 0.0 <= self.label_smoothing <= 1.0:
            raise ParameterError(
                "label_smoothing",
                got=self.label_smoothing,
                expected="a number in [0, 1]",
                hint="0.1 is a common choice; 0 turns it off",
            )
        if self.ignore_index % 1:
            raise ParameterError(
                "ignore_index", got=self.ignore_index, expected="an integer", hint="-100 is usual"
            )
        if not -math.inf < self.z_loss < math.inf:
            raise ParameterError(
                "z_loss", got=self.z_loss, expected="a finite number", hint="0 turns it off"
            )
        check_softcap(self.softcap)
        return self


def check_tensors(**arguments: object) -> None:
    """Each argument is a torch tensor."""
    for name, value in arguments.items():
        if not isinstance(value, Tensor):
            raise DtypeError(
                name,
                got=type(value).__name__,
                expected="a torch tensor",
                hint=f"pass torch.as_tensor({name})",
            )


def check_softcap(softcap: float | None) -> None:
    """A softcap is a finite number above 0, or None."""
    if softcap is not None and not 0.0 < softcap < math.inf:
        raise ParameterError(
            "softcap", got=softcap, expected="a finite number above 0", hint="None turns it off"
        )


class Rows(NamedTuple):
    """Logits (N, K); targets (N,) int64 or (N, K) weights; the shape of the losses."""

    logits: Tensor
    targets: Tensor
    shape: torch.Size

    @property
    def soft(self) -> bool:
        """Whether the targets are distributions."""
        return self.targets.dim() == 2


def rows_of(input: Tensor, target: Tensor, options: Options) -> Rows:
    """Bring (K), (N, K) or (N, K, d1, …) and its targets to rows, or say what does not fit."""
    check_logits(input)
    shape = input.shape[:1] + input.shape[2:] if input.dim() > 1 else input.shape[:0]
    soft = check_target(target, input.shape, shape)
    if soft and options.ignore_index >= 0:
        raise ignored_distribution(options.ignore_index)
    check_weight(options.weight, input.shape[1 if input.dim() > 1 else 0])
    logits = classes_last(input)
    targets = classes_last(target) if soft else target.to(torch.int64).flatten()
    return Rows(logits, targets, shape)


def classes_last(tensor: Tensor) -> Tensor:
    """(K), (N, K) or (N, K, d1, …) as rows (N · d1 …, K); a view where that is possible."""
    if tensor.dim() == 2:
        return tensor
    if tensor.dim() == 1:
        return tensor.unsqueeze(0)
    return tensor.movedim(1, -1).flatten(0, -2)


def check_logits(input: Tensor) -> None:
    """Logits are floating and have a classes axis with at least one class."""
    if input.dim() == 0:
        raise ShapeError(
            "logits",
            got="a 0-dimensional tensor",
            expected="(K), (N, K) or (N, K, d1, …)",
            hint="the classes need an axis",
        )
    if not input.is_floating_point():
        raise DtypeError(
            "logits", got=input.dtype, expected="a floating dtype", hint="call .float() on them"
        )
    if input.shape[1 if input.dim() > 1 else 0] == 0:
        raise ShapeError(
            "logits", got=tuple(input.shape), expected="K ≥ 1 classes", hint="there is no class"
        )


def check_target(target: Tensor, logits: torch.Size, indices: torch.Size) -> bool:
    """Whether the targets are distributions; raises where they are neither that nor indices."""
    same, per_row = target.shape == logits, target.shape == indices
    if target.is_floating_point():
        if same:
            return True
        hint = "one row for each sample, one entry for each class"
        if per_row:
            hint = "class indices have an integer dtype: call .long() on them"
        raise ShapeError("target", got=tuple(target.shape), expected=tuple(logits), hint=hint)
    if target.is_complex() or target.dtype == torch.bool:
        hint = "a one-hot mask as distributions: .float(); class indices: .long()"
        raise DtypeError("target", got=target.dtype, expected="integer or floating", hint=hint)
    if per_row:
        return False
    if same:
        raise DtypeError(
            "target",
            got=f"{target.dtype} of the shape of the logits, {tuple(logits)}",
            expected="distributions of a floating dtype",
            hint="call .float() on one-hot targets, or pass class indices "
            f"of shape {tuple(indices)}",
        )
    raise ShapeError(
        "target",
        got=tuple(target.shape),
        expected=f"{tuple(indices)} class indices or {tuple(logits)} distributions",
        hint=f"the logits are {tuple(logits)}: one target for each row of classes",
    )


def ignored_distribution(ignore_index: int) -> ParameterError:
    """Distributions have no class index that could be ignored."""
    return ParameterError(
        "ignore_index",
        got=f"{ignore_index} with distributions as targets",
        expected="class indices as targets, or no ignore_index",
        hint="a row of zeros as target adds nothing to loss and gradient",
    )


def check_weight(weight: Tensor | None, classes: int) -> None:
    """One weight for each class."""
    if weight is None:
        return
    check_tensors(weight=weight)
    if weight.shape != (classes,):
        raise ShapeError(
            "weight",
            got=tuple(weight.shape),
            expected=f"({classes},)",
            hint="one weight for each class",
        )
