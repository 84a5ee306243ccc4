"""The derivation as it is shown: 80 columns, marks with words, JSON and LaTeX that can be read."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import pytest
from rich.console import Console, RenderableType

from logitlab.derivation import (
    NumericCheck,
    NumericError,
    Outcome,
    Proof,
    Verified,
    check,
    derive,
    verify,
)
from logitlab.derivation.notation import Softmax, k, y
from logitlab.views import derivation as view
from logitlab.views.palette import BLUE, GREEN, ORANGE

RESULTS = [verify(derive()[name]) for name in ("softmax", "split", "gradient", "variance")]


def _printed(renderable: RenderableType, width: int = 80, colour: bool = False) -> str:
    colours = "truecolor" if colour else None
    console = Console(
        file=io.StringIO(),
        width=width,
        force_terminal=colour,
        color_system=colours,  # type: ignore[arg-type]
    )
    console.print(renderable)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def _disproved() -> Verified:
    step = derive()["gradient"]
    wrong = replace(step, statement=replace(step.statement, right=Softmax(k) + y[k]))
    return Verified(wrong, check(wrong.statement), verify(step).numbers)


def test_a_step_shows_all_that_is_known_of_it() -> None:
    text = _printed(view.full(RESULTS[2:3]))
    assert text.splitlines()[1:6] == [
        " 6  Together  gradient",
        "    ∂L/∂zₖ = ŷₖ − yₖ",
        "    Both terms put in, from loss-lse, split, first-term-sifted, second-term;",
        "    needs Σ y = 1. The derivative of the loss by a logit is what was predicted",
        "    minus what was wanted.",
    ]
    marks = text.splitlines()[6].strip().split("   ")
    assert marks[0] == "✓ symbolic K"
    assert marks[1] == "✓ K = 2…6"
    assert marks[2].startswith("✓ autograd 1e−16")
    assert marks[3].startswith("✓ differences ")


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("show", [view.full, view.summary])
def test_it_fits_and_leaves_no_blanks_behind(width: int, show: object) -> None:
    lines = _printed(show(RESULTS), width).splitlines()  # type: ignore[operator]
    assert all(len(line) <= width for line in lines)
    if show is view.full:
        assert all(line == line.rstrip() for line in lines)


def test_each_part_has_its_heading_once() -> None:
    text = _printed(view.full(RESULTS))
    for heading in ("Definitions ─", "The derivation ─", "What a careful reader adds ─"):
        assert text.count(heading) == 1


def test_pieces_come_as_they_are_proved() -> None:
    taken: list[str] = []

    def results() -> object:
        for result in RESULTS:
            taken.append(result.step.id)
            yield result

    pieces = view.pieces(results())  # type: ignore[arg-type]
    next(pieces)
    next(pieces)
    assert taken == ["softmax"]


def test_the_summary_has_one_line_per_step() -> None:
    lines = _printed(view.summary(RESULTS)).splitlines()
    assert [" ".join(line.split()) for line in lines[:3]] == [
        "ŷᵢ = exp(zᵢ) / Σⱼ exp(zⱼ) ✓ proved 1e−16",
        "∂/∂zₖ (−Σᵢ yᵢ zᵢ + log Σⱼ exp(zⱼ)) ✓ proved 4e−13",
        "= ∂/∂zₖ (−Σᵢ yᵢ zᵢ) + ∂/∂zₖ log Σⱼ exp(zⱼ)",
    ]
    assert lines[-1].startswith("✓ 4 of 4 proved; numbers agree in 4 of 4, to 3e−")


def test_what_is_disproved_is_shown_with_its_numbers() -> None:
    text = " ".join(_printed(view.full([_disproved()])).split())
    assert "✗ disproved: K = 2, z = (−1.75, 0), y = (" in text
    assert "): left " in text
    assert "✗ 0 of 1 proved; numbers agree in 1 of 1, to" in text
    assert "✗ disproved" in _printed(view.summary([_disproved()]))


@pytest.mark.parametrize(
    ("explicit", "words"),
    [((), "… no single K proved"), ((2, 3), "✓ K = 2…3"), ((2, 4), "✓ K = 2, 4")],
)
def test_what_is_not_proved_is_not_called_wrong(explicit: tuple[int, ...], words: str) -> None:
    proof = Proof(Outcome.NOT_PROVED, symbolic=False, explicit=explicit)
    result = replace(RESULTS[0], proof=proof)
    text = _printed(view.full([result]))
    assert f"… symbolic K not proved   {words}" in text
    assert "disproved" not in text


def test_an_error_above_rounding_is_marked() -> None:
    numbers = NumericCheck((NumericError("autograd", 0.25, 1e-12),), points=10)
    text = _printed(view.full([replace(RESULTS[2], numbers=numbers)]))
    assert "✗ autograd 2e−1" in text
    assert "✗ 1 of 1 proved; numbers agree in 0 of 1, to 2e−1" in text


def test_quantities_have_their_colours() -> None:
    def ansi(colour: str) -> str:
        return ";".join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5))

    (line,) = [
        line for line in _printed(view.full(RESULTS[2:3]), colour=True).splitlines() if "ŷₖ" in line
    ]
    assert f"38;2;{ansi(ORANGE.terminal)}m∂L/∂zₖ" in line
    assert f"38;2;{ansi(BLUE.terminal)}mŷₖ" in line
    assert f"38;2;{ansi(GREEN.terminal)}myₖ" in line


def test_the_document_is_strict_json() -> None:
    document = view.document([*RESULTS, _disproved()])
    read = json.loads(json.dumps(document, allow_nan=False))
    assert read["holds"] is False
    gradient, wrong = read["steps"][2], read["steps"][-1]
    assert gradient["number"] == 6
    assert gradient["statement"] == "∂L/∂zₖ = ŷₖ − yₖ"
    assert gradient["proof"] == {
        "outcome": "proved",
        "symbolic": True,
        "explicit": [2, 3, 4, 5, 6],
        "counterexample": None,
    }
    assert wrong["proof"]["outcome"] == "disproved"
    example = wrong["proof"]["counterexample"]
    assert example["left"] != example["right"]
    assert len(example["point"]["logits"]) == 2


def test_the_latex_document_declares_every_character_that_it_uses() -> None:
    text = view.latex(derive().steps)
    preamble, body = text.split(r"\begin{document}")
    used = {character for character in body if ord(character) > 127}
    assert used == {c for c in used if f"{{{ord(c):04X}}}" in preamble}
    assert body.count(r"\begin{equation*}") == body.count(r"\end{equation*}") == 31
    assert body.count(r"\section*") == 3
    assert body.endswith("\\end{document}\n")
    prose = [line for line in body.splitlines() if line and not line.startswith(("\\", "L ="))]
    assert not any("_" in line.replace(r"\_", "") for line in prose if "\\hat" not in line)
