"""Acts that are tried in forked children of a small process of its own, and how each ended.

A test module that is run as a script prints them as JSON (`report`), and reads them back as a test
(`outcomes`): its acts are plain functions, and pytest's own process never forks or loses a right.
"""

import errno
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

NOBODY = 61234  # not 65534, whose processes others may run
UIDS = (os.geteuid(), NOBODY) if os.geteuid() == 0 else (os.geteuid(),)
ROOT = Path(__file__).parents[2]


def outcome(act: Callable[[], object], walls: Callable[[], object], uid: int) -> str:
    """How `act` ends behind `walls`: "ok", an errno's name, an exception's, or a signal's."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        signal.alarm(60)  # nothing is left behind, whatever the walls fail to stop
        _become(uid)
        os.write(writing, _attempt(act, walls).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        text = pipe.read()
    _, status = os.waitpid(pid, 0)
    return signal.Signals(os.WTERMSIG(status)).name if os.WIFSIGNALED(status) else text


def outcomes(module: str) -> dict[str, str]:
    """What a test module reports when it is run by itself."""
    run = subprocess.run(
        [sys.executable, "-m", module], cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def report(results: dict[str, str]) -> None:
    print(json.dumps(results))


def _become(uid: int) -> None:
    if uid != os.geteuid():
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)


def _attempt(act: Callable[[], object], walls: Callable[[], object]) -> str:
    try:
        walls()
    except OSError as error:
        return f"walls: {_name(error)}"
    try:
        act()
    except OSError as error:
        return _name(error)
    except BaseException as error:
        return f"{type(error).__name__}: {error}"
    return "ok"


def _name(error: OSError) -> str:
    with suppress(KeyError, TypeError):
        return errno.errorcode[error.errno]
    return repr(error)
