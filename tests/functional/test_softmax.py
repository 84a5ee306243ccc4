"""softmax, log_softmax and logsumexp against torch in float64, and beyond its accuracy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.autograd import gradcheck, gradgradcheck

from logitlab.errors import LogitlabError
from logitlab.functional import log_softmax, logsumexp, reference, softmax
from tests.functional.properties import close, near, random

NAN, INF = float("nan"), float("inf")
PAIRS = [(softmax, torch.softmax), (log_softmax, torch.log_softmax), (logsumexp, torch.logsumexp)]
every_function = pytest.mark.parametrize(("ours", "theirs"), PAIRS, ids=["softmax", "log", "lse"])
Function = Callable[..., Tensor]


@every_function
@given(
    shape=st.lists(st.sampled_from((1, 2, 5)), min_size=1, max_size=4),
    data=st.data(),
    spread=st.sampled_from((0.0, 1.0, 50.0, 1000.0)),
)
@settings(derandomize=True, deadline=None, max_examples=100)
def test_values_and_gradients_are_torch_s_on_any_axis(
    ours: Function, theirs: Function, shape: list[int], data: st.DataObject, spread: float
) -> None:
    dim = data.draw(st.integers(-len(shape), len(shape) - 1))
    z = (spread * random(*shape, seed=len(shape))).requires_grad_()
    result, expected = ours(z, dim), theirs(z, dim)
    assert result.shape == expected.shape
    near(result.detach(), expected.detach())
    upstream = random(*result.shape, seed=1)
    (gradient,) = torch.autograd.grad(result, z, upstream)
    (wanted,) = torch.autograd.grad(expected, z, upstream)
    near(gradient, wanted)


@every_function
@pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated:DeprecationWarning")
def test_first_and_second_derivatives_match_finite_differences(
    ours: Function, theirs: Function
) -> None:
    for dim in (0, 1, -1):
        z = random(3, 2, 2).requires_grad_()
        assert gradcheck(lambda z, d=dim: ours(z, d), (z,), check_forward_ad=True)
        assert gradgradcheck(lambda z, d=dim: ours(z, d), (z,))
    if ours is not logsumexp:
        assert gradgradcheck(lambda z: ours(z, softcap=2.0), (z,))


def test_ties_have_the_gradient_of_softmax() -> None:
    z = torch.tensor([1.0, 1.0, 1.0, 0.0], dtype=torch.float64, requires_grad=True)
    (gradient,) = torch.autograd.grad(logsumexp(z, 0), z)
    near(gradient, reference.softmax(z.detach()))
    assert gradcheck(lambda z: log_softmax(z, 0), (z,))
    assert gradgradcheck(lambda z: logsumexp(z, 0), (z,))


@pytest.mark.parametrize("dim", [0, 1, -1, (0, 1), (0, -1), (2, 0), (0, 1, 2), [1]])
@pytest.mark.parametrize("keepdim", [False, True])
def test_logsumexp_over_one_axis_or_several(dim: Any, keepdim: bool) -> None:
    z = random(2, 3, 4)
    result, expected = logsumexp(z, dim, keepdim), torch.logsumexp(z, dim, keepdim)
    assert result.shape == expected.shape
    near(result, expected)


def test_logsumexp_of_nothing_is_minus_infinity() -> None:
    assert logsumexp(torch.zeros(0), 0) == -INF
    assert logsumexp(torch.zeros(2, 0), 1).tolist() == [-INF, -INF]
    assert logsumexp(torch.zeros(0, 2), 1).shape == (0,)


@every_function
@pytest.mark.parametrize("shape", [(5, 0, 0), (0, 3), (0,)], ids=str)
def test_empty_tensors_keep_their_shape(
    ours: Function, theirs: Function, shape: tuple[int, ...]
) -> None:
    assert ours(torch.zeros(shape), -1).shape == theirs(torch.zeros(shape), -1).shape


def test_rows_without_a_softmax_are_nan_as_in_torch() -> None:
    for row in ([NAN, 0.0], [0.0, NAN], [INF, 0.0], [-INF, -INF], [INF, INF], [INF, -INF]):
        z = torch.tensor([row, [0.0, 1.0]])
        for ours, theirs in PAIRS[:2]:
            assert ours(z, 1).isnan().tolist() == [[True, True], [False, False]]
            assert theirs(z, 1)[0].isnan().any()
        torch.testing.assert_close(logsumexp(z, 1), torch.logsumexp(z, 1), equal_nan=True)


def test_an_impossible_class_has_probability_zero() -> None:
    z = torch.tensor([0.0, 0.0, -INF], dtype=torch.float64, requires_grad=True)
    assert softmax(z).tolist() == [0.5, 0.5, 0.0]
    assert log_softmax(z)[2] == -INF
    (gradient,) = torch.autograd.grad(softmax(z)[0], z)
    near(gradient, torch.tensor([0.25, -0.25, 0.0]))
    (gradient,) = torch.autograd.grad(logsumexp(z, 0), z)
    near(gradient, torch.tensor([0.5, 0.5, 0.0]))


def test_a_common_offset_changes_nothing() -> None:
    z = torch.tensor([0.5, -1.0, 1.5])
    for offset in (-1e4, 80.0, 1e4, 1e6):
        moved = z + offset
        close(softmax(moved), reference.softmax(moved), ulps=1)
        close(log_softmax(moved), reference.log_softmax(moved), ulps=1)
    for huge in (1e38, -1e38, 3e38):
        assert softmax(torch.full((4,), huge)).tolist() == [0.25] * 4
        close(log_softmax(torch.full((4,), huge)), -torch.tensor(4.0).double().log(), ulps=1)
        assert logsumexp(torch.full((4,), huge), 0) == huge


def test_confident_rows_keep_their_accuracy() -> None:
    gap = torch.arange(17.0, 87.0)
    z = torch.stack([torch.zeros_like(gap), -gap], 1)
    close(log_softmax(z)[:, 0], -(-gap.double()).exp().log1p(), ulps=1)
    close(softmax(z)[:, 1], torch.sigmoid(-gap.double()), ulps=1)
    assert bool((torch.log_softmax(z, 1)[:, 0] == 0).all())  # where torch has nothing left


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_the_result_has_the_dtype_of_the_input(dtype: torch.dtype) -> None:
    z = random(4, 3).to(dtype)
    for ours, exact in (
        (softmax, reference.softmax),
        (log_softmax, reference.log_softmax),
        (lambda z: logsumexp(z, -1), reference.logsumexp),
    ):
        result = ours(z)
        assert result.dtype == dtype
        near(result, exact(z), torch.finfo(dtype).eps)


def test_long_low_precision_rows_are_summed_in_higher_precision() -> None:
    z = torch.zeros(100_000, dtype=torch.bfloat16)
    close(logsumexp(z, 0), torch.tensor(100_000.0).double().log(), ulps=1)
    close(softmax(z), 1e-5, ulps=1)


@pytest.mark.parametrize("ours", [softmax, log_softmax])
def test_dtype_is_that_of_the_result_as_in_torch(ours: Function) -> None:
    theirs = dict(PAIRS)[ours]
    for z in (torch.arange(4), torch.arange(4.0), torch.arange(4.0).bfloat16()):
        for dtype in (torch.float32, torch.float64, torch.float16):
            result = ours(z, 0, dtype)
            assert result.dtype == dtype
            near(result, theirs(z.double(), 0), 2 * torch.finfo(dtype).eps)
    for z in (torch.arange(4), torch.tensor([True, False])):
        with pytest.raises(LogitlabError, match="hint"):
            ours(z, 0)
        with pytest.raises(LogitlabError, match="hint"):
            ours(z.float(), 0, torch.int64)


def test_logsumexp_takes_integers_as_torch_does() -> None:
    z = torch.tensor([[1, 2], [3, 4]])
    result = logsumexp(z, 1)
    assert result.dtype == torch.logsumexp(z, 1).dtype
    near(result, torch.logsumexp(z, 1), 1e-6)


def test_a_tensor_of_no_dimension_is_one_class() -> None:
    z = torch.tensor(3.0)
    assert softmax(z, 0).tolist() == 1.0
    assert log_softmax(z, -1).tolist() == 0.0
    assert logsumexp(z, 0).tolist() == 3.0


@every_function
@pytest.mark.parametrize("dim", [2, -3])
def test_an_axis_that_is_not_there_is_an_error(ours: Function, theirs: Function, dim: int) -> None:
    with pytest.raises(IndexError):
        theirs(torch.zeros(2, 3), dim)
    with pytest.raises(IndexError):
        ours(torch.zeros(2, 3), dim)


def test_the_softcap_holds_the_logits() -> None:
    z = 100 * random(3, 4)
    capped = 5.0 * torch.tanh(z / 5.0)
    near(softmax(z, softcap=5.0), torch.softmax(capped, -1))
    near(log_softmax(z, 0, softcap=5.0), torch.log_softmax(capped, 0))


def test_probabilities_sum_to_one_in_every_row() -> None:
    for spread in (0.1, 10.0, 1e4):
        near(softmax(spread * random(50, 30)).sum(-1), torch.ones(50), 1e-15)


def test_the_input_stays_as_it_is() -> None:
    z = random(3, 4)
    kept = z.clone()
    for ours, _ in PAIRS:
        ours(z, 1)
    assert torch.equal(z, kept)
