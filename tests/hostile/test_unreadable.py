"""What is no submission at all, or no Python: `unreadable`, with a reason, and at once."""

import json
import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.hostile.world import Agent, World, strongest_of_the_user, worlds


def _link(path: Path) -> None:
    target = path.with_name("target.txt")
    target.write_text("print(1)")
    path.symlink_to(target)


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(path))


def _notebook(document: object) -> Callable[[Path], None]:
    return lambda path: path.with_suffix(".ipynb").write_text(json.dumps(document)) and None


def _text(text: str) -> Callable[[Path], None]:
    return lambda path: path.write_text(text) and None


def _bytes(data: bytes) -> Callable[[Path], None]:
    return lambda path: path.write_bytes(data) and None


MADE: dict[str, Callable[[Path], None]] = {
    "a folder": Path.mkdir,
    "a link": _link,
    "a link to nothing": lambda path: path.symlink_to("nothing"),
    "a link to itself": lambda path: path.symlink_to(path.name),
    "a link to a device": lambda path: path.symlink_to("/dev/zero"),
    "a pipe": os.mkfifo,
    "a socket": _socket,
    "a file of 30 MB": lambda path: path.touch() or os.truncate(path, 30 << 20),
    "NUL bytes": _bytes(b"x = 1\0\nprint(x)\n"),
    "no text": _bytes(bytes(range(128, 256)) * 10),
    "a wrong encoding": _bytes(b"# coding: utf-8\nx = '\xff\xfe'\n"),
    "an unknown encoding": _bytes(b"# coding: nowhere\nx = 1\n"),
    "a pickle": _bytes(b"\x80\x04\x95\x1a\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix\x94."),
    "deep brackets": _text("x = " + "(" * 100_000 + ")" * 100_000),
    "deep lists": _text("x = " + "[" * 100_000),
    "deep unary operators": _text("x = " + "-" * 1_000_000 + "1"),
    "a huge integer": _text("x = " + "9" * 1_000_000),
    "deep indentation": _text("".join(" " * depth + "if 1:\n" for depth in range(200))),
    "half a string": _text('x = "'),
    "no Python": _text("is this Python? no"),
}
NOTEBOOKS: dict[str, bytes] = {
    "half a notebook": b'{"cells": [{"cell_type": "code", "source": ["x = 1"]}',
    "a notebook that is a list": b"[]",
    "a notebook that is a number": b"1e400",
    "a notebook of deep brackets": b"[" * 1_000_000,
    "a notebook whose cells are a number": b'{"nbformat": 4, "cells": 5}',
    "a notebook that is not UTF-8": b'{"nbformat": 4, "cells": [{"source": "\xff"}]}',
    "a notebook of nothing": b"",
    "a notebook of zeros": bytes(1000),
}


@pytest.fixture
def agent(agent_of: Callable[[World], Agent]) -> Agent:
    return agent_of(strongest_of_the_user())


@pytest.mark.parametrize("name", MADE)
def test_unreadable(name: str, agent: Agent) -> None:
    path = agent.targets.root / f"{name.replace(' ', '_')}.py"
    MADE[name](path)
    _assert_unreadable(agent, path)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_unreadable_notebooks(name: str, agent: Agent) -> None:
    path = agent.targets.root / f"{name.replace(' ', '_')}.ipynb"
    path.write_bytes(NOTEBOOKS[name])
    _assert_unreadable(agent, path)


def _assert_unreadable(agent: Agent, path: Path) -> None:
    reply = agent.ask("run", path=str(path), honest=True)
    assert reply["evidence"]["status"] == "unreadable", reply["evidence"]
    (run,) = reply["evidence"]["runs"]
    assert run["error"]["message"]
    assert not any(statement["bound"] or statement["stdout"] for statement in run["statements"])
    assert reply["seconds"] < 5
    assert reply["left"] == {}
    assert reply["honest"]["status"] == "finished"


def test_a_huge_integer_beside_the_cells_is_passed_over(agent: Agent) -> None:
    path = agent.targets.root / "huge.ipynb"
    path.write_bytes(b'{"cells": [], "nbformat": ' + b"9" * 1_000_000 + b"}")
    reply = agent.ask("run", path=str(path))
    assert reply["evidence"]["status"] == "finished"
    assert reply["seconds"] < 5


def test_nothing_beside_a_submission_is_imported(agent: Agent) -> None:
    folder = agent.targets.root / "shadows"
    folder.mkdir()
    for name in ("torch", "json", "random", "sitecustomize", "usercustomize", "logitlab", "numpy"):
        (folder / f"{name}.py").write_text("print('ESC' 'APED')\n")
    path = folder / "submission.py"
    path.write_text("import json, random, numpy, torch\nx = torch.ones(3)\nimport sitecustomize\n")
    reply = agent.ask("run", path=str(path))
    assert "ESCAPED" not in json.dumps(reply)
    (run,) = reply["evidence"]["runs"]
    assert run["error"]["type"] == "ModuleNotFoundError"
    assert "x" in run["statements"][1]["bound"]


def test_a_hundred_unreadable_files_leave_no_descriptor(agent: Agent) -> None:
    path = agent.targets.root / "folder.py"
    path.mkdir()
    before = agent.ask("usage")
    for _ in range(100):
        agent.ask("run", path=str(path))
    after = agent.ask("usage")
    assert after["descriptors"] == before["descriptors"]
    assert after["threads"] == before["threads"]


def test_there_are_worlds() -> None:
    assert [world.level for world in worlds()][-1] == "process"
