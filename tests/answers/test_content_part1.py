"""What Part 1's folders hold beside the task: starters, hints and known mistakes."""

import ast
import re
from collections.abc import Iterator
from itertools import combinations

import pytest
import torch

from logitlab.course import catalog
from logitlab.sandbox import Runner
from logitlab.sandbox.values import ModuleValue, OtherValue, Value
from tests.answers.part1 import DATA, FOLDERS, IDS, RIGHT, mistakes, results

MAKING = {"random_tensor", "random_tensors", "random_integers"}

each_exercise = pytest.mark.parametrize("id", IDS)


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    with Runner(workers=2, weakest="process") as runner:
        yield runner


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
        requirements = {requirement.id for requirement in catalog.exercise(id).checks}
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


def distribution(_: str, code: str) -> object:
    """Of what kind the random numbers are, and between which bounds nine in ten of them lie."""
    torch.manual_seed(0)
    draws = torch.stack([eval(code, {"torch": torch}) for _ in range(400)])
    numbers = draws.double().flatten()
    is_whole = bool((numbers == numbers.round()).all())
    tail = 0.0 if is_whole else 0.05
    low, high = numbers.quantile(tail).floor(), numbers.quantile(1 - tail).ceil()
    return str(draws.dtype), tuple(draws.shape[1:]), is_whole, float(low), float(high)
