"""What the package as a whole promises: its names, and a description that is true."""

from __future__ import annotations

import ast
import importlib.util
import sys
from pathlib import Path

import pytest

import logitlab

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("name", logitlab.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(logitlab, name) is not None


def test_a_name_that_is_not_there_is_named() -> None:
    with pytest.raises(AttributeError, match="no attribute 'sofmax'"):
        _ = logitlab.sofmax  # type: ignore[attr-defined]


def test_the_architecture_lists_every_file() -> None:
    spec = importlib.util.spec_from_file_location("architecture", ROOT / "docs/architecture.py")
    assert spec is not None
    assert spec.loader is not None
    architecture = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(architecture)
    page = architecture.PAGE.read_text(encoding="utf-8")
    assert page == architecture.rewritten(page), "run: python docs/architecture.py"


CHILD = ROOT / "src/logitlab/sandbox/child"


@pytest.mark.parametrize("path", sorted(CHILD.rglob("*.py")), ids=lambda path: path.stem)
def test_what_runs_in_the_sandbox_imports_torch_and_the_standard_library_only(path: Path) -> None:
    allowed = {*sys.stdlib_module_names, "torch"}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            assert {alias.name.partition(".")[0] for alias in node.names} <= allowed
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 1 or (node.module or "").partition(".")[0] in allowed
