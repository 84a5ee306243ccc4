"""Every attack, in every world: contained, in the right status, without a trace."""

import contextlib
import json
import re
import textwrap
from collections.abc import Callable, Iterator

import pytest

from tests.hostile.attack import Attack
from tests.hostile.attacks.python import TRUTHS
from tests.hostile.table import made_in
from tests.hostile.world import Agent, World, worlds

MADE = [(world, attack) for world in worlds() for attack in made_in(world)]
TOLD = [attack for attack in TRUTHS if attack.ends]
_HALF_OF_A_CHARACTER = re.compile("[\ud800-\udfff]")
_START_SECONDS = 10.0  # a spare process may have torch to load first
_MOST_TEXT = 24 << 20  # of the evidence of one run: output, and described values


@pytest.fixture(scope="module")
def agent() -> Iterator[Callable[[World], Agent]]:
    """The agent of a world, and of one at a time: the tests come in the order of the worlds."""
    with contextlib.ExitStack() as stack:
        living: dict[World, Agent] = {}

        def of(world: World) -> Agent:
            if world not in living:
                stack.close()
                living.clear()
                living[world] = stack.enter_context(Agent(world))
            return living[world]

        yield of


@pytest.mark.parametrize(
    ("world", "attack"), MADE, ids=[f"{world}: {attack.name}" for world, attack in MADE]
)
def test_contained(world: World, attack: Attack, agent: Callable[[World], Agent]) -> None:
    report = agent(world).attack(attack)
    assert report.escapes == ()
    assert report.status == attack.status(world.level), report.run["error"]
    assert report.reply["evidence"]["level"] == world.level
    assert report.reply["seconds"] < 2 * attack.seconds + _START_SECONDS
    assert _is_plain(report.reply["evidence"])
    _assert_honest(report.reply["honest"])


@pytest.mark.parametrize("attack", TOLD, ids=[attack.name for attack in TOLD])
def test_the_truth_is_told_after_it(attack: Attack, agent: Callable[[World], Agent]) -> None:
    asked = agent(worlds()[0])
    first, last = "import torch\nx = torch.arange(6.0).reshape(2, 3)\n", "\ny = x\n"
    honest = asked.attack(Attack("honest", first + last))
    patched = asked.attack(Attack("patched", first + textwrap.dedent(attack.code) + last))
    assert patched.status == honest.status == "finished"
    assert patched.run["statements"][-1]["bound"]["y"] == honest.run["statements"][-1]["bound"]["y"]


def _is_plain(evidence: object) -> bool:
    """Bounded, and a text that every file can hold."""
    text = json.dumps(evidence, ensure_ascii=False)
    return len(text) < _MOST_TEXT and not _HALF_OF_A_CHARACTER.search(text)


def _assert_honest(evidence: dict) -> None:
    (run,) = evidence["runs"]
    assert (run["status"], run["error"]) == ("finished", None)
    assert [statement["finished"] for statement in run["statements"]] == [True] * 5
    assert run["statements"][-1]["stdout"] == "[2.0, 4.0, 6.0]\n"
    assert set(run["statements"][3]["bound"]) == {"grad"}
