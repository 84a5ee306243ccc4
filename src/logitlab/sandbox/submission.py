"""Open a submission as a stranger's file: no link, no pipe, no device, and not too large."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from typing import Final, Self

from logitlab.errors import ParameterError
from logitlab.sandbox.child.source import CODE, MAXIMUM_BYTES

# Not all of them exist on Windows. No wait for a pipe's writer, no terminal taken over.
_FLAGS: Final = os.O_RDONLY | sum(
    getattr(os, flag, 0)
    for flag in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_NOCTTY", "O_BINARY")
)
_KINDS: Final = (
    (stat.S_ISLNK, "a symbolic link"),
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISCHR, "a device"),
)


@dataclass(frozen=True)
class Submission:
    """A submission's bytes, its name without folders, and the hexadecimal digest of the bytes."""

    name: str
    data: bytes
    sha256: str

    @classmethod
    def of_bytes(cls, data: bytes, name: str) -> Self:
        """The submission of this name that holds `data`."""
        return cls(name, data, hashlib.sha256(data).hexdigest())

    @classmethod
    def of_text(cls, text: str) -> Self:
        """The submission of code that is at hand as a string.

        >>> Submission.of_text("x = 1").data
        b'x = 1'
        """
        return cls.of_bytes(text.encode("utf-8", "surrogatepass"), CODE)


@dataclass(frozen=True)
class Unreadable:
    """A submission that cannot even be opened, and the reason."""

    name: str
    reason: str


def open_submission(path: str | os.PathLike[str]) -> Submission | Unreadable:
    """Read the regular file at `path`, of at most 20 MB; what is anything else is `Unreadable`.

    Raises:
        ParameterError: there is nothing at `path`.
    """
    path = os.fspath(path)
    try:
        name = os.fsencode(os.path.basename(path.rstrip("/"))).decode("utf-8", "replace")
        refusal = _refusal(os.lstat(path))  # before it is opened: opening a device may act on it
        data = refusal or _read(path)
    except (FileNotFoundError, NotADirectoryError, ValueError):  # a NUL, a surrogate
        raise _nothing_at(path) from None
    except OSError as error:
        return Unreadable(name, f"It cannot be opened: {error.strerror}.")
    if isinstance(data, str):
        return Unreadable(name, data)
    return Submission.of_bytes(data, name)


def _read(path: str) -> bytes | str:
    """The bytes, or why there are none. Another file may be at `path` by now."""
    descriptor = os.open(path, _FLAGS)
    try:
        refusal = _refusal(os.fstat(descriptor))
        if refusal is not None:
            return refusal
        data = bytearray()
        while part := os.read(descriptor, MAXIMUM_BYTES + 1 - len(data)):
            data += part
    finally:
        os.close(descriptor)
    return bytes(data) if len(data) <= MAXIMUM_BYTES else _too_large()


def _refusal(status: os.stat_result) -> str | None:
    """Why a file of this status is not read, if it is not."""
    if not stat.S_ISREG(status.st_mode):
        kind = next((word for is_one, word in _KINDS if is_one(status.st_mode)), "no file")
        return f"It is {kind}, not a regular file."
    return _too_large() if status.st_size > MAXIMUM_BYTES else None


def _too_large() -> str:
    return f"It is larger than {MAXIMUM_BYTES >> 20} MB."


def _nothing_at(path: str) -> ParameterError:
    return ParameterError(
        "path",
        got=repr(path),
        expected="a file that exists",
        hint="look for a typing error, or for the folder that you are in",
    )
