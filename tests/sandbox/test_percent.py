"""Cells of a .py file, as Jupytext, Spyder, VS Code and nbconvert write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logitlab.sandbox.child.percent import Part, split

CELLS: dict[str, tuple[str, list[Part]]] = {
    "two cells": (
        "# %%\nx = 1\n# %%\ny = 2\n",
        [("code", "# %%\nx = 1\n", 1), ("code", "# %%\ny = 2\n", 3)],
    ),
    "code before the first": (
        "x = 1\n# %%\ny = 2",
        [("code", "x = 1\n", 1), ("code", "# %%\ny = 2", 2)],
    ),
    "blank lines before the first": ("\n\n# %%\nx = 1", [("code", "# %%\nx = 1", 3)]),
    "no blank": ("#%%\nx = 1", [("code", "#%%\nx = 1", 1)]),
    "a title": ("# %% Softmax [a] b\nx = 1", [("code", "# %% Softmax [a] b\nx = 1", 1)]),
    "a deeper title": ("# %%%% x\nx = 1", [("code", "# %%%% x\nx = 1", 1)]),
    "metadata": ('# %% tags=["a"]\nx = 1', [("code", '# %% tags=["a"]\nx = 1', 1)]),
    "Markdown": (
        "# %% [markdown]\n# Why?\n#\n# So.\n# %%\nx\n",
        [("markdown", "Why?\n\nSo.", 2), ("code", "# %%\nx\n", 5)],
    ),
    "Markdown, in short": ("# %% [md]\n# Why?", [("markdown", "Why?", 2)]),
    "Markdown with a title": ("# %% Title [markdown]\n# Why?", [("markdown", "Why?", 2)]),
    "Markdown in a string": (
        '# %% [markdown]\n"""\nWhy?\n\n# So\n"""\n# %%\nx',
        [("markdown", "Why?\n\n# So", 2), ("code", "# %%\nx", 7)],
    ),
    "Markdown that is not marked": ("# %% [markdown]\nWhy?\n", [("markdown", "Why?", 2)]),
    "Markdown that is empty": (
        "# %% [markdown]\n# %%\nx",
        [("markdown", "", 2), ("code", "# %%\nx", 2)],
    ),
    "Markdown with code": ("# %% [markdown]\n#     x = 1\n", [("markdown", "    x = 1", 2)]),
    "a raw cell": ("# %% [raw]\n# x", [("raw", "x", 2)]),
    "nbconvert's prompts": (
        "#!/usr/bin/env python\n\n# In[1]:\n\n\nx = 1\n\n\n# In[ ]:\n\ny\n",
        [
            ("code", "#!/usr/bin/env python\n\n", 1),
            ("code", "# In[1]:\n\n\nx = 1\n\n\n", 3),
            ("code", "# In[ ]:\n\ny\n", 9),
        ],
    ),
    "a prompt that runs": ("# In [*]:\nx", [("code", "# In [*]:\nx", 1)]),
    "Jupytext's header": (
        "# ---\n# jupyter:\n#   kernelspec:\n#     name: python3\n# ---\n\n# %%\nx",
        [("code", "# %%\nx", 7)],
    ),
    "a cell magic that Jupytext has commented out": (
        "# %%\n# %%time\nx",
        [("code", "# %%\n# %%time\nx", 1)],
    ),
    "a marker after a bracket that is open": (
        "x = (\n# %%\n1)",
        [("code", "x = (\n", 1), ("code", "# %%\n1)", 2)],
    ),
    "a marker without an end of line": ("x\n# %%", [("code", "x\n", 1), ("code", "# %%", 2)]),
    "a marker after a form feed line": ("\f\n# %%\nx", [("code", "# %%\nx", 2)]),
}


@pytest.mark.parametrize(("text", "parts"), CELLS.values(), ids=CELLS)
def test_cells(text: str, parts: list[Part]) -> None:
    assert split(text) == parts


PLAIN = {
    "nothing": "",
    "a plain script": "x = 1\n",
    "a marker in a long string": "s = '''\n# %%\n'''\n",
    "a marker in a string over a backslash": "s = 'a\\\n# %%'\n",
    "a marker with an indent": "if x:\n    # %%\n    y = 1\n",
    "a marker behind code": "x = 1  # %%\n",
    "a format": "x = 5 %% 2\n",
    "a commented magic": "# %%time\nx = 1\n",
    "a percentage": "# 50 %% of it\n",
    "one percent sign": "# % x\n",
    "a commented prompt in a sentence": "# In [1] we see\n",
    "a quotation in a comment": "# it's '''\ns = '''\n# %%\n'''\n",
}


@pytest.mark.parametrize("text", PLAIN.values(), ids=PLAIN)
def test_a_plain_script_has_no_cells(text: str) -> None:
    assert split(text) is None


@given(
    st.lists(
        st.sampled_from(
            [
                "# %%\n",
                "#%% a\n",
                "# %% [markdown]\n",
                "# In[1]:\n",
                "x = 1\n",
                "'''",
                "\n",
                "# y\n",
                "# ---\n",
                "\\",
                "(",
                '"',
                "    ",
                "\f",
                "é",
            ]
        )
    )
)
def test_every_line_of_code_is_in_one_cell_where_it_says(pieces: list[str]) -> None:
    text = "".join(pieces)
    lines = text.split("\n")
    for kind, cell, line in split(text) or []:
        if kind == "code":
            count = len(cell.rstrip("\n").split("\n"))
            assert cell.rstrip("\n").split("\n") == lines[line - 1 : line - 1 + count]


def test_code_is_neither_lost_nor_doubled() -> None:
    text = "".join(f"# %% {n}\nx = {n}\n" for n in range(1000))
    parts = split(text)
    assert parts is not None
    assert "".join(cell for _, cell, _ in parts) == text
