"""A judge of Part 2's answers that shares nothing with the course: it calls them in the sandbox.

What it expects comes from torch in float64. `failed` names what an answer does not meet.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import torch
from sklearn.datasets import load_digits
from torch import Tensor
from torch.nn import functional as F

from logitlab.sandbox import Call, Expression, Limits, Returned, Runner
from logitlab.sandbox.evidence import Called, Run
from logitlab.sandbox.values import NumberValue, SequenceValue, TensorValue, Value

IDS = (
    "softmax",
    "stable_softmax",
    "log_softmax",
    "cross_entropy",
    "cross_entropy_grad",
    "batched_cross_entropy",
    "training_step",
    "digits",
)
#: What is named in a source that is not by hand; a learner's own functions are plain names.
_SOFTMAX = {"softmax", "log_softmax", "Softmax", "LogSoftmax"}
_LOSS = {"cross_entropy", "nll_loss", "CrossEntropyLoss", "NLLLoss"}
_AUTOGRAD = {"autograd", "backward", "grad", "jacobian"}
FORBIDDEN: dict[str, set[str]] = {
    "softmax": _SOFTMAX,
    "stable_softmax": _SOFTMAX,
    "log_softmax": _SOFTMAX,
    "cross_entropy": _LOSS,
    "cross_entropy_grad": _LOSS | _AUTOGRAD,
    "batched_cross_entropy": _LOSS | _AUTOGRAD,
    "training_step": set(),
    "digits": set(),
}
LIMITS = Limits(wall_seconds=3.0, cpu_seconds=3.0)
LONG = Limits(wall_seconds=60.0, cpu_seconds=60.0)
_ACCURACY = 0.95


@dataclass(frozen=True)
class Case:
    """A call, what it must return, and the requirement that a wrong result fails."""

    requirement: str
    function: str
    arguments: tuple[Any, ...]
    expected: tuple[Tensor, ...]  # float64

    @property
    def tolerance(self) -> float:
        """A few roundings in float32 of the largest number that takes part."""
        tensors = [one for one in self.arguments if isinstance(one, Tensor)]
        floats = [one for one in tensors if one.is_floating_point()]
        size = max(float(one.abs().max()) for one in (*floats, *self.expected))
        if self.requirement == "numerical":
            return 1e-6 * max(1.0, size)
        return 16 * torch.finfo(torch.float32).eps * max(1.0, size)


@cache
def cases(id: str) -> tuple[Case, ...]:
    """The calls that an exercise is judged by, the same every time."""
    generator = torch.Generator().manual_seed(7)
    return tuple({**dict.fromkeys(IDS[:3], _rows), **_CASES}[id](id, generator))


def _normal(generator: torch.Generator, *shape: int, dtype: torch.dtype = torch.float32) -> Tensor:
    return 2 * torch.randn(shape, generator=generator, dtype=dtype)


#: Far apart in a row, rows far apart, all far below 0, and far beyond what float32's exp can take.
EXTREME = (
    torch.tensor([1e4, 0.0, -1e4]),
    torch.tensor([[1000.0, 1001.0, 999.0], [-1000.0, -1001.0, -999.5], [90.0, 100.0, -50.0]]),
    torch.tensor([[-3e4, -3e4, -2e4], [0.5, -1.0, 2.0]]),
    torch.tensor([1e30, -1e30]),
)


def _rows(id: str, generator: torch.Generator) -> Iterator[Case]:
    """softmax, stable_softmax, log_softmax: for (K,) and (N, K), square and not."""
    reference = torch.log_softmax if id == "log_softmax" else torch.softmax
    ordinary = [_normal(generator, *shape) for shape in ((5,), (1,), (4, 3), (3, 3), (1, 6))]
    ordinary.append(_normal(generator, 3, 2, dtype=torch.float64))
    for z in ordinary:
        yield Case("values", id, (z,), (reference(z.double(), dim=-1),))
    for z in EXTREME if id != "softmax" else ():
        yield Case("stable", id, (z,), (reference(z.double(), dim=-1),))


def _loss(id: str, generator: torch.Generator) -> Iterator[Case]:
    for requirement, z, y in _pairs(generator):
        yield Case(requirement, id, (z, y), (F.cross_entropy(z.double(), y.double()),))


def _gradient(id: str, generator: torch.Generator) -> Iterator[Case]:
    for requirement, z, y in _pairs(generator):
        expected = torch.func.grad(F.cross_entropy)(z.double(), y.double())
        yield Case(requirement, id, (z, y), (expected,))
    z = _normal(generator, 4, dtype=torch.float64)
    slopes = {
        "lambda z: (z ** 3).sum()": 3 * z**2,
        "lambda z: float((z ** 2).sum())": 2 * z,
        "lambda z: torch.logsumexp(z, 0) - z[1]": torch.softmax(z, 0) - torch.eye(4)[1],
    }
    for function, slope in slopes.items():
        yield Case("numerical", "numerical_grad", (Expression(function), z), (slope,))


def _pairs(generator: torch.Generator) -> Iterator[tuple[str, Tensor, Tensor]]:
    """Logits and targets, one-hot and not; float32 and float64; ordinary and extreme."""
    for K, dtype in ((3, torch.float32), (5, torch.float64)):
        distribution = torch.rand(K, generator=generator, dtype=dtype)
        yield "values", _normal(generator, K, dtype=dtype), distribution / distribution.sum()
        yield "values", _normal(generator, K, dtype=dtype), torch.eye(K, dtype=dtype)[1]
    for z in EXTREME[0], EXTREME[1][0], EXTREME[1][1]:
        yield "stable", z, torch.tensor([0.0, 1.0, 0.0])
        yield "stable", z, torch.tensor([0.25, 0.25, 0.5])


def _batch(id: str, generator: torch.Generator) -> Iterator[Case]:
    for N, K in ((4, 3), (3, 3), (2, 5), (1, 2)):
        logits = _normal(generator, N, K)
        yield _batched("values", id, logits, torch.randint(K, (N,), generator=generator))
    yield _batched("stable", id, EXTREME[1], torch.tensor([0, 1, 2]))
    yield _batched("stable", id, EXTREME[2], torch.tensor([0, 1]))


def _batched(requirement: str, id: str, logits: Tensor, targets: Tensor) -> Case:
    gradient, loss = torch.func.grad_and_value(F.cross_entropy)(logits.double(), targets)
    return Case(requirement, id, (logits, targets), (loss, gradient))


def _step(id: str, generator: torch.Generator) -> Iterator[Case]:
    for requirement, size in (("values", 1.0), ("values", 0.5), ("stable", 1000.0)):
        X, W, b = (_normal(generator, *shape) for shape in ((6, 4), (4, 3), (3,)))
        targets = torch.randint(3, (6,), generator=generator)
        yield _stepped(requirement, id, X, targets, size * W, b, 0.3)


def _stepped(
    requirement: str, id: str, X: Tensor, targets: Tensor, W: Tensor, b: Tensor, lr: float
) -> Case:
    def loss_of(W: Tensor, b: Tensor) -> Tensor:
        return F.cross_entropy(X.double() @ W + b, targets)

    compute = torch.func.grad_and_value(loss_of, argnums=(0, 1))
    (dW, db), loss = compute(W.double(), b.double())
    expected = (loss, W.double() - lr * dW, b.double() - lr * db)
    return Case(requirement, id, (X, targets, W, b, lr), expected)


_CASES: Any = {
    "cross_entropy": _loss,
    "cross_entropy_grad": _gradient,
    "batched_cross_entropy": _batch,
    "training_step": _step,
}


@dataclass(frozen=True)
class Judged:
    """How a run ended, what the answer fails, and all that its calls did, to compare it by."""

    run: Run
    failed: frozenset[str]
    forbidden: frozenset[str]
    results: tuple[tuple[Tensor, ...] | str, ...]  # of each call, or how it failed
    tolerances: tuple[float, ...]
    changed: tuple[bool, ...]

    def is_like(self, other: Judged) -> bool:
        """Whether the two cannot be told apart."""
        alike = (self.forbidden, self.changed) == (other.forbidden, other.changed)
        return alike and all(map(_is_close, self.results, other.results, self.tolerances))


def judge(runner: Runner, id: str, source: Any, seed: int = 1) -> Judged:
    """Run a source, as text or a path, and call what it defines."""
    if id == "digits":
        return _judge_digits(runner, source, seed)
    asked = cases(id)
    calls = [Call(case.function, case.arguments) for case in asked]
    run = runner.run(source, calls=calls, seeds=(seed,), limits=LIMITS).runs[0]
    called = {call.index: call for call in run.calls}
    results = tuple(_result(called.get(i)) for i in range(len(asked)))
    failed = {
        fault
        for case, result in zip(asked, results, strict=True)
        if (fault := _fault(case, result))
    }
    if "shape" in failed:
        failed -= {"values", "stable"}  # what they would say of another shape
    changed = tuple(_is_changed(case, called.get(i)) for i, case in enumerate(asked))
    forbidden = frozenset(_names(source) & FORBIDDEN[id])
    failed |= {"inputs_untouched"} if any(changed) and id != "training_step" else set()
    failed |= {"by_hand"} if forbidden else set()
    tolerances = tuple(case.tolerance for case in asked)
    return Judged(run, frozenset(failed), forbidden, results, tolerances, changed)


def _fault(case: Case, result: tuple[Tensor, ...] | str) -> str | None:
    if isinstance(result, str):
        return case.requirement
    shapes = [one.shape for one in result]
    if shapes != [one.shape for one in case.expected] or any(
        one.dtype.is_complex for one in result
    ):
        return "shape"
    if not all(one.is_floating_point() for one in result):
        return "shape"
    errors = [
        (got.double() - wanted).abs().max()
        for got, wanted in zip(result, case.expected, strict=True)
    ]
    return None if all(error <= case.tolerance for error in errors) else case.requirement


def _result(called: Called | None) -> tuple[Tensor, ...] | str:
    """The tensors that a call returned, a number as one of no dimension."""
    if called is None or called.result is None:
        return "no result" if called is None or called.error is None else called.error.type
    tensors = _tensors(called.result)
    return called.result.summary() if tensors is None else tensors


def _tensors(value: Value) -> tuple[Tensor, ...] | None:
    match value:
        case TensorValue():
            return (value.to_torch(),)
        case NumberValue():
            return (torch.tensor(value.to_json(), dtype=torch.float64),)
        case SequenceValue() if value.items:
            parts = [_tensors(item) for item in value.items]
            return tuple(tensor for part in parts if part for tensor in part)
    return None


def _is_changed(case: Case, called: Called | None) -> bool:
    """Whether an input is no longer what was sent."""
    if called is None or not called.arguments:  # there was nothing to call
        return False
    pairs = zip(case.arguments, called.arguments, strict=True)
    return any(
        isinstance(sent, Tensor)
        and not (isinstance(now, TensorValue) and sent.equal(now.to_torch()))
        for sent, now in pairs
    )


def _names(source: Any) -> set[str]:
    """The attributes and the imported names in a source."""
    text = source if isinstance(source, str) else source.read_text("utf-8")
    if not isinstance(source, str) and source.suffix == ".ipynb":
        text = "\n".join(
            "".join(cell["source"])
            for cell in json.loads(text)["cells"]
            if cell["cell_type"] == "code"
        )
    try:
        nodes: Sequence[ast.AST] = list(ast.walk(ast.parse(text)))
    except SyntaxError:
        return set()
    attributes = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    imports = [node for node in nodes if isinstance(node, ast.ImportFrom)]
    return attributes | {alias.name for node in imports for alias in node.names}


def _is_close(
    one: tuple[Tensor, ...] | str, other: tuple[Tensor, ...] | str, tolerance: float
) -> bool:
    if isinstance(one, str) or isinstance(other, str):
        return one == other
    return len(one) == len(other) and all(
        a.shape == b.shape
        and torch.allclose(a.double(), b.double(), rtol=0, atol=tolerance, equal_nan=True)
        for a, b in zip(one, other, strict=True)
    )


@cache
def digits(seed: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """(X, targets, new X, new targets): pixels and classes permuted, a shuffled fifth held out."""
    generator = torch.Generator().manual_seed(seed)
    pixels, labels = load_digits(return_X_y=True)
    order = torch.randperm(len(labels), generator=generator)
    columns = torch.randperm(64, generator=generator)
    X = torch.tensor(pixels / 16, dtype=torch.float32)[order][:, columns]
    targets = torch.randperm(10, generator=generator)[torch.tensor(labels)[order]]
    held_out = len(targets) // 5
    return X[held_out:], targets[held_out:], X[:held_out], targets[:held_out]


def _judge_digits(runner: Runner, source: Any, seed: int) -> Judged:
    X, targets, new, truth = digits(seed)
    calls = [Call("train", (X, targets)), Call(Returned(0), (new,))]
    run = runner.run(source, calls=calls, seeds=(seed,), limits=LONG).runs[0]
    result = _result(run.calls[1]) if len(run.calls) == 2 else "no result"
    if run.calls and run.calls[0].error is not None:
        result = f"train raised {run.calls[0].error.type}"
    failed = _digits_fault(result, truth)
    return Judged(run, frozenset({failed} - {""}), frozenset(), (result,), (0.0,), ())


def _digits_fault(result: tuple[Tensor, ...] | str, truth: Tensor) -> str:
    if isinstance(result, str):
        return "shape"
    classes = result[0]
    if len(result) != 1 or classes.shape != truth.shape or classes.is_floating_point():
        return "shape"
    return "" if (classes == truth).double().mean() >= _ACCURACY else "accuracy"
