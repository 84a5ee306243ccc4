"""Part 1's further tasks: their texts, their solutions, and an answer right and wrong to each."""

import doctest
import re
import runpy
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch

from logitlab.sandbox import Call, Expression, Runner
from logitlab.sandbox.values import TensorValue, Value
from tests.answers.part1 import FOLDERS, IDS, files, first_line

each_exercise = pytest.mark.parametrize("id", IDS)


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    with Runner(workers=2, weakest="process") as runner:
        yield runner


#: Fresh inputs for each further task, and the function that is asked for.
MORE: dict[str, tuple[str, list[tuple[object, ...]]]] = {
    "1": ("standardise", [(f"torch.rand({shape}) * 9 - 2",) for shape in ("7", "2, 3", "2, 2, 2")]),
    "2": ("first_lost", [(f"torch.{d}",) for d in ("float16", "bfloat16", "float32", "float64")]),
    "3": ("squared_distances", [(f"torch.randn({shape}) * 3",) for shape in ("1, 2", "4, 3")]),
    "4": (
        "broadcast_shape",
        [
            ((), ()),
            ((2, 3), (3,)),
            ((2, 3), (2,)),
            ((5, 1, 4), (3, 1)),
            ((1,), (2, 7)),
            ((3, 2), (2, 3)),
        ],
    ),
    "5": ("in_rows", [(f"torch.arange(1, {n})", c) for n, c in [(2, 4), (5, 2), (7, 2), (8, 3)]]),
    "6": ("table_with_sums", [(f"torch.randn({shape})",) for shape in ("2, 3", "4, 1", "1, 5")]),
    "7": (
        "block_diagonal",
        [("torch.randn(2, 3)", "torch.randn(1, 4)"), ("torch.ones(2, 2)",) * 2],
    ),
    "8": ("where_largest", [(f"torch.randint(0, {n}, (3, 4, 5))",) for n in (2, 5, 10**6)]),
    "9": (
        "nearly_singular",
        [
            ("torch.eye(4) / 1000",),
            ("torch.zeros(2, 2)",),
            ("torch.eye(2) + 1e5",),
            ("torch.diag(torch.tensor([1.0, 900.0]))",),
            ("torch.diag(torch.tensor([1.0, 1100.0, 7.0]))",),
            ("torch.ones(3, 3)",),
        ],
    ),
    "10": (
        "replicate",
        [(f"torch.randn({s})", n, d) for s, n, d in [("3", 2, 1), ("3, 2", 5, -1), ("2, 2", 1, 0)]],
    ),
}


def argument(item: object) -> object:
    """Text is an expression in torch, made here so that both sides get the same numbers."""
    if not isinstance(item, str):
        return item
    return Expression(item) if re.fullmatch(r"torch\.b?float\d+", item) else eval(item)


def solution(id: str) -> Callable[..., object]:
    name, _ = MORE[id]
    found: Callable[..., object] = runpy.run_path(str(FOLDERS[id] / "further.py"))[name]
    return found


def asked(id: str) -> list[tuple[object, ...]]:
    torch.manual_seed(0)
    return [tuple(argument(item) for item in call) for call in MORE[id][1]]


@each_exercise
class TestFurtherTasks:
    def test_its_text_names_the_function(self, id: str) -> None:
        text = (FOLDERS[id] / "further.md").read_text("utf-8")
        name, calls = MORE[id]
        assert text.startswith(f"# {id}_more · ")
        (signature,) = re.findall(rf"Write a function `{name}\(([^)]*)\)`", text)
        assert signature.count(",") + 1 == len(calls[0])

    def test_the_examples_of_its_solution_hold(self, id: str) -> None:
        names = runpy.run_path(str(FOLDERS[id] / "further.py"))
        examples = doctest.DocTestParser().get_doctest(
            names[MORE[id][0]].__doc__, names, f"{id}_more", None, None
        )
        assert examples.examples
        assert doctest.DocTestRunner(verbose=False).run(examples).failed == 0

    def test_the_right_answer_agrees_with_its_solution(self, id: str, runner: Runner) -> None:
        (path,) = files(f"{id}_more", "right_*")
        assert agreeing(id, path, runner) == [True] * len(MORE[id][1])

    def test_the_wrong_answer_does_not(self, id: str, runner: Runner) -> None:
        (path,) = files(f"{id}_more", "wrong_*")
        assert first_line(path).startswith("# wrong: ")
        assert not all(agreeing(id, path, runner))


def agreeing(id: str, path: Path, runner: Runner) -> list[bool]:
    """Whether the answer returns what the solution does, call by call."""
    arguments = asked(id)
    (run,) = runner.run(path, calls=[Call(MORE[id][0], items) for items in arguments]).runs
    assert run.status == "finished"
    plain = [[eval(i.source) if isinstance(i, Expression) else i for i in a] for a in arguments]
    expected = [solution(id)(*items) for items in plain]
    return [
        called.result is not None and same(called.result, value)
        for called, value in zip(run.calls, expected, strict=True)
    ]


def same(got: Value, expected: object) -> bool:
    if not isinstance(expected, torch.Tensor):
        wanted = list(expected) if isinstance(expected, tuple) else expected
        return bool(got.to_json() == wanted) and type(got.to_json()) is type(wanted)
    if not isinstance(got, TensorValue):
        return False
    tensor = got.to_torch()
    alike = tensor.dtype == expected.dtype and tensor.shape == expected.shape
    return alike and torch.allclose(tensor, expected, rtol=1e-5, atol=1e-4)
