"""Every attack, in every world: contained, in the right status, without a trace."""

import json
import re
import textwrap
from collections.abc import Callable

import pytest

from tests.hostile.attack import Attack
from tests.hostile.attacks.python import TRUTHS
from tests.hostile.table import made_in
from tests.hostile.world import Agent, World, worlds

MADE = [(world, attack) for world in worlds() for attack in made_in(world)]
TOLD = [attack for attack in TRUTHS if attack.ends]
_HALF_OF_A_CHARACTER = re.compile("[\ud800-\udfff]")
_START_SECONDS = 30.0  # a spare process may have torch to load first
_MOST_TEXT = 24 << 20  # of the evidence of one run: output, and described values


@pytest.mark.parametrize(
    ("world", "attack"), MADE, ids=[f"{world}: {attack.name}" for world, attack in MADE]
)
def test_contained(world: World, attack: Attack, agent_of: Callable[[World], Agent]) -> None:
    # A spare process is used once, so that a run cannot spoil the next one's.
    forked = world.level != "process"
    report = agent_of(world).attack(attack, honest=forked)
    assert report.escapes == ()
    assert report.status == attack.status(world.level), report.run["error"]
    assert report.reply["evidence"]["level"] == world.level
    assert report.reply["seconds"] < 2 * attack.seconds + _START_SECONDS
    assert _is_plain(report.reply["evidence"])
    if forked:
        _assert_honest(report.reply["honest"])


def test_a_spare_process_is_replaced(agent_of: Callable[[World], Agent]) -> None:
    kills_itself = Attack("kills itself", "import os; os.kill(os.getpid(), 9)", "crashed")
    report = agent_of(worlds()[-1]).attack(kills_itself, honest=True)
    assert report.status == "crashed"
    _assert_honest(report.reply["honest"])


@pytest.mark.parametrize("attack", TOLD, ids=[attack.name for attack in TOLD])
def test_the_truth_is_told_after_it(attack: Attack, agent_of: Callable[[World], Agent]) -> None:
    asked = agent_of(worlds()[0])
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
