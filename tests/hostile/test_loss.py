"""Loss and load: what is killed is replaced, what is left alone ends, and nothing grows."""

import os
import tempfile
from collections.abc import Callable

import pytest

from tests.hostile.attack import Attack
from tests.hostile.family import CALLS_ITSELF_AT_WORK, are_gone, at_work, descendants
from tests.hostile.table import ATTACKS
from tests.hostile.world import Agent, World, worlds

FORKED = [world for world in worlds() if world.is_users and world.level != "process"]
ONE_OF_EACH_LEVEL = list({world.level: world for world in reversed(worlds())}.values())
RUNS = 200
HONEST = Attack(
    "honest",
    """
    import torch
    x = torch.randn(50, 50) @ torch.randn(50, 50)
    print(x.sum())
    """,
    "finished",
)
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


def _served_by(world: World) -> tuple[str, ...]:
    """Whom one can kill; without namespaces the launcher is the zygote itself."""
    return ("launcher", "child", *(["zygote"] if world.level == "full" else []))


@pytest.mark.parametrize(
    ("world", "killed"),
    [(world, killed) for world in FORKED for killed in _served_by(world)],
    ids=str,
)
def test_who_is_killed_is_replaced_and_the_run_made_again(
    world: World, killed: str, agent_of: Callable[[World], Agent]
) -> None:
    code = CALLS_ITSELF_AT_WORK + "import time\ntime.sleep(1)\nx = 1\n"
    reply = agent_of(world).ask("lose", code=code, kill=killed, times=1)
    assert reply["evidence"]["status"] == "finished"
    assert reply["evidence"]["runs"][0]["statements"][-1]["bound"].keys() == {"x"}
    assert reply["honest"]["status"] == "finished"


@pytest.mark.parametrize("world", FORKED, ids=str)
def test_a_run_that_is_killed_twice(world: World, agent_of: Callable[[World], Agent]) -> None:
    """A fault of ours, unless it can have been the code that killed its process."""
    code = CALLS_ITSELF_AT_WORK + "import time\ntime.sleep(20)\n"
    request = {"code": code, "limits": {"wall_seconds": 30}}
    reply = agent_of(world).ask("lose", kill="child", times=2, **request)
    ended = "sandbox_error" if world.level == "full" else "crashed"
    assert reply["evidence"]["status"] == ended
    assert reply["honest"]["status"] == "finished"


def test_runs_in_a_row_leave_nothing(agent_of: Callable[[World], Agent]) -> None:
    agent = agent_of(FORKED[0])
    attacks = {attack.name: attack for attack in ATTACKS}
    hostile = [attacks[name] for name in HOSTILE]
    assert all(attack.status(agent.world.level) for attack in hostile)
    runs, expected = [], []
    for index in range(RUNS):
        attack = hostile[index // 10 % len(hostile)] if index % 10 == 9 else HONEST
        runs.append({"code": attack.source({}), "limits": dict(attack.limits)})
        expected.append(attack.status(agent.world.level))
    reply = agent.ask("many", runs=runs)
    assert reply["statuses"] == expected
    before, after = reply["before"], reply["after"]
    assert after["descriptors"] == before["descriptors"]
    assert after["threads"] == before["threads"]
    assert after["processes"] == before["processes"]
    for pid, resident in after["resident"].items():
        assert resident <= before["resident"][pid] + (8 << 20)
    assert agent.targets.hits() == []


@pytest.mark.parametrize("world", FORKED, ids=str)
def test_one_submission_finds_nothing_of_another(
    world: World, agent_of: Callable[[World], Agent]
) -> None:
    agent = agent_of(world)
    secret = agent.targets.canaries[0]
    kept = (
        "import os, time, torch, builtins, sys\n"
        f"secret = builtins.secret = sys.secret = '{secret}'\n"
        "torch.secret = secret\n"
        "for folder in ('/tmp', '/dev/shm', '.'):\n"
        "    try:\n"
        "        open(folder + '/secret', 'w').write(secret)\n"
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


@pytest.mark.parametrize("world", ONE_OF_EACH_LEVEL, ids=str)
def test_nothing_survives_a_killed_parent(world: World) -> None:
    with Agent(world) as agent:
        code = CALLS_ITSELF_AT_WORK + "import time\ntime.sleep(25)\n"
        agent.tell("run", code=code, limits={"wall_seconds": 30})
        at_work(agent.pid)
        family = descendants(agent.pid)
        folders = {os.readlink(f"/proc/{pid}/cwd") for pid in family}
        agent.kill()
        assert are_gone(family)
    made = [path for path in folders if os.path.dirname(path) == tempfile.gettempdir()]
    assert bool(made) is (world.level == "process")
    assert not any(map(os.path.exists, made))
