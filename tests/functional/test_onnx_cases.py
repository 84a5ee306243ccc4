"""ONNX's own node tests: SoftmaxCrossEntropyLoss, Softmax, LogSoftmax and ReduceLogSumExp.

The cases (inputs and expected outputs) come from the installed onnx package: each node class has
`export…` functions that hand them to `expect`, which is replaced here by a collector.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from onnx.backend.test.case.node import logsoftmax, softmax
from onnx.backend.test.case.node import softmax_cross_entropy_loss as loss
from torch import Tensor

from logitlab import functional

with np.errstate(divide="ignore"):  # its class exports at import, log(0) among the rest
    from onnx.backend.test.case.node import reduce_log_sum_exp


@dataclass(frozen=True)
class NodeTest:
    """One ONNX node with its inputs and the outputs that it must have."""

    name: str
    attributes: dict[str, Any]
    inputs: list[Tensor]
    outputs: list[Tensor]


def collect(module: ModuleType, node_class: type) -> Iterator[NodeTest]:
    """Every case that a class of node tests exports."""
    collected: list[NodeTest] = []

    def expect(
        node: onnx.NodeProto,
        inputs: list[np.ndarray],
        outputs: list[np.ndarray],
        name: str,
        **_: Any,
    ) -> None:
        attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
        tensors = ([torch.from_numpy(np.array(x)) for x in arrays] for arrays in (inputs, outputs))
        collected.append(NodeTest(name, attributes, *tensors))

    state = np.random.get_state()  # the cases draw from the global generator
    with pytest.MonkeyPatch.context() as patch, np.errstate(divide="ignore"):
        patch.setattr(module, "expect", expect)
        np.random.seed(0)
        for export in [name for name in dir(node_class) if name.startswith("export")]:
            getattr(node_class, export)()
    np.random.set_state(state)
    yield from collected


def named(cases: Iterator[NodeTest]) -> pytest.MarkDecorator:
    """One test for each case, under ONNX's name."""
    return pytest.mark.parametrize("case", list(cases), ids=lambda case: case.name)


@named(collect(loss, loss.SoftmaxCrossEntropyLoss))
def test_softmax_cross_entropy_loss(case: NodeTest) -> None:
    x, target, *weight = case.inputs
    options = dict(case.attributes)
    options["reduction"] = options.pop("reduction", b"mean").decode()
    ours = functional.cross_entropy(x, target, *weight, **options)
    torch.testing.assert_close(ours, case.outputs[0], rtol=1e-5, atol=1e-6)
    for log_probabilities in case.outputs[1:]:
        torch.testing.assert_close(
            functional.log_softmax(x, 1), log_probabilities, rtol=1e-5, atol=1e-6
        )


@named(collect(softmax, softmax.Softmax))
def test_softmax(case: NodeTest) -> None:
    ours = functional.softmax(case.inputs[0], case.attributes.get("axis", -1))
    torch.testing.assert_close(ours, case.outputs[0])


@named(collect(logsoftmax, logsoftmax.LogSoftmax))
def test_log_softmax(case: NodeTest) -> None:
    ours = functional.log_softmax(case.inputs[0], case.attributes.get("axis", -1))
    torch.testing.assert_close(ours, case.outputs[0])


@named(collect(reduce_log_sum_exp, reduce_log_sum_exp.ReduceLogSumExp))
def test_reduce_log_sum_exp(case: NodeTest) -> None:
    x, *axes = case.inputs
    dims = tuple(axes[0].tolist()) if axes and axes[0].numel() else tuple(range(x.dim()))
    ours = functional.logsumexp(x, dims, bool(case.attributes.get("keepdims", 1)))
    torch.testing.assert_close(ours, case.outputs[0])


def test_all_of_onnx_s_cases_are_here() -> None:
    names = [case.name for case in collect(loss, loss.SoftmaxCrossEntropyLoss)]
    assert len(names) == len(set(names))
    exports = [name for name in dir(loss.SoftmaxCrossEntropyLoss) if name.startswith("export")]
    assert len(names) == len(exports) >= 34
