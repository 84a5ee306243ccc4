"""The tour as one HTML page that asks nothing of any other: styles, plots and images are inside."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from logitlab import __version__
from logitlab.course.tour import Tour
from logitlab.derivation import Step
from logitlab.views import classifier, confusion, curves, derivation
from logitlab.views.exercise import tensors
from logitlab.views.palette import HUES
from logitlab.views.style import level, style_sheet

_GENERATOR = "logitlab tour"


def html(tour: Tour) -> str:
    """The whole page."""
    report = tour.trained.report
    template = _environment().get_template("report.html.j2")
    return template.render(
        generator=_GENERATOR,
        version=__version__,
        tour=tour,
        style_sheet=Markup(style_sheet()),
        network=classifier.network(tour.trained),
        facts=classifier.facts(report),
        loss_curve=curves.loss(report.history, len(report.classes)),
        calibration=curves.calibration(report.calibration),
        confusion=confusion.rows(report.classes, report.confusion.tolist()),
        mistakes=classifier.mistakes(tour.trained),
    )


def is_report(text: str) -> bool:
    """Whether a text is a report of ours, by the generator in its head."""
    return f'<meta name="generator" content="{_GENERATOR}">' in text


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("logitlab.views"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "formula": _formula,
        "level": level,
        "markdown": _markdown,
        "tensors": tensors,
    }
    return environment


def _markdown(text: str) -> Markup:
    """CommonMark as HTML; what is HTML in the text stays text."""
    return Markup(MarkdownIt("commonmark", {"html": False}).render(text))


def _formula(step: Step) -> Markup:
    """The statement with its quantities in their colours, as in the terminal."""
    text = derivation.statement(step, width=len(step.plain))
    names = {hue.terminal: hue.name for hue in HUES}
    edges = sorted({0, len(text), *(edge for span in text.spans for edge in span[:2])})
    pieces = text.divide(edges[1:-1])
    return Markup().join(
        Markup('<span class="{}">{}</span>').format(names[str(piece.spans[0].style)], piece.plain)
        if piece.spans
        else escape(piece.plain)
        for piece in pieces
    )
