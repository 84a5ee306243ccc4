"""An attack: a small source, how its run has to end, and the walls that stop it.

To add one, add a row to a file in `attacks/`, and run

    python -m tests.hostile > docs/reference/attacks.md

An attack that gets through calls `won()`, or does something that is seen from outside: see
`world.Targets`. Its source finds these names:

    SECRET      a file that everybody may read, outside of the run's place
    PACKAGED    a file that everybody may read and change, among the packages that the run may see
    FOLDER      a folder that everybody may write to
    TRACE       what begins the names of files that it leaves in other folders
    PORT        a TCP port of 127.0.0.1 on which somebody listens; UDP likewise
    SOCKET      the path of a Unix socket on which somebody listens; ABSTRACT a name of the kernel's
    VICTIM      a process of the run's own user, with a canary in its memory
    AGENT       the process that holds the Runner, with a canary in its memory
    NUMBERS     the numbers of the system calls that the source names
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

BRIEFLY = {"wall_seconds": 0.3}


def everywhere(status: str) -> Mapping[str, str]:
    """How a run ends that is made at the level `process` too."""
    return dict.fromkeys(("full", "landlock", "process"), status)


# What breaks in the parent, or in what it gives the zygote, to see an attack succeed that no wall
# of the child stops: see `agent`.
OUTER = frozenset({"mask", "environment", "reader"})

# `won` keeps what it needs: many attacks patch everything. Joined, so that the source, which
# comes back in the evidence, does not hold the word.
_PRELUDE = """
def won(how="", _print=print, _str=str):
    _print("ESC" + "APED", _str(how))
"""


@dataclass(frozen=True, eq=False)
class Attack:
    """`ends`: the status of its run at `full` and `landlock`, or one for each level that makes it.
    Each at `process` costs seconds, for torch: what differs there from others is made there.

    `walls`: any one of them stops it; without all of them it succeeds. Empty where it is not a
    wall that stops it, but how the sandbox is built.
    `landlock`: from which version of the kernel's Landlock on that wall is among them.
    """

    name: str
    code: str
    ends: str | Mapping[str, str] = "crashed"
    walls: str = ""
    limits: Mapping[str, Any] = field(default_factory=dict)
    landlock: int = 1

    def status(self, level: str) -> str | None:
        """How its run ends at `level`; None where it is not made there."""
        if isinstance(self.ends, str):
            return self.ends if level != "process" else None
        return self.ends.get(level)

    def standing(self, abi: int) -> frozenset[str]:
        """The walls that stop it on a kernel with Landlock `abi`."""
        walls = frozenset(self.walls.split())
        return walls if abi >= self.landlock else walls - {"landlock"}

    @property
    def seconds(self) -> float:
        """The limit on its wall clock."""
        return float(self.limits.get("wall_seconds", 10.0))

    def source(self, targets: Mapping[str, Any]) -> str:
        """The submission: its code, after the names that it finds."""
        code = textwrap.dedent(self.code).strip("\n") + "\n"
        named = "".join(f"{name} = {value!r}\n" for name, value in targets.items() if name in code)
        return named + (_PRELUDE if "won(" in code else "") + code
