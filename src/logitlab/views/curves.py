"""The training curve and the calibration plot, as SVG that stands inside a page.

Matplotlib draws; the colours become the page's variables, so that the plots follow its light and
dark looks, and the text stays text.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Sequence
from html import escape
from typing import Any

import matplotlib
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

from logitlab.models import CalibrationBin, Step
from logitlab.views.palette import BLUE, GREEN, HUES, INK, ORANGE

_SIZE = (4.8, 3.2)  # inches; at 72 dots per inch readable on a phone without shrinking
_STYLE: Any = {
    "svg.fonttype": "none",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": INK.light,
    "axes.labelcolor": INK.light,
    "text.color": INK.light,
    "xtick.color": INK.light,
    "ytick.color": INK.light,
    "legend.frameon": False,
}


def loss(history: Sequence[Step], classes: int) -> Markup:
    """The loss over the updates, from log K on, on a logarithmic scale."""
    with matplotlib.rc_context(_STYLE):
        figure, axes = _figure("updates", "loss")
        updates = [step.step for step in history]
        axes.plot(updates, [step.loss for step in history], color=BLUE.light, label="training")
        held_out = [(s.step, s.validation_loss) for s in history if s.validation_loss is not None]
        if held_out:
            axes.plot(*zip(*held_out, strict=True), "--", color=GREEN.light, label="held out")
        axes.axhline(math.log(classes), color=ORANGE.light, linestyle=":", label=f"log {classes}")
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter("{x:g}")
        axes.yaxis.set_minor_formatter(NullFormatter())
        axes.legend(loc="upper right", bbox_to_anchor=(1, 0.92))  # below the line at log K
        first, last = history[0].loss, history[-1].loss
        text = f"Loss from {first:.4f} (log {classes}) down to {last:.4f} in {updates[-1]} updates"
        return _svg(figure, "loss", text)


def calibration(bins: Sequence[CalibrationBin]) -> Markup:
    """Accuracy over confidence, bin by bin; on the diagonal a probability means what it says."""
    with matplotlib.rc_context(_STYLE):
        figure, axes = _figure("confidence, max ŷ", "accuracy")
        filled = [b for b in bins if b.count]
        most = max(b.count for b in filled)
        axes.plot([0, 1], [0, 1], ":", color=ORANGE.light, label="means what it says")
        axes.scatter(
            [b.confidence for b in filled],
            [b.accuracy for b in filled],
            s=[20 + 160 * b.count / most for b in filled],
            color=BLUE.light,
            label="predictions, area by number",
        )
        axes.set(xlim=(0, 1.05), ylim=(0, 1.1))
        axes.legend(loc="lower right")
        text = "; ".join(
            f"{b.count} predictions at {b.confidence:.0%}: {b.accuracy:.0%} right" for b in filled
        )
        return _svg(figure, "calibration", text)


def _figure(x: str, y: str) -> tuple[Figure, Axes]:
    figure = Figure(figsize=_SIZE, layout="constrained")
    FigureCanvasSVG(figure)
    axes = figure.add_subplot()
    axes.set(xlabel=x, ylabel=y)
    return figure, axes


def _svg(figure: Figure, name: str, text: str) -> Markup:
    """The figure without file header, size, metadata or name spaces; ids carry the name."""
    buffer = io.StringIO()
    with matplotlib.rc_context({"svg.hashsalt": name}):
        figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None})
    svg = buffer.getvalue()
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg[svg.index("<svg") :], flags=re.DOTALL)
    svg = re.sub(r' (xmlns(:\w+)?|width|height|version)="[^"]*"', "", svg, count=5)
    svg = re.sub(r'(\bid="|url\(#|href="#)', rf"\1{name}-", svg)
    svg = re.sub(r"(?s)<style.*?</style>|font-family: [^;\"]*;", "", svg)
    for hue in HUES:
        svg = re.sub(hue.light, f"var(--{hue.name})", svg, flags=re.IGNORECASE)
    head = f'<svg class="plot" role="img" aria-label="{escape(text)}"'
    return Markup(svg.strip().replace("<svg", head, 1))
