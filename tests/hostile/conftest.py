"""One agent at a time for each process of tests: the tests come in the order of the worlds."""

from collections.abc import Callable, Iterator

import pytest

from tests.hostile.world import Agent, World


@pytest.fixture(scope="session")
def agent_of() -> Iterator[Callable[[World], Agent]]:
    """The agent of a world; it lives until that of another world is asked for."""
    living: list[Agent] = []

    def of(world: World) -> Agent:
        if not living or living[0].world != world:
            while living:
                living.pop().close()
            living.append(Agent(world))
        return living[0]

    yield of
    for agent in living:
        agent.close()
