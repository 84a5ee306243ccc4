"""torch's own operator samples (op_db): each valid and each wrong call, ours beside torch's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.testing._internal.common_methods_invocations import op_db
from torch.testing._internal.opinfo.core import OpInfo, SampleInput

from logitlab import functional

OURS: dict[str, Callable[..., Tensor]] = {
    "softmax": functional.softmax,
    "log_softmax": functional.log_softmax,
    "logsumexp": functional.logsumexp,
    "nn.functional.cross_entropy": functional.cross_entropy,
    "nn.functional.linear_cross_entropy": functional.linear_cross_entropy,
}
OPERATORS = [operator for operator in op_db if operator.name in OURS]
every_operator = pytest.mark.parametrize(
    "operator", OPERATORS, ids=lambda o: f"{o.name} {o.variant_test_name}".strip()
)
DTYPES = (torch.float64, torch.float32, torch.bfloat16)


def arguments(sample: SampleInput) -> tuple[list[Any], dict[str, Any]]:
    """A sample's arguments; `options` tunes the memory of torch's own kernel, not the result."""
    kwargs = {name: value for name, value in sample.kwargs.items() if name != "options"}
    return [sample.input, *sample.args], kwargs


def copies(args: list[Any], kwargs: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    """Fresh leaves for one implementation."""

    def copy(value: Any) -> Any:
        if not isinstance(value, Tensor):
            return value
        return value.detach().clone().requires_grad_(value.requires_grad)

    return [copy(a) for a in args], {name: copy(value) for name, value in kwargs.items()}


def result_and_gradients(
    function: Callable[..., Tensor], args: list[Any], kwargs: dict[str, Any]
) -> Iterator[Tensor]:
    """The result, then the gradient of a weighted sum of it to each leaf that asks for one."""
    args, kwargs = copies(args, kwargs)
    result = function(*args, **kwargs)
    yield result.detach()
    leaves = [v for v in (*args, *kwargs.values()) if isinstance(v, Tensor) and v.requires_grad]
    if not leaves or not result.requires_grad:
        return
    upstream = torch.linspace(-1, 2, result.numel()).reshape(result.shape).to(result.dtype)
    for gradient in torch.autograd.grad(result, leaves, upstream, allow_unused=True):
        if gradient is not None:
            yield gradient


def averages_nothing(expected: Tensor) -> bool:
    """Torch's mean over no row is NaN; ours is 0, as docs/reference/edge-cases.md says."""
    return expected.dim() == 0 and bool(expected.isnan())


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@every_operator
def test_values_and_gradients_on_torch_s_samples(operator: OpInfo, dtype: torch.dtype) -> None:
    samples = list(operator.sample_inputs("cpu", dtype, requires_grad=True))
    assert samples
    for sample in samples:
        args, kwargs = arguments(sample)
        theirs = list(result_and_gradients(operator.op, args, kwargs))
        ours = list(result_and_gradients(OURS[operator.name], args, kwargs))
        if averages_nothing(theirs[0]):
            assert ours[0] == 0
            continue
        assert len(ours) == len(theirs)
        for mine, expected in zip(ours, theirs, strict=True):
            assert mine.dtype == expected.dtype
            assert mine.shape == expected.shape
            tolerance = max(16 * torch.finfo(dtype).eps, 1e-12)  # torch rounds on the way
            torch.testing.assert_close(mine, expected, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize(
    "operator",
    [o for o in OPERATORS if "with_dtype" in o.variant_test_name or o.name == "logsumexp"],
    ids=lambda o: f"{o.name} {o.variant_test_name}".strip(),
)
def test_values_on_torch_s_integer_samples(operator: OpInfo) -> None:
    for dtype in (torch.int64, torch.uint8, torch.bool):
        for sample in operator.sample_inputs("cpu", dtype):
            args, kwargs = arguments(sample)
            expected = operator.op(*args, **kwargs)
            torch.testing.assert_close(OURS[operator.name](*args, **kwargs), expected)


@pytest.mark.parametrize(
    "operator",
    [operator for operator in OPERATORS if operator.error_inputs_func is not None],
    ids=lambda o: f"{o.name} {o.variant_test_name}".strip(),
)
def test_torch_s_wrong_calls_are_refused(operator: OpInfo) -> None:
    wrong_calls = list(operator.error_inputs("cpu"))
    assert wrong_calls
    for call in wrong_calls:
        args, kwargs = arguments(call.sample_input)
        with pytest.raises(call.error_type):
            operator.op(*args, **kwargs)
        with pytest.raises(functional_errors(), match="hint: "):
            OURS[operator.name](*args, **kwargs)


def functional_errors() -> tuple[type[Exception], ...]:
    """What a caller may see instead of torch's RuntimeError."""
    from logitlab import errors

    return (errors.ShapeError, errors.DtypeError, errors.ParameterError)


def test_every_function_has_samples() -> None:
    assert {operator.name for operator in OPERATORS} == set(OURS)
