"""Part 1's answers, right and wrong, as learners write them."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from logitlab.sandbox import Runner
from logitlab.sandbox.evidence import Run
from tests.answers.part1 import (
    DATA,
    IDS,
    described,
    files,
    first_line,
    inputs,
    made,
    mistakes,
    result,
    tensors,
)

each_exercise = pytest.mark.parametrize("id", IDS)


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    with Runner(workers=2, weakest="process") as runner:
        yield runner


def all_files(pattern: str, ids: list[str] = IDS) -> Any:
    paths = [path for id in ids for path in files(id, pattern)]
    return pytest.mark.parametrize("path", paths, ids=lambda p: f"{p.parent.name}/{p.name}")


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
