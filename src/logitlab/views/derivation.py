"""The derivation in the terminal, as a JSON document, and as a LaTeX document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from logitlab.derivation import (
    Counterexample,
    NumericError,
    Outcome,
    Proof,
    Step,
    Verified,
)
from logitlab.views.palette import BLUE, GREEN, ORANGE, RED

_PARTS = {
    "definition": "Definitions",
    "derivation": "The derivation",
    "reader": "What a careful reader adds",
}
_LOOKS = (
    (r"∂²?L/(∂z.)+|∇²?L", ORANGE),
    (r"ŷ[₀-₉ᵢⱼₖₗ]?", BLUE),
    (r"y[₀-₉ᵢⱼₖₗ]?", GREEN),
)


def full(results: Iterable[Verified]) -> Group:
    """Every step with its statement, rule, reason and proof marks."""
    return Group(*pieces(results))


def pieces(results: Iterable[Verified]) -> Iterator[RenderableType]:
    """What `full` shows, piece by piece, so that a step is printed as soon as it is proved."""
    part = ""
    done = []
    for result in results:
        if result.step.kind != part:
            part = result.step.kind
            yield Rule(Text(_PARTS[part], style="bold"), align="left", style=BLUE.terminal)
        yield _step(result)
        done.append(result)
    yield _verdict(done)


def summary(results: Iterable[Verified]) -> Group:
    """One line per step: the deck's number, the statement, the outcome, the largest error."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(justify="right")
    done = list(results)
    for result in done:
        largest = max(error.largest for error in result.numbers.errors)
        table.add_row(
            Text(_number(result.step), style="bold"),
            statement(result.step, width=46),
            _mark(result.holds, str(result.proof.outcome)),
            Text(_shown(largest), style="dim"),
        )
    return Group(table, _verdict(done))


def statement(step: Step, width: int = 72) -> Text:
    """The statement with its quantities in their colours, broken at its relation if it is long."""
    line = step.plain
    if len(line) > width:
        relation = step.statement.relation
        line = line.replace(f" {relation} ", f"\n  {relation} ", 1)
    text = Text(line)
    for pattern, hue in reversed(_LOOKS):
        text.highlight_regex(pattern, hue.terminal)
    return text


@dataclass(frozen=True)
class _Hanging:
    """A text beside its number; wrapped lines stay in the text's column, without blanks behind."""

    number: str
    text: Text

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        number = f"{self.number:>2}  "
        for line in self.text.wrap(console, options.max_width - len(number)):
            line.rstrip()
            yield Text.assemble((number, f"bold {BLUE.terminal}"), line)
            number = " " * len(number)


def _step(result: Verified) -> RenderableType:
    step = result.step
    return Group(
        _Hanging(_number(step), Text.assemble((step.title, "bold"), (f"  {step.id}", "dim"))),
        _Hanging("", statement(step)),
        _Hanging("", Text.assemble((_rule(step) + ". ", "italic"), step.why)),
        _Hanging("", _marks(result)),
        "",
    )


def _number(step: Step) -> str:
    return "" if step.number is None else str(step.number)


def _rule(step: Step) -> str:
    """The rule's name, what it starts from, and what is assumed, as the start of a sentence."""
    name = step.rule.name[0].upper() + step.rule.name[1:]
    if not step.premises:
        return name
    needed = "" if step.holds_without_unit_sum else "; needs Σ y = 1"
    return f"{name}, from {', '.join(step.premises)}{needed}"


def _marks(result: Verified) -> Text:
    marks = [*_proof_marks(result.proof), *map(_error_mark, result.numbers.errors)]
    return Text("   ").join(marks)


def _proof_marks(proof: Proof) -> Iterator[Text]:
    if proof.counterexample is not None:
        yield _mark(False, f"disproved: {_told(proof.counterexample)}")
        return
    counts = proof.explicit
    yield _mark(True, "symbolic K") if proof.symbolic else Text("… symbolic K not proved")
    if not counts:
        yield Text("… no single K proved")
    elif counts == tuple(range(counts[0], counts[-1] + 1)):
        yield _mark(True, f"K = {counts[0]}…{counts[-1]}")
    else:
        yield _mark(True, f"K = {', '.join(map(str, counts))}")


def _told(example: Counterexample) -> str:
    z, y = (
        "(" + ", ".join(f"{value:g}" for value in values) + ")"
        for values in (example.point.logits, example.point.targets)
    )
    sides = f"left {example.left:.4g}, right {example.right:.4g}"
    return f"K = {len(example.point.logits)}, z = {z}, y = {y}: {sides}".replace("-", "−")


def _error_mark(error: NumericError) -> Text:
    return _mark(error.holds, f"{error.method} {_shown(error.largest)}")


def _shown(error: float) -> str:
    return f"{error:.0e}".replace("-0", "-").replace("-", "−") if error else "0"


def _mark(holds: bool, words: str) -> Text:
    sign = ("✓ ", GREEN.terminal) if holds else ("✗ ", RED.terminal)
    return Text.assemble(sign, words)


def _verdict(results: list[Verified]) -> Text:
    proved = sum(result.proof.outcome is Outcome.PROVED for result in results)
    errors = [error.largest for result in results for error in result.numbers.errors]
    agree = sum(result.numbers.holds for result in results)
    count = len(results)
    largest = _shown(max(errors, default=0.0))
    words = f"{proved} of {count} proved; numbers agree in {agree} of {count}, to {largest}"
    return _mark(all(result.holds for result in results), words)


def document(results: Iterable[Verified]) -> dict[str, object]:
    """All that is known of the steps, ready for `json.dumps`."""
    steps = [_as_json(result) for result in results]
    return {"holds": all(step["holds"] for step in steps), "steps": steps}


def _as_json(result: Verified) -> dict[str, object]:
    step = result.step
    return {
        "id": step.id,
        "number": step.number,
        "kind": step.kind,
        "title": step.title,
        "statement": step.plain,
        "latex": step.latex,
        "rule": step.rule.name,
        "premises": list(step.premises),
        "why": step.why,
        "holds_without_unit_sum": step.holds_without_unit_sum,
        "holds": result.holds,
        "proof": asdict(result.proof),
        "numbers": {
            "points": result.numbers.points,
            "errors": [asdict(error) for error in result.numbers.errors],
        },
    }


# What the text around the formulas is written with, for LaTeX engines that read only ASCII.
_UNICODE = {
    "ŷ": r"\hat{y}",
    "Σ": r"\sum",
    "∂": r"\partial",
    "−": "-",
    "…": r"\dots",
    "₁": "_{1}",
    "ᵢ": "_{i}",
    "ⱼ": "_{j}",
    "ₖ": "_{k}",
    "²": "^{2}",
}


def latex(steps: Iterable[Step]) -> str:
    """A LaTeX document of the steps; it needs amsmath and nothing else."""
    lines = [
        r"\documentclass{article}",
        r"\usepackage[a4paper,margin=2.5cm]{geometry}",
        r"\usepackage{amsmath}",
        *map(_declaration, _UNICODE),
        r"\begin{document}",
    ]
    part = ""
    for step in steps:
        if step.kind != part:
            part = step.kind
            lines.append(rf"\section*{{{_PARTS[part]}}}")
        lines += _paragraph(step)
    return "\n".join([*lines, r"\end{document}", ""])


def _declaration(character: str) -> str:
    meaning = rf"\ensuremath{{{_UNICODE[character]}}}"
    return rf"\DeclareUnicodeCharacter{{{ord(character):04X}}}{{{meaning}}}"


def _paragraph(step: Step) -> list[str]:
    number = "" if step.number is None else f"{step.number}. "
    text = re.sub(r"([_&%#$])", r"\\\1", f"{_rule(step)}. {step.why}")
    title = rf"\paragraph{{{number}{step.title}.}}"
    return ["", title, text, r"\begin{equation*}", step.latex, r"\end{equation*}"]
