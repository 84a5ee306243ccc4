"""One meaning, one look: the colours and marks of z, ŷ, y and ŷ − y, and the tensors' scale.

Every pair of text and ground has a contrast of 4.5 : 1 or more (a test computes it). The
terminal's colours have it on black and on white alike, since a program cannot know which it is
on: only a relative luminance near 0.18 does that.
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Hue:
    """One colour on the light ground, on the dark ground, and in a terminal of either kind."""

    name: str
    light: str
    dark: str
    terminal: str


@dataclass(frozen=True)
class Ground:
    """What the colours stand on, and the ends of the tensors' scale there."""

    paper: str
    ink: str
    negative: str
    positive: str


@dataclass(frozen=True)
class Quantity:
    """A quantity of the deck: its sign, its hue, and the bar that tells it without colour."""

    name: str
    sign: str
    hue: Hue
    bar: tuple[str, str, str]  # first cell, further cells, last cell


INK = Hue("ink", "#3b4252", "#d8dee9", "default")
BLUE = Hue("blue", "#1f5fbf", "#7db1ff", "#3774d0")
GREEN = Hue("green", "#1d7a4b", "#6fd3a0", "#278556")
ORANGE = Hue("orange", "#b45309", "#f5a35c", "#ba5b11")
VIOLET = Hue("violet", "#6d4ad6", "#b69cff", "#7f5ee0")
RED = Hue("red", "#b3261e", "#ff8f87", "#d1403a")
HUES = (INK, BLUE, GREEN, ORANGE, VIOLET, RED)

LIGHT = Ground(paper="#fbfaf7", ink="#2e3440", negative="#8db6f0", positive="#f2ab6b")
DARK = Ground(paper="#14171c", ink="#e5e9f0", negative="#2a5cab", positive="#96500f")

LOGITS = Quantity("logits", "z", INK, ("█", "█", "█"))
PROBABILITIES = Quantity("probabilities", "ŷ", BLUE, ("├", "─", "┤"))
TARGETS = Quantity("targets", "y", GREEN, ("╞", "═", "╡"))
ABOVE = Quantity("gradient", "ŷ − y", ORANGE, ("▲", "▲", "▲"))
BELOW = Quantity("gradient", "ŷ − y", VIOLET, ("▼", "▼", "▼"))


def gradient(value: float) -> Quantity:
    """The look of an entry of ŷ − y: an arrow up above zero, down below.

    >>> gradient(0.61).bar[0], gradient(-0.88).bar[0]
    ('▲', '▼')
    """
    return BELOW if value < 0 else ABOVE


def strength(value: float, limit: float) -> float:
    """Where a value is on the scale centred on zero: −1 … 1, 0 where nothing can be said.

    >>> strength(-1.5, 3.0), strength(5.0, 3.0), strength(math.nan, 3.0)
    (-0.5, 1.0, 0.0)
    """
    if math.isnan(value) or not limit > 0:
        return 0.0
    return max(-1.0, min(1.0, value / limit))


def shade(ground: Ground, strength: float) -> str:
    """The scale's colour at −1 … 1: blue – paper – orange.

    >>> shade(LIGHT, 0.0) == LIGHT.paper, shade(LIGHT, -1.0) == LIGHT.negative
    (True, True)
    """
    end = ground.negative if strength < 0 else ground.positive
    return _blend(ground.paper, end, abs(strength))


def contrast(first: str, second: str) -> float:
    """The contrast ratio of two colours, 1 … 21 (WCAG 2.2).

    >>> contrast("#000000", "#ffffff")
    21.0
    """
    darker, lighter = sorted((_luminance(first), _luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


def _blend(start: str, end: str, share: float) -> str:
    pairs = zip(_channels(start), _channels(end), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
