"""A spare process: torch is loaded, it waits for one request, runs it and ends.

For systems on which a process with torch loaded cannot be forked safely. Standard input brings the
request, standard output takes the evidence, standard error is the run's own output.
"""

from __future__ import annotations

import contextlib
import os
import queue
import sys
import threading
import time
from typing import Any

from . import session, wire
from .limits import READY, Limits

_exit, _rmdir = os._exit, os.rmdir  # a run may patch what it finds


def main() -> None:
    inbox: queue.SimpleQueue[Any] = queue.SimpleQueue()
    evidence, requests = os.dup(1), os.dup(0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    threading.Thread(target=_listen, args=(requests, inbox), daemon=True).start()
    session.warm_up()
    os.write(evidence, b"%.3f%s" % (time.process_time(), READY))
    session.main(inbox.get(), evidence, enter=_enter)


def _listen(requests: int, inbox: queue.SimpleQueue[Any]) -> None:
    """Take the request, and end with the parent, which holds the pipe as long as it lives.

    The parent would remove the working folder, made for this process: what is empty goes with it.
    """
    home = os.getcwd()
    try:
        inbox.put(wire.read(requests, wire.REQUEST_BYTES))
        os.read(requests, 1)
    finally:
        with contextlib.suppress(OSError):
            _rmdir(home)
        _exit(1)


def _enter(limits: Limits) -> None:
    """The limits that the system knows: none on Windows."""
    if sys.platform == "win32":
        return
    from . import rlimits, watchdog

    running = watchdog.tasks_of(os.geteuid()) if sys.platform == "linux" else None
    rlimits.apply(limits, running=running)
