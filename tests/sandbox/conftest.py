"""One runner for all tests that need one: its zygote takes seconds to start."""

from collections.abc import Iterator

import pytest
import torch

from logitlab.sandbox import Runner
from logitlab.sandbox.evidence import Run


@pytest.fixture(scope="session")
def runner() -> Iterator[Runner]:
    with Runner(workers=2, weakest="process") as runner:
        yield runner


@pytest.fixture(autouse=True)
def _no_descriptor_is_left() -> Iterator[None]:
    return


def value_of(run: Run, name: str) -> torch.Tensor:
    """The last tensor that the run bound to a name at top level."""
    return [s.bound[name] for s in run.statements if name in s.bound][-1].to_torch()
