"""Evidence as a JSON document: strict, bounded, and as its schema says."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from logitlab.sandbox import Call, Evidence, Limits, Runner
from logitlab.sandbox.evidence import Run, Shown
from logitlab.sandbox.report import MOST_BYTES, schema, to_json
from logitlab.sandbox.values import TextValue, parse

CELLS = """# %%
import torch, warnings
torch.manual_seed(3)
x = torch.tensor([1.0, float("nan"), float("-inf")], requires_grad=True)
many = torch.arange(100)
warnings.warn("odd")

# %%
def softmax(z):
    return torch.softmax(z, 0)

def main():
    inner = {"a": 1, 2: [x]}
    print("inner", inner)

main()
x

# %%
import os
os.write(2, b"raw")
1 / 0

# %% [markdown]
# The end.

# %%
y = = 2
"""


def strict(document: dict[str, Any]) -> dict[str, Any]:
    """The document as a reader gets it, checked against the schema."""

    def refuse(text: str) -> None:
        raise AssertionError(f"{text} is not strict JSON")

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        assert len({key for key, _ in pairs}) == len(pairs)
        return dict(pairs)

    text = json.dumps(document, allow_nan=False)
    assert text.isascii()
    assert len(text) <= MOST_BYTES
    read: dict[str, Any] = json.loads(text, parse_constant=refuse, object_pairs_hook=unique)
    json.dumps(read, ensure_ascii=False).encode("utf-8")  # no half of a character
    Draft202012Validator(schema()).validate(read)
    return read


@pytest.fixture(scope="module")
def evidence(runner: Runner) -> Evidence:
    calls = [Call("softmax", ([1.0, 2.0],)), Call("softmax", (), {"z": 1})]
    return runner.run(CELLS, calls=calls, watch=["torch.softmax"], seeds=(1, 2))


@pytest.fixture(scope="module")
def document(evidence: Evidence) -> dict[str, Any]:
    return strict(to_json(evidence))


def statements(document: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = document["runs"][0]["statements"]
    return found


def bound(document: dict[str, Any], name: str) -> Any:
    return next(one["bound"][name] for one in statements(document) if name in one["bound"])


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(schema())


def test_the_head_names_format_version_level_and_the_worst_status(
    document: dict[str, Any], runner: Runner, evidence: Evidence
) -> None:
    assert (document["format"], document["version"]) == ("logitlab/evidence", 1)
    assert document["generator"].startswith("logitlab ")
    assert document["isolation"] == runner.level
    assert document["sha256"] == evidence.sha256
    assert document["status"] == "crashed"
    assert [run["seed"] for run in document["runs"]] == [1, 2]


def test_what_a_statement_bound_showed_and_raised(document: dict[str, Any]) -> None:
    x = {"dtype": "float32", "shape": [3], "values": [1.0, "NaN", "-Infinity"]}
    assert bound(document, "x") == x | {"requires_grad": True}
    assert bound(document, "many")["values"] == list(range(64))
    assert bound(document, "many")["truncated"] is True
    shown = [one["shown"] for one in statements(document) if one["shown"]]
    assert [one[0]["how"] for one in shown] == ["print", "display"]
    assert [one["line"] for one in statements(document) if one["stderr"]] == [6]
    (raised,) = [one["error"] for one in statements(document) if one["line"] == 22]
    assert (raised["type"], raised["places"][-1]["line"]) == ("ZeroDivisionError", 22)


def test_how_it_was_read_and_what_functions_bound_is_told(document: dict[str, Any]) -> None:
    run = document["runs"][0]
    assert run["source"]["format"] == "percent"
    assert [cell["kind"] for cell in run["source"]["cells"]][-2:] == ["markdown", "code"]
    (local,) = [one["locals"][0] for one in statements(document) if one["locals"]]
    assert local["function"] == "main"
    assert run["seedings"] == [{"what": "torch.manual_seed", "value": 3}]
    assert run["output"] == "raw"


def test_calls_tell_result_error_inputs_and_uses(document: dict[str, Any]) -> None:
    first, second = document["runs"][0]["calls"]
    assert first["arguments"] == [[1.0, 2.0]]
    assert first["error"]["type"] == "TypeError"
    assert second["keywords"] == {"z": 1}
    assert [use["name"] for use in first["uses"]] == ["torch.softmax"]


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("x = 1", "finished"),
        ("", "finished"),
        ("x = = 1", "unreadable"),
        ("while True: pass", "timeout"),
        ("x = [0] * 10**10", "out_of_memory"),
        ("open('/etc/hosts', 'w')", "forbidden"),
        ("import os\nos.abort()", "crashed"),
        ("import os\nos.write(3, b'forged'); os.write(4, b'forged'); os.write(5, b'forged')", None),
        ("raise ValueError(chr(0xdc80) + chr(27) + chr(0x9b)) from OSError(7, 'x')", "crashed"),
        ("globals()['a' + chr(0xd800)] = chr(0xdfff)\nprint(chr(0xd800))", "finished"),
        ("x = 10**900\ny = 10**5000\nz = complex('inf')\nb = b'x' * 100\ns = {1, 2}", "finished"),
        ("import torch\nx = torch.empty(9, device='meta')\ny = x.shape\nz = x.dtype", "finished"),
    ],
)
def test_the_document_of_any_run_is_strict_and_as_the_schema_says(
    runner: Runner, code: str, status: str | None
) -> None:
    document = strict(to_json(runner.run(code, limits=Limits(wall_seconds=1.0))))
    assert status is None or document["status"] == status


def test_a_file_that_could_not_be_opened(runner: Runner, tmp_path: Any) -> None:
    (tmp_path / "real.py").write_text("x = 1")
    (tmp_path / "link.py").symlink_to("real.py")
    document = strict(to_json(runner.run(tmp_path / "link.py")))
    assert (document["isolation"], document["sha256"]) == (None, None)
    assert document["runs"][0]["source"] is None


@pytest.fixture(scope="module")
def run(runner: Runner) -> Run:
    return runner.run("print('x')\n").runs[0]


def told(run: Run, **changed: Any) -> dict[str, Any]:
    """The document of a run whose one statement was changed."""
    return strict(to_json(Evidence("x.py", "0" * 64, "full", (_changed(run, 1, **changed),))))


def _changed(run: Run, count: int, **changed: Any) -> Run:
    return replace(run, statements=(replace(run.statements[0], **changed),) * count)


def test_a_text_that_is_too_long_is_cut_with_a_mark(run: Run) -> None:
    (statement,) = statements(told(run, stdout="é" * 70_000))
    assert statement["stdout"] == "é" * 65_536
    assert statement["truncated"] is True
    (whole,) = statements(told(run, stdout="é" * 65_536))
    assert "truncated" not in whole


def test_halves_of_characters_are_replaced(run: Run) -> None:
    (statement,) = statements(told(run, stderr="\ud800!", bound={"\udfff": TextValue("\udc80")}))
    assert statement["stderr"] == "?!"
    assert statement["bound"] == {"?": "?"}


def test_a_value_that_is_too_long_is_its_summary(run: Run) -> None:
    items = [{"kind": "text", "value": "x" * 1000}] * 100
    long = parse({"kind": "sequence", "type": "list", "size": 100, "items": items})
    document = told(run, bound={"long": long})
    assert bound(document, "long") == {"summary": "list of 100", "truncated": True}


def test_many_statements_are_cut_with_a_mark_and_the_runs_error_stays(run: Run) -> None:
    many = _changed(run, 10_000, stderr="x" * 2000)
    document = strict(to_json(Evidence("x.py", "0" * 64, "full", (many,))))
    (told,) = document["runs"]
    assert 100 < len(told["statements"]) < 10_000
    assert told["truncated"] is True
    assert told["status"] == run.status


def test_characters_that_json_writes_longer_are_counted_as_written(run: Run) -> None:
    many = _changed(run, 60, stdout="\x01" * 60_000)
    (told,) = strict(to_json(Evidence("x.py", "0" * 64, "full", (many,))))["runs"]
    assert [len(one["stdout"]) for one in told["statements"]] == [8192] * 60


def test_the_worst_that_can_be_told_is_bounded(run: Run) -> None:
    word = "\x01" * 1000  # six characters of JSON each
    text = TextValue("\ud800" * 65_536)
    shown = (Shown("print", word * 50, (text,) * 500),) * 500
    names = {f"{number}{word}"[:1000]: text for number in range(500)}
    worst = _changed(run, 10_000, stdout=word * 100, shown=shown, bound=names)
    strict(to_json(Evidence(word, "0" * 64, "full", (worst,) * 1000)))
