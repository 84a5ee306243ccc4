"""All attacks, in one table, and that table as a page."""

from types import ModuleType

from tests.hostile.attack import Attack
from tests.hostile.attacks import (
    endings,
    evidence,
    files,
    kernel,
    network,
    output,
    processes,
    python,
    resources,
    values,
)
from tests.hostile.world import World

# What comes of these hangs on whose process makes them; the others are made by the user's alone.
_BY_ANYBODY = (files, network, processes, kernel, resources)
_FAMILIES = (*_BY_ANYBODY, output, endings, evidence, python, values)
ATTACKS: tuple[Attack, ...] = tuple(attack for family in _FAMILIES for attack in family.ATTACKS)

_PAGE = """# Attacks

What the sandbox is attacked with, how such a run ends at each level, and which walls stop it. Any
one of the walls is enough; without all of them the attack succeeds. A dash stands for a level at
which it is not tried, and for no wall: then it is how the sandbox is built that stops it. A number
after `landlock` is the version of it from which on that wall is among them.

- `namespaces`: a root, processes, network and users of its own
- `landlock`: a second wall for files, sockets and signals
- `seccomp`: a filter on system calls
- `capabilities`: none of root's rights
- `rlimits`: what the kernel counts for one process
- `watchdog`: clock, CPU and memory of all processes of a run together
- `reader`: the parent, which takes no evidence but what a run may send
- `mask`: logitlab's own files, hidden
- `environment`: the variables that a run is given, none of them the user's

`python -m tests.hostile` writes this page, and tests in `tests/hostile/` hold each row of it.
"""
_HEAD = "| Attack | full | landlock | process | Walls |\n| --- | --- | --- | --- | --- |\n"


def made_in(world: World) -> list[Attack]:
    """The attacks that are made in a world."""
    families = _FAMILIES if world.is_users else _BY_ANYBODY
    attacks = [attack for family in families for attack in family.ATTACKS]
    return [attack for attack in attacks if attack.status(world.level)]


def page() -> str:
    """All attacks in Markdown: one table for each family of them."""
    return _PAGE + "".join(map(_section, _FAMILIES))


def _section(family: ModuleType) -> str:
    title = str(family.__doc__).split("\n")[0].rstrip(".")
    return f"\n## {title}\n\n{_HEAD}" + "".join(map(_row, family.ATTACKS))


def _row(attack: Attack) -> str:
    ends = [attack.status(level) or "—" for level in ("full", "landlock", "process")]
    walls = ", ".join(
        f"{wall} ({attack.landlock})" if wall == "landlock" and attack.landlock > 1 else wall
        for wall in attack.walls.split()
    )
    return f"| {' | '.join([attack.name, *ends, walls or '—'])} |\n"
