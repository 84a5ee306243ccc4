"""The facts of a text as a child tells them: taken as they are, or not at all."""

import json
import math
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logitlab.sandbox import Runner
from logitlab.sandbox.child import text
from logitlab.sandbox.child.findings import CHARACTERS, ITEMS
from logitlab.sandbox.child.source import read
from logitlab.sandbox.facts import Facts
from logitlab.sandbox.submission import Submission

NAME = [0, 1, "t.exp", "torch.exp", "read", None]
CALL = [0, 2, "exp", "math.exp", "f"]
OPERATOR = [1, 3, "@", None]
MENTION = [2, 4, "# why"]
WHOLE: dict[str, Any] = {
    "names": [NAME],
    "calls": [CALL],
    "operators": [OPERATOR],
    "comments": [MENTION],
    "strings": [],
    "markdown": [MENTION, MENTION],
    "truncated": True,
}


def test_all_that_is_told_is_taken() -> None:
    facts = Facts.parse(WHOLE)
    [name], [call], [operator] = facts.names, facts.calls, facts.operators
    assert (name.cell, name.line, name.written, name.resolved) == (0, 1, "t.exp", "torch.exp")
    assert (name.use, name.function) == ("read", None)
    assert (call.line, call.written, call.resolved, call.function) == (2, "exp", "math.exp", "f")
    assert (operator.cell, operator.symbol, operator.function) == (1, "@", None)
    assert [(mention.line, mention.text) for mention in facts.markdown] == [(4, "# why")] * 2
    assert (facts.strings, facts.truncated) == ((), True)
    assert Facts.parse({}) == Facts()


FAULTS: dict[str, Callable[[list[Any]], Any]] = {
    "null": lambda item: None,
    "a number": lambda item: 7,
    "a text": lambda item: "names",
    "an object": lambda item: {"cell": 0, "line": 1, "text": "x"},
    "nothing in it": lambda item: [],
    "an item too few": lambda item: item[:-1],
    "an item too many": lambda item: [*item, None],
    "a negative cell": lambda item: [-1, *item[1:]],
    "a cell that is a text": lambda item: ["0", *item[1:]],
    "a cell that is true": lambda item: [True, *item[1:]],
    "a cell that is half a number": lambda item: [0.5, *item[1:]],
    "a line that is infinite": lambda item: [item[0], math.inf, *item[2:]],
    "a line beyond all numbers": lambda item: [item[0], 2**53 + 1, *item[2:]],
    "a text that is a number": lambda item: [*item[:2], 7, *item[3:]],
    "a text that is bytes": lambda item: [*item[:2], b"x", *item[3:]],
    "a text that is a list": lambda item: [*item[:2], ["x"], *item[3:]],
    "a text that is too long": lambda item: [*item[:2], "x" * (CHARACTERS + 1), *item[3:]],
}
KINDS = {"names": NAME, "calls": CALL, "operators": OPERATOR, "comments": MENTION}
KINDS |= {"asserts": MENTION, "strings": MENTION, "markdown": MENTION}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("fault", FAULTS)
def test_an_item_with_a_fault_is_refused(kind: str, fault: str) -> None:
    item = KINDS[kind]
    assert Facts.parse({kind: [item, item]})
    with pytest.raises(msgspec.ValidationError):
        Facts.parse({kind: [item, FAULTS[fault](item)]})


@pytest.mark.parametrize(
    "described",
    [
        None,
        [],
        "names",
        7,
        {"names": None},
        {"names": {}},
        {"names": "x"},
        {"truncated": None},
        {"truncated": 1},
        {"truncated": "true"},
        {"grade": 100},
        {"names": [[*NAME[:4], "spoken", None]]},
        {"names": [[*NAME[:4], 7, None]]},
        {"names": [[*NAME[:5], 7]]},
        {"calls": [[*CALL[:4], ["f"]]]},
        {"calls": [[*CALL[:4], "f" * (CHARACTERS + 1)]]},
        {"operators": [[*OPERATOR[:3], False]]},
        {7: []},
    ],
    ids=lambda described: repr(described)[:40],
)
def test_another_form_is_refused(described: Any) -> None:
    with pytest.raises(msgspec.ValidationError):
        Facts.parse(described)


@pytest.mark.parametrize("kind", KINDS)
def test_as_many_items_as_a_child_keeps_and_no_more(kind: str) -> None:
    longest = [*KINDS[kind][:2], "x" * CHARACTERS, *KINDS[kind][3:]]
    assert Facts.parse({kind: [longest] * ITEMS})
    with pytest.raises(msgspec.ValidationError):
        Facts.parse({kind: [KINDS[kind]] * (ITEMS + 1)})


PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.floats()
    | st.sampled_from(["x", "read", "", "names", "é"]),
    lambda inner: st.lists(inner, max_size=7) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=12,
)
WIRES = st.dictionaries(
    st.sampled_from([*WHOLE, "grade"]),
    st.lists(
        st.sampled_from([NAME, CALL, OPERATOR, MENTION])
        | st.lists(PLAIN, min_size=3, max_size=6)
        | PLAIN
    )
    | PLAIN,
)


@given(WIRES | PLAIN)
def test_any_wire_is_taken_as_it_is_or_refused(described: Any) -> None:
    try:
        facts = Facts.parse(described)
    except msgspec.ValidationError:
        return
    told = {"truncated": False} | {kind: [] for kind in KINDS}
    assert _rounded(msgspec.to_builtins(facts)) == _rounded(told | described)


def _rounded(told: Any) -> Any:
    """As JSON writes it, with 2.0 as 2."""
    return json.loads(json.dumps(told), parse_float=lambda number: int(float(number)))


PROGRAM = """
import torch as t
from torch.nn.functional import softmax as s
def f(x):
    '''It scales.'''
    return s(x @ x, dim=-1)  # rows
print(t.exp(f(t.ones(2, 2))).sum())
"""


def test_the_child_tells_what_the_parent_takes() -> None:
    told = text.facts(read(PROGRAM.encode(), "a.py")).to_wire()
    facts = Facts.parse(json.loads(json.dumps(told)))
    assert "torch.nn.functional.softmax" in {call.resolved for call in facts.calls}
    assert _rounded(msgspec.to_builtins(facts)) == _rounded({"truncated": False} | told)


@given(
    st.lists(
        st.sampled_from(
            [
                "import torch as t\n",
                "t.exp(x)\n",
                "# %% [markdown]\n# é\n",
                "# %%\n",
                "x = 'a' * 3\n",
                "def f(a, *b):\n    return a @ t.f(b)\n",
                "s = '" + "x" * 3000 + "'\n",
                "f(\n",
                "from m import *\n",
                "class A(B):\n    x: int = f'{y!r}'\n",
                "x = (lambda a: a.b.c())(1)\n",
                "global x\n",
                "del x, y.z\n",
                "[a for a in b if c(a)]\n",
                "match x:\n    case {'a': b, **c}: pass\n",
                "getattr(t, 'exp')(1)\n",
            ]
        )
    )
)
def test_what_a_child_tells_of_any_program_is_taken(parts: list[str]) -> None:
    told = text.facts(read("".join(parts).encode(), "a.py")).to_wire()
    facts = Facts.parse(json.loads(json.dumps(told)))
    assert _rounded(msgspec.to_builtins(facts)) == _rounded({"truncated": False} | told)


def test_the_evidence_of_a_run_holds_the_facts_of_its_text(runner: Runner) -> None:
    data = b"# %% [markdown]\r\n# **Why?**\r\n# %%\r\n" + PROGRAM.encode()
    (run,) = runner.run(Submission.of_bytes(data, "a.py")).runs
    assert run.error is None
    assert run.source is not None
    facts = run.source.facts
    assert [(item.cell, item.line, item.text) for item in facts.markdown] == [(0, 2, "**Why?**")]
    assert (1, 9, "# rows") in [(item.cell, item.line, item.text) for item in facts.comments]
    assert [(item.line, item.text) for item in facts.strings] == [(8, "It scales.")]
    assert ("@", "f", 9) in [(item.symbol, item.function, item.line) for item in facts.operators]
    calls = {(call.written, call.resolved, call.function) for call in facts.calls}
    assert ("s", "torch.nn.functional.softmax", "f") in calls
    assert ("t.exp", "torch.exp", None) in calls
    assert ("print", "builtins.print", None) in calls
    assert not facts.truncated
