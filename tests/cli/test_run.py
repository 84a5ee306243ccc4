"""`logitlab run`: what it prints of a stranger's file, and its exit statuses."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from typer.testing import CliRunner, Result

import logitlab.sandbox
from logitlab.cli import app as command
from logitlab.sandbox import Limits, Runner, levels
from logitlab.sandbox.evidence import Error, Evidence
from logitlab.sandbox.report import schema

#: Interrupts itself as soon as a child has said something, and counts the processes it has then.
INTERRUPTED = """
import glob, os, signal, sys
from logitlab.cli.app import main
from logitlab.sandbox.reader import EvidenceReader

def marked():
    found = 0
    for path in glob.iglob("/proc/[0-9]*/environ"):
        try:
            found += os.environ["LD_LIBRARY_PATH"].encode() in open(path, "rb").read()
        except OSError:
            pass
    return found

feed = EvidenceReader.feed
def feed_and_interrupt(self, data):
    EvidenceReader.feed = feed
    print("processes:", marked(), file=sys.stderr, flush=True)
    os.kill(os.getpid(), signal.SIGINT)
    return feed(self, data)
EvidenceReader.feed = feed_and_interrupt
main()
"""


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    with Runner(workers=2, weakest="process") as runner:
        yield runner


@pytest.fixture
def asked(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Let the command use the runner that is there; what it asked of it."""
    asked: dict[str, Any] = {}

    class Shared:
        def __init__(self, **options: object) -> None:
            asked.update(options)

        def __enter__(self) -> Shared:
            return self

        def __exit__(self, *error: object) -> None: ...

        def run(self, file: Path, **options: object) -> Evidence:
            asked.update(options)
            return runner.run(file, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(logitlab.sandbox, "Runner", Shared)
    return asked


def invoke(*arguments: str | Path) -> Result:
    return CliRunner().invoke(command.app, ["run", *map(str, arguments)])


def written(folder: Path, code: str) -> Path:
    file = folder / "sums.py"
    file.write_text(code, "utf-8")
    return file


def read(text: str) -> dict[str, Any]:
    """The one document that was printed, checked against the schema."""
    document: dict[str, Any] = json.loads(text)
    Draft202012Validator(schema()).validate(document)
    assert text.count("\n") == 1
    return document


def test_a_person_reads_what_the_file_did(asked: dict[str, Any], tmp_path: Path) -> None:
    code = "import torch\nx = torch.ones(2)\nprint('[red]sum[/red]\\x1b[2J', x.sum())\n1 / 0\n"
    ran = invoke(written(tmp_path, code))
    assert ran.exit_code == 1
    assert "✗ crashed" in ran.output
    assert "x  float32 [2]" in ran.output
    assert "line 3  [red]sum[/red] tensor(2.)" in ran.output
    assert "line 4  ✗ ZeroDivisionError: division by zero" in ran.output
    assert "\x1b" not in ran.output
    assert asked["seeds"] == (1,)
    assert (asked["limits"], asked["weakest"]) == (Limits(), "full")


def test_a_notebook_as_one_json_document(asked: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "sums.ipynb"
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "source": "!ls\nx = chr(0x9b)\nx"}
    file.write_text(json.dumps({"nbformat": 4, "metadata": {}, "cells": [cell]}))
    ran = invoke(file, "--json", "--seed", "3", "--seed", "5")
    assert ran.exit_code == 0
    document = read(ran.stdout)
    assert ran.stderr == ""
    assert ran.stdout.isascii()
    assert [run["seed"] for run in document["runs"]] == [3, 5]
    assert document["runs"][0]["source"]["remarks"]
    assert document["runs"][0]["statements"][-1]["shown"][0]["text"] == "'\\x9b'\n"


@pytest.mark.parametrize(
    ("code", "status", "exit_status"),
    [
        ("x = 1", "finished", 0),
        ("import sys\nsys.exit(0)", "finished", 0),
        ("import sys\nsys.exit(2)", "crashed", 1),
        ("x = = 1", "unreadable", 1),
        ("while True: pass", "timeout", 1),
        ("x = 'a' * 10**10", "out_of_memory", 1),
        ("open('/etc/hosts', 'w')", "forbidden", 1),
    ],
)
def test_the_exit_status_tells_whether_the_file_ran_to_its_end(
    asked: dict[str, Any], tmp_path: Path, code: str, status: str, exit_status: int
) -> None:
    ran = invoke(written(tmp_path, code), "--json", "--seconds", "1")
    assert read(ran.stdout)["status"] == status
    assert ran.exit_code == exit_status


def test_a_fault_of_ours_is_exit_status_3(
    asked: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, runner: Runner
) -> None:
    (ended,) = runner.run("x = 1").runs
    lost = replace(ended, status="sandbox_error", error=Error("SandboxError", "it was lost"))
    evidence = Evidence("x.py", "0" * 64, "full", (lost,))
    monkeypatch.setattr(runner, "run", lambda file, **options: evidence)
    ran = invoke(written(tmp_path, "x = 1"))
    assert ran.exit_code == 3
    assert "✗ sandbox_error: the sandbox failed, and not the file" in ran.output
    assert "it was lost" in ran.output


def test_every_limit_can_be_set(asked: dict[str, Any], tmp_path: Path) -> None:
    options = "--seconds 2.5 --cpu-seconds 2 --memory 200 --processes 3 --files 4 --output 5"
    assert invoke(written(tmp_path, "x = 1"), *options.split()).exit_code == 0
    assert asked["limits"] == Limits(2.5, 2.0, 200 << 20, 3, 4 << 20, 5 << 10)
    assert invoke(written(tmp_path, "x = 1"), "--seconds", "30").exit_code == 0
    assert asked["limits"].cpu_seconds == 30.0


def test_what_is_not_a_file_is_unreadable(asked: dict[str, Any], tmp_path: Path) -> None:
    written(tmp_path, "x = 1")
    (tmp_path / "link.py").symlink_to("sums.py")
    (tmp_path / "folder.py").mkdir()
    for name in ("link.py", "folder.py"):
        ran = invoke(tmp_path / name, "--json")
        assert read(ran.stdout)["status"] == "unreadable"
        assert ran.exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere.py"], "error: FILE: got 'nowhere.py', which is not there"),
        (["-"], "error: FILE: got '-', which is not there"),
        (["sums.py", "--weakest", "none"], "error: --weakest: got 'none', expected full, landlock"),
        (["sums.py", "--seconds", "0"], "error: --seconds: got 0, expected a number above 0"),
        (["sums.py", "--seconds", "nan"], "error: --seconds: got nan"),
        (["sums.py", "--cpu-seconds", "inf"], "error: --cpu-seconds: got inf"),
        (["sums.py", "--memory", "-1"], "error: --memory: got -1"),
        (["sums.py", "--memory", str(10**30)], "error: --memory: got 1e+30"),
        (["sums.py", "--processes", "0"], "error: --processes: got 0"),
        (["sums.py", "--files", "0"], "error: --files: got 0"),
        (["sums.py", "--output", "0"], "error: --output: got 0"),
        (["sums.py", "--seed", "-1"], "--seed"),
        (["sums.py", "--seconds", "ten"], "--seconds"),
        ([], "FILE"),
    ],
)
def test_wrong_usage_is_one_message_and_status_2(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    arguments: list[str],
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path, "x = 1")
    monkeypatch.setattr("sys.argv", ["logitlab", "run", *arguments])
    with pytest.raises(SystemExit) as done:
        command.main()
    said = capsys.readouterr()
    assert done.value.code == 2
    assert message in said.err
    assert ("hint:" in said.err) == ("error:" in message)
    assert said.out == ""


def test_less_isolation_has_to_be_asked_for_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(levels, "sys", SimpleNamespace(platform="darwin"))
    file = written(tmp_path, "x = 6 * 7")
    refused = invoke(file)
    assert refused.exit_code == 3
    assert refused.stdout == ""
    assert "error: isolation: got full: it needs Linux" in refused.stderr
    assert "--weakest landlock or --weakest process" in refused.stderr
    accepted = invoke(file, "--json", "--weakest", "process")
    assert accepted.exit_code == 0, accepted.stderr
    document = read(accepted.stdout)
    assert document["isolation"] == "process"
    assert document["runs"][0]["statements"][0]["bound"] == {"x": 42}


def test_ctrl_c_leaves_no_process(tmp_path: Path) -> None:
    """Though three runs that never end wait or run, and a worker would try again."""
    mark = f"/nonexistent/{secrets.token_hex(16)}"  # the one variable that a child inherits
    file = written(tmp_path, "while True: pass")
    seeds = [part for seed in "123" for part in ("--seed", seed)]
    arguments = ["run", str(file), *seeds, "--weakest", "process", "--seconds", "300"]
    ran = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, *arguments],
        env=os.environ | {"LD_LIBRARY_PATH": mark},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 130, ran.stderr
    assert ran.stdout == ""
    assert "Traceback" not in ran.stderr
    assert int(ran.stderr.split("processes:")[1].split()[0]) > 1  # so that the mark is seen
    assert _marked(mark) == []


def _marked(mark: str) -> list[str]:
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            if mark.encode() in path.read_bytes():
                found.append(path.parent.name)
        except OSError:
            continue
    return found
