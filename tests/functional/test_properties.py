"""logitlab.functional has every property that the wrong losses of tests/wrong lack."""

from __future__ import annotations

import pytest

from logitlab import functional
from tests.functional.properties import PROPERTIES, Implementation, Property

OURS = Implementation(
    functional.cross_entropy, functional.cross_entropy_with_grad, functional.linear_cross_entropy
)


@pytest.mark.parametrize("check", PROPERTIES, ids=lambda check: check.__name__)
def test_ours_has_the_property(check: Property) -> None:
    check(OURS)
