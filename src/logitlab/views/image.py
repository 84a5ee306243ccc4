"""A small grey image, such as a digit of 8 × 8 pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.text import Text

_SHADES = " ░▒▓█"


@dataclass(frozen=True)
class Image:
    """Rows of pixels from 0, the ground, to 1, full ink; `label` says what it shows."""

    label: str
    rows: tuple[tuple[float, ...], ...]


def image(label: str, pixels: Sequence[Sequence[float]]) -> Image:
    """The image of some rows of pixels, scaled to the brightest.

    >>> image("a dot", [[0, 8], [0, 16]]).rows
    ((0.0, 0.5), (0.0, 1.0))
    """
    brightest = max((value for row in pixels for value in row), default=0.0) or 1.0
    return Image(label, tuple(tuple(float(v) / brightest for v in row) for row in pixels))


def terminal(drawn: Image) -> Text:
    """The image in shades that need no colour, two characters a pixel.

    >>> print(terminal(image("a dot", [[0, 8], [0, 16]])))
      ▒▒
      ██
    """
    lines = ("".join(2 * _shade(value) for value in row) for row in drawn.rows)
    return Text("\n".join(lines))


def _shade(value: float) -> str:
    return _SHADES[round(max(0.0, min(1.0, value)) * (len(_SHADES) - 1))]
