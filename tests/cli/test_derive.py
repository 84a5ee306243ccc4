"""`logitlab derive`: what it prints, and what it answers to a wrong option."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from logitlab import derivation
from logitlab.cli import app as command


def _run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """The exit status of `logitlab derive …`."""
    monkeypatch.setattr("sys.argv", ["logitlab", "derive", *arguments])
    with pytest.raises(SystemExit) as done:
        command.main()
    return int(done.value.code or 0)


def test_a_step_is_printed_plain_when_piped(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(monkeypatch, "--step", "7") == 0
    printed = capsys.readouterr().out
    assert "\x1b" not in printed
    assert " 7  In vector form  vector\n    ∇L = ŷ − y\n" in printed
    assert "✓ symbolic K   ✓ K = 2…6   ✓ autograd" in printed
    assert printed.splitlines()[-1].startswith("✓ 1 of 1 proved")


def test_the_whole_derivation_as_one_json_document(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(monkeypatch, "--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert document["holds"] is True
    assert [step["id"] for step in document["steps"]] == [
        step.id for step in derivation.derive().steps
    ]
    assert {step["proof"]["outcome"] for step in document["steps"]} == {"proved"}


def test_latex_prints_a_document(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(monkeypatch, "--latex", "--step", "6") == 0
    printed = capsys.readouterr().out
    assert printed.startswith(r"\documentclass{article}")
    assert r"\frac{\partial L}{\partial z_{k}} = \hat{y}_{k} - y_{k}" in printed
    assert printed.count("equation*") == 2


@pytest.mark.parametrize("as_json", [False, True])
def test_a_step_that_fails_is_status_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], as_json: bool
) -> None:
    step = derivation.derive()["vector"]
    wrong = replace(step, statement=replace(step.statement, right=2 * step.statement.right))
    planted = derivation.Derivation((wrong,))
    monkeypatch.setattr(derivation, "derive", lambda: planted)
    assert _run(monkeypatch, *(["--json"] if as_json else [])) == 1
    assert re.search(r'"holds": false|✗ disproved: K = 2, z = ', capsys.readouterr().out)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--step", "8"), "got '8', expected a number from 1 to 7 or the id of a step"),
        (("--step", ""), "expected a number from 1 to 7"),
        (("--json", "--latex"), "got --json and --latex, expected one of them"),
        (("--wrong",), "No such option: --wrong"),
    ],
)
def test_wrong_input_is_one_message_and_status_2(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    message: str,
) -> None:
    assert _run(monkeypatch, *arguments) == 2
    printed = capsys.readouterr()
    assert message in printed.err
    assert "Traceback" not in printed.err
    assert printed.out == ""
