"""Each wrong loss is found by the properties that it names, and by no other."""

from __future__ import annotations

import pytest

from tests.functional.properties import PROPERTIES, Implementation, Property
from tests.wrong.losses import WRONG_LOSSES, Wrong
from tests.wrong.textbook import Textbook

# torch's own, when forward mode is first used
pytestmark = pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated")

Failure = (AssertionError, pytest.fail.Exception)


def holds(check: Property, implementation: Implementation) -> bool:
    """Whether an implementation has a property. Any other error is a broken test, and raises."""
    try:
        check(implementation)
    except Failure:
        return False
    return True


@pytest.mark.parametrize("check", PROPERTIES, ids=lambda check: check.__name__)
def test_the_right_textbook_has_every_property(check: Property) -> None:
    check(Textbook().implementation())


@pytest.mark.parametrize("wrong", WRONG_LOSSES, ids=lambda wrong: wrong.__name__)
def test_a_wrong_loss_is_killed_by_the_properties_that_it_names(wrong: type[Wrong]) -> None:
    failed = {check.__name__ for check in PROPERTIES if not holds(check, wrong().implementation())}
    assert failed == {check.__name__ for check in wrong.killed_by}


def test_there_are_enough_of_them_and_each_tells_what_it_does() -> None:
    assert len(WRONG_LOSSES) >= 12
    assert all(wrong.__doc__ for wrong in WRONG_LOSSES)


def test_every_property_but_the_first_two_kills_a_loss_of_its_own() -> None:
    made_for = [wrong.killed_by[0] for wrong in WRONG_LOSSES]
    assert len(set(made_for)) == len(made_for)
    assert [check for check in PROPERTIES if check not in made_for] == PROPERTIES[:2]
