"""`logitlab doctor`: what it prints, and its exit status."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from logitlab.cli import app as command
from logitlab.sandbox import doctor, machine
from logitlab.sandbox.levels import Trial

_NO_PROGRAMS = """
import sys
from logitlab.cli.app import main
from logitlab.sandbox.child import seccomp
seccomp.load(seccomp.refusing(["execve"]))
sys.argv = ["logitlab", "doctor", *sys.argv[1:]]
main()
"""


def _run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """The exit status of `logitlab doctor …`."""
    monkeypatch.setattr("sys.argv", ["logitlab", "doctor", *arguments])
    with pytest.raises(SystemExit) as done:
        command.main()
    return int(done.value.code or 0)


def _planted(*trials: Trial) -> doctor.Diagnosis:
    return doctor.Diagnosis(trials, machine.examine(), {"python": "3.12.1"})


@pytest.mark.parametrize("level", ["full", "landlock", "process"])
def test_any_level_is_status_0(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], level: str
) -> None:
    monkeypatch.setattr(doctor, "diagnose", lambda: _planted(Trial(level, None)))
    assert _run(monkeypatch) == 0
    printed = capsys.readouterr()
    assert printed.out.startswith(f"level in force: {level} — ")
    assert "\x1b" not in printed.out
    assert printed.err == ""


def test_one_json_document(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(doctor, "diagnose", lambda: _planted(Trial("full", None)))
    assert _run(monkeypatch, "--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert document["level"] == "full"
    assert document["versions"] == {"python": "3.12.1"}


def test_where_nothing_can_be_run_it_says_so_with_status_3() -> None:
    run = subprocess.run(
        [sys.executable, "-c", _NO_PROGRAMS, "--json"], capture_output=True, text=True, timeout=120
    )
    assert run.returncode == 3, run.stderr
    document = json.loads(run.stdout)
    assert document["level"] is None
    assert [level["given"] for level in document["levels"]] == [False, False, False]
    assert all("Operation not permitted" in level["obstacle"] for level in document["levels"])


def test_a_wrong_option_is_status_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(monkeypatch, "--wrong") == 2
    assert "No such option: --wrong" in capsys.readouterr().err
