"""logitlab.functional has every property that the wrong losses of tests/wrong lack."""

from __future__ import annotations

import pytest

from logitlab import functional
from logitlab.kernels import _cross_entropy as kernel
from tests.functional.properties import PROPERTIES, Implementation, Property

OURS = Implementation(
    functional.cross_entropy, functional.cross_entropy_with_grad, functional.linear_cross_entropy
)
every_property = pytest.mark.parametrize("check", PROPERTIES, ids=lambda check: check.__name__)

# torch's own, when forward mode is first used
pytestmark = pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated")


@every_property
def test_ours_has_the_property(check: Property) -> None:
    check(OURS)


@every_property
def test_ours_has_the_property_without_the_compiled_loops(
    check: Property, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kernel, "compiled", lambda: None)
    check(OURS)
