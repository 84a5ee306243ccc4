"""Part 1's starters, hints, known mistakes, further tasks, and answers to them, right and wrong."""

import ast
import doctest
import json
import re
import runpy
import tomllib
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import torch

import logitlab.course.exercises
from logitlab.course import catalog
from logitlab.sandbox import Call, Expression, Runner
from logitlab.sandbox.evidence import Run
from logitlab.sandbox.values import ModuleValue, OtherValue, TensorValue, Value

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
MAKING = {"random_tensor", "random_tensors", "random_integers"}


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    with Runner(workers=2, weakest="process") as runner:
        yield runner


def files(id: str, pattern: str) -> list[Path]:
    return sorted((ANSWERS / id).glob(pattern))


def all_files(pattern: str, ids: list[str] = IDS) -> Any:
    paths = [path for id in ids for path in files(id, pattern)]
    return pytest.mark.parametrize("path", paths, ids=lambda p: f"{p.parent.name}/{p.name}")


def mistakes(id: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = tomllib.loads((FOLDERS[id] / "mistakes.toml").read_text("utf-8"))[
        "mistake"
    ]
    return found


each_exercise = pytest.mark.parametrize("id", IDS)


@each_exercise
class TestStarters:
    def test_it_runs_and_answers_nothing(self, id: str, runner: Runner) -> None:
        (run,) = runner.run(FOLDERS[id] / "starter.py").runs
        assert run.status == "finished"
        assert run.stdout == ""
        bound = {name: value for s in run.statements for name, value in s.bound.items()}
        blanks = {name for name, value in bound.items() if is_ellipsis(value)}
        assert blanks == set(DATA[id])
        assert not [v for s in run.statements for local in s.locals for v in local.values]
        others = {name: value for name, value in bound.items() if name not in blanks}
        assert set(others) == {"torch", "check"}
        assert isinstance(others["torch"], ModuleValue)

    def test_it_names_what_the_deck_names(self, id: str) -> None:
        text = (FOLDERS[id] / "starter.py").read_text("utf-8")
        assert re.findall(r"^(\w+) = \.\.\.$", text, re.MULTILINE) == list(DATA[id])

    def test_it_begins_with_the_task_and_ends_with_the_check(self, id: str) -> None:
        text = (FOLDERS[id] / "starter.py").read_text("utf-8")
        first, *others = text.removeprefix("# %% [markdown]\n").split("\n# %%\n")
        lines = [line.removeprefix("#").removeprefix(" ") for line in first.splitlines()]
        assert words("\n".join(lines)) == words((FOLDERS[id] / "task.md").read_text("utf-8"))
        assert others[-1] == f'from logitlab import check\n\ncheck("{id}")\n'


def words(markdown: str) -> list[list[str]]:
    """The words of each paragraph: where a line is broken means nothing."""
    return [paragraph.split() for paragraph in markdown.strip().split("\n\n")]


def is_ellipsis(value: Value) -> bool:
    return isinstance(value, OtherValue) and value.type == "ellipsis"


@each_exercise
class TestHints:
    def test_they_are_a_ladder_of_short_steps(self, id: str) -> None:
        lines = (FOLDERS[id] / "hints.md").read_text("utf-8").splitlines()
        assert 3 <= len(lines) <= 5
        for number, line in enumerate(lines, 1):
            assert line.startswith(f"{number}. ")
            prose = re.sub(r"`[^`]*`", "code", line.removeprefix(f"{number}. "))
            assert 1 <= len(re.findall(r"[.?](?= |$)", prose)) <= 2, line


@each_exercise
class TestKnownMistakes:
    def test_each_says_what_it_is(self, id: str) -> None:
        found = mistakes(id)
        assert len(found) >= 4
        assert len({mistake["id"] for mistake in found}) == len(found)
        requirements = {requirement.id for requirement in catalog.exercise(id).requirements}
        for mistake in found:
            assert set(mistake) == {"id", "requirement", "code", "says"}
            assert re.fullmatch(r"[a-z][a-z0-9_]*", mistake["id"])
            assert mistake["requirement"] in requirements
            ast.parse(mistake["code"], mode="eval")

    def test_each_says_it_in_one_style(self, id: str) -> None:
        for mistake in mistakes(id):
            says = mistake["says"]
            assert says == says.strip()
            assert not says[0].isupper() or says.startswith("X")
            assert says[-1] not in ".!?"
            assert "\n" not in says
            assert len(says) <= 200

    def test_its_code_uses_only_what_the_learner_has(self, id: str) -> None:
        for mistake in mistakes(id):
            tree = ast.parse(mistake["code"], mode="eval")
            names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
            assert names <= {"torch", "type", "len", *DATA[id]}, mistake

    def test_none_gives_what_is_right_or_what_another_gives(self, id: str) -> None:
        for requirement in {mistake["requirement"] for mistake in mistakes(id)}:
            measure = distribution if requirement in MAKING else results
            wrong = {
                mistake["id"]: measure(id, mistake["code"])
                for mistake in mistakes(id)
                if mistake["requirement"] == requirement
            }
            right = {code: measure(id, code) for code in RIGHT[id, requirement]}
            for one, other in combinations([*wrong.items()], 2):
                assert one[1] != other[1], f"{one[0]} and {other[0]} cannot be told apart"
            for name, result in wrong.items():
                assert result not in right.values(), f"{name} is right"


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


def distribution(_: str, code: str) -> object:
    """Of what kind the random numbers are, and between which bounds nine in ten of them lie."""
    torch.manual_seed(0)
    draws = torch.stack([eval(code, {"torch": torch}) for _ in range(400)])
    numbers = draws.double().flatten()
    is_whole = bool((numbers == numbers.round()).all())
    tail = 0.0 if is_whole else 0.05
    low, high = numbers.quantile(tail).floor(), numbers.quantile(1 - tail).ceil()
    return str(draws.dtype), tuple(draws.shape[1:]), is_whole, float(low), float(high)


class TestRightAnswers:
    @all_files("right_*")
    def test_it_finishes_and_makes_what_the_deck_names(self, path: Path, runner: Runner) -> None:
        id = path.parent.name
        evidence = runner.run(path, seeds=(1, 2))
        assert [run.status for run in evidence.runs] == ["finished"] * 2
        reference = inputs(id, seed=1)
        first, second = ([made(run, name) for name in DATA[id]] for run in evidence.runs)
        for name, versions in zip(DATA[id], first, strict=True):
            wanted = reference[name]
            assert isinstance(wanted, torch.Tensor)
            assert any(
                tensor.shape == wanted.shape
                and tensor.is_floating_point() == wanted.is_floating_point()
                for tensor in versions
            ), name
        assert (described(first[0][0]) == described(second[0][0])) == (id == "5")

    @each_exercise
    def test_there_are_six_that_differ_in_structure(self, id: str) -> None:
        skeletons = {path.name: skeleton(path) for path in files(id, "right_*")}
        assert len(skeletons) >= 6
        assert len(set(skeletons.values())) == len(skeletons)
        assert any(name.endswith(".ipynb") for name in skeletons)


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


def skeleton(path: Path) -> str:
    """The syntax of an answer without its names, numbers and texts."""
    tree = ast.parse(code_of(path))
    for node in ast.walk(tree):
        for field in ("id", "arg", "name", "value"):
            if isinstance(getattr(node, field, None), str | int | float):
                setattr(node, field, "")
    return ast.dump(tree)


def code_of(path: Path) -> str:
    text = path.read_text("utf-8")
    if path.suffix == ".py":
        return text
    cells = json.loads(text)["cells"]
    return "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "code")


class TestWrongAnswers:
    @all_files("wrong_*")
    def test_it_ends_and_makes_the_mistake_that_it_names(self, path: Path, runner: Runner) -> None:
        (run,) = runner.run(path).runs
        kind, told = re.fullmatch(r"# (mistake|wrong): (.+)", first_line(path)).groups()
        if kind == "wrong":
            crashes = told.startswith("crashes")
            assert run.status == ("crashed" if crashes else "finished")
        else:
            (mistake,) = [m for m in mistakes(path.parent.name) if m["id"] == told]
            assert_made(mistake["code"], run, path.read_text("utf-8"))

    @each_exercise
    def test_there_are_six_and_two_that_no_one_foresaw(self, id: str) -> None:
        kinds = [first_line(path).split(":")[0] for path in files(id, "wrong_*")]
        assert kinds.count("# mistake") >= 4
        assert kinds.count("# wrong") >= 2


def first_line(path: Path) -> str:
    return path.read_text("utf-8").partition("\n")[0]


def assert_made(code: str, run: Run, source: str) -> None:
    """The run has done what the code does: drawn so, raised so, bound or shown its value."""
    if "torch.rand" in code:
        assert code in source
        return
    names: dict[str, object] = {"torch": torch, **dict(tensors(run))}
    outcome = result(code, names)
    if run.status == "crashed":
        assert outcome == (run.error.type, run.error.message)
    elif outcome[0].startswith("torch."):
        found = [described(tensor) for name, tensor in tensors(run) if name != code]
        assert outcome in found
    else:
        assert outcome[1] in run.stdout


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
