"""A spare process: torch is loaded, it waits for one request, runs it and ends.

For systems on which a process with torch loaded cannot be forked safely. Standard input brings the
request, standard output takes the evidence, standard error is the run's own output.
"""

from __future__ import annotations

import os
import sys
import time

from . import session
from .limits import READY, Limits


def main() -> None:
    session.warm_up()
    request, evidence = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    os.write(evidence, b"%.3f%s" % (time.process_time(), READY))
    session.main(request, evidence, enter=_enter)


def _enter(limits: Limits) -> None:
    """The limits that the system knows: none on Windows."""
    if sys.platform == "win32":
        return
    from . import rlimits, watchdog

    running = watchdog.tasks_of(os.geteuid()) if sys.platform == "linux" else None
    rlimits.apply(limits, running=running)
