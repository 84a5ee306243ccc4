"""The agents of the tests: two worlds at a time, since starting one costs seconds."""

from collections.abc import Callable, Iterator

import pytest

from tests.hostile.world import Agent, World

_AT_A_TIME = 2  # each holds torch, and some tests go to and fro between two worlds


@pytest.fixture(scope="session")
def agent_of() -> Iterator[Callable[[World], Agent]]:
    """The agent of a world; the one that has not been asked for longest makes way for a third."""
    living: dict[World, Agent] = {}

    def of(world: World) -> Agent:
        agent = living.pop(world, None)
        if agent is None:
            if len(living) == _AT_A_TIME:
                living.pop(next(iter(living))).close()
            agent = Agent(world)
        living[world] = agent
        return agent

    yield of
    for agent in living.values():
        agent.close()
