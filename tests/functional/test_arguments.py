"""Arguments that do not fit are refused with what arrived, what was expected and a hint."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor

from logitlab.errors import (
    DtypeError,
    LogitlabError,
    ParameterError,
    ShapeError,
    TargetRangeError,
)
from logitlab.functional import cross_entropy, cross_entropy_with_grad, linear_cross_entropy

Z = torch.zeros(2, 3)
INDICES = torch.tensor([0, 2])

REFUSED: list[tuple[str, type[LogitlabError], tuple[Tensor, Tensor], dict[str, Any]]] = [
    ("logits of no dimension", ShapeError, (torch.tensor(0.0), torch.tensor(0)), {}),
    ("no class", ShapeError, (torch.zeros(2, 0), INDICES), {}),
    ("no class, unbatched", ShapeError, (torch.zeros(0), torch.tensor(0)), {}),
    ("no class in space", ShapeError, (torch.zeros(2, 0, 4), torch.zeros(2, 4).long()), {}),
    ("too few targets", ShapeError, (Z, torch.tensor([0])), {}),
    ("too many targets", ShapeError, (Z, torch.tensor([0, 1, 2])), {}),
    ("a target of no dimension", ShapeError, (Z, torch.tensor(0)), {}),
    ("targets as a column", ShapeError, (Z, torch.tensor([[0], [2]])), {}),
    ("a target for (K)", ShapeError, (torch.zeros(3), torch.tensor([1])), {}),
    ("spatial targets for rows", ShapeError, (Z, torch.zeros(2, 4).long()), {}),
    ("targets without the space", ShapeError, (torch.zeros(2, 3, 4), INDICES), {}),
    ("classes last in space", ShapeError, (torch.zeros(2, 3, 4), torch.zeros(2, 4, 3)), {}),
    ("distributions over fewer classes", ShapeError, (Z, torch.zeros(2, 2)), {}),
    ("distributions of another batch", ShapeError, (Z, torch.zeros(3, 3)), {}),
    ("a distribution to broadcast", ShapeError, (Z, torch.zeros(3)), {}),
    ("floating class indices", ShapeError, (Z, torch.tensor([0.0, 2.0])), {}),
    ("an integer one-hot", DtypeError, (Z, torch.tensor([[1, 0, 0], [0, 0, 1]])), {}),
    ("a Boolean one-hot", DtypeError, (Z, torch.eye(3)[INDICES].bool()), {}),
    ("Boolean indices", DtypeError, (Z, torch.tensor([True, False])), {}),
    ("complex targets", DtypeError, (Z, torch.zeros(2, 3, dtype=torch.complex64)), {}),
    ("integer logits", DtypeError, (Z.long(), INDICES), {}),
    ("complex logits", DtypeError, (Z.to(torch.complex64), INDICES), {}),
    ("an index too large", TargetRangeError, (Z, torch.tensor([0, 3])), {}),
    ("a negative index", TargetRangeError, (Z, torch.tensor([0, -1])), {}),
    ("the usual ignore_index, renamed", TargetRangeError, (Z, torch.tensor([0, -100])),
     {"ignore_index": 1}),
    ("a negative int8 index", TargetRangeError, (Z, torch.tensor([0, -7], dtype=torch.int8)), {}),
    ("255 as uint8", TargetRangeError, (Z, torch.tensor([0, 255], dtype=torch.uint8)), {}),
    ("two weights for three classes", ShapeError, (Z, INDICES), {"weight": torch.ones(2)}),
    ("a weight to broadcast", ShapeError, (Z, INDICES), {"weight": torch.ones(1)}),
    ("a weight for each row and class", ShapeError, (Z, INDICES), {"weight": torch.ones(2, 3)}),
    ("an unknown reduction", ParameterError, (Z, INDICES), {"reduction": "average"}),
    ("no reduction at all", ParameterError, (Z, INDICES), {"reduction": None}),
    ("an ignored class of distributions", ParameterError, (Z, torch.zeros(2, 3)),
     {"ignore_index": 0}),
    ("negative smoothing", ParameterError, (Z, INDICES), {"label_smoothing": -0.1}),
    ("smoothing above one", ParameterError, (Z, INDICES), {"label_smoothing": 1.5}),
    ("smoothing that is no number", ParameterError, (Z, INDICES), {"label_smoothing": torch.nan}),
    ("a cap of zero", ParameterError, (Z, INDICES), {"softcap": 0.0}),
    ("a negative cap", ParameterError, (Z, INDICES), {"softcap": -1.0}),
    ("an infinite cap", ParameterError, (Z, INDICES), {"softcap": torch.inf}),
]  # fmt: skip

NAMES = [name for name, *_ in REFUSED]
CASES = [case for _, *case in REFUSED]


@pytest.mark.parametrize(("error", "args", "options"), CASES, ids=NAMES)
def test_what_does_not_fit_is_refused(
    error: type[LogitlabError], args: tuple[Tensor, Tensor], options: dict[str, Any]
) -> None:
    for loss in (cross_entropy, cross_entropy_with_grad):
        with pytest.raises(error) as refusal:
            loss(*args, **options)
        assert {"got", "expected", "hint"} <= vars(refusal.value).keys()
        assert "hint: " in str(refusal.value)
        assert refusal.value.hint


@pytest.mark.parametrize(("error", "args", "options"), CASES, ids=NAMES)
def test_what_does_not_fit_is_refused_whether_or_not_a_gradient_is_asked(
    error: type[LogitlabError], args: tuple[Tensor, Tensor], options: dict[str, Any]
) -> None:
    z, target = args
    if z.is_floating_point():
        with pytest.raises(error):
            cross_entropy(z.clone().requires_grad_(), target, **options)
    if target.is_floating_point():
        with pytest.raises(error):  # a gradient to the targets takes the plain route
            cross_entropy(z, target.clone().requires_grad_(), **options)


def test_a_message_says_what_arrived_what_was_expected_and_what_to_do() -> None:
    with pytest.raises(TargetRangeError) as refusal:
        cross_entropy(torch.zeros(3, 4), torch.tensor([0, 9, 1]))
    for part in ("row 1", "got 9", "0 … 3", "hint: "):
        assert part in str(refusal.value)
    with pytest.raises(DtypeError, match=r"\.float\(\)"):
        cross_entropy(Z, torch.tensor([[1, 0, 0], [0, 0, 1]]))
    with pytest.raises(ShapeError, match=r"\.long\(\)"):
        cross_entropy(Z, torch.tensor([0.0, 2.0]))


def test_errors_are_also_the_ones_that_torch_code_catches() -> None:
    with pytest.raises(IndexError):
        cross_entropy(Z, torch.tensor([0, 3]))
    with pytest.raises(TypeError):
        cross_entropy(Z, torch.tensor([[1, 0, 0], [0, 0, 1]]))
    with pytest.raises(ValueError, match="reduction"):
        cross_entropy(Z, INDICES, reduction="average")


@pytest.mark.parametrize(
    ("out", "error"),
    [
        (torch.empty(3, 2), ShapeError),
        (torch.empty(6), ShapeError),
        (torch.empty(2, 3, 1), ShapeError),
        (torch.empty(2, 3, dtype=torch.float64), DtypeError),
        (torch.empty(2, 3, dtype=torch.int64), DtypeError),
        (torch.empty(2, 3, device="meta"), DtypeError),
    ],
    ids=["transposed", "flat", "one axis more", "float64", "int64", "another device"],
)
def test_an_out_that_cannot_hold_the_gradient_is_refused(
    out: Tensor, error: type[LogitlabError]
) -> None:
    with pytest.raises(error, match="out"):
        cross_entropy_with_grad(Z, INDICES, out=out)


def test_an_out_with_the_negative_bit_is_refused() -> None:
    with pytest.raises(DtypeError, match="out"):
        cross_entropy_with_grad(Z, INDICES, out=torch.zeros(2, 3, dtype=torch.cfloat).conj().imag)


@pytest.mark.parametrize("wrong", ["input", "target", "weight"])
def test_what_is_not_a_tensor_is_refused(wrong: str) -> None:
    arguments: dict[str, Any] = {"input": Z, "target": INDICES, "weight": torch.ones(3)}
    for value in (arguments[wrong].tolist(), arguments[wrong].numpy()):
        with pytest.raises(DtypeError, match=rf"torch\.as_tensor\({wrong}\)"):
            cross_entropy(**{**arguments, wrong: value})


def test_an_ignore_index_is_an_integer() -> None:
    with pytest.raises(ParameterError, match="ignore_index"):
        cross_entropy(Z, INDICES, ignore_index=1.5)  # type: ignore[arg-type]


def test_nothing_is_written_before_the_arguments_are_known_to_fit() -> None:
    out = torch.full((2, 3), 7.0)
    with pytest.raises(TargetRangeError):
        cross_entropy_with_grad(Z, torch.tensor([0, 3]), out=out)
    assert torch.equal(out, torch.full((2, 3), 7.0))


X, W = torch.zeros(2, 4), torch.zeros(3, 4)


@pytest.mark.parametrize(
    ("args", "options", "error"),
    [
        ((torch.zeros(2, 1, 4), W, INDICES), {}, ShapeError),
        ((torch.tensor(0.0), W, torch.tensor(0)), {}, ShapeError),
        ((X, torch.zeros(4), INDICES), {}, ShapeError),
        ((X, torch.zeros(3, 5), INDICES), {}, ShapeError),
        ((torch.zeros(4), torch.zeros(3, 2, 4), torch.zeros(2).long()), {}, ShapeError),
        ((X, W, INDICES), {"linear_bias": torch.zeros(4)}, ShapeError),
        ((X, W, INDICES), {"linear_bias": torch.zeros(1)}, ShapeError),
        ((X, torch.zeros(3, 2, 4), torch.zeros(2, 2).long()), {"linear_bias": torch.zeros(3)},
         ShapeError),
        ((X, torch.zeros(0, 4), INDICES), {}, ShapeError),
        ((X, W, torch.tensor([0])), {}, ShapeError),
        ((X, W, torch.zeros(2, 2)), {}, ShapeError),
        ((X, W, torch.tensor([0.0, 1.0])), {}, ShapeError),
        ((X, W, torch.zeros(2, 3).long()), {}, DtypeError),
        ((X.long(), W.long(), INDICES), {}, DtypeError),
        ((X, W, torch.tensor([0, 3])), {}, TargetRangeError),
        ((X, W, torch.tensor([0, -1])), {}, TargetRangeError),
        ((X, W, INDICES), {"weight": torch.ones(2)}, ShapeError),
        ((X, W, torch.zeros(2, 3)), {"ignore_index": 0}, ParameterError),
        ((X, W, INDICES), {"reduction": "average"}, ParameterError),
        ((X, W, INDICES), {"label_smoothing": 2.0}, ParameterError),
        ((X, W, INDICES), {"softcap": 0.0}, ParameterError),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else None,
)  # fmt: skip
def test_a_last_layer_that_does_not_fit_is_refused(
    args: tuple[Tensor, ...], options: dict[str, Any], error: type[LogitlabError]
) -> None:
    with pytest.raises(error, match="hint: "):
        linear_cross_entropy(*args, **options)
