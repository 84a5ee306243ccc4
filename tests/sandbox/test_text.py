"""What a check may ask of the text: what was called, by which name, from which import, where."""

import json
from typing import Any

import pytest
import torch  # noqa: F401  # `import *` is resolved by what is loaded
from hypothesis import given
from hypothesis import strategies as st

from logitlab.sandbox.child import findings, program, text, wire
from logitlab.sandbox.child.source import read
from logitlab.sandbox.child.text import Facts, Text, facts
from logitlab.sandbox.facts import Facts as Received


def of(code: str) -> Facts:
    return facts(read(code.encode("utf-8", "surrogatepass"), "a.py"))


def calls(code: str) -> list[tuple[str, str]]:
    return [(call.written, call.resolved) for call in of(code).calls]


SOFTMAX = "torch.nn.functional.softmax"
RESOLVED = {
    "import torch\ntorch.softmax(x, 0)": ("torch.softmax", "torch.softmax"),
    "import torch.nn.functional as F\nF.softmax(x)": ("F.softmax", SOFTMAX),
    "import torch.nn.functional\ntorch.nn.functional.softmax(x)": (SOFTMAX, SOFTMAX),
    "from torch.nn import functional as F\nF.softmax(x)": ("F.softmax", SOFTMAX),
    "from torch.nn.functional import softmax\nsoftmax(x)": ("softmax", SOFTMAX),
    "from torch.nn.functional import softmax as s\ns(x)": ("s", SOFTMAX),
    "from torch import *\nsoftmax(x)": ("softmax", "torch.softmax"),
    "from torch import *\nno_such(x)": ("no_such", "no_such"),
    "from .own import f\nf(x)": ("f", ".own.f"),
    "import torch as t\ns = t.softmax\ns(x)": ("s", "torch.softmax"),
    "import torch as t\na = b = t\nb.softmax(x)": ("b.softmax", "torch.softmax"),
    "import torch\ngetattr(torch, 'softmax')(x)": ("torch.softmax", "torch.softmax"),
    "import torch\ntorch.Tensor.softmax(x)": ("torch.Tensor.softmax", "torch.Tensor.softmax"),
    "x.softmax(0)": ("x.softmax", ".softmax"),
    "x.T.softmax(0)": ("x.T.softmax", ".softmax"),
    "(x + y).softmax(0)": (".softmax", ".softmax"),
    "xs[0].softmax(0)": (".softmax", ".softmax"),
    "softmax(x)": ("softmax", "softmax"),
    "sum(x)": ("sum", "builtins.sum"),
    "def sum(x): pass\nsum(x)": ("sum", "sum"),
    "sum = 1\nsum(x)": ("sum", "sum"),
    "from torch import softmax\ndef softmax(x): pass\nsoftmax(x)": ("softmax", "softmax"),
    "import torch\ntorch = net\ntorch.softmax(x)": ("torch.softmax", ".softmax"),
    "from torch import exp\nexp = exp(x)": ("exp", "torch.exp"),
    "def f(x): return exp(x)\nfrom torch import exp": ("exp", "torch.exp"),
    "from torch import exp\ndef f(exp): return exp(x)": ("exp", "exp"),
    "from torch import exp\ndef f():\n    exp(x)\n    exp = 1": ("exp", "exp"),
    "def f():\n    from torch import exp\n    exp(x)": ("exp", "torch.exp"),
    "def f():\n    from torch import exp\n    def g(): return exp(x)": ("exp", "torch.exp"),
    "from torch import exp\ndef f():\n    global exp\n    exp(x)\n    exp = 1": (
        "exp",
        "torch.exp",
    ),
    "from torch import exp\nlambda exp: exp(x)": ("exp", "exp"),
    "from torch import exp\n[exp for exp in a]\nexp(x)": ("exp", "torch.exp"),
    "from torch import exp\nfor exp in a: exp(x)": ("exp", "exp"),
    "from torch import exp\nclass A:\n    exp = 1\n    def f(s): return exp(x)": (
        "exp",
        "torch.exp",
    ),
    "from torch import exp\nclass A:\n    exp = 1\n    y = exp(x)": ("exp", "exp"),
    "try:\n    import cupy as np\nexcept ImportError:\n    import numpy as np\nnp.exp(x)": (
        "np.exp",
        "numpy.exp",
    ),
    "import torch\n@torch.no_grad()\ndef f(): pass": ("torch.no_grad", "torch.no_grad"),
    "import torch\nwith torch.no_grad(): pass": ("torch.no_grad", "torch.no_grad"),
    "match x:\n    case exp: exp(x)": ("exp", "exp"),
}


@pytest.mark.parametrize("code", RESOLVED)
def test_a_call_is_told_as_written_and_as_meant(code: str) -> None:
    assert calls(code) == [RESOLVED[code]]


def test_calls_are_told_with_their_place() -> None:
    code = "# %%\na()\nclass A:\n    def f(self):\n        b()\n# %%\n"
    code += "def g():\n    def h(): c()\n    return lambda: d()\n"
    assert [(call.cell, call.line, call.written, call.function) for call in of(code).calls] == [
        (0, 2, "a", None),
        (0, 5, "b", "A.f"),
        (1, 8, "c", "g.h"),
        (1, 9, "d", "g"),
    ]


def test_imports_of_one_cell_hold_in_the_next() -> None:
    assert calls("# %%\nimport torch as t\n# %%\nt.exp(x)") == [("t.exp", "torch.exp")]


def test_names_are_told_with_their_use() -> None:
    code = "import torch as t\nx = net()\ndel x\ndef f(y, *a, **k): z: int = y\n"
    code += "x.grad = t.pi\nmap(t.exp, x)"
    assert [(name.written, name.resolved, name.use, name.function) for name in of(code).names] == [
        ("t", "torch", "imported", None),
        ("x", "x", "bound", None),
        ("net", "net", "read", None),
        ("x", "x", "deleted", None),
        ("f", "f", "defined", None),
        ("y", "y", "parameter", "f"),
        ("a", "a", "parameter", "f"),
        ("k", "k", "parameter", "f"),
        ("z", "z", "bound", "f"),
        ("int", "builtins.int", "read", "f"),
        ("y", "y", "read", "f"),
        ("x.grad", ".grad", "bound", None),
        ("t.pi", "torch.pi", "read", None),
        ("map", "builtins.map", "read", None),
        ("t.exp", "torch.exp", "read", None),
        ("x", "x", "read", None),
    ]


def test_asserts_are_told_as_python_writes_them() -> None:
    found = of("assert(x.shape==(4,)), 'no'\ndef f():\n    assert f").asserts
    assert [(item.line, item.text) for item in found] == [(1, "x.shape == (4,)"), (3, "f")]


def test_operators() -> None:
    found = of("y = X @ w + b\ny **= 2\ndef f(): return -a / b").operators
    assert [(item.symbol, item.line, item.function) for item in found] == [
        ("+", 1, None),  # the outer one begins where its left operand does
        ("@", 1, None),
        ("**", 2, None),
        ("/", 3, "f"),
    ]


def test_comments_strings_and_prose() -> None:
    code = '# %% [markdown]\n# # Why?\n# %% One\n"""Doc."""  # it\'s\nf"a{x}b"; s = "# no"\n'
    found = of(code)
    assert found.markdown == (Text(0, 2, "# Why?"),)
    assert found.comments == (Text(1, 3, "# %% One"), Text(1, 4, "# it's"))
    assert [item.text for item in found.strings] == ["Doc.", "a", "b", "# no"]
    assert [item.line for item in found.strings] == [4, 5, 5, 5]


def test_a_cell_that_is_no_python_has_comments_only() -> None:
    found = of("# %%\nx = = 1  # why\n# %%\nprint(2)\n")
    assert [item.text for item in found.comments] == ["# %%", "# why", "# %%"]
    assert [call.written for call in found.calls] == ["print"]
    assert not found.truncated


@pytest.mark.parametrize(
    "code",
    [
        "x\n" * (findings.ITEMS + 1),
        "f(x)\n" * 50_000,
        "'" + "a" * (findings.CHARACTERS + 1) + "'",
        "#" + "é" * (findings.CHARACTERS + 1),
        "".join(f"'{'a' * 1999}'\n" for _ in range(200)),
        "# %%\n" * 9000,
        "x = [" + "1," * program.NODES + "]",
        "x = 1" + " " * text.CELL_CHARACTERS,
        "# %% [markdown]\n# " + "a" * 3000,
        "".join(f"def f{i}(): x + y\n" for i in range(9000)),
    ],
    ids=lambda code: code[:20],
)
def test_there_is_a_bound(code: str) -> None:
    found = of(code)
    assert found.truncated
    assert len(json.dumps(found.to_wire())) < 4 << 20


@pytest.mark.parametrize(
    "code",
    [
        "x = " + "1+" * 900 + "1",
        "x = " + "a." * 5000 + "b",
        "x = a" + ".f()" * 300,
        "x = a" + "[0]" * 900,
        "x = " + "lambda: " * 80 + "1",
        "".join(" " * i + "def f():\n" for i in range(90)) + " " * 90 + "pass",
        "x = " + "(" * 100_000,
        "if 1: pass\n" + "elif 1: pass\n" * 900,
    ],
    ids=lambda code: code[:20],
)
def test_no_depth_is_too_deep(code: str) -> None:
    assert of(code).to_wire()["truncated"] is False


def received(found: Facts) -> Received:
    told = json.dumps(found.to_wire()).encode()
    return Received.parse(wire.loads(told))


def test_the_parent_takes_what_is_told() -> None:
    code = "import math\nassert math\nx = math.exp(1) + 2  # e\n'é'"
    found = of(f"# %% [markdown]\n# Why?\n# %%\n{code}")
    taken = received(found)
    for kind in text.KINDS:
        told: Any = [tuple(vars(item).values()) for item in getattr(found, kind)]
        assert told
        assert [
            tuple(getattr(item, field) for field in item.__struct_fields__)
            for item in getattr(taken, kind)
        ] == told
    assert taken.truncated is False


def test_half_a_surrogate_pair_is_replaced() -> None:
    assert [item.text for item in of("'\\ud800'").strings] == ["?"]


FRAGMENTS = [
    "import a.b as c", "from d import *", "x = c", "def f(x, *y):", "class A:", "  return c.g(x)",
    "'é' # é", "  x = lambda y: y @ c", "# %% [markdown]", "[x for x in y]", "'\\udc00'", "@c", "(",
    "%time x", "match x:", "  case [y, *z]: z()", "f'{x!r:{y}}'", "global x", "for x in c: x()",
]  # fmt: skip


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=10))
def test_any_program_is_told_in_the_order_of_its_source(lines: list[str]) -> None:
    found = of("\n".join(lines))
    received(found)
    for kind in text.KINDS:
        places = [(item.cell, item.line) for item in getattr(found, kind)]
        assert places == sorted(places)
