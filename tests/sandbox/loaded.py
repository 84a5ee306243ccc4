"""A process with torch loaded, which runs code in forked children: what they patch ends there."""

import atexit
import functools
import json
import os
import subprocess
import sys
import textwrap
import traceback
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
FILE = "submission.py"


def run(code: str) -> Any:
    """What `code` leaves as `result`, which JSON must be able to tell."""
    process = _process()
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(textwrap.dedent(code)) + "\n")
    process.stdin.flush()
    reply = json.loads(process.stdout.readline())
    assert "raised" not in reply, reply["raised"]
    return reply["result"]


@functools.cache
def _process() -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.sandbox.loaded"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    atexit.register(process.communicate)
    return process


def _serve() -> None:
    for line in sys.stdin:
        reading, writing = os.pipe()
        if os.fork() == 0:
            os.dup2(2, 1)
            os.write(writing, json.dumps(_reply(json.loads(line))).encode())
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as pipe:
            print(pipe.read() or '{"raised": "the child died"}', flush=True)
        os.wait()


def _reply(code: str) -> dict[str, Any]:
    namespace: dict[str, Any] = {"__name__": "__main__"}
    try:
        exec(compile(code, FILE, "exec"), namespace)
    except BaseException:
        return {"raised": traceback.format_exc()}
    return {"result": namespace["result"]}


if __name__ == "__main__":
    import numpy.random  # noqa: F401
    import torch  # noqa: F401

    from logitlab.sandbox.child import seeding, warmup, watching  # noqa: F401

    _serve()
