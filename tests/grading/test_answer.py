"""Learners' right answers, run in the sandbox, meet what the exercises ask, whatever their style."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from logitlab.course.catalog import exercise
from logitlab.course.solution import verify
from logitlab.grading.answer import answers
from logitlab.sandbox import Runner

ANSWERS = Path(__file__).parents[1] / "answers"
SEEDS = range(16)


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    with Runner(workers=2, weakest="process") as runner:
        yield runner


RIGHT = sorted(path for id in range(1, 11) for path in (ANSWERS / str(id)).glob("right_*"))


@pytest.mark.parametrize("path", RIGHT, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_right_answer_in_any_style_meets_all(runner: Runner, path: Path) -> None:
    answer = answers(runner.run(path, seeds=SEEDS).runs)
    unmet = {
        one.requirement: one.evidence
        for one in verify(exercise(path.parent.name).requirements, answer)
        if not one.holds
    }
    assert unmet == {}
