"""Every text can be read on its ground, in the browser and in any terminal."""

from __future__ import annotations

import pytest

from logitlab.views.palette import (
    ABOVE,
    BELOW,
    DARK,
    HUES,
    INK,
    LIGHT,
    LOGITS,
    PROBABILITIES,
    TARGETS,
    Hue,
    contrast,
    shade,
    strength,
)
from logitlab.views.style import LEVELS, level, style_sheet

READABLE = 4.5


def test_the_contrast_is_wcags() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    assert contrast("#b45309", "#b45309") == 1


@pytest.mark.parametrize("hue", HUES, ids=lambda hue: hue.name)
def test_each_hue_is_readable_on_the_page(hue: Hue) -> None:
    assert contrast(hue.light, LIGHT.paper) >= READABLE
    assert contrast(hue.dark, DARK.paper) >= READABLE


@pytest.mark.parametrize("hue", [hue for hue in HUES if hue is not INK], ids=lambda hue: hue.name)
@pytest.mark.parametrize("ground", ["#000000", "#ffffff"])
def test_each_hue_is_readable_in_a_terminal_of_either_kind(hue: Hue, ground: str) -> None:
    assert contrast(hue.terminal, ground) >= READABLE


@pytest.mark.parametrize("step", range(-LEVELS, LEVELS + 1))
def test_each_number_is_readable_on_its_cell(step: int) -> None:
    for ground in (LIGHT, DARK):
        assert contrast(ground.ink, shade(ground, step / LEVELS)) >= READABLE


def test_every_class_of_a_cell_has_its_two_colours() -> None:
    sheet = style_sheet()
    for step in range(-LEVELS, LEVELS + 1):
        assert sheet.count(f".{level(step / LEVELS)} {{") == 2


def test_the_scale_is_centred_on_zero_and_clipped() -> None:
    assert strength(2.0, 4.0) == 0.5 == -strength(-2.0, 4.0)
    assert strength(float("inf"), 4.0) == 1.0
    assert strength(0.0, 0.0) == strength(float("nan"), 1.0) == 0.0
    assert shade(LIGHT, 0.0) == LIGHT.paper


def test_the_bars_differ_without_colour() -> None:
    marks = {quantity.bar for quantity in (LOGITS, PROBABILITIES, TARGETS, ABOVE, BELOW)}
    assert len(marks) == 5
