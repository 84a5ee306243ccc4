"""Loss and load: what is killed is replaced, what is left alone ends, and nothing grows."""

import time
from collections.abc import Callable, Iterator

import pytest

from tests.hostile.family import descendants, parents
from tests.hostile.table import ATTACKS
from tests.hostile.world import Agent, World, worlds

FORKED = [world for world in worlds() if world.is_users and world.level != "process"]
SLEEP = "import time\ntime.sleep(0.5)\nx = 1\n"
RUNS = 200
HOSTILE = (
    "loops in C, where no signal is heard",
    "exits at once",
    "reads through a null pointer",
    "starts a storm of threads",
    "takes memory by torch",
    "closes every descriptor",
    "writes bytes on every descriptor",
    "floods the descriptors",
    "leaves a daemon",
    "aborts",
)


@pytest.fixture(scope="module", params=FORKED, ids=str)
def agent(request: pytest.FixtureRequest) -> Iterator[Agent]:
    with Agent(request.param) as living:
        yield living


@pytest.mark.parametrize("servant", ["zygote", "launcher"])
def test_a_killed_zygote_is_replaced(servant: str, agent: Agent) -> None:
    reply = agent.ask("lose", code=SLEEP, kill=servant, times=1)
    assert reply["evidence"]["status"] == "finished"
    assert reply["honest"]["status"] == "finished"


def test_a_killed_run_is_tried_again(agent: Agent) -> None:
    reply = agent.ask("lose", code=SLEEP, kill="child", times=1)
    assert reply["evidence"]["status"] == "finished"


def test_a_run_that_is_killed_twice_is_a_fault_of_ours(agent: Agent) -> None:
    reply = agent.ask("lose", code=SLEEP, kill="child", times=2)
    ended = "sandbox_error" if agent.world.level == "full" else "crashed"
    assert reply["evidence"]["status"] == ended
    assert reply["honest"]["status"] == "finished"


def test_runs_in_a_row_leave_nothing(agent: Agent) -> None:
    honest = "import torch\nx = torch.randn(50, 50) @ torch.randn(50, 50)\nprint(x.sum())\n"
    attacks = {attack.name: attack for attack in ATTACKS}
    codes, expected = [], []
    for index in range(RUNS):
        attack = attacks[HOSTILE[index // 10 % len(HOSTILE)]]
        hostile = index % 10 == 9
        codes.append(attack.source({}) if hostile else honest)
        expected.append(attack.status(agent.world.level) if hostile else "finished")
    reply = agent.ask("many", codes=codes, limits={"wall_seconds": 0.5, "memory_bytes": 100 << 20})
    assert reply["statuses"] == expected
    before, after = reply["before"], reply["after"]
    assert after["descriptors"] == before["descriptors"]
    assert after["threads"] == before["threads"]
    assert after["processes"] == before["processes"]
    for pid, resident in after["resident"].items():
        assert resident <= before["resident"][pid] + (8 << 20)
    assert agent.targets.hits() == []


def test_one_submission_finds_nothing_of_another(agent: Agent) -> None:
    secret = agent.targets.canaries[0]
    kept = (
        "import os, time, torch, builtins, sys\n"
        f"secret = builtins.secret = sys.secret = '{secret}'\n"
        "torch.secret = secret\n"
        "for folder in ('/tmp', '/dev/shm', '.'):\n"
        "    try:\n"
        "        open(folder + '/logitlab-hostile-secret', 'w').write(secret)\n"
        "    except OSError:\n"
        "        pass\n"
        "time.sleep(0.3)\n"
    )
    search = next(attack for attack in ATTACKS if attack.name == "searches every object").code
    looking = (
        search
        + "import os, torch, builtins\n"
        + "for place in (torch, builtins, sys):\n    look(getattr(place, 'secret', ''))\n"
        + "for folder in ('/tmp', '/dev/shm', '.'):\n"
        + "    try:\n"
        + "        for name in os.listdir(folder):\n"
        + "            look(open(os.path.join(folder, name), errors='replace').read())\n"
        + "    except OSError:\n        pass\n"
        + "for pid in range(1, 100_000 if os.path.exists('/proc/2') else 2):\n"
        + "    try:\n        look(open(f'/proc/{pid}/environ').read())\n"
        + "    except OSError:\n        pass\n"
        + "print(found)\n"
    )
    while_it_runs = agent.ask("pair", codes=[kept, looking])["evidence"]
    after_it = agent.ask("run", code=looking)["evidence"]
    assert while_it_runs[0]["status"] == "finished"
    for evidence in (while_it_runs[1], after_it):
        assert evidence["status"] == "finished", evidence["runs"][0]["error"]
        assert secret not in str(evidence)


@pytest.mark.parametrize("world", worlds(), ids=str)
def test_nothing_survives_a_killed_parent(world: World) -> None:
    with Agent(world) as agent:
        agent.ask("run", code="pass")
        quiet = set(descendants(agent.pid))
        limits = {"wall_seconds": 30}
        agent.tell("run", code="import time\ntime.sleep(25)\n", limits=limits)
        _wait(lambda: set(descendants(agent.pid)) - quiet)
        family = descendants(agent.pid)
        agent.kill()
        _wait(lambda: not set(family) & set(parents()))
        assert not set(family) & set(parents())


def _wait(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 10
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
