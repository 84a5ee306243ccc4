"""What the oracles are written with: comparisons that can fail, and numbers read from text."""

from __future__ import annotations

import numpy as np
import pytest

from logitlab.course.oracle import close, equal, normal, printed, printed_shape
from logitlab.course.run import run_source
from logitlab.grading.answer import Answer
from logitlab.grading.check import Unmet


def output(text: str) -> Answer:
    return Answer({}, text)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("tensor([ 0.1650, -0.4860])", [0.16504, -0.48597]),
        ("tensor([1.2345e-05, 3.0000e+02])", [1.2345e-5, 300.0]),
        ("mean: -0.013416", -0.0134158),
        ("tensor([[3., 4.],\n        [5., 6.]])", [3, 4, 5, 6]),
        ("x is torch.float32, 7", 7),
    ],
)
def test_printed_numbers_are_read_to_their_digits(text: str, values: object) -> None:
    printed(output(text), "it", np.asarray(values), scale=0.0)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("tensor([0.1650, 0.4860])", [0.4860, 0.1650]),
        ("tensor([0.1650, 0.4860])", [0.1652, 0.4860]),
        ("torch.Size([4, 4])", [4, 4]),
        ("torch.float32", 32),
        ("", 0),
        ("1.5", [1.5, 1.5]),
    ],
)
def test_other_numbers_are_not_taken_for_them(text: str, values: object) -> None:
    with pytest.raises(Unmet, match="it is not in the output"):
        printed(output(text), "it", np.asarray(values))


def test_a_shape_counts_as_often_as_it_stands_there() -> None:
    run = output("torch.Size([4]) torch.Size([4, 4])")
    assert printed_shape(run, (4,)) == "torch.Size([4])"
    with pytest.raises(Unmet, match="1 times, not 2"):
        printed_shape(run, (4,), times=2)


def test_close_and_equal_refuse_other_shapes_instead_of_broadcasting() -> None:
    for compare in (close, equal):
        with pytest.raises(Unmet, match="shape"):
            compare("it", np.zeros(3), np.zeros((3, 1)))


def test_close_allows_float32_and_no_more() -> None:
    exact = np.array([1 / 3, 2 / 3])
    close("it", exact.astype(np.float32).astype(np.float64), exact)
    with pytest.raises(Unmet, match="off by"):
        close("it", exact + 1e-4, exact)


@pytest.mark.parametrize("source", ["torch.rand(30)", "torch.randn(30) + 1", "torch.zeros(30)"])
def test_other_distributions_are_not_standard_normal(source: str) -> None:
    with pytest.raises(Unmet, match="not standard normal"):
        normal(run_source(f"import torch; x = {source}", seed=0), "x")
