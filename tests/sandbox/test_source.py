"""A submission of any form is read as cells, or is unreadable with the place and the reason."""

import ast
import json
import warnings
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logitlab.sandbox import Runner
from logitlab.sandbox.child import magics
from logitlab.sandbox.child.source import (
    CELLS,
    CODE,
    MAXIMUM_BYTES,
    REMARK_CHARACTERS,
    REMARKS,
    Cell,
    Remark,
    Source,
    Unreadable,
    read,
)
from logitlab.sandbox.submission import Submission


def _notebook(*cells: Any) -> bytes:
    return json.dumps({"cells": list(cells), "metadata": {}, "nbformat": 4}).encode()


def _code(source: str) -> dict[str, str]:
    return {"cell_type": "code", "source": source}


def _script(text: str, *remarks: tuple[int, str]) -> Source:
    cells = (Cell(0, "code", text, 1),)
    return Source("script", cells, tuple(Remark(0, line, note) for line, note in remarks))


MISNAMED = Remark(0, 1, "This is a notebook: its name should end in .ipynb.")
REPLACED = "A character that is none (U+D800 …) was replaced."
PWD = "`%pwd` is for notebooks only, and was left out."

READ: dict[str, tuple[str, bytes, Source]] = {
    "a script": ("a.py", b"x = 1\n", _script("x = 1\n")),
    "a script in a text file": ("a.txt", b"x = 1\n", _script("x = 1\n")),
    "a script without a name": ("", b"x = 1", _script("x = 1")),
    "nothing": ("a.py", b"", Source("script", (), ())),
    "only blanks": ("a.py", b" \r\n\t\f\n", Source("script", (), ())),
    "only a mark": ("a.py", b"\xef\xbb\xbf", Source("script", (), ())),
    "only comments": ("a.py", b"# a\n# b", _script("# a\n# b")),
    "blank lines at the top": ("a.py", b"\n\nx", _script("\n\nx")),
    "CR LF": ("a.py", b"x = 1\r\ny = 2\r\n", _script("x = 1\ny = 2\n")),
    "CR": ("a.py", b"x = 1\ry = 2\r", _script("x = 1\ny = 2\n")),
    "a form feed": ("a.py", b"x = 1\n\f\ny = 2\n", _script("x = 1\n\f\ny = 2\n")),
    "UTF-8 with a mark": ("a.py", b"\xef\xbb\xbfx = 1", _script("x = 1")),
    "Latin-1": (
        "a.py",
        b"# coding: latin-1\ns = '\xe9'",
        _script("# coding: latin-1\ns = 'é'"),
    ),
    "a control character": ("a.py", b"x = 1\x1b[31m\x1a", _script("x = 1\x1b[31m\x1a")),
    "code that arrived as text": (CODE, "s = 'é'".encode(), _script("s = 'é'")),
    "text that declares another encoding": (
        CODE,
        "# coding: latin-1\n'é'".encode(),
        _script("# coding: latin-1\n'é'"),
    ),
    "a script that Python cannot parse": ("a.py", b"x = (", _script("x = (")),
    "a script with magics": ("a.py", b"%pwd\nx = 1", _script("\nx = 1", (1, PWD))),
    "a script that begins with a cell magic is no cell": (
        "a.py",
        b"%%bash\nx = 1",
        _script("\nx = 1", (1, "`%%bash` is for notebooks only, and was left out.")),
    ),
    "cells": (
        "a.py",
        b"import torch\r\n\r\n# %% [markdown]\r\n# Why?\r\n# %%\r\n%pwd\r\nx = 1\r\n",
        Source(
            "percent",
            (
                Cell(0, "code", "import torch\n\n", 1),
                Cell(1, "markdown", "Why?", 4),
                Cell(2, "code", "# %%\n\nx = 1\n", 5),
            ),
            (Remark(2, 6, PWD),),
        ),
    ),
    "a timed cell below its marker": (
        "a.py",
        b"x = 1\n# %%\n%%time\ny = 2",
        Source(
            "percent",
            (Cell(0, "code", "x = 1\n", 1), Cell(1, "code", "# %%\n\ny = 2", 2)),
            (Remark(1, 3, "`%%time` was left out; its cell was run."),),
        ),
    ),
    "a magic in a string": (
        "a.py",
        b"s = '''\n%pwd\n# %%\n'''",
        _script("s = '''\n%pwd\n# %%\n'''"),
    ),
    "a notebook": (
        "a.ipynb",
        _notebook(_code("x = 1\n%pwd"), {"cell_type": "markdown", "source": "%pwd"}),
        Source(
            "notebook",
            (Cell(0, "code", "x = 1\n", 1), Cell(1, "markdown", "%pwd", 1)),
            (Remark(0, 2, PWD),),
        ),
    ),
    "a notebook with a mark": (
        "a.ipynb",
        b"\xef\xbb\xbf" + _notebook(_code("x")),
        Source("notebook", (Cell(0, "code", "x", 1),), ()),
    ),
    "a notebook's cell with markers": (
        "a.ipynb",
        _notebook(_code("# %%\nx = 1\n# %%\ny = 2")),
        Source("notebook", (Cell(0, "code", "# %%\nx = 1\n# %%\ny = 2", 1),), ()),
    ),
    "a cell that cannot be used": (
        "a.ipynb",
        _notebook(_code("%pwd"), None),
        Source(
            "notebook",
            (Cell(0, "code", "", 1), Cell(1, "raw", "", 1)),
            (
                Remark(0, 1, PWD),
                Remark(1, 1, "This cell was passed over: it is not a JSON object."),
            ),
        ),
    ),
    "a notebook that is named .py": (
        "a.py",
        b"\n" + _notebook(_code("x")),
        Source("notebook", (Cell(0, "code", "x", 1),), (MISNAMED,)),
    ),
    "a notebook that arrived as text": (
        CODE,
        _notebook(_code("x")),
        Source("notebook", (Cell(0, "code", "x", 1),), ()),
    ),
    "a dictionary": ("a.py", b'{"cells": 7}', _script('{"cells": 7}')),
    "a set with a word": ("a.py", b'{"cells"}', _script('{"cells"}')),
    "half a surrogate pair": (
        "a.ipynb",
        rb'{"cells": [{"cell_type": "code", "source": "s = \"\ud800\""}]}',
        Source("notebook", (Cell(0, "code", 's = "\ufffd"', 1),), (Remark(0, 1, REPLACED),)),
    ),
    "both halves": (
        "a.ipynb",
        rb'{"cells": [{"cell_type": "code", "source": "s = \"\ud83d\ude00\""}]}',
        Source("notebook", (Cell(0, "code", 's = "😀"', 1),), ()),
    ),
}


@pytest.mark.parametrize(("name", "data", "source"), READ.values(), ids=READ)
def test_read(name: str, data: bytes, source: Source) -> None:
    assert read(data, name) == source


UNREADABLE: dict[str, tuple[str, bytes, str, int | None]] = {
    "no text": ("a.py", b"x = 1\n\0", "NUL byte (offset 6)", 2),
    "no UTF-8": ("a.py", b"x = 1\n'\xe9'", "0xe9 (offset 7)", 2),
    "an unknown encoding": ("a.py", b"# coding: klingon", "klingon", 1),
    "UTF-16": ("a.py", "x = 1".encode("utf-16"), "UTF-16", None),
    "a notebook in UTF-16": ("a.ipynb", _notebook().decode().encode("utf-16"), "UTF-16", None),
    "a notebook in Latin-1": ("a.ipynb", b'{"cells":\n["\xe9"]}', "0xe9 (offset 12)", 2),
    "an empty notebook": ("a.ipynb", b"", "The notebook is empty", None),
    "a notebook of blanks": ("a.ipynb", b"\xef\xbb\xbf \r\n", "The notebook is empty", None),
    "a notebook that is a script": ("a.ipynb", b"x = 1\n", "JSON is broken", 1),
    "a notebook cut off": ("a.ipynb", _notebook(_code("x"))[:-9], "JSON is broken", 1),
    "a notebook and more": ("a.ipynb", _notebook() + b"\nx", "Extra data", 2),
    "a notebook in R": (
        "a.ipynb",
        b'{"cells": [], "metadata": {"kernelspec": {"language": "R"}}}',
        "in R, not in Python",
        None,
    ),
    "one cell too many": ("a.py", b"# %%\n" * (CELLS + 1), "More than 10000 cells", None),
    "one byte too many": ("a.py", b" " * (MAXIMUM_BYTES + 1), "larger than 20 MB", None),
}


@pytest.mark.parametrize(("name", "data", "reason", "line"), UNREADABLE.values(), ids=UNREADABLE)
def test_unreadable(name: str, data: bytes, reason: str, line: int | None) -> None:
    with pytest.raises(Unreadable) as raised:
        read(data, name)
    assert reason in raised.value.reason
    assert raised.value.line == line


def test_the_bounds_themselves_can_be_read() -> None:
    assert len(read(b"# %%\n" * CELLS, "a.py").cells) == CELLS
    assert read(b" " * (MAXIMUM_BYTES - 1) + b"#", "a.py").format == "script"


def test_of_too_many_remarks_the_number_is_told() -> None:
    source = read(b"%pwd\n" * (REMARKS + 7), "a.py")
    assert len(source.remarks) == REMARKS + 1
    assert source.remarks[REMARKS - 1] == Remark(0, REMARKS, PWD)
    assert source.remarks[REMARKS] == Remark(0, REMARKS + 1, "… and 7 more such lines.")
    assert len(read(b"%pwd\n" * REMARKS, "a.py").remarks) == REMARKS


def test_remarks_are_in_the_order_of_the_source_and_short() -> None:
    cells = [_code("%pwd"), None, _code("x\n%pwd\n\n!" + "l" * 10_000)]
    remarks = read(_notebook(*cells), "a.ipynb").remarks
    assert [(remark.cell, remark.line) for remark in remarks] == [(0, 1), (1, 1), (2, 2), (2, 4)]
    assert all(len(remark.text) <= REMARK_CHARACTERS for remark in remarks)


PIECES = [
    b"x = 1\n", b"# %%\n", b"# %% [markdown]\n", b"%pwd\n", b"%%time\n", b"!ls (\n", b"y = !ls\n",
    b"'''", b'"', b"(", b")", b"\r\n", b"\r", b"\\", b"\f", b"# coding: latin-1\n", b"\xef\xbb\xbf",
    b"'\xe9'", "é".encode(), b"\xff\xfe", b"\0", b"    ", b"{", b'"cells": [', b"]}", b"\\ud800",
    b"# coding: unicode_escape\n", b"def f():\n", b"?x\n", b"x??\n", b"\x1a", b"# In[1]:\n",
]  # fmt: skip
FILES = st.lists(st.sampled_from(PIECES) | st.binary(max_size=8)).map(b"".join)
NAMES = st.sampled_from(["a.py", "a.ipynb", "a.txt", CODE, ""])


@given(FILES, NAMES)
def test_any_bytes_are_a_source_or_unreadable(data: bytes, name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of unicode_escape's own
        try:
            source = read(data, name)
        except Unreadable:
            return
    assert [cell.index for cell in source.cells] == list(range(len(source.cells)))
    for cell in source.cells:
        cell.text.encode()  # no surrogate is left
        assert "\r" not in cell.text
        assert cell.line >= 1
    lines = data.count(b"\n") + data.count(b"\r") + 1
    for remark in source.remarks:
        assert source.cells[remark.cell].line <= remark.line <= max(lines, data.count(b"n") + 1)


@given(st.lists(st.sampled_from(["x = 1", "s = '''\n%pwd\n'''", "# %%", "# %% [md]\n# a", "y"])))
def test_text_without_magics_is_not_touched(parts: list[str]) -> None:
    text = "\n".join(parts)
    source = read(text.encode(), "a.py")
    assert source.remarks == ()
    code = [cell for cell in source.cells if cell.kind == "code"]
    lines = text.split("\n")
    for cell in code:
        own = cell.text.rstrip("\n").split("\n")
        assert own == lines[cell.line - 1 : cell.line - 1 + len(own)]


@given(st.lists(st.sampled_from(["x = 1", "%pwd", "!ls (", "y = !ls", "'''\n# %%\n'''", "# %%"])))
def test_a_mistake_in_a_file_of_any_form_keeps_its_line(before: list[str]) -> None:
    head = "\n".join([*before, ""])
    text = f"{head}x = = 1\n%pwd\n"
    percent = read(text.encode(), "a.py")
    notebook = read(_notebook(_code(text)), "a.ipynb")
    for source in (percent, notebook):
        cell = next(cell for cell in source.cells if "= =" in cell.text)
        with pytest.raises(SyntaxError) as raised:
            ast.parse("\n" * (cell.line - 1) + cell.text)
        assert raised.value.lineno == head.count("\n") + 1


def _run(runner: Runner, data: bytes, name: str) -> Any:
    (run,) = runner.run(Submission.of_bytes(data, name)).runs
    return run


def test_a_run_tells_what_was_read(runner: Runner) -> None:
    data = "\ufeff# %% [markdown]\r\n# Wörter\r\n# %%\r\n%time x = 41\r\n# %%\r\nx = x + 1\r\n"
    run = _run(runner, data.encode(), "a.py")
    assert run.error is None
    assert run.source.format == "percent"
    assert run.source.cells == (("markdown", 2), ("code", 3), ("code", 5))
    [remark] = run.source.remarks
    assert (remark.cell, remark.line) == (1, 4)
    [first, second] = run.statements
    assert (first.cell, first.line, first.bound["x"].value) == (1, 4, 41)
    assert (second.cell, second.line, second.bound["x"].value) == (2, 6, 42)


def test_a_run_tells_where_a_cell_failed_after_magics_were_taken_out(runner: Runner) -> None:
    cells = [_code("!pip install x \\\n  y\n%%time\nx = 1"), None, _code("%pwd\n\nx / 0\n")]
    run = _run(runner, _notebook(*cells), "a.ipynb")
    assert run.error.type == "ZeroDivisionError"
    assert (run.error.cell, run.error.line) == (2, 3)


@pytest.mark.parametrize(
    ("name", "data", "reason", "place"),
    [
        ("a.py", b"x = 1\n\n'\xe9'", "0xe9 (offset 8) is not UTF-8", (None, 3, None)),
        ("a.py", b"\x7fELF\0", "NUL byte (offset 4)", (None, 1, None)),
        ("a.ipynb", b'{"cells": [\n"x', "Unterminated string", (None, 2, 1)),
        ("a.ipynb", b"", "empty", (None, None, None)),
        ("a.ipynb", b'{"cells": ' + b"[" * 1_000_000, "nested too deep", (None, None, None)),
    ],
)
def test_a_run_of_what_cannot_be_read(
    runner: Runner, name: str, data: bytes, reason: str, place: tuple[int | None, ...]
) -> None:
    run = _run(runner, data, name)
    assert run.status == "unreadable"
    assert reason in run.error.message
    assert (run.error.cell, run.error.line, run.error.column) == place
    assert run.statements == ()


@pytest.mark.parametrize(
    "text",
    [
        "x = " + "(" * 100_000,
        "x = " + "[" * 90 + "]" * 90,
        "x = " + "-" * 200_000 + "1",
        "x = " + "1 + " * 100_000 + "1",
        "x = " + "9" * 100_000,
        "x" + ".x" * 100_000,
        "if x:\n" + "".join(" " * n + "if x:\n" for n in range(1, 200)),
        "x = 1\n%pwd\n" + "(" * 100_000,
    ],
    ids=lambda text: text[:12],
)
def test_text_that_ends_a_parser_ends_no_sandbox(runner: Runner, text: str) -> None:
    run = _run(runner, text.encode(), "a.py")
    assert run.status not in {"sandbox_error", "crashed"}


def test_a_remark_never_stands_outside_its_cell_when_the_magics_are_changed() -> None:
    """The child believes `magics`; this is what `_source` makes of its lines."""
    text, [(line, _)] = magics.neutralise("a\n\n%pwd", cell=True)
    assert (text, line) == ("a\n\n", 3)
    [_, remark] = read(b"%pwd\n# %%\n\n%pwd", "a.py").remarks
    assert (remark.cell, remark.line) == (1, 4)
