"""What the package as a whole promises: its names, and a description that is true."""

from __future__ import annotations

import importlib.util
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
