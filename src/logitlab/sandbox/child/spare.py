"""A spare process: torch is loaded, it waits for one request, runs it and ends.

For systems on which a process with torch loaded cannot be forked safely. Standard input brings the
request, standard output takes the evidence, standard error is the run's own output.
"""

from __future__ import annotations

import os
import sys

from . import session, stubs, warmup
from .limits import READY, Limits


def main() -> None:
    warmup.warm()
    stubs.install()
    request, evidence = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    os.write(evidence, READY)
    session.main(request, evidence, enter=_enter)


def _enter(limits: Limits) -> None:
    """The limits that the system knows: none on Windows."""
    if sys.platform == "win32":
        return
    from . import rlimits, watchdog

    running = watchdog.tasks_of(os.geteuid()) if sys.platform == "linux" else None
    rlimits.apply(rlimits.of(limits), running=running)
