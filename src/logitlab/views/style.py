"""The page's style sheet: the palette as variables, light and dark, and the tensors' scale."""

from __future__ import annotations

from importlib.resources import files

from logitlab.views.palette import DARK, HUES, LIGHT, Ground, shade

LEVELS = 8


def level(strength: float) -> str:
    """The class of a cell whose strength on the scale is −1 … 1.

    >>> level(-1.0), level(0.0), level(0.3)
    ('scale-n8', 'scale-0', 'scale-p2')
    """
    step = round(strength * LEVELS)
    return f"scale-{'n' if step < 0 else 'p'}{abs(step)}" if step else "scale-0"


def style_sheet() -> str:
    """The whole style sheet of a page that stands alone."""
    light = "\n".join([_variables(LIGHT, [(hue.name, hue.light) for hue in HUES]), _scale(LIGHT)])
    dark = "\n".join([_variables(DARK, [(hue.name, hue.dark) for hue in HUES]), _scale(DARK)])
    rules = files("logitlab.views").joinpath("templates/page.css").read_text("utf-8")
    return f"{light}\n@media (prefers-color-scheme: dark) {{\n{dark}\n}}\n{rules}"


def _variables(ground: Ground, hues: list[tuple[str, str]]) -> str:
    pairs = [("paper", ground.paper), ("text", ground.ink), *hues]
    return ":root { " + " ".join(f"--{name}: {colour};" for name, colour in pairs) + " }"


def _scale(ground: Ground) -> str:
    steps = (step / LEVELS for step in range(-LEVELS, LEVELS + 1))
    return "\n".join(f".{level(s)} {{ background: {shade(ground, s)}; }}" for s in steps)
