"""Every right answer passes in whatever style, and no wrong one does: each through the sandbox."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from typer.testing import CliRunner

from logitlab.cli.app import app
from logitlab.course.catalog import exercise, exercises
from logitlab.course.checking import check, submissions
from logitlab.errors import ParameterError
from logitlab.grading.verdict import CheckReport, Verdict, schema
from logitlab.sandbox import Runner

ANSWERS = Path(__file__).parents[1] / "answers"
IDS = [one.id for one in exercises()]
RIGHT = [path for id in IDS for path in sorted((ANSWERS / id).glob("right_*"))]
WRONG = [path for id in IDS for path in sorted((ANSWERS / id).glob("wrong_*"))]


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    with Runner(workers=2, weakest="process") as runner:
        yield runner


def verdict_on(path: Path, runner: Runner, *ids: str) -> Verdict:
    (verdict,) = check([path], runner, only=[exercise(id) for id in ids])
    Draft202012Validator(schema()).validate(CheckReport(runner.level, (verdict,)).to_json())
    return verdict


def written(folder: Path, text: str, name: str = "mine.py") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def label(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@pytest.mark.parametrize("path", RIGHT, ids=label)
def test_a_right_answer_in_any_style_passes(path: Path, runner: Runner) -> None:
    verdict = verdict_on(path, runner, path.parent.name)
    assert verdict.status in ("passed", "needs_review")
    (one,) = verdict.exercises
    reviewed = sum(check.status == "needs_review" for check in one.checks)
    assert one.points == one.max_points - reviewed


@pytest.mark.parametrize("path", WRONG, ids=label)
def test_a_wrong_answer_does_not(path: Path, runner: Runner, tmp_path: Path) -> None:
    _, _, code = path.read_text("utf-8").partition("\n")  # its first line says what is wrong
    verdict = verdict_on(written(tmp_path, code), runner, path.parent.name)
    assert verdict.status in ("failed", "crashed", "missing")
    (one,) = verdict.exercises
    assert one.points < one.max_points


def test_what_a_file_touches_is_found_out(runner: Runner, tmp_path: Path) -> None:
    code = exercise("5").solution + exercise("10").solution
    verdict = verdict_on(written(tmp_path, code), runner)
    assert [one.id for one in verdict.exercises] == ["5", "10"]
    assert verdict.status == "passed"


def test_what_was_right_before_a_crash_keeps_its_points(runner: Runner, tmp_path: Path) -> None:
    code = f"{exercise('5').solution}\n1 / 0\n{exercise('10').solution}"
    verdict = verdict_on(written(tmp_path, code), runner, "5", "10")
    five, ten = verdict.exercises
    assert (five.status, five.points) == ("passed", five.max_points)
    assert (ten.status, ten.points) == ("crashed", 0)
    assert ten.error is not None
    assert ten.error.type == "ZeroDivisionError"


def test_another_cells_crash_costs_nothing(runner: Runner, tmp_path: Path) -> None:
    code = f"# %%\n1 / 0\n# %%\n{exercise('5').solution}"
    (five,) = verdict_on(written(tmp_path, code), runner, "5").exercises
    assert five.status == "passed"


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("y = 1", "missing"),
        ("x6 = = 1", "unreadable"),
        ("import os\nos._exit(0)\nx6 = 1", "crashed"),
        ("import socket\nsocket.socket()\nx6 = 1", "forbidden"),
    ],
)
def test_statuses(code: str, status: str, runner: Runner, tmp_path: Path) -> None:
    if status == "forbidden" and runner.level == "process":
        status = "failed"  # at that level nothing is refused
    assert verdict_on(written(tmp_path, code), runner, "6").status == status


def test_numbers_typed_in_are_not_random(runner: Runner, tmp_path: Path) -> None:
    code = exercise("6").solution.replace("torch.randn(4, 4)", "torch.eye(4) * 2.5")
    (one,) = verdict_on(written(tmp_path, code), runner, "6").exercises
    assert [check.id for check in one.checks if check.status == "failed"] == ["random_tensor"]


def test_a_seed_of_the_learners_own_is_fine(runner: Runner, tmp_path: Path) -> None:
    code = exercise("6").solution.replace("import torch", "import torch\ntorch.manual_seed(42)")
    assert verdict_on(written(tmp_path, code), runner, "6").status == "passed"


def test_a_folder_is_searched_for_what_is_named_like_a_submission(tmp_path: Path) -> None:
    (tmp_path / "a" / "b.py").mkdir(parents=True)
    written(tmp_path / "a", "x = 1", "c.ipynb")
    written(tmp_path / "a", "x = 1", "notes.txt")
    assert submissions([tmp_path]) == [tmp_path / "a" / "b.py", tmp_path / "a" / "c.ipynb"]
    with pytest.raises(ParameterError, match="not there"):
        submissions([tmp_path / "nothing.py"])


def test_the_command_prints_one_document_and_nothing_else(tmp_path: Path) -> None:
    right = written(tmp_path, exercise("5").solution, "right.py")
    os.mkfifo(tmp_path / "pipe.py")
    ran = CliRunner().invoke(app, ["check", str(right), str(tmp_path / "pipe.py"), "--json"])
    document = json.loads(ran.stdout)
    Draft202012Validator(schema()).validate(document)
    assert [one["status"] for one in document["submissions"]] == ["passed", "unreadable"]
    assert document["submissions"][1]["sha256"] is None
    assert ran.exit_code == 1


def test_the_command_says_what_passed_and_what_did_not(tmp_path: Path) -> None:
    code = exercise("5").solution.replace("flatten()", "flatten()[:11]")
    ran = CliRunner().invoke(app, ["check", str(written(tmp_path, code))])
    assert "✓ reshaped" in ran.stdout
    assert "✗ shapes shown" in ran.stdout
    assert ran.exit_code == 1
