"""Every row of the tables in docs/reference/edge-cases.md is a test: ours, then torch's."""

from __future__ import annotations

import builtins
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from logitlab import errors, functional
from logitlab.functional import cross_entropy, cross_entropy_with_grad, linear_cross_entropy

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "edge-cases.md"
NAMES = {
    name: getattr(torch, name)
    for name in ("tensor", "zeros", "nan", "inf", "float16", "bfloat16", "float64")
} | {name: getattr(torch, name) for name in ("int64", "int32", "int8", "uint8")}
NAMES |= {name: getattr(math, name) for name in ("log", "log1p", "exp")}
NAMES["sigmoid"] = lambda x: 1 / (1 + math.exp(-x))
ERRORS = {name: value for scope in (builtins, errors) for name, value in vars(scope).items()}


@dataclass(frozen=True)
class Row:
    """One row of a table: its first cell, and the others as they stand between the backticks."""

    case: str
    cells: tuple[str, ...]

    def __str__(self) -> str:
        return self.case


def table_rows(columns: int) -> Iterator[Row]:
    """The rows of the page's tables that have so many columns."""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("|") and len(cells) == columns and cells[0] not in ("Case", "---"):
            yield Row(cells[0], tuple(cell.strip("`") for cell in cells[1:]))


LOSSES, FUNCTIONS = list(table_rows(columns=8)), list(table_rows(columns=4))
every_loss = pytest.mark.parametrize("row", LOSSES, ids=str)
every_function = pytest.mark.parametrize("row", FUNCTIONS, ids=str)


def value_of(cell: str) -> Any:
    """What a cell says: a tensor, a list, a number."""
    return eval(cell, {"__builtins__": {}, **NAMES, "True": True})


def as_tensor(value: Any, dtype: torch.dtype | None = None) -> Tensor:
    """A list as a tensor; a tensor as it is."""
    return value if isinstance(value, Tensor) else torch.tensor(value, dtype=dtype)


def arguments(row: Row) -> tuple[Tensor, Tensor, dict[str, Any]]:
    """The logits, the target and the options of a row."""
    logits, target, options = row.cells[:3]
    kwargs = eval(f"dict({options})", {"__builtins__": {"dict": dict}, **NAMES})
    if "weight" in kwargs:
        kwargs["weight"] = torch.tensor(kwargs["weight"], dtype=torch.float32)
    return as_tensor(value_of(logits), torch.float32), as_tensor(value_of(target)), kwargs


def expected(cell: str, like: Tensor) -> Tensor:
    """A cell's numbers in the dtype of a result, rounded as it is."""
    return as_tensor(value_of(cell), torch.float64).to(like.dtype)


def check(actual: Tensor, cell: str) -> None:
    """A result is what its cell says: shape, dtype, NaN, infinities, every digit but the last."""
    tolerance = 4 * torch.finfo(actual.dtype).eps
    wanted = expected(cell, actual)
    torch.testing.assert_close(actual, wanted, rtol=tolerance, atol=0, equal_nan=True)


def eager(loss: Callable[..., Tensor], z: Tensor, *args: Any, **kw: Any) -> tuple[Tensor, Tensor]:
    """The loss and the gradient of its sum, by eager reverse mode."""
    z = z.clone().requires_grad_(z.is_floating_point())
    value = loss(z, *args, **kw)
    value.sum().backward()
    assert z.grad is not None
    return value.detach(), z.grad


def traced(z: Tensor, target: Tensor, **options: Any) -> tuple[Tensor, Tensor]:
    """The same by torch.func."""

    def loss(z: Tensor) -> tuple[Tensor, Tensor]:
        value = cross_entropy(z, target, **options)
        return value.sum(), value

    gradient, value = torch.func.grad(loss, has_aux=True)(z)
    return value, gradient


def pair(z: Tensor, target: Tensor, **options: Any) -> tuple[Tensor, Tensor]:
    """The same without autograd."""
    return cross_entropy_with_grad(z, target, **options)


ROUTES = {
    "eager": lambda z, target, **options: eager(cross_entropy, z, target, **options),
    "traced": traced,
    "pair": pair,
}


@pytest.mark.parametrize("route", ROUTES)
@every_loss
def test_our_answer(row: Row, route: str) -> None:
    z, target, options = arguments(row)
    loss, gradient = row.cells[3:5]
    if route == "traced" and not z.is_floating_point():
        with pytest.raises(RuntimeError):  # torch.func itself refuses
            traced(z, target, **options)
        return
    if loss in ERRORS:
        if route == "traced" and loss == "TargetRangeError":
            assert traced(z, target, **options)[0].isnan()
            return
        with pytest.raises(ERRORS[loss], match="hint: "):
            ROUTES[route](z, target, **options)
        return
    found = ROUTES[route](z, target, **options)
    check(found[0], loss)
    check(found[1], gradient)


@every_loss
def test_torch_s_answer(row: Row) -> None:
    z, target, options = arguments(row)
    loss, gradient = (
        own if cell == "the same" else cell
        for cell, own in zip(row.cells[5:7], row.cells[3:5], strict=True)
    )
    if loss == "no such option":
        with pytest.raises(TypeError, match="unexpected keyword"):
            F.cross_entropy(z, target, **options)
    elif loss in ERRORS:
        with pytest.raises(ERRORS[loss]):
            F.cross_entropy(z, target, **options)
    else:
        found = eager(F.cross_entropy, z, target, **options)
        check_torch(found[0], loss)
        check_torch(found[1], gradient)


def check_torch(actual: Tensor, cell: str) -> None:
    """As `check`, with room for torch's own rounding."""
    wanted = expected(cell, actual)
    tolerance = 64 * max(torch.finfo(actual.dtype).eps, torch.finfo(torch.float32).eps)
    torch.testing.assert_close(actual, wanted, rtol=tolerance, atol=tolerance**2, equal_nan=True)


@pytest.mark.parametrize(
    "row", [row for row in LOSSES if "f" not in row.cells[0].replace("float", "")], ids=str
)
def test_the_last_layer_answers_the_same(row: Row) -> None:
    z, target, options = arguments(row)
    if z.dim() not in (1, 2) or not bool(z.isfinite().all()) or "ignore_index" in options:
        return
    identity = torch.eye(z.shape[-1], dtype=z.dtype)
    if row.cells[3] in ERRORS:
        with pytest.raises(ERRORS[row.cells[3]], match="hint: "):
            linear_cross_entropy(z, identity, target, **options)
        return
    found = eager(linear_cross_entropy, z, identity, target, **options)
    check(found[0], row.cells[3])
    check(found[1], row.cells[4])


@pytest.mark.parametrize("whose", ["ours", "torch's"])
@every_function
def test_softmax_and_its_companions(row: Row, whose: str) -> None:
    call, ours, theirs = row.cells
    cell = ours if whose == "ours" or theirs == "the same" else theirs
    module = functional if whose == "ours" else torch
    name, _, rest = call.partition("(")

    def run() -> Tensor:
        inside, dim = value_of(f"({rest}")
        return getattr(module, name)(as_tensor(inside, torch.float32), dim)

    if cell in ERRORS:
        with pytest.raises(ERRORS[cell]):
            run()
    else:
        (check if whose == "ours" else check_torch)(run(), cell)


def test_the_page_has_all_its_rows() -> None:
    assert len(LOSSES) > 65
    assert len(FUNCTIONS) > 15
    for table in (LOSSES, FUNCTIONS):
        assert len({row.case for row in table}) == len(table)
