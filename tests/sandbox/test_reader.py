"""Evidence from a child that lies: whatever it sends, the parent reads a true and bounded run."""

import errno
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logitlab.sandbox import reader
from logitlab.sandbox.evidence import STATUSES, Run
from logitlab.sandbox.outcome import Ended
from logitlab.sandbox.reader import EvidenceReader

READING = {"kind": "reading"}
SOURCE = {
    "kind": "source",
    "format": "script",
    "cells": [{"kind": "code", "line": 1}],
    "remarks": [],
}
BEGIN = {"kind": "begin", "cell": 0, "line": 1, "end_line": 1}
USAGE = {"wall": 0.1, "cpu": 0.1, "memory": 0}
DONE = {"kind": "done", "error": None, **USAGE}
X = {"kind": "bound", "name": "x", "value": {"kind": "number", "type": "int", "value": 1}}
OUTPUT = {"kind": "output", "stream": "stdout", "text": "hello"}
SHOWN = {"kind": "shown", "how": "print", "text": "1\n", "values": [X["value"]]}
CALL = {"kind": "call", "index": 0}
CALLED = {"kind": "called", "result": None, "error": None, "arguments": [], "keywords": {}, **USAGE}
RAISED = {
    "types": ["ValueError", "Exception"],
    "message": "no",
    "errno": None,
    "frames": [{"cell": None, "line": 3, "function": "f"}],
    "causes": [],
}
END = {"kind": "end"}
HONEST = [READING, SOURCE, BEGIN, X, OUTPUT, SHOWN, DONE, CALL, CALLED, END]
KINDS = [*HONEST, {"kind": "sandbox_error", "message": "m"}, {"kind": "broken", "error": RAISED}]
KINDS += [{"kind": "unreadable", "reason": "r", "cell": None, "line": 1, "column": None}]


def frame(described: Any) -> bytes:
    text = json.dumps(described).encode()
    return len(text).to_bytes(4, "big") + text


def read(sent: list[Any], ended: Ended = Ended(exit=0), *, output_bytes: int = 1 << 20) -> Run:  # noqa: B008
    child = EvidenceReader(output_bytes)
    child.feed(b"".join(map(frame, sent)))
    child.close()
    return child.run(1, ended, "")


def test_an_honest_run() -> None:
    run = read(HONEST)
    (statement,), (called,) = run.statements, run.calls
    assert run.status == "finished"
    assert run.error is None
    assert statement.stdout == "hello1\n"
    assert statement.bound["x"].to_json() == 1
    assert statement.finished
    assert called.finished
    assert called.result is None


@pytest.mark.parametrize("missing", range(len(HONEST) - 1))
def test_a_frame_that_is_missing_is_never_a_run_that_finished(missing: int) -> None:
    sent = [*HONEST[:missing], *HONEST[missing + 1 :]]
    if HONEST[missing] not in (X, OUTPUT, SHOWN):
        assert read(sent).status in ("crashed", "sandbox_error")


@pytest.mark.parametrize("length", range(len(HONEST)))
def test_a_run_that_breaks_off_keeps_what_it_sent(length: int) -> None:
    run = read(HONEST[:length])
    assert run.status == (
        "sandbox_error" if length == 0 else "crashed" if length > 1 else "unreadable"
    )
    if length > HONEST.index(X):
        assert run.statements[0].bound["x"].to_json() == 1


@pytest.mark.parametrize("forged", KINDS, ids=lambda forged: forged["kind"])
def test_nothing_is_believed_after_the_end(forged: dict[str, Any]) -> None:
    run = read([*HONEST, forged])
    assert run.status == "crashed"
    assert run.error.type == "BrokenEvidence"
    assert len(run.statements) == 1


def test_a_learner_cannot_blame_the_sandbox() -> None:
    for blame in (KINDS[10], KINDS[12]):
        assert read([READING, SOURCE, BEGIN, blame]).status == "crashed"


@pytest.mark.parametrize(
    "broken",
    [
        {**BEGIN, "line": -1},
        {**BEGIN, "line": "1"},
        {**BEGIN, "extra": 1},
        {"kind": "nothing"},
        {"kind": "bound", "name": "x" * 2000, "value": X["value"]},
        {"kind": "bound", "name": "x", "value": {"kind": "tensor"}},
        {"kind": "done", "error": None, "wall": 1e400, "cpu": 0, "memory": 0},
        {"kind": "done", "error": {"types": []}, **USAGE},
        {**SHOWN, "how": "whisper"},
        [1, 2],
        "text",
        None,
    ],
    ids=str,
)
def test_what_no_child_may_send_ends_the_reading(broken: Any) -> None:
    run = read([READING, SOURCE, BEGIN, X, broken, DONE, END])
    assert run.status == "crashed"
    assert run.error.type == "BrokenEvidence"
    assert run.statements[0].bound["x"].to_json() == 1
    assert not run.statements[0].finished


@pytest.mark.parametrize("raw", [b"\xff\xff\xff\xff", b"\0\0\0\2{]", b"\0\0\0\2\xff\xff", b"\0\0"])
def test_bytes_that_are_no_frame_end_the_reading(raw: bytes) -> None:
    child = EvidenceReader(1 << 20)
    child.feed(b"".join(map(frame, [READING, SOURCE, BEGIN, X])) + raw)
    child.close()
    assert child.run(1, Ended(exit=0), "").error.type == "BrokenEvidence"


def test_output_over_the_limit_is_cut_though_the_child_sends_it() -> None:
    run = read([READING, SOURCE, BEGIN, OUTPUT, OUTPUT, DONE, END], output_bytes=7)
    assert run.stdout == "hellohe"
    assert run.dropped


def test_a_flood_of_frames_ends_the_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "RECORDS", 5)
    assert read([READING, SOURCE, BEGIN, OUTPUT, OUTPUT, OUTPUT, DONE, END]).status == "crashed"


def test_a_flood_of_bytes_ends_the_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "TOTAL_BYTES", 300)
    child = EvidenceReader(1 << 20)
    assert child.feed(frame(READING) + frame(SOURCE))
    assert not child.feed(b"x" * 300)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        ({"types": ["ValueError", "Exception"], "errno": None}, "crashed"),
        ({"types": ["PermissionError", "OSError"], "errno": 1}, "forbidden"),
        ({"types": ["PermissionError", "OSError"], "errno": None}, "crashed"),
        ({"types": ["FileNotFoundError", "OSError"], "errno": 2}, "crashed"),
        ({"types": ["gaierror", "OSError"], "errno": -3}, "forbidden"),
        ({"types": ["MemoryError"], "errno": None}, "out_of_memory"),
        ({"types": ["OSError"], "errno": errno.ENOMEM}, "out_of_memory"),
        ({"types": ["KeyboardInterrupt", "BaseException"], "errno": None}, "crashed"),
    ],
)
def test_an_uncaught_error_decides_the_status(error: dict[str, Any], status: str) -> None:
    done = {**DONE, "error": {**RAISED, **error}}
    assert read([READING, SOURCE, BEGIN, done, END]).status == status


def test_the_cause_of_an_error_counts() -> None:
    cause = {"types": ["PermissionError", "OSError"], "message": "", "errno": 13}
    done = {**DONE, "error": {**RAISED, "types": ["URLError", "OSError"], "causes": [cause]}}
    assert read([READING, SOURCE, BEGIN, done, END]).status == "forbidden"


@pytest.mark.parametrize("cause", ["timeout", "out_of_memory", "sandbox_error"])
def test_what_it_was_killed_for_decides_the_status(cause: Any) -> None:
    run = read([READING, SOURCE, BEGIN, X], Ended(cause=cause, signal=9))
    assert run.status == cause
    assert run.error.line == 1


@pytest.mark.parametrize(("signal", "status"), [(11, "crashed"), (6, "crashed"), (31, "forbidden")])
def test_a_signal_decides_the_status(signal: int, status: str) -> None:
    assert read([READING, SOURCE, BEGIN], Ended(signal=signal)).status == status


def test_a_parser_that_dies_could_not_read_the_file() -> None:
    assert read([READING], Ended(signal=11)).status == "unreadable"
    assert read([], Ended(signal=11)).status == "sandbox_error"


described = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
mutated = st.sampled_from(KINDS).flatmap(
    lambda kind: st.dictionaries(st.sampled_from(sorted(kind)), described, max_size=2).map(
        lambda changes: {**kind, **changes}
    )
)


@given(
    st.lists(st.sampled_from(KINDS) | mutated, max_size=12),
    st.binary(max_size=20),
    st.sampled_from([Ended(exit=0), Ended(signal=11), Ended(cause="timeout", signal=9)]),
)
def test_any_frames_make_a_run(sent: list[Any], tail: bytes, ended: Ended) -> None:
    child = EvidenceReader(100)
    child.feed(b"".join(map(frame, sent)) + tail)
    child.close()
    run = child.run(1, ended, "")
    assert run.status in STATUSES
    assert len(run.stdout) <= 100
    if run.status == "finished":
        kinds = [part["kind"] for part in sent if isinstance(part, dict)]
        assert kinds[:2] == ["reading", "source"]
        assert kinds[-1] == "end"
        assert not tail
        assert all(part.finished for part in (*run.statements, *run.calls))
