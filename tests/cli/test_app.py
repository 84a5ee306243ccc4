"""The command itself: help, version, and what it costs to ask for them."""

from __future__ import annotations

import subprocess
import sys

import pytest

from logitlab import __version__

#: rooms' imports, each a tenth of a second or more
HEAVY = {"torch", "numpy", "scipy", "sklearn", "sympy", "matplotlib", "pandas", "jinja2", "numba"}


def python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


def logitlab(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from logitlab.cli.app import main; main()", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_version() -> None:
    ran = logitlab("--version")
    assert (ran.returncode, ran.stdout) == (0, f"logitlab {__version__}\n")


@pytest.mark.parametrize("arguments", [["--help"], []])
def test_the_help_names_the_commands(arguments: list[str]) -> None:
    ran = logitlab(*arguments)
    assert ran.returncode == (0 if arguments else 2)
    for command in ("tour", "derive"):
        assert f" {command} " in ran.stdout + ran.stderr


def test_an_unknown_command_is_wrong_usage() -> None:
    ran = logitlab("turo")
    assert ran.returncode == 2
    assert "No such command" in ran.stderr


@pytest.mark.parametrize(
    "statements",
    [
        "import logitlab",
        "import logitlab, logitlab.errors; logitlab.__version__; dir(logitlab)",
        "import logitlab.cli.app",
        "import logitlab.cli.app as a\ntry: a.app(['--help'])\nexcept SystemExit: pass",
        "import logitlab.cli.app as a\ntry: a.app(['tour', '--help'])\nexcept SystemExit: pass",
    ],
)
def test_no_heavy_import(statements: str) -> None:
    ran = python(f"{statements}\nimport sys\nprint('loaded:', *sys.modules)")
    assert ran.returncode == 0, ran.stderr
    loaded = ran.stdout.rpartition("loaded:")[2].split()
    assert "logitlab" in loaded
    assert not {name.partition(".")[0] for name in loaded} & HEAVY
