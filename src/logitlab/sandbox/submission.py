"""Open a submission as a stranger's file: a regular one, of bounded size, never through a link."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass

from logitlab.errors import ParameterError

MAXIMUM_BYTES = 20 << 20
# No link at the end of the path, and no waiting for a pipe's writer; Windows has neither flag.
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)


@dataclass(frozen=True)
class Submission:
    """A file's bytes under its name; what they mean is found out in the child."""

    name: str
    data: bytes

    @classmethod
    def of_text(cls, text: str, name: str = "<code>") -> Submission:
        """Code that is in no file. (A lone surrogate is kept, and is unreadable later.)"""
        return cls(name, text.encode("utf-8", "surrogatepass"))

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True)
class Unreadable:
    """A path that names no file to be read as a submission, and why."""

    name: str
    reason: str


def open_submission(path: str | os.PathLike[str]) -> Submission | Unreadable:
    """Read a submission's bytes. Raises ParameterError where there is no such path."""
    path = os.fspath(path)
    name = os.path.basename(path.rstrip("/")) or path
    if os.path.islink(path):
        return Unreadable(name, "a link, which is not followed")
    try:
        descriptor = os.open(path, _FLAGS)
    except FileNotFoundError:
        raise ParameterError(
            "submission", got=path, expected="a file", hint="check the path"
        ) from None
    except OSError as error:
        return Unreadable(name, _reason(path, error))
    with open(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return Unreadable(name, "not a regular file")
        data = file.read(MAXIMUM_BYTES + 1)
    if len(data) > MAXIMUM_BYTES:
        return Unreadable(name, f"larger than {MAXIMUM_BYTES >> 20} MB")
    return Submission(name, data)


def _reason(path: str, error: OSError) -> str:
    if os.path.isdir(path):
        return "a folder"
    return (error.strerror or "it cannot be opened").lower()
