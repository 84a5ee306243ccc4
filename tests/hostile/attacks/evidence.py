"""Attacks on the pipe that the evidence takes: what is not a frame ends the reading of the run."""

from tests.hostile.attack import BRIEFLY, Attack, everywhere

_FORGE = """
import json, os

def send(data):
    for fd in range(3, 64):
        try:
            os.write(fd, data)
        except OSError:
            pass

def frame(item):
    text = item if isinstance(item, bytes) else json.dumps(item).encode()
    return len(text).to_bytes(4, "big") + text

"""


def _forged(name: str, code: str, ends: object = "crashed", walls: str = "reader") -> Attack:
    return Attack(name, _FORGE + code + "\nwon()\n", ends, walls)  # type: ignore[arg-type]


def _frame(name: str, item: str) -> Attack:
    return _forged(name, f"send(frame({item}))")


_RAISED = '{"types": ["ValueError"], "message": "", "errno": None, "frames": [], "causes": []}'
_USAGE = '"wall": 0.0, "cpu": 0.0, "memory": 0'

ATTACKS = (
    _forged("writes bytes on every descriptor", 'send(b"\\xff" * 100)', everywhere("crashed"), ""),
    _forged("announces four gigabytes", 'send(b"\\xff\\xff\\xff\\xff")', walls=""),
    _forged("sends an empty frame", "send(bytes(4))"),
    _frame("sends a frame that is not UTF-8", 'b"\\xff\\xfe"'),
    _frame("sends a frame that is not JSON", 'b"{"'),
    _frame("sends brackets without end", 'b"[" * 200_000'),
    _frame(
        "sends a number of 10,000 digits",
        '\'{"kind": "use", "name": "x", "line": \' .encode() + b"9" * 10_000 + b"}"',
    ),
    _frame(
        "sends a number that is none",
        '{"kind": "done", "error": None, "wall": float("nan"), "cpu": 0.0, "memory": 0}',
    ),
    _frame(
        "sends half of a character",
        'b\'{"kind": "output", "stream": "stdout", "text": "\\\\ud800"}\'',
    ),
    _frame("sends a frame of no kind", '{"kind": "passed"}'),
    _frame("sends a field too many", '{"kind": "use", "name": "x", "line": 1, "points": 100}'),
    _frame("sends a field of another type", '{"kind": "use", "name": ["x"], "line": 1}'),
    _frame(
        "sends another source", '{"kind": "source", "format": "script", "cells": [], "remarks": []}'
    ),
    _frame("says that the sandbox failed", '{"kind": "sandbox_error", "message": "ours"}'),
    _frame(
        "says that it is unreadable",
        '{"kind": "unreadable", "reason": "", "cell": None, "line": None, "column": None}',
    ),
    _frame(
        "begins a statement within another",
        '{"kind": "begin", "cell": 0, "line": 1, "end_line": 1}',
    ),
    _frame("ends while a statement runs", '{"kind": "end"}'),
    _frame(
        "takes negative time",
        '{"kind": "done", "error": None, "wall": -1.0, "cpu": 0.0, "memory": 0}',
    ),
    _frame("binds what is no value", '{"kind": "bound", "name": "x", "value": {"type": "evil"}}'),
    _forged(
        "binds a tensor of other bytes than its shape says",
        "import sys, torch\n"
        'values = sys.modules["logitlab_child.values"]\n'
        "value = values.encode(torch.ones(3), values.Budget(1000))\n"
        'value["shape"] = [10**9]\n'
        'send(frame({"kind": "bound", "name": "x", "value": value}))',
    ),
    _frame(
        "tells of a call that nobody made",
        '{"kind": "called", "result": None, "error": None, "arguments": [], "keywords": {},'
        f" {_USAGE}}}",
    ),
    _forged(
        "ends twice",
        f'done = {{"kind": "done", "error": {_RAISED}, {_USAGE}}}\n'
        'send(frame(done) + frame({"kind": "end"}) * 2)',
        walls="",
    ),
    _forged("sends a pickle", "import pickle\nsend(frame(pickle.dumps(print)))"),
    _forged(
        "sends more evidence than is read",
        'whole = frame({"kind": "output", "stream": "stdout", "text": "x" * 1_000_000})\n'
        "for _ in range(100):\n    send(whole)",
        walls="",
    ),
    _forged(
        "sends more frames than are read",
        'whole = frame({"kind": "use", "name": "x", "line": 1}) * 1000\n'
        "for _ in range(100):\n    send(whole)",
        walls="",
    ),
    _forged("ends within a frame", "send(bytes([0, 0, 1, 0, 1])); os._exit(0)", walls=""),
    _forged("closes every descriptor", "os.closerange(0, 1000)", walls=""),
    _forged(
        "puts other files in the place of its descriptors",
        'null = os.open("/dev/null", os.O_RDWR)\n'
        "for fd in range(64):\n"
        "    if fd != null:\n"
        "        try:\n"
        "            os.fstat(fd)\n"
        "            os.dup2(null, fd)\n"
        "        except OSError:\n"
        "            pass",
        walls="",
    ),
    _forged(
        "reads what was sent to it, and to others",
        "import stat\n"
        "for fd in range(0, 1000):\n"
        "    try:\n"
        "        kind = os.fstat(fd).st_mode\n"
        "    except OSError:\n"
        "        continue\n"
        "    if stat.S_ISSOCK(kind) or (stat.S_ISREG(kind) and fd > 2):\n"
        "        won(fd)\n"
        "raise SystemExit",
        "finished",
        "",
    ),
    Attack(
        "holds the evidence back",
        """
        import os, time
        for fd in range(3, 64):
            try:
                os.write(fd, bytes([0, 15, 0, 0]))
            except OSError:
                pass
        time.sleep(0.9)
        won()
        """,
        "timeout",
        limits=BRIEFLY,
    ),
)
