"""`logitlab tour`, run as a user runs it."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from logitlab.cli.app import app
from logitlab.course import catalog
from logitlab.course.catalog import exercises
from logitlab.errors import ParameterError
from logitlab.models import load


def logitlab(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from logitlab.cli.app import main; main()", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)


@dataclass(frozen=True)
class Ran:
    """A run of the tour, and the report and the weights that it wrote."""

    process: subprocess.CompletedProcess[str]
    folder: Path
    report: bytes
    weights: list[np.ndarray]


def run_tour(folder: Path, *options: str) -> Ran:
    process = logitlab("tour", "--fast", *options, folder=folder)
    assert process.returncode == 0, process.stderr
    written = folder / "tour"
    report, model = written / "report.html", written / "model.safetensors"
    return Ran(process, written, report.read_bytes(), load(model).coefs_)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """A tour into a pipe."""
    return run_tour(tmp_path_factory.mktemp("tour"))


@pytest.fixture(scope="module")
def renewed(plain: Ran) -> Ran:
    """The same tour once more, into the same folder, as JSON."""
    return run_tour(plain.folder.parent, "--json")


@pytest.fixture(scope="module")
def document(renewed: Ran) -> dict[str, Any]:
    def refuse(text: str) -> None:
        raise AssertionError(f"{text} is not strict JSON")

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        assert len({key for key, _ in pairs}) == len(pairs)
        return dict(pairs)

    text = renewed.process.stdout
    read: dict[str, Any] = json.loads(text, parse_constant=refuse, object_pairs_hook=unique)
    return read


def test_the_whole_deck_is_shown_and_verified(plain: Ran) -> None:
    shown = plain.process.stdout
    for exercise in exercises():
        assert f"{exercise.id} · {exercise.title}" in shown
    for words in ("∂L/∂zₖ = ŷₖ − yₖ", "loss  2.3026 = log 10", "test accuracy", "predicted →"):
        assert words in shown
    assert "✗" not in shown
    assert "✓ 10 of 10 exercises" in shown


def test_a_pipe_gets_plain_text(plain: Ran) -> None:
    shown = plain.process.stdout
    assert "\x1b" not in shown
    assert "\r" not in shown
    assert plain.process.stderr == ""
    assert max(map(len, shown.splitlines())) <= 80


def test_the_model_and_the_report_are_written(plain: Ran) -> None:
    written = sorted(path.name for path in plain.folder.iterdir())
    assert written == ["model.safetensors", "report.html"]
    assert all(name in plain.process.stdout for name in written)
    assert [weight.shape for weight in plain.weights] == [(64, 10)]


def test_an_earlier_tour_is_renewed_and_the_same_seed_gives_the_same_again(
    plain: Ran, renewed: Ran
) -> None:
    assert renewed.report == plain.report
    for again, before in zip(renewed.weights, plain.weights, strict=True):
        assert np.array_equal(again, before)


def test_as_json_the_document_is_all_that_is_said(renewed: Ran, document: dict[str, Any]) -> None:
    assert document
    assert renewed.process.stderr == ""


def test_the_document_is_strict_json_and_all_in_it_is_verified(document: dict[str, Any]) -> None:
    assert (document["format"], document["version"], document["seed"]) == ("logitlab/tour", 1, 0)
    assert document["verified"] is True
    assert [one["id"] for one in document["exercises"]] == [one.id for one in exercises()]
    for exercise in document["exercises"]:
        assert exercise["requirements"]
        assert all(requirement["holds"] for requirement in exercise["requirements"])
    assert {step["number"] for step in document["derivation"]["steps"]} >= set(range(1, 8))
    assert all(step["holds"] for step in document["derivation"]["steps"])
    assert [Path(file).name for file in document["files"]] == ["model.safetensors", "report.html"]


def test_the_classifier_in_the_document_adds_up(document: dict[str, Any]) -> None:
    classifier = document["classifier"]
    assert math.isclose(classifier["losses"][0], math.log(10))
    matrix = classifier["confusion"]
    assert sum(map(sum, matrix)) == classifier["test_samples"]
    right = sum(matrix[k][k] for k in range(10))
    assert classifier["accuracy"] == right / classifier["test_samples"] > 0.94
    for mistake in classifier["mistakes"]:
        largest = max(mistake["logits"])
        exponentials = [math.exp(z - largest) for z in mistake["logits"]]
        expected = [
            e / sum(exponentials) - y for e, y in zip(exponentials, mistake["target"], strict=True)
        ]
        assert mistake["gradient"] == pytest.approx(expected, abs=1e-12)


def test_what_is_not_verified_is_exit_status_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = tuple(
        replace(one, solution=one.solution.replace("dim=0", "dim=1"))
        for one in exercises()
        if one.id == "6"
    )
    monkeypatch.setattr(catalog, "exercises", lambda: wrong)
    ran = CliRunner().invoke(app, ["tour", "--fast", "--output", str(tmp_path)])
    assert ran.exit_code == 1
    assert "✗ not so: the column-wise sum" in ran.output
    assert "✗ not verified: 0 of 1 exercises" in ran.output


@pytest.mark.parametrize("name", ["report.html", "model.safetensors"])
def test_a_file_of_someone_else_is_left_alone(name: str, tmp_path: Path) -> None:
    mine = tmp_path / name
    mine.write_text("<title>mine</title>")
    ran = CliRunner().invoke(app, ["tour", "--output", str(tmp_path)])
    assert isinstance(ran.exception, ParameterError)
    assert name in str(ran.exception)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert mine.read_text() == "<title>mine</title>"


def test_other_files_stay_and_another_seed_is_another_tour(plain: Ran, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    options = ["tour", "--fast", "--seed", "7", "--output", str(tmp_path)]
    assert CliRunner().invoke(app, options).exit_code == 0
    assert (tmp_path / "notes.txt").read_text() == "mine"
    report = (tmp_path / "report.html").read_bytes()
    assert b"with seed 7" in report
    assert report != plain.report


def test_an_output_that_cannot_be_a_folder_is_wrong_usage(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    ran = logitlab("tour", "--output", "file/tour", folder=tmp_path)
    assert ran.returncode == 2
    assert ran.stdout == ""
    assert "error: --output" in ran.stderr
    assert "hint:" in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize("seed", ["-1", "x", "1.5", str(2**32)])
def test_a_seed_that_is_none_is_wrong_usage(seed: str, tmp_path: Path) -> None:
    ran = logitlab("tour", "--seed", seed, folder=tmp_path)
    assert ran.returncode == 2
    assert "--seed" in ran.stderr
    assert list(tmp_path.iterdir()) == []
