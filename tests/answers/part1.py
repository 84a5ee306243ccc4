"""Part 1's exercises as their tests read them: folders, names, what is right, what was made."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import torch

import logitlab.course.exercises
from logitlab.sandbox.evidence import Run
from logitlab.sandbox.values import TensorValue

ANSWERS = Path(__file__).parent
FOLDERS = {
    folder.name.split("_")[1].lstrip("0"): folder
    for folder in Path(logitlab.course.exercises.__file__).parent.glob("part1_*")
}
IDS = sorted(FOLDERS, key=int)
SEEDS = range(10)

#: What the deck has the learner make, and a way to make it.
DATA = {
    "1": {"x1": "torch.randn(5, 6)"},
    "2": {"x2": "torch.randint(0, 10, (4, 4))", "x2_float": "x2.float()"},
    "3": {"x3": "torch.rand(3, 2)", "x3_transposed": "x3.T"},
    "4": {"X4_A": "torch.randint(1, 6, (2, 3))", "X4_B": "torch.randint(1, 6, (2, 3))"},
    "5": {"x5": "torch.linspace(1, 12, steps=12).reshape(3, 4)"},
    "6": {"x6": "torch.rand(4, 4)"},
    "7": {"X7_A": "torch.rand(2, 2)", "X7_B": "torch.rand(2, 2)"},
    "8": {"x8": "torch.randint(0, 10, (2, 3, 4))"},
    "9": {"x9": "torch.randn(3, 3)"},
    "10": {"x10": "torch.randn(3, 2)"},
}
#: What each requirement asks for, over these names. Several where several are right.
RIGHT = {
    ("1", "random_tensor"): ["torch.randn(5, 6)"],
    ("1", "shape_shown"): ["x1.shape"],
    ("1", "dtype_shown"): ["x1.dtype"],
    ("1", "mean_shown"): ["x1.mean()"],
    ("2", "random_integers"): ["torch.randint(0, 10, (4, 4))"],
    ("2", "same_as_float"): ["x2.float()", "x2.double()"],
    ("2", "difference"): ["x2_float - x2"],
    ("3", "random_tensor"): ["torch.rand(3, 2)", "torch.randn(3, 2)"],
    ("3", "transposed"): ["x3.T"],
    ("3", "product"): ["x3 @ x3_transposed"],
    ("3", "shape_shown"): ["(x3 @ x3_transposed).shape"],
    ("4", "random_integers"): ["torch.randint(1, 6, (2, 3))"],
    ("4", "sum_shown"): ["X4_A + X4_B"],
    ("4", "difference_shown"): ["X4_A - X4_B"],
    ("4", "product_shown"): ["X4_A * X4_B"],
    ("4", "shapes_shown"): ["(X4_A + X4_B).shape"],
    ("5", "reshaped"): ["torch.linspace(1, 12, steps=12).reshape(3, 4)"],
    ("5", "flattened"): ["x5.flatten()"],
    ("5", "shapes_shown"): ["x5.shape", "x5.flatten().shape"],
    ("6", "random_tensor"): ["torch.rand(4, 4)", "torch.randn(4, 4)"],
    ("6", "column_sum"): ["x6.sum(dim=0)"],
    ("6", "row_sum"): ["x6.sum(dim=1)"],
    ("6", "shapes_confirmed"): ["x6.sum(dim=0).shape"],
    ("7", "random_tensors"): ["torch.rand(2, 2)", "torch.randn(2, 2)"],
    ("7", "along_dim0"): ["torch.cat([X7_A, X7_B], dim=0)"],
    ("7", "along_dim1"): ["torch.cat([X7_A, X7_B], dim=1)"],
    ("8", "random_integers"): ["torch.randint(0, 10, (2, 3, 4))"],
    ("8", "maximum"): ["x8.max()"],
    ("8", "mean"): ["x8.float().mean(dim=2)", "x8.double().mean(dim=2)"],
    ("8", "shapes_shown"): ["x8.max().shape", "x8.float().mean(dim=2).shape"],
    ("9", "random_tensor"): ["torch.rand(3, 3)", "torch.randn(3, 3)"],
    ("9", "determinant"): ["torch.linalg.det(x9)"],
    ("10", "random_tensor"): ["torch.randn(3, 2)"],
    ("10", "stacked"): ["torch.stack([x10, x10, x10])", "torch.stack([x10, x10, x10], dim=1)"],
    ("10", "shape_shown"): ["torch.stack([x10, x10, x10]).shape"],
}


def files(id: str, pattern: str) -> list[Path]:
    return sorted((ANSWERS / id).glob(pattern))


def first_line(path: Path) -> str:
    return path.read_text("utf-8").partition("\n")[0]


def mistakes(id: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = tomllib.loads((FOLDERS[id] / "mistakes.toml").read_text("utf-8"))[
        "mistake"
    ]
    return found


def made(run: Run, name: str) -> list[torch.Tensor]:
    """Every tensor that the run bound to the name, at top level or in a function of its own."""
    return [value for bound, value in tensors(run) if bound == name]


def tensors(run: Run) -> Iterator[tuple[str, torch.Tensor]]:
    """The tensors that a run bound, with their names, and those that it showed, with none."""
    for statement in run.statements:
        named = [*statement.bound.items()]
        named += [item for local in statement.locals for item in local.values.items()]
        named += [("", value) for shown in statement.shown for value in shown.values]
        for name, value in named:
            if isinstance(value, TensorValue):
                yield name, value.to_torch()


def results(id: str, code: str) -> list[object]:
    """What the code gives on each of several random inputs."""
    return [result(code, inputs(id, seed)) for seed in SEEDS]


def inputs(id: str, seed: int) -> dict[str, object]:
    torch.manual_seed(seed)
    names: dict[str, object] = {"torch": torch}
    for name, code in DATA[id].items():
        names[name] = eval(code, names)
    return names


def result(code: str, names: dict[str, object]) -> object:
    try:
        return described(eval(code, dict(names)))
    except (RuntimeError, ValueError, IndexError) as error:
        return type(error).__name__, str(error)


def described(value: object) -> object:
    """A value in a form that compares; numbers to three decimals, beyond any rounding."""
    if not isinstance(value, torch.Tensor):
        return type(value).__name__, str(value)
    numbers = [round(float(number), 3) for number in value.flatten().tolist()]
    return str(value.dtype), tuple(value.shape), numbers
