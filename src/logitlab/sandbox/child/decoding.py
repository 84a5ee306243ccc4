"""From a file's bytes to its text, as Python decodes a source file."""

from __future__ import annotations

import codecs
import io
import tokenize

from .cells import Unreadable

_SAVE = "Save the file as UTF-8."


def decode(data: bytes) -> str:
    r"""The text of a file: by its BOM or PEP 263 cookie, else UTF-8; each line ends in "\n".

    >>> decode(b"# coding: latin-1\r\ns = '\xe9'\r\n")
    "# coding: latin-1\ns = 'é'\n"

    Raises:
        Unreadable: it is in no encoding that Python reads, or not in the one that it declares.
    """
    _refuse_wide(data)
    return _decode_as(_encoding(data), data)


def decode_utf8(data: bytes) -> str:
    """The text of what is always UTF-8: a notebook, or code that arrived as a string.

    Raises:
        Unreadable: it is not UTF-8.
    """
    _refuse_wide(data)
    return _decode_as("utf-8", data)


def _refuse_wide(data: bytes) -> None:
    """UTF-16 and UTF-32, with or without a mark, and what is not text at all."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Unreadable(f"The file is in UTF-16 or UTF-32, which Python does not read. {_SAVE}")
    at = data.find(b"\0")
    if at >= 0:
        raise Unreadable(
            f"A NUL byte (offset {at}): this is not a text file.", line=_line(data, at)
        )


def _encoding(data: bytes) -> str:
    head = b"\n".join(_newlines(data[:4096]).split(b"\n", 2)[:2])
    try:
        name, _ = tokenize.detect_encoding(io.BytesIO(head).readline)
    except SyntaxError as error:
        if "invalid or missing" in str(error):  # no cookie, and not UTF-8: decoding tells where
            return "utf-8"
        raise Unreadable(f"The encoding that the file declares: {error}. {_SAVE}", line=1) from None
    if codecs.lookup(name).name.startswith(("utf-16", "utf-32", "idna", "punycode")):
        raise Unreadable(f"The file declares the encoding {name}, which no source has. {_SAVE}")
    return name.removesuffix("-sig")


def _decode_as(encoding: str, data: bytes) -> str:
    mark = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0  # then it is UTF-8
    try:
        text = data[mark:].decode(encoding)
    except UnicodeDecodeError as error:
        at = mark + error.start
        byte = f"The byte 0x{data[at]:02x} (offset {at})" if at < len(data) else "The end"
        reason = f"{byte} is not {encoding.upper()}. {_SAVE}"
        raise Unreadable(reason, line=_line(data, at)) from None
    except (UnicodeError, LookupError) as error:  # a cookie such as `hex`, which yields no text
        raise Unreadable(f"The file cannot be decoded: {error}. {_SAVE}") from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _newlines(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _line(data: bytes, offset: int) -> int:
    return _newlines(data[:offset]).count(b"\n") + 1
