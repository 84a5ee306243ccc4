"""All attacks, in one table."""

from tests.hostile.attack import Attack
from tests.hostile.attacks import (
    endings,
    evidence,
    files,
    kernel,
    network,
    processes,
    python,
    resources,
    values,
)
from tests.hostile.world import World

# What comes of these hangs on whose process makes them; the others are made by the user's alone.
BY_ANYBODY = (
    *files.ATTACKS,
    *network.ATTACKS,
    *processes.ATTACKS,
    *kernel.ATTACKS,
    *resources.ATTACKS,
)
ATTACKS = (
    *BY_ANYBODY,
    *endings.ATTACKS,
    *evidence.ATTACKS,
    *python.ATTACKS,
    *values.ATTACKS,
)


def made_in(world: World) -> list[Attack]:
    """The attacks that are made in a world."""
    attacks = ATTACKS if world.is_users else BY_ANYBODY
    return [attack for attack in attacks if attack.status(world.level)]
