"""Frames cross a pipe whole, whatever was patched, and a stranger's are refused unless strict."""

import builtins
import json
import json.encoder
import os
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logitlab.sandbox.child import wire
from logitlab.sandbox.child.wire import BrokenFrame, Frames, loads

PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(1 - 10**64, 10**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def frame(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data


def written(obj: object) -> bytes:
    reading, writing = os.pipe()
    try:
        wire.write(writing, obj)
        return os.read(reading, 1 << 16)
    finally:
        os.close(reading)
        os.close(writing)


@given(PLAIN, st.integers(1, 30))
def test_what_is_written_arrives_in_pieces_of_any_size(obj, piece):
    data = written(obj) + written([])
    frames = Frames(1 << 16)
    arrived = [
        got for at in range(0, len(data), piece) for got in frames.feed(data[at : at + piece])
    ]
    frames.close()
    assert arrived == [obj, []]


@given(PLAIN)
def test_a_request_is_read_as_it_was_written(obj):
    reading, writing = os.pipe()
    wire.write(writing, obj)
    assert wire.read(reading, 1 << 16) == obj
    os.close(writing)
    with pytest.raises(BrokenFrame, match="after 0 of 4"):
        wire.read(reading, 1 << 16)
    os.close(reading)


def test_a_request_over_the_maximum_is_not_read():
    reading, writing = os.pipe()
    os.write(writing, frame(b"[1, 2]"))
    with pytest.raises(BrokenFrame, match="6 bytes, at most 5"):
        wire.read(reading, 5)
    os.close(reading)
    os.close(writing)


def test_short_writes_are_completed(monkeypatch):
    monkeypatch.setattr(wire, "_os_write", lambda fd, data: os.write(fd, bytes(data[:3])))
    assert list(Frames(100).feed(written({"a": "0123456789"}))) == [{"a": "0123456789"}]


def test_writing_survives_a_patched_standard_library(monkeypatch):
    def lie(*arguments, **keywords):
        raise AssertionError("the learner's code ran")

    with monkeypatch.context() as patch:
        for module, name in (
            (json, "dumps"),
            (json.JSONEncoder, "encode"),
            (json.JSONEncoder, "iterencode"),
            (json.encoder, "encode_basestring_ascii"),
            (json.encoder, "c_make_encoder"),
            (struct, "pack"),
        ):
            patch.setattr(module, name, lie)
        reading, writing = os.pipe()
        true = dict(vars(builtins))
        try:
            vars(builtins).update(memoryview=lie, isinstance=lie, len=lie, str=lie, type=lie)
            wire.write(writing, {"kind": "text", "value": "é\ud800"})
        finally:
            builtins.__dict__.update(true)
    assert wire.read(reading, 100) == {"kind": "text", "value": "é\ufffd"}


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf")])
def test_what_is_not_finite_is_not_written(number):
    with pytest.raises(ValueError, match="Out of range"):
        written([number])


def test_what_is_not_plain_is_not_written():
    with pytest.raises(TypeError, match="object is not plain data"):
        written([object()])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"", "not strict JSON"),
        (b"[1,", "not strict JSON"),
        (b"[1" + b",1" * 50, "a bracket that is not closed"),
        (b"[1] [2]", "not strict JSON"),
        (b"\xff\xfe", "not strict JSON"),
        (b'"\xed\xa0\x80"', "not strict JSON"),  # half a character, as UTF-8
        (b'"a\nb"', "not strict JSON"),
        (b"NaN", "not finite: NaN"),
        (b"[-Infinity]", "not finite: -Infinity"),
        (b"1e999", "not finite: 1e999"),
        (b'{"a": {"b": 1, "b": 1}}', "the key 'b' twice"),
        (b"1" * 65, "an integer of more than 64 digits"),
        (b"[" * 41 + b"]" * 41, "nested more than 40 deep"),
        (b"[" * 100_000, "nested more than 40 deep"),
        (b'{"a":' * 41 + b"1" + b"}" * 41, "nested more than 40 deep"),
        (b'["", ' + b"[" * 41 + b'"]]]"' + b"]" * 42, "nested more than 40 deep"),
        (b"[" + b"[]," * 1_000_000 + b"1]", "more than 1000000 items"),
    ],
    ids=lambda value: repr(value[:20]),
)
def test_what_is_not_strict_is_refused(text, reason):
    with pytest.raises(BrokenFrame, match=reason):
        list(Frames(1 << 22).feed(frame(text)))


def test_brackets_and_commas_within_strings_cost_nothing():
    obj = {"a": "[" * 100_000 + ',"\\' * 500_000, "b": [[[[["]" * 50]]]]], "c": "\\"}
    assert loads(json.dumps(obj).encode()) == obj


def test_forty_deep_is_not_too_deep():
    loads(b"[" * 40 + b"]" * 40)


@given(st.binary(max_size=60) | st.text('[]{}",:\\1eNa', max_size=60).map(str.encode))
def test_any_bytes_are_a_frame_or_broken(data):
    try:
        arrived = loads(data)
    except BrokenFrame:
        return
    assert json.loads(data) == arrived


def test_a_length_over_the_maximum_is_refused_before_anything_arrives():
    with pytest.raises(BrokenFrame, match="4294967295 bytes, at most 100"):
        list(Frames(100).feed(b"\xff" * 4))


def test_a_stream_that_ends_within_a_frame_is_broken():
    frames = Frames(100)
    assert list(frames.feed(frame(b"[]")[:-1])) == []
    with pytest.raises(BrokenFrame, match="ends within a frame"):
        frames.close()


@pytest.mark.parametrize(
    ("text", "arrives"),
    [
        ("a\ud800b", "a\ufffdb"),
        ("\udfff\ud800", "\ufffd\ufffd"),
        ("😀", "😀"),
        ("\\ud800", "\\ud800"),
        ("\\\ud800", "\\\ufffd"),
    ],
)
def test_a_lone_surrogate_is_replaced_and_nothing_else(text: str, arrives: str) -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as pipe, os.fdopen(writing, "wb"):
        wire.write(writing, [text])
        data = os.read(pipe.fileno(), 1000)
    assert list(wire.Frames(1000).feed(data)) == [[arrives]]
