"""Any file that Python can decode is decoded as Python does, and what it cannot has its place."""

import ast
import contextlib
import io
import tokenize
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logitlab.sandbox.child.cells import Unreadable
from logitlab.sandbox.child.decoding import decode, decode_utf8

TEXT: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", ""),
    "UTF-8": (b"s = '\xc3\xa9'\n", "s = 'é'\n"),
    "UTF-8 with a mark": (b"\xef\xbb\xbfs = '\xc3\xa9'\n", "s = 'é'\n"),
    "a mark and its cookie": (b"\xef\xbb\xbf# coding: utf-8\nx", "# coding: utf-8\nx"),
    "Latin-1": (b"# coding: latin-1\ns = '\xe9'\n", "# coding: latin-1\ns = 'é'\n"),
    "on line 2": (
        b"#!/bin/python\n# coding: cp1252\n'\x80'",
        "#!/bin/python\n# coding: cp1252\n'€'",
    ),
    "after a blank line": (b"\n# coding: latin-1\n'\xe9'", "\n# coding: latin-1\n'é'"),
    "as Emacs has it": (b"# -*- coding: koi8-r -*-\n'\xc1'", "# -*- coding: koi8-r -*-\n'а'"),
    "as Vim has it": (
        b"# vim: set fileencoding=gbk :\n'\xc4\xe3'",
        "# vim: set fileencoding=gbk :\n'你'",
    ),
    "Shift JIS": (b"# coding: shift_jis\n'\x82\xa0'", "# coding: shift_jis\n'あ'"),
    "Latin-1 and CR LF": (b"# coding: latin-1\r\n'\xe9'\r\n", "# coding: latin-1\n'é'\n"),
    "Latin-1 and CR": (b"# coding: latin-1\r'\xe9'\r", "# coding: latin-1\n'é'\n"),
    "line ends of all kinds": (b"a\rb\r\nc\nd\n\re", "a\nb\nc\nd\n\ne"),
    "other separators stay": ("a\fb\x1c\x85\u2028c".encode(), "a\fb\x1c\x85\u2028c"),
    "a cookie too late": (b"\n\n# coding: latin-1\n'\xc3\xa9'", "\n\n# coding: latin-1\n'é'"),
    "a cookie behind code": (
        b"x = 1\n# coding: latin-1\n'\xc3\xa9'",
        "x = 1\n# coding: latin-1\n'é'",
    ),
    "a cookie in a string": (b"'''\n# coding: nonsense'''\n", "'''\n# coding: nonsense'''\n"),
    "a long first line": (b"#" * 10_000 + b"\n'\xc3\xa9'", "#" * 10_000 + "\n'é'"),
    "a mark before a long first line": (
        b"\xef\xbb\xbf#" + "é".encode() * 10_000,
        "#" + "é" * 10_000,
    ),
    "a second mark, which is a mistake": (b"\xef\xbb\xbf\xef\xbb\xbfx", "\ufeffx"),
    "a long first line, cut within a character": (
        b"#" + "é".encode() * 10_000 + b"\n",
        "#" + "é" * 10_000 + "\n",
    ),
}


@pytest.mark.parametrize(("data", "text"), TEXT.values(), ids=TEXT)
def test_text(data: bytes, text: str) -> None:
    assert decode(data) == text


NO_TEXT: dict[str, tuple[bytes, int | None, str]] = {
    "Latin-1 without a cookie": (b"x = 1\n\ns = '\xe9'\n", 3, "0xe9 (offset 12) is not UTF-8"),
    "the same with CR LF": (b"x = 1\r\n\r\ns = '\xe9'\r\n", 3, "0xe9 (offset 14)"),
    "the same with CR": (b"x = 1\r\rs = '\xe9'\r", 3, "0xe9 (offset 12)"),
    "after a mark": (b"\xef\xbb\xbfx\n\xff", 2, "0xff (offset 5) is not UTF-8"),
    "a character cut off": (b"x\n'\xc3", 2, "0xc3 (offset 3) is not UTF-8"),
    "a surrogate in UTF-8": (b"'\xed\xa0\x80'", 1, "0xed"),
    "the wrong cookie": (b"# coding: ascii\n'\xc3\xa9'", 2, "0xc3 (offset 17) is not ASCII"),
    "an unknown cookie": (b"# coding: klingon\nx", 1, "klingon"),
    "a cookie against the mark": (b"\xef\xbb\xbf# coding: latin-1\nx", 1, "utf-8"),
    "a cookie of no text": (b"# coding: rot13\nx", None, "rot13"),
    "a cookie that is never right": (b"# coding: undefined\nx", None, "undefined"),
    "a cookie of wide characters": (b"# coding: utf-16\nx", None, "utf-16"),
    "a cookie of names": (b"# coding: idna\nx", None, "idna"),
    "UTF-16": ("x = 1".encode("utf-16"), None, "UTF-16"),
    "UTF-16, big": (b"\xfe\xff\0x", None, "UTF-16"),
    "UTF-16 without a mark": ("x = 1".encode("utf-16-le"), 1, "NUL"),
    "UTF-32": ("x = 1".encode("utf-32"), None, "UTF-32"),
    "NUL": (b"x = 1\ny = '\0'\n", 2, "NUL byte (offset 11)"),
    "a program": (b"\x7fELF\x02\x01\x01\0", 1, "NUL"),
    "an archive": (b"PK\x03\x04\x14\x00", 1, "NUL"),
    "a picture": (b"\x89PNG\r\n\x1a\n", 1, "0x89 (offset 0)"),
}


@pytest.mark.parametrize(("data", "line", "reason"), NO_TEXT.values(), ids=NO_TEXT)
def test_no_text(data: bytes, line: int | None, reason: str) -> None:
    with pytest.raises(Unreadable) as raised:
        decode(data)
    assert reason in raised.value.reason
    assert raised.value.line == line


def test_what_arrives_as_text_is_utf_8_whatever_it_declares() -> None:
    assert decode_utf8(b"# coding: latin-1\n'\xc3\xa9'") == "# coding: latin-1\n'é'"
    assert decode_utf8(b"\xef\xbb\xbf{}\r\n") == "{}\n"
    with pytest.raises(Unreadable, match="is not UTF-8"):
        decode_utf8(b"'\xe9'")


PARTS = [
    b"# coding: ",
    b"latin-1",
    b"utf-8",
    b"cp1252",
    b"utf-7",
    b"\n",
    b"\r\n",
    b"\r",
    b"'\xe9'",
    b"'\xc3\xa9'",
    b"\xef\xbb\xbf",
    b"x = 1",
    b"\f",
    b"hz",
    b"#",
    b"\\",
    b"unicode_escape",
    b"raw_unicode_escape",
    b"iso2022_jp",
    b"cp037",
    b"uu",
    b"base64",
    b"mbcs",
    b"punycode",
    b"'''",
]
FILES = st.lists(st.sampled_from(PARTS) | st.binary(max_size=4)).map(b"".join)


@given(FILES)
def test_any_bytes_are_text_or_unreadable(data: bytes) -> None:
    for read in (decode, decode_utf8):
        with contextlib.suppress(Unreadable), warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of unicode_escape's own
            assert "\r" not in read(data)


@given(FILES)
def test_what_the_interpreter_parses_is_read_as_the_same_program(data: bytes) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            program = ast.dump(ast.parse(data))
            with contextlib.closing(io.BytesIO(data)) as file:  # refuses a comment in no encoding
                encoding, _ = tokenize.detect_encoding(file.readline)
            data.decode(encoding)
        except (SyntaxError, ValueError, LookupError):
            return
        if encoding == "punycode":
            return
        assert ast.dump(ast.parse(decode(data))) == program
