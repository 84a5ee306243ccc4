"""What the submission finds as sys.stdout, sys.stderr, print and display."""

from __future__ import annotations

import builtins
import io
import sys
from typing import Any

from .recorder import Recorder

# Functions look their built-ins up here: what the learner does to `builtins` changes nothing.
__builtins__ = dict(vars(builtins))  # type: ignore[assignment]

_print, _StringIO = print, io.StringIO


class Stream(io.TextIOBase):
    """A text stream whose text goes to the recorder; `buffer` takes bytes."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, name: str, recorder: Recorder) -> None:
        self.name = f"<{name}>"
        self._stream = name
        self._recorder = recorder
        self.buffer = _Bytes(self)

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._recorder.output(self._stream, text)
        return len(text)

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return 1 if self._stream == "stdout" else 2


class _Bytes(io.RawIOBase):
    def __init__(self, text: Stream) -> None:
        self._text = text

    def write(self, data: Any) -> int:
        self._text.write(bytes(data).decode("utf-8", "replace"))
        return len(data)

    def writable(self) -> bool:
        return True


def install(recorder: Recorder, *, cells: bool) -> None:
    """Put the recording streams, `print` and (where the source has cells) `display` in place."""
    stdout = Stream("stdout", recorder)
    sys.stdout = sys.__stdout__ = stdout  # type: ignore[assignment,misc]
    sys.stderr = sys.__stderr__ = Stream("stderr", recorder)  # type: ignore[assignment,misc]

    def print(
        *values: object,
        sep: str | None = None,
        end: str | None = None,
        file: Any = None,
        flush: bool = False,
    ) -> None:
        if (sys.stdout if file is None else file) is not stdout:
            _print(*values, sep=sep, end=end, file=file, flush=flush)
            return
        text = _StringIO()
        _print(*values, sep=sep, end=end, file=text)
        recorder.shown("print", values, text.getvalue())

    def display(*values: object, **_: object) -> None:
        recorder.shown("display", values, "".join(f"{value!r}\n" for value in values))

    print.__module__, print.__qualname__ = "builtins", "print"  # as pickle knows it
    builtins.print = print
    if cells:
        builtins.display = display  # type: ignore[attr-defined]
