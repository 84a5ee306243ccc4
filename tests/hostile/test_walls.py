"""Every wall matters: without all the walls that stop it an attack succeeds; any one of them holds.

Which walls stop an attack stands in its row. What is tried is what an ordinary user meets, at the
strongest level that this machine gives.
"""

from collections.abc import Callable, Iterator

import pytest

from logitlab.sandbox.child import landlock
from logitlab.sandbox.levels import WALLS
from tests.hostile.attack import OUTER, Attack
from tests.hostile.table import ATTACKS
from tests.hostile.world import Agent, World, strongest_of_the_user

WORLD = strongest_of_the_user()
STANDING = WALLS[WORLD.level] | OUTER  # what can be taken down at all
ABI = landlock.abi()

# What is taken down together: each costs a zygote. The limits have nothing to do with the walls
# beside which they stand here; but without namespaces or seccomp no run may fork, limit or not.
BREACHES = tuple(
    frozenset(names.split()) & STANDING
    for names in (
        "namespaces landlock",
        "landlock seccomp capabilities rlimits",
        "namespaces seccomp watchdog",
        "namespaces landlock seccomp rlimits watchdog",
        "seccomp mask environment",
        "capabilities reader",
    )
)


def _walls(attack: Attack) -> frozenset[str]:
    return attack.standing(ABI) & STANDING


def _inner(down: frozenset[str]) -> int:
    return len(down - OUTER)


def _trials() -> Iterator[tuple[frozenset[str], Attack]]:
    """Each attack where the fewest are down with all its walls, and where one of them stands."""
    for attack in ATTACKS:
        if walls := _walls(attack):
            yield min((down for down in BREACHES if walls <= down), key=_inner), attack
        for kept in walls if len(walls) > 1 else ():
            yield from [(down, attack) for down in BREACHES if walls - down == {kept}][:1]


TRIALS = sorted(set(_trials()), key=lambda trial: (BREACHES.index(trial[0]), trial[1].name))


def _name(trial: tuple[frozenset[str], Attack]) -> str:
    down, attack = trial
    return f"without {' '.join(sorted(down))}: {attack.name}"


@pytest.mark.parametrize(("down", "attack"), TRIALS, ids=map(_name, TRIALS))
def test_walls(down: frozenset[str], attack: Attack, agent_of: Callable[[World], Agent]) -> None:
    report = agent_of(WORLD).attack(attack, sorted(down))
    succeeds = _walls(attack) <= down
    assert bool(report.escapes) is succeeds, (report.escapes, report.status, report.run["error"])


def test_each_of_several_walls_is_tried_alone() -> None:
    tried = {(_walls(attack) - down, attack.name) for down, attack in TRIALS}
    for attack in ATTACKS:
        walls = _walls(attack)
        if len(walls) > 1:
            assert tried >= {(frozenset({wall}), attack.name) for wall in walls}


def test_every_wall_is_tried() -> None:
    assert {wall for attack in ATTACKS for wall in _walls(attack)} == STANDING
