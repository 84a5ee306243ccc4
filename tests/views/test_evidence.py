"""Evidence in the terminal: what is said, how much of it, and nothing that a stranger steers."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any, get_args

import pytest

from logitlab.sandbox.evidence import (
    STATUSES,
    Called,
    Error,
    Evidence,
    Locals,
    Run,
    Seeding,
    Source,
    Statement,
)
from logitlab.sandbox.facts import Facts
from logitlab.sandbox.frames import Place, Remark
from logitlab.sandbox.levels import Level
from logitlab.sandbox.values import TensorValue, TextValue, parse
from logitlab.views.evidence import LINES, NAMES, STATEMENTS, terminal

USAGE = {"wall_seconds": 0.25, "cpu_seconds": 0.125, "peak_memory_bytes": 3 << 20}
NASTY = (
    "\x1b[31m\x1b]8;;http://evil.example\x07link\x1b\\\x9b2J\r\x08\u202etxt.\u2066"
    "\ud800[red]red[/red] [link=http://evil.example]x[/link] :smile:\x00"
)
FORBIDDEN = set("\x1b\x07\x9b\r\x08\x00\u202e\u2066\ud800")


def statement(line: int = 1, **changed: Any) -> Statement:
    nothing = {"stdout": "", "stderr": "", "shown": (), "bound": {}, "locals": (), "uses": ()}
    usual = {"cell": 0, "line": line, "end_line": line, "error": None, "finished": True}
    return Statement(**(usual | nothing | USAGE | changed))


def run(*statements: Statement, **changed: Any) -> Run:
    source = Source("script", (("code", 1),), (), Facts())
    usual = {"seed": 1, "status": "finished", "error": None, "source": source, "calls": ()}
    rest = {"statements": statements, "seedings": (), "output": "", "dropped": False}
    return Run(**(usual | rest | USAGE | changed))


def evidence(*runs: Run, name: str = "sums.py", level: Level | None = "full") -> Evidence:
    return Evidence(name, "0" * 64, level, runs)


def tensor(*shape: int, **changed: Any) -> TensorValue:
    count = 1
    for size in shape:
        count *= size
    data = struct.pack(f"<{count}f", *range(count))
    usual = {"dtype": "float32", "shape": shape, "data": data, "why": None}
    return TensorValue(**(usual | changed))


@pytest.fixture
def text(printed: Callable[..., str]) -> Callable[..., str]:
    """The evidence of one run as it is printed."""
    return lambda *statements, **changed: printed(terminal(evidence(run(*statements, **changed))))


def test_a_run_that_ended_well(text: Callable[..., str]) -> None:
    lines = [line.rstrip() for line in text(statement(3, stdout="hello\n")).splitlines()]
    assert lines == [
        "sums.py " + "─" * 72,
        "✓ finished: it ran to its end",
        "  isolation full",
        "",
        "line 3  hello",
        "",
        "seed 1 · 0.25 s, 0.12 s of CPU, 3 MB of memory at most",
    ]


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_is_said_in_words(text: Callable[..., str], status: str) -> None:
    shown = text(status=status, error=Error(status, "", line=3))
    sign = "✓" if status == "finished" else "✗"
    words = shown.split(f"{sign} {status}: ")[1].splitlines()
    assert len(words[0]) > 10
    assert words[1].strip() == "at line 3"


@pytest.mark.parametrize("level", [*get_args(Level), None])
def test_every_level_is_named(printed: Callable[..., str], level: Level | None) -> None:
    shown = printed(terminal(evidence(run(), level=level)))
    assert ("nothing was run" if level is None else f"isolation {level}") in shown
    assert ("almost nothing was refused" in shown) == (level == "process")


def test_an_exception_stands_with_the_files_own_lines(text: Callable[..., str]) -> None:
    places = (Place(None, 9, "<module>"), Place(None, 4, "f"))
    error = Error("ValueError", "no\nsuch thing", places=places, line=4)
    shown = text(statement(9, error=error), status="crashed", error=error)
    assert shown.count("ValueError: no such thing") == 2
    assert "at line 9" in shown
    assert "at line 4, in f" in shown


def test_a_statement_that_was_cut_short_is_told(text: Callable[..., str]) -> None:
    assert "line 7  ✗ it did not end" in text(statement(7, finished=False), status="timeout")


def test_cells_are_counted_from_one(text: Callable[..., str]) -> None:
    source = Source("notebook", (("code", 1),) * 3, (Remark(2, 1, "skipped: %time"),), Facts())
    error = Error("ValueError", "", cell=2, line=5)
    shown = text(statement(2, cell=1, end_line=4, stdout="x"), source=source, error=error)
    assert "cell 2, lines 2–4  x" in shown
    assert "at cell 3, line 5" in shown
    assert "· cell 3, line 1: skipped: %time" in shown


def test_small_tensors_are_drawn_and_others_told_in_a_line(text: Callable[..., str]) -> None:
    bound = {
        "small": tensor(2, 2),
        "half": tensor(2, dtype="bfloat16", data=b"\x80\x3f\x00\xc0"),
        "large": tensor(65),
        "far": tensor(2, data=None, why="meta", device="meta"),
        "twice": tensor(1, dtype="complex64", data=bytes(8)),
        "n": parse({"kind": "number", "type": "int", "value": 42}),
        "np": parse({"kind": "module", "name": "numpy"}),
    }
    lines = [line.strip() for line in text(statement(bound=bound)).splitlines()]
    assert any("small  float32 [2, 2]" in line and "half  bfloat16 [2]" in line for line in lines)
    assert any(line.split() == ["0.", "1.", "1.", "−2."] for line in lines)
    assert "line 1  large  float32 tensor (65,)" in lines
    assert "far  float32 tensor (2,), without its elements: meta" in lines
    assert "twice  complex64 tensor (1,)" in lines
    assert "n  42" in lines
    assert not any("numpy" in line for line in lines)


def test_what_is_too_much_is_counted(text: Callable[..., str]) -> None:
    flood = "".join(f"{number}\n" for number in range(100))
    names = {f"n{number}": TextValue("x") for number in range(100)}
    shown = text(statement(stdout=flood, bound=names), *[statement(2, stdout="y")] * 99)
    assert f"… {100 - LINES} more lines" in shown
    assert f"… {100 - NAMES} more names" in shown
    assert f"… {100 - STATEMENTS} more statements" in shown
    assert len(shown.splitlines()) < LINES + NAMES + STATEMENTS + 20


def test_long_lines_are_cut(text: Callable[..., str]) -> None:
    shown = text(statement(stdout="x" * 10**6), output="y" * 10**6)
    assert len(shown) < 2000
    assert shown.count("…") == 2


def test_what_a_reader_would_not_guess_is_remarked(text: Callable[..., str]) -> None:
    shown = text(seedings=(Seeding("torch.manual_seed", 42),), dropped=True, output="raw")
    assert "torch.manual_seed(42) was salted with the run's seed" in shown
    assert "more was printed than is kept" in shown
    assert "written past Python's own streams:\n  raw" in shown


def test_of_several_seeds_the_worst_is_shown_and_the_others_named(
    printed: Callable[..., str],
) -> None:
    well = run(statement(stdout="well"), seed=1)
    badly = run(statement(stdout="badly"), seed=2, status="timeout")
    shown = printed(terminal(evidence(well, badly)))
    assert "✗ timeout" in shown
    assert "badly" in shown
    assert "✓ seed 1: finished" in shown
    assert "well" not in shown


def test_calls_stand_after_the_statements(text: Callable[..., str]) -> None:
    call = Called(
        index=0,
        result=parse({"kind": "number", "type": "float", "value": 0.5}),
        error=None,
        arguments=(),
        keywords={},
        stdout="called",
        stderr="",
        uses=(),
        finished=True,
        **USAGE,  # type: ignore[arg-type]
    )
    shown = text(statement(stdout="x"), calls=(call,))
    assert "call 0  result  0.5" in shown
    assert shown.index("line 1") < shown.index("call 0") < shown.index("called")


@pytest.mark.parametrize("colours", [False, True])
def test_nothing_of_a_strangers_text_reaches_the_terminal_raw(
    printed: Callable[..., str], colours: bool
) -> None:
    error = Error(NASTY, NASTY, places=(Place(None, 1, NASTY),), line=1)
    told = TextValue(NASTY)
    other = parse({"kind": "other", "type": NASTY, "module": "", "text": NASTY})
    names = {NASTY: told, "x" + NASTY: other, "y" + NASTY: tensor(2)}
    nasty = run(
        statement(stdout=NASTY, stderr=NASTY, bound=names, locals=(Locals(NASTY, {}),)),
        statement(2, error=error),
        status="crashed",
        error=error,
        seedings=(Seeding(NASTY, NASTY),),
        source=Source("script", (), (Remark(0, 1, NASTY),), Facts()),
        output=NASTY,
    )
    shown = printed(terminal(evidence(nasty, name=NASTY)), width=1000, terminal=colours)
    own = {f"\x1b[{part.split('m')[0]}m" for part in shown.split("\x1b[")[1:]}
    assert all(set(code[2:-1]) <= set("0123456789;") for code in own)  # Rich's own colours
    for code in own:
        shown = shown.replace(code, "")
    assert not FORBIDDEN & set(shown)
    literal = "[red]red[/red] [link=http://evil.example]x[/link] :smile:"
    assert shown.count(literal) >= 10
