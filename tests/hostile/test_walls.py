"""Every wall matters: without all the walls that stop it an attack succeeds; any one of them holds.

The table of walls stands with the attacks. What is tried is what an ordinary user meets, at the
strongest level that this machine gives.
"""

from collections.abc import Iterator
from itertools import groupby

import pytest

from logitlab.sandbox.child import landlock
from logitlab.sandbox.levels import WALLS
from tests.hostile.attack import OUTER, Attack
from tests.hostile.table import ATTACKS
from tests.hostile.world import Agent, strongest_of_the_user

WORLD = strongest_of_the_user()
STANDING = WALLS[WORLD.level] | OUTER  # what can be taken down at all
ABI = landlock.abi()


def _trials() -> Iterator[tuple[Attack, frozenset[str], bool]]:
    """An attack, the walls that are down, and whether it then succeeds."""
    for attack in ATTACKS:
        walls = attack.standing(ABI) & STANDING
        if walls:
            yield attack, walls, True
        if len(walls) > 1:
            yield from ((attack, walls - {kept}, False) for kept in sorted(walls))


TRIALS = sorted(_trials(), key=lambda trial: sorted(trial[1]))  # one zygote for each set of walls


def _name(trial: tuple[Attack, frozenset[str], bool]) -> str:
    attack, down, succeeds = trial
    return f"without {' '.join(sorted(down))}: {attack.name} {'succeeds' if succeeds else 'fails'}"


@pytest.fixture(scope="module")
def agent() -> Iterator[Agent]:
    with Agent(WORLD) as living:
        yield living


@pytest.mark.parametrize(("attack", "down", "succeeds"), TRIALS, ids=map(_name, TRIALS))
def test_walls(attack: Attack, down: frozenset[str], succeeds: bool, agent: Agent) -> None:
    report = agent.attack(attack, sorted(down))
    assert bool(report.escapes) is succeeds, (report.escapes, report.status, report.run["error"])


def test_every_wall_is_the_only_one_to_stop_something() -> None:
    alone = {walls for attack in ATTACKS if len(walls := attack.standing(ABI) & STANDING) == 1}
    within = {wall for attack in ATTACKS for wall in attack.standing(ABI)}
    assert {wall for (wall,) in alone} >= {"seccomp", "rlimits", "watchdog"} & STANDING
    assert within & STANDING == STANDING


def test_the_sets_of_walls_are_few() -> None:
    assert len(list(groupby(TRIALS, key=lambda trial: trial[1]))) <= 24
