"""Magics are taken out where they stand, lines stay, and Python's own code is never touched."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logitlab.sandbox.child import magics


def cell(text: str) -> str:
    return magics.neutralise(text, cell=True)[0]


TAKEN_OUT = {
    "%matplotlib inline": "",
    "!pip install torch": "",
    "!!ls": "",
    "  %x\ny = 1": "\ny = 1",
    "if True:\n    %matplotlib inline": "if True:\n    pass",
    "if True:\n\t!ls\n\tx = 1": "if True:\n\tpass\n\tx = 1",
    "x = !ls": "x = []",
    "x = !ls -l | grep 'a": "x = []",
    "a, b = %who": "a, b = None",
    "x[0] = %env HOME": "x[0] = None",
    "x = %time f(2)": "x = f(2)",
    "%time x = f(2)": "x = f(2)",
    "%time -n x = f(2)": "x = f(2)",
    "%time": "",
    "%timeit f(2)": "",
    "torch.softmax?": "",
    "a[0].b[1]?": "",
    "x = torch.softmax?": "",
    "*soft*?": "",
    "é = !ls": "é = []",
    "files: list = !ls": "files: list = []",
    "\f%pwd": "\f",
    "% matplotlib inline": "",
    "torch.softmax??": "",
    "?torch.softmax": "",
    "xs[0]?": "",
    "%time?": "",
    "!pip install \\\n  torch\nx = 1": "\n\nx = 1",
    "!echo \"it's (\nx = 1": "\nx = 1",
    "pip install torch": "",
    "pip3 install -q torch\nx = 1": "\nx = 1",
    "conda install numpy": "",
    "%%time\nx = 1": "\nx = 1",
    "%%capture out\n%%time\nx = 1\n!ls": "\n\nx = 1\n",
    "# why\n\n%%time\nx = 1": "# why\n\n\nx = 1",
    "%%bash\necho hi\n": "\n\n",
    "%%writefile a.py\nx = 1": "\n",
    "%%html\n<b>'''</b>": "\n",
    "%%timeit\nx = 1": "\n",
    "x = 1\n%%bash\ny = 2": "x = 1\n\ny = 2",
    "  x = 1\n  y = 2\n": "x = 1\ny = 2\n",
    "'''\n%a\n'''\n%b": "'''\n%a\n'''\n",
    "'a\\\n%b'\n%c": "'a\\\n%b'\n",
    "x = (7\n% 3)\n%c": "x = (7\n% 3)\n",
    "x = 7 \\\n% 3\n%c": "x = 7 \\\n% 3\n",
    "x = 7  # (\n%c": "x = 7  # (\n",
    "x = '('\n%c": "x = '('\n",
    "x = ')'\n)\n%c": "x = ')'\n)\n",
    "'''a\\'''\n%b\n'''\n!c": "'''a\\'''\n%b\n'''\n",
    '"""\\"\n%b\n"""\n!c': '"""\\"\n%b\n"""\n',
    "%time x = (1 +\n  2)\n%c": "x = (1 +\n  2)\n",
}
UNTOUCHED = [
    "",
    "x = 7 % 3",
    "  # indented\nx = 1",
    "x = (7\n% 3)",
    "x = (7\n%matplotlib)",
    "s = '''\n%matplotlib inline\n!ls\n'''",
    "x = a != b",
    "x = [\n!ls\n]",  # no Python, but no magic either
    "x = = 1",
    "% 3",
    "What is softmax?",
    "pip = 1",
    "await f()",
    "print('?')\n'x?'",
    "x = 1 if '%time' else 2",
    "def f(:\n    pass",
]


@pytest.mark.parametrize("text", TAKEN_OUT)
def test_taken_out(text: str) -> None:
    after, notes = magics.neutralise(text, cell=True)
    assert after == TAKEN_OUT[text]
    assert notes or text.startswith(" ")
    assert after.count("\n") == text.count("\n")


@pytest.mark.parametrize("text", UNTOUCHED)
def test_untouched(text: str) -> None:
    assert magics.neutralise(text, cell=True) == (text, [])


def test_each_note_says_where_and_what() -> None:
    _, notes = magics.neutralise("%%time\nx = 1\n!ls\ny = %time 2\n", cell=True)
    assert notes == [
        (1, "`%%time` was left out; its cell was run."),
        (3, "`!ls` is for notebooks only, and was left out."),
        (4, "`%time` was left out; its code was run."),
    ]


def test_a_skipped_cell_is_noted() -> None:
    _, notes = magics.neutralise("\n%%bash\nls", cell=True)
    assert notes == [(2, "`%%bash` is for notebooks only; its cell was not run.")]


def test_a_script_that_begins_with_a_cell_magic_is_run() -> None:
    assert magics.neutralise("%%bash\nx = 1", cell=False)[0] == "\nx = 1"


def test_a_script_keeps_its_indentation_error() -> None:
    assert magics.neutralise("  x = 1\n%y", cell=False)[0] == "  x = 1\n"


STATEMENTS = st.sampled_from(
    [
        "x = 1",
        "s = '''a\n%b\n!c'''",
        "y = (1\n% 2)",
        "f('%d' % 3)",
        "# it's",
        'z = """\\"""\n?a"""',
        "t = 'a\\\n%b'",
        "if x:\n    y = [\n        1]\n    # (",
        "w = 1 \\\n    % 2",
    ]
)
MAGICS = st.sampled_from(
    ["%m 'a", "!ls (", "x?", 'a = !b "', "%time q = 2", "!a \\\n  b", "pip install c", "?d"]
)


@given(st.lists(STATEMENTS | MAGICS, min_size=1, max_size=12))
def test_python_among_magics_stays_as_it_is(parts: list[str]) -> None:
    text = "\n".join(parts)
    after = cell(text)
    ast.parse(after)
    assert after.count("\n") == text.count("\n")
    line = 0
    for part in parts:
        length = part.count("\n") + 1
        if _parses(part):
            assert after.split("\n")[line : line + length] == part.split("\n")
        line += length


@given(st.lists(STATEMENTS | MAGICS, max_size=12), st.lists(MAGICS, max_size=5))
def test_an_error_is_found_at_its_own_line(before: list[str], after: list[str]) -> None:
    text = "\n".join([*before, "1 +* 2", *after])
    with pytest.raises(SyntaxError) as caught:
        ast.parse(cell(text))
    assert caught.value.lineno == "\n".join([*before, ""]).count("\n") + 1


@given(st.text(st.sampled_from("%!?x=([{)]}'\"\\\n #:t"), max_size=40), st.booleans())
def test_lines_stay_whatever_the_text(text: str, is_cell: bool) -> None:
    after, notes = magics.neutralise(text, cell=is_cell)
    assert after.count("\n") == text.count("\n")
    assert all(1 <= line <= text.count("\n") + 1 for line, _ in notes)
    if _parses(text):
        assert (after, notes) == (text, [])


def _parses(text: str) -> bool:
    try:
        ast.parse(text)
    except (SyntaxError, ValueError):
        return False
    return True
