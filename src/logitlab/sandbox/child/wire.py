"""Frames: four bytes of length, big-endian, then as many of strict JSON.

child:   write evidence, read its request
parent:  Frames, which takes a child's bytes as they come, and believes none of them
"""

from __future__ import annotations

import builtins
import json
import os
import re
from collections.abc import Iterator
from json import encoder
from typing import Any, Final

# Functions look their built-ins up here: what the learner does to `builtins` changes nothing.
__builtins__ = dict(vars(builtins))  # type: ignore[assignment]

HEADER: Final = 4  # bytes
REQUEST_BYTES: Final = 64 << 20
NESTING: Final = 40
STRUCTURE: Final = 1_000_000  # commas and opening brackets of a frame: each costs some memory
DIGITS: Final = 64  # of an integer


class BrokenFrame(ValueError):
    """What arrived is not a frame: too long, cut short, or not strict JSON."""


# The child's side.

_os_write, _os_read = os.write, os.read


def _refuse(obj: object) -> Any:
    raise TypeError(f"{type(obj).__name__} is not plain data")


def _make_encoder() -> Any:
    """JSON's own encoder, made once of parts that are held here."""
    make: Any = getattr(encoder, "c_make_encoder", None)
    if make is None:
        return json.JSONEncoder(check_circular=False, allow_nan=False).iterencode
    text = encoder.encode_basestring_ascii
    encode = make(None, _refuse, text, None, ":", ",", False, False, False)
    return lambda obj: encode(obj, 0)


_encode: Final = _make_encoder()


_ESCAPE: Final = re.compile(
    r"(?P<kept>\\\\|\\u[dD][89abAB]..\\u[dD][c-fC-F]..)|\\u[dD][89a-fA-F].."
)


def _without_lone_surrogate(escape: re.Match[str]) -> str:
    return escape["kept"] or "\\ufffd"


def framed(json_text: str) -> bytes:
    """ASCII JSON as one frame."""
    text = json_text.encode("ascii")
    return len(text).to_bytes(HEADER, "big") + text


def write(fd: int, obj: object) -> None:
    """Write one frame, all of it; a lone surrogate in its text is replaced.

    Raises:
        TypeError, ValueError: `obj` is not plain data, or holds a number that is not finite.
        OSError: the other side is gone.
    """
    json_text = "".join(_encode(obj))
    if "\\ud" in json_text:
        json_text = _ESCAPE.sub(_without_lone_surrogate, json_text)
    left = memoryview(framed(json_text))
    while left:
        left = left[_os_write(fd, left) :]


def read(fd: int, maximum: int) -> Any:
    """Read one frame of at most `maximum` bytes, as the trusted side sends it.

    Raises:
        BrokenFrame: it is longer, or ends early.
    """
    size = int.from_bytes(_read_exactly(fd, HEADER), "big")
    if size > maximum:
        raise BrokenFrame(f"a frame of {size} bytes, at most {maximum} are taken")
    return json.loads(_read_exactly(fd, size))


def _read_exactly(fd: int, size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        part = _os_read(fd, min(size - len(data), 1 << 20))
        if not part:
            raise BrokenFrame(f"the frame ends after {len(data)} of {size} bytes")
        data += part
    return bytes(data)


# The parent's side.


class Frames:
    """Cuts a stream of bytes into frames, and decodes them: bounded, and nothing is assumed.

    >>> frames = Frames(maximum=100)
    >>> list(frames.feed(b"\\x00\\x00\\x00\\x02[")), list(frames.feed(b"]"))
    ([], [[]])
    """

    def __init__(self, maximum: int) -> None:
        self.maximum = maximum
        self._waiting = bytearray()

    def feed(self, data: bytes) -> Iterator[Any]:
        """The frames that `data` completes. After a BrokenFrame nothing more can be read.

        Raises:
            BrokenFrame: a frame is longer than the maximum, or not strict JSON.
        """
        self._waiting += data
        return self._complete()

    def _complete(self) -> Iterator[Any]:
        while len(self._waiting) >= HEADER:
            size = int.from_bytes(self._waiting[:HEADER], "big")
            if size > self.maximum:
                raise BrokenFrame(f"a frame of {size} bytes, at most {self.maximum} are taken")
            if len(self._waiting) < HEADER + size:
                return
            frame = bytes(self._waiting[HEADER : HEADER + size])
            del self._waiting[: HEADER + size]
            yield loads(frame)

    def close(self) -> None:
        """The stream has ended.

        Raises:
            BrokenFrame: it ended within a frame.
        """
        if self._waiting:
            raise BrokenFrame(f"the stream ends within a frame, after {len(self._waiting)} bytes")


def loads(data: bytes) -> Any:
    """Strict JSON from a stranger: its keys unique, its numbers finite, its nesting bounded.

    Its text is such that UTF-8 can hold it: no lone surrogates.

    >>> loads(b'{"a": 1, "a": 2}')
    Traceback (most recent call last):
        ...
    logitlab.sandbox.child.wire.BrokenFrame: the key 'a' twice

    Raises:
        BrokenFrame: it is not that.
    """
    try:
        text = data.decode("utf-8")
        _check_structure(text)
        decoded = _decoder.decode(text)
        if _SURROGATE.search(text):
            json.dumps(decoded, ensure_ascii=False).encode("utf-8")  # pairs pass, a lone one fails
        return decoded
    except BrokenFrame:
        raise
    except (ValueError, RecursionError) as error:
        raise BrokenFrame(f"not strict JSON: {str(error)[:200]}") from None


_SURROGATE: Final = re.compile(r"\\u[dD][89a-fA-F]")
_STRING: Final = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
_INNERMOST: Final = re.compile(r"\[[^][{}]*+\]|\{[^][{}]*+\}")


def _check_structure(text: str) -> None:
    """Before anything is built: how deep it is, and how much memory it will ask for."""
    if sum(map(text.count, ",[{")) <= NESTING:
        return
    skeleton = _STRING.sub("", text)
    if sum(map(skeleton.count, ",[{")) > STRUCTURE:
        raise BrokenFrame(f"more than {STRUCTURE} items in a frame")
    for _ in range(NESTING):
        skeleton, found = _INNERMOST.subn("", skeleton)
        if not found:
            break
    if "[" in skeleton or "{" in skeleton:
        raise BrokenFrame(f"nested more than {NESTING} deep, or a bracket that is not closed")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise BrokenFrame(f"the key {twice[:50]!r} twice")
    return found


def _integer(digits: str) -> int:
    if len(digits.lstrip("-")) > DIGITS:
        raise BrokenFrame(f"an integer of more than {DIGITS} digits")
    return int(digits)


def _finite(digits: str) -> float:
    number = float(digits)
    if number - number != 0:
        raise BrokenFrame(f"a number that is not finite: {digits[:20]}")
    return number


def _constant(word: str) -> Any:
    raise BrokenFrame(f"a number that is not finite: {word}")


_decoder: Final = json.JSONDecoder(
    object_pairs_hook=_unique, parse_int=_integer, parse_float=_finite, parse_constant=_constant
)
