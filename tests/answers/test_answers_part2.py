"""Part 2's texts, starters, solutions and known mistakes, and answers as learners write them."""

from __future__ import annotations

import ast
import itertools
import re
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import torch
from torch.nn import functional as F

import logitlab.course
from logitlab.functional import reference
from logitlab.sandbox import Runner
from tests.answers.judge_part2 import IDS, Judged, digits, judge

ANSWERS = Path(__file__).parent
FOLDERS = {
    task.read_text("utf-8").removeprefix("# ").partition(" · ")[0]: task.parent
    for task in Path(logitlab.course.__file__).parent.glob("*/part2_*/task.md")
}
REQUIREMENTS = {
    "softmax": {"shape", "values", "by_hand", "inputs_untouched"},
    "stable_softmax": {"shape", "values", "stable", "by_hand", "inputs_untouched"},
    "log_softmax": {"shape", "values", "stable", "by_hand", "inputs_untouched"},
    "cross_entropy": {"shape", "values", "stable", "by_hand", "inputs_untouched"},
    "cross_entropy_grad": {
        *("shape", "values", "stable", "numerical", "by_hand", "inputs_untouched"),
    },
    "batched_cross_entropy": {"shape", "values", "stable", "by_hand", "inputs_untouched"},
    "training_step": {"shape", "values", "stable"},
    "digits": {"shape", "accuracy"},
}
RIGHT = sorted(path for id in IDS for path in (ANSWERS / id).glob("right_*"))
WRONG = sorted(path for id in IDS for path in (ANSWERS / id).glob("wrong_*"))


def names(paths: list[Path]) -> list[str]:
    return [f"{path.parent.name}/{path.name}" for path in paths]


def text(id: str, name: str) -> str:
    return (FOLDERS[id] / name).read_text("utf-8")


def mistakes(id: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = tomllib.loads(text(id, "mistakes.toml"))["mistake"]
    return found


MISTAKES = [(id, mistake["id"]) for id in IDS for mistake in mistakes(id)]


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    with Runner(workers=2, weakest="process") as runner:
        yield runner


@pytest.fixture(scope="module")
def known(runner: Runner) -> dict[tuple[str, str], Judged]:
    """Each known mistake, written over the solution, as it was judged."""
    return {
        (id, mistake["id"]): judge(runner, id, text(id, "solution.py") + mistake["code"])
        for id in IDS
        for mistake in mistakes(id)
    }


def test_the_eight_exercises_are_there_in_their_order() -> None:
    assert sorted(FOLDERS, key=lambda id: FOLDERS[id].name) == list(IDS)
    for number, id in enumerate(IDS, start=1):
        assert FOLDERS[id].name == f"part2_{number:02}_{id}"


class TestTexts:
    @pytest.mark.parametrize("id", IDS)
    def test_the_hints_are_a_ladder_of_three_to_five(self, id: str) -> None:
        lines = text(id, "hints.md").splitlines()
        assert 3 <= len(lines) <= 5
        for number, line in enumerate(lines, start=1):
            assert re.match(rf"{number}\. [A-Z`].*[.?]$", line), line

    @pytest.mark.parametrize("id", IDS)
    def test_task_starter_and_explanation_are_of_one_form(self, id: str) -> None:
        title = text(id, "task.md").splitlines()[0].partition(" · ")[2]
        starter = text(id, "starter.py").splitlines()
        assert starter[:2] == ["# %% [markdown]", f"# # {title}"]
        assert starter[-4:] == ["# %%", "from logitlab import check", "", f'check("{id}")']
        assert "\n" not in text(id, "explanation.md").strip()

    @pytest.mark.parametrize("id", IDS)
    def test_the_starter_asks_for_what_the_solution_defines(self, id: str) -> None:
        starter, solution = (signatures(text(id, name)) for name in ("starter.py", "solution.py"))
        assert starter == solution


def signatures(source: str) -> list[str]:
    functions = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]
    return [f"{f.name}({ast.unparse(f.args)}) -> {ast.unparse(f.returns)}" for f in functions]


class TestStarters:
    @pytest.mark.parametrize("id", IDS)
    def test_it_runs_and_answers_nothing(self, runner: Runner, id: str) -> None:
        judged = judge(runner, id, FOLDERS[id] / "starter.py")
        assert judged.run.status == "finished"
        assert all(
            call.result is None or call.result.to_json() is None for call in judged.run.calls
        )
        assert judged.failed

    @pytest.mark.parametrize("id", IDS)
    def test_what_it_tries_works_with_the_solution(self, runner: Runner, id: str) -> None:
        cells = ast.parse(text(id, "starter.py"))
        cells.body = [node for node in cells.body if not isinstance(node, ast.FunctionDef)]
        source = text(id, "solution.py") + ast.unparse(cells)
        (run,) = runner.run(source).runs
        assert (run.status, run.stderr) == ("finished", "")
        assert re.search(r"\d", run.stdout)


class TestSolutions:
    """Each against a reference that it shares nothing with, on fresh inputs."""

    @pytest.mark.parametrize("id", IDS)
    def test_it_meets_everything_in_the_sandbox(self, runner: Runner, id: str) -> None:
        judged = judge(runner, id, FOLDERS[id] / "solution.py")
        assert (judged.run.status, judged.failed) == ("finished", frozenset())

    @pytest.mark.parametrize("id", ["softmax", "stable_softmax", "log_softmax"])
    @pytest.mark.parametrize("shape", [(1,), (7,), (5, 3), (4, 4), (1, 9)])
    def test_rows(self, id: str, shape: tuple[int, ...]) -> None:
        expected = reference.log_softmax if id == "log_softmax" else reference.softmax
        for seed in range(20):
            z = 5 * torch.randn(shape, generator=torch.Generator().manual_seed(seed))
            for one in (z, z.double()):
                got = function(id)(one)
                assert got.dtype == one.dtype
                torch.testing.assert_close(got.double(), expected(one), rtol=1e-5, atol=1e-6)

    @pytest.mark.parametrize("size", [1e2, 1e4, 1e30])
    def test_rows_of_any_size(self, size: float) -> None:
        for seed in range(20):
            z = size * torch.randn(4, 5, generator=torch.Generator().manual_seed(seed))
            y_hat, log_y_hat = function("stable_softmax")(z), function("log_softmax")(z)
            assert log_y_hat.isfinite().all()
            # What a logit is rounded by is what its exponential is off by, relatively
            torch.testing.assert_close(y_hat.double(), reference.softmax(z), rtol=1e-5, atol=1e-6)
            wanted = reference.log_softmax(z)
            torch.testing.assert_close(log_y_hat.double(), wanted, rtol=1e-6, atol=1e-6)

    @pytest.mark.parametrize("size", [1.0, 1e4])
    @pytest.mark.parametrize("is_one_hot", [True, False])
    def test_loss_and_gradient(self, size: float, is_one_hot: bool) -> None:
        for seed in range(20):
            z, y = logits_and_target(seed, size, is_one_hot)
            loss = function("cross_entropy")(z, y)
            torch.testing.assert_close(loss, F.cross_entropy(z, y))
            torch.testing.assert_close(loss, reference.cross_entropy(z, y))
            gradient = function("cross_entropy_grad")(z, y)
            torch.testing.assert_close(gradient, torch.func.grad(F.cross_entropy)(z, y))
            torch.testing.assert_close(gradient, reference.row_gradient(z[None], y[None])[0])

    def test_numerical_and_derived_gradient_agree_in_float64(self) -> None:
        numerical_grad = function("cross_entropy_grad", "numerical_grad")
        for seed in range(20):
            z, y = logits_and_target(seed, 1.0, is_one_hot=False)
            difference = numerical_grad(lambda z, y=y: reference.cross_entropy(z, y), z)
            gradient = function("cross_entropy_grad")(z, y)
            torch.testing.assert_close(difference, gradient, rtol=0, atol=1e-9)
            sines = numerical_grad(lambda z: float(z.sin().sum()), z)
            torch.testing.assert_close(sines, z.cos(), rtol=0, atol=1e-9)

    @pytest.mark.parametrize("size", [1.0, 1e4])
    def test_batch(self, size: float) -> None:
        for seed in range(20):
            generator = torch.Generator().manual_seed(seed)
            logits = size * torch.randn(6, 4, generator=generator, dtype=torch.float64)
            targets = torch.randint(4, (6,), generator=generator)
            loss, gradient = function("batched_cross_entropy")(logits, targets)
            wanted = reference.cross_entropy_with_grad(logits, targets)
            torch.testing.assert_close((loss, gradient), wanted)
            torch.testing.assert_close(loss, F.cross_entropy(logits, targets))

    @pytest.mark.parametrize("size", [1.0, 1e4])
    def test_step(self, size: float) -> None:
        for seed in range(20):
            torch.manual_seed(seed)
            X, W, b = (torch.randn(shape).double() for shape in ((5, 3), (3, 4), (4,)))
            W, targets, lr = size * W, torch.randint(4, (5,)), 0.1
            layer = torch.nn.Linear(3, 4, dtype=torch.float64)
            layer.load_state_dict({"weight": W.T, "bias": b})
            optimiser = torch.optim.SGD(layer.parameters(), lr=lr)
            loss = F.cross_entropy(layer(X), targets)
            loss.backward()
            optimiser.step()
            wanted = (loss.detach(), layer.weight.detach().T, layer.bias.detach())
            torch.testing.assert_close(function("training_step")(X, targets, W, b, lr), wanted)

    @pytest.mark.parametrize("seed", range(2, 6))
    def test_digits_never_seen(self, seed: int) -> None:
        X, targets, new, truth = digits(seed)
        torch.manual_seed(seed)
        predicted = function("digits", "train")(X, targets)(new)
        assert predicted.dtype == torch.int64
        assert (predicted == truth).double().mean() >= 0.97  # 95 % with room to spare


def function(id: str, name: str | None = None) -> Any:
    """A function of a solution."""
    room = FOLDERS[id].parent.name
    module = import_module(f"logitlab.course.{room}.{FOLDERS[id].name}.solution")
    return getattr(module, name or id)


def logits_and_target(
    seed: int, size: float, is_one_hot: bool
) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    z = size * torch.randn(5, generator=generator, dtype=torch.float64)
    y = torch.rand(5, generator=generator, dtype=torch.float64)
    return z, torch.eye(5, dtype=torch.float64)[seed % 5] if is_one_hot else y / y.sum()


class TestMistakes:
    @pytest.mark.parametrize("id", IDS)
    def test_they_are_of_one_form(self, id: str) -> None:
        found = mistakes(id)
        assert len(found) >= 4
        assert len({mistake["id"] for mistake in found}) == len(found)
        assert len({mistake["says"] for mistake in found}) == len(found)
        for mistake in found:
            assert set(mistake) == {"id", "requirement", "code", "says"}
            assert re.fullmatch(r"[a-z][a-z0-9_]*", mistake["id"])
            assert mistake["requirement"] in REQUIREMENTS[id]
            assert re.fullmatch(r"[^\n]*[^\s.]", mistake["says"])
            assert signatures_of(mistake["code"]) <= signatures_of(text(id, "solution.py"))

    @pytest.mark.parametrize(("id", "mistake"), MISTAKES)
    def test_it_spoils_its_requirement_and_no_other(
        self, known: dict[tuple[str, str], Judged], id: str, mistake: str
    ) -> None:
        (requirement,) = [m["requirement"] for m in mistakes(id) if m["id"] == mistake]
        follows = {"values": {"stable"}, "inputs_untouched": {"numerical"}}.get(requirement, set())
        failed = known[id, mistake].failed
        assert {requirement} <= failed <= {requirement} | follows

    @pytest.mark.parametrize("id", IDS)
    def test_each_is_told_from_the_others_and_from_the_solution(
        self, runner: Runner, known: dict[tuple[str, str], Judged], id: str
    ) -> None:
        judged = {mistake["id"]: known[id, mistake["id"]] for mistake in mistakes(id)}
        judged["solution"] = judge(runner, id, FOLDERS[id] / "solution.py")
        pairs = itertools.combinations(judged, 2)
        assert [pair for pair in pairs if judged[pair[0]].is_like(judged[pair[1]])] == []


def signatures_of(source: str) -> set[str]:
    """The names of a source's functions, with the names of their parameters."""
    functions = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]
    return {f"{f.name}({', '.join(a.arg for a in f.args.args)})" for f in functions}


class TestAnswers:
    @pytest.mark.parametrize("id", IDS)
    def test_there_are_six_of_each(self, id: str) -> None:
        assert len([path for path in RIGHT if path.parent.name == id]) >= 6
        assert len([path for path in WRONG if path.parent.name == id]) >= 6

    @pytest.mark.parametrize("path", RIGHT, ids=names(RIGHT))
    def test_a_right_one_meets_everything(self, runner: Runner, path: Path) -> None:
        judged = judge(runner, path.parent.name, path)
        assert (judged.run.status, judged.failed) == ("finished", frozenset())

    @pytest.mark.parametrize("path", WRONG, ids=names(WRONG))
    def test_a_wrong_one_ends_and_is_wrong(
        self, runner: Runner, known: dict[tuple[str, str], Judged], path: Path
    ) -> None:
        id = path.parent.name
        judged = judge(runner, id, path)
        assert judged.run.status != "sandbox_error"
        assert judged.failed or judged.run.status != "finished"
        kind, _, what = path.read_text("utf-8").partition("\n")[0].partition(": ")
        assert kind in ("# mistake", "# wrong")
        if kind == "# mistake":
            assert judged.is_like(known[id, what])
        else:
            assert what
            assert not any(judged.is_like(known[id, m["id"]]) for m in mistakes(id))
