"""Notebooks, whole and damaged: what can be used is, and the rest is told."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logitlab.sandbox.child import source
from logitlab.sandbox.child.source import CODE, Cell, Source, Unreadable, read


def notebook(document: Any, name: str = "a.ipynb") -> Source:
    data = document if isinstance(document, bytes) else json.dumps(document).encode()
    return read(data, name)


def code(text: Any, **fields: Any) -> dict[str, Any]:
    return {"cell_type": "code", "source": text, **fields}


def test_version_4() -> None:
    found = notebook(
        {
            "nbformat": 4,
            "nbformat_minor": 5,
            "metadata": {"kernelspec": {"language": "python", "name": "python3"}},
            "cells": [
                {"cell_type": "markdown", "source": ["# Head\n", "text"], "id": "a"},
                code(["x = 1\n", "%time y = 2"], id="a", outputs=[{"data": None}]),
                {"cell_type": "raw", "source": "raw"},
                code("z\r\nz", metadata=None),
            ],
        }
    )
    assert found.format == "notebook"
    assert found.cells == (
        Cell(0, "markdown", "# Head\ntext", 1),
        Cell(1, "code", "x = 1\ny = 2", 1),
        Cell(2, "raw", "raw", 1),
        Cell(3, "code", "z\nz", 1),
    )
    assert [(remark.cell, remark.line) for remark in found.remarks] == [(1, 2)]


def test_version_3() -> None:
    found = notebook(
        {
            "nbformat": 3,
            "metadata": {"name": ""},
            "worksheets": [
                {
                    "cells": [
                        {"cell_type": "heading", "level": 2, "source": "Head"},
                        {"cell_type": "code", "input": ["x = 1"], "language": "python"},
                        {"cell_type": "code", "input": "puts 1", "language": "ruby"},
                    ]
                },
                "damaged",
                {"cells": [{"cell_type": "html", "source": "<b>"}]},
            ],
        }
    )
    assert [(cell.kind, cell.text) for cell in found.cells] == [
        ("markdown", "# Head"),
        ("code", "x = 1"),
        ("raw", ""),
        ("markdown", "<b>"),
    ]
    assert found.remarks[0].text == "This cell was passed over: it is in ruby, not in Python."


DAMAGED = [
    5,
    None,
    [],
    {},
    {"source": "x"},
    {"cell_type": ["code"], "source": "x"},
    {"cell_type": "strange", "source": "x"},
    code(None),
    code(5),
    code(["x", 5]),
    code({"a": "x"}),
    {"cell_type": "code"},
]


@pytest.mark.parametrize("cell", DAMAGED)
def test_a_damaged_cell_is_passed_over_in_its_place(cell: Any) -> None:
    found = notebook({"cells": [code("x = 1"), cell, code("y = 2")]})
    assert [item.text for item in found.cells] == ["x = 1", "", "y = 2"]
    assert found.cells[1].kind == "raw"
    (remark,) = found.remarks
    assert remark.cell == 1
    assert "passed over" in remark.text


READ_ALL_THE_SAME: dict[str, bytes] = {
    "a mark": b'\xef\xbb\xbf{"cells": [{"cell_type": "code", "source": "x = 1"}]}',
    "metadata is a list": b'{"metadata": [], "cells": [{"cell_type": "code", "source": "x = 1"}]}',
    "a kernel is a number": (
        b'{"metadata": {"kernelspec": 5, "language_info": {"name": 5}},'
        b' "cells": [{"cell_type": "code", "source": "x = 1"}]}'
    ),
    "NaN in an output": (
        b'{"cells": [{"cell_type": "code", "source": "x = 1", "outputs": [NaN, -Infinity]}]}'
    ),
    "a huge integer": (
        b'{"nbformat": '
        + b"9" * 100_000
        + b', "cells": [{"cell_type": "code", "source": "x = 1"}]}'
    ),
    "a key twice": b'{"cells": 5, "cells": [{"cell_type": "code", "source": "x = 1"}]}',
    "one language of two is Python": (
        b'{"metadata": {"kernelspec": {"language": "R"}, "language_info": {"name": "ipython"}},'
        b' "cells": [{"cell_type": "code", "source": "x = 1"}]}'
    ),
    "no list of worksheets": (
        b'{"worksheets": 5, "cells": [{"cell_type": "code", "source": "x = 1"}]}'
    ),
}


@pytest.mark.parametrize("name", READ_ALL_THE_SAME)
def test_read_all_the_same(name: str) -> None:
    assert notebook(READ_ALL_THE_SAME[name]).cells == (Cell(0, "code", "x = 1", 1),)


UNREADABLE: dict[bytes, tuple[str, int | None, int | None]] = {
    b"": ("empty", None, None),
    b" \n": ("empty", None, None),
    b"x = 1": ("JSON is broken: Expecting value", 1, 1),
    b'{\n "cells": [,': ("Expecting value", 2, 12),
    b'{"cells": []} x': ("Extra data", 1, 15),
    b'{"cells": [{"cell_type": "code", "source": "x\n"}]}': ("control character", 1, 46),
    b"[]": ("no list of cells", None, None),
    b"5": ("no list of cells", None, None),
    b"1e400": ("no list of cells", None, None),
    b"NaN": ("no list of cells", None, None),
    b'{"cells": {}}': ("no list of cells", None, None),
    b'{"nbformat": 4}': ("no list of cells", None, None),
    b"[" * 100_000: ("nested too deep", None, None),
    b'{"cells":' * 100_000: ("nested too deep", None, None),
    b'{"cells": ["\xe9"]}': ("0xe9 (offset 12) is not UTF-8", 1, None),
    b'{"cells": []\0}': ("NUL byte", 1, None),
    b'{"metadata": {"kernelspec": {"language": "R"}}, "cells": []}': ("in R", None, None),
    b'{"metadata": {"language_info": {"name": "julia"}}, "cells": []}': ("julia", None, None),
}


@pytest.mark.parametrize("data", UNREADABLE, ids=lambda data: repr(data[:40]))
def test_unreadable(data: bytes) -> None:
    with pytest.raises(Unreadable) as caught:
        notebook(data)
    reason, line, column = UNREADABLE[data]
    assert reason in caught.value.reason
    assert (caught.value.line, caught.value.column) == (line, column)


def test_too_many_cells() -> None:
    with pytest.raises(Unreadable, match="More than 10000 cells"):
        notebook({"cells": [5] * (source.CELLS + 1)})


@pytest.mark.parametrize("name", ["a.py", "a.txt", "notebook", CODE])
def test_a_notebook_by_another_name(name: str) -> None:
    found = notebook({"cells": [code("x = 1")]}, name)
    assert found.format == "notebook"
    assert found.cells == (Cell(0, "code", "x = 1", 1),)
    assert [remark.text for remark in found.remarks] == (
        [] if name == CODE else ["This is a notebook: its name should end in .ipynb."]
    )


def test_half_a_surrogate_pair_is_replaced() -> None:
    found = notebook(
        b'{"cells": [{"cell_type": "code", "source": "x = \'\\ud800\\ud83d\\ude00\'"}]}'
    )
    assert found.cells == (Cell(0, "code", "x = '�😀'", 1),)
    assert found.remarks[0].cell == 0


PLAIN = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)
CELL = PLAIN | st.fixed_dictionaries(
    {"cell_type": st.sampled_from(["code", "markdown", "raw", "heading"]) | PLAIN},
    optional={"source": PLAIN, "input": PLAIN, "language": PLAIN},
)
NOTEBOOK = st.fixed_dictionaries(
    {},
    optional={
        "metadata": PLAIN | st.fixed_dictionaries({"kernelspec": PLAIN, "language_info": PLAIN}),
        "cells": PLAIN | st.lists(CELL),
        "worksheets": PLAIN | st.lists(PLAIN | st.fixed_dictionaries({"cells": st.lists(CELL)})),
    },
)


@given(NOTEBOOK)
def test_any_damage_is_a_source_or_unreadable(document: Any) -> None:
    with contextlib.suppress(Unreadable):
        found = notebook(document)
        assert [cell.index for cell in found.cells] == list(range(len(found.cells)))
        assert all(remark.cell <= len(found.cells) for remark in found.remarks)
