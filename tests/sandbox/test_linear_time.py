"""A stranger's text is read in time that grows with its size, not with the square of it.

What is not linear would take hours for these, and end with the suite's own limit.
"""

import contextlib
import json

import pytest

from logitlab.sandbox.child.cells import Unreadable
from logitlab.sandbox.child.decoding import decode
from logitlab.sandbox.child.magics import neutralise
from logitlab.sandbox.child.notebook import parse, split
from logitlab.sandbox.child.source import read
from logitlab.sandbox.child.text import facts

N = 150_000

PYTHON = {
    "statements": "x = 1\n" * N,
    "magics": "%pwd\n" * N,
    "timed statements": "%time x = 1\n" * (N // 3),
    "values": "x = !ls\n" * (N // 3),
    "a long magic": "!" + "x" * N,
    "backslashes": "!" + "\\" * N + "\n" + "\\\n" * N,
    "blanks before a magic": " " * N + "%pwd",
    "blanks behind an equals sign": "x =" + " " * N + "\n!ls",
    "blanks, and no question": "x" + " " * N + "y\n!ls",
    "a margin": " x\n" * N,
    "blank lines and a margin": "\n" * N + "  %pwd\n",
    "attributes": "a." * N + "\n!ls",
    "items": "a[" * N + "\n!ls",
    "targets": "a, " * N + "\n!ls",
    "targets of many lines": ("a, " * 10 + "b = 1\n") * (N // 16) + "x = = \n!ls",
    "equals signs": "=" * N + "\n!ls",
    "options": "%time " + "-a " * N,
    "cell magics": "%%time\n" * N,
    "marks": "!" * N,
    "questions": "?" * N,
    "stars": "*" * N + "?\n!ls",
    "brackets": "(" * N + "\n!ls",
    "closing brackets": ")" * N + "\n!ls",
    "quotes": "'" * (N + 1) + "\n!ls",
    "double quotes": '"' * (N + 1) + "\n!ls",
    "open strings": "'''\\" * N + "\n!ls",
    "comments": "# x\n" * N,
    "hashes": "#" * N,
    "markers": "# %%" * N,
    "cells": ("# %%\n" + "#" * 100 + "\n") * 5_000,
    "a marker's title": "# %% [markdown" * N,
    "half a header": "# ---\n" + "# x\n" * N + "# %%\n",
    "headers": "# ---\n" * N + "# %%\n",
    "a blank Markdown cell": "# %% [md]\n" + "\n" * N + "x",
    "a Markdown cell of quotes": "# %% [md]\n" + '"""' * N,
    "a prompt": "# In [" + " " * N + "\n# %%",
    "carriage returns": "\r" * N,
    "braces": "{" * N + '"cells"',
    "nearly a notebook": '{"cells": ' * N,
    "letters": "é" * N,
}


@pytest.mark.parametrize("text", PYTHON.values(), ids=PYTHON)
def test_python(text: str) -> None:
    neutralise(text, cell=True)
    with contextlib.suppress(Unreadable):
        facts(read(text.encode(), "a.py"))


def _cells(*cells: str) -> str:
    return '{"cells": [' + ",".join(cells) + "]}"


JSON = {
    "objects": _cells(*["{}"] * (N // 3)),
    "nulls": _cells(*["null"] * N),
    "lines": _cells(json.dumps({"cell_type": "code", "source": ["x\r"] * N})),
    "a line of ends": _cells(json.dumps({"cell_type": "code", "source": "\r" * N})),
    "digits": _cells("9" * (10 * N)),
    "worksheets": '{"worksheets": [' + '{"cells": []},' * N + "{}]}",
    "a key again and again": "{" + '"cells": [],' * N + '"cells": []}',
    "open brackets": "[" * N,
    "an open string": '"' + "x" * N,
    "backslashes": '"' + "\\\\" * N,
}


@pytest.mark.parametrize("text", JSON.values(), ids=JSON)
def test_notebooks(text: str) -> None:
    with contextlib.suppress(Unreadable):
        split(parse(text))


@pytest.mark.parametrize("encoding", ["utf-8", "punycode", "idna", "utf-7", "hz", "cp037"])
def test_encodings(encoding: str) -> None:
    data = f"# coding: {encoding}\n#".encode() + b"a" * (10 * N) + b"-zzzz" * N
    with contextlib.suppress(Unreadable):
        decode(data)


def test_the_line_of_a_byte() -> None:
    with pytest.raises(Unreadable) as raised:
        decode(b"\r\n" * (10 * N) + b"\xff")
    assert raised.value.line == 10 * N + 1
