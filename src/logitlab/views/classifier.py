"""A trained classifier: its figures, its confusion matrix, its most confident mistakes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from logitlab import models
from logitlab.course.digits import Trained
from logitlab.models import Report, Step
from logitlab.views import bars, confusion, image
from logitlab.views.exercise import findings
from logitlab.views.flow import Beside
from logitlab.views.palette import BLUE

_BLOCKS = "▁▂▃▄▅▆▇█"
_LINE = 24  # columns of the loss line


@dataclass(frozen=True)
class Mistake:
    """A mistake as it is drawn: what was taken for what, the image, the four bars of each class."""

    title: str
    image: image.Image
    rows: tuple[bars.Row, ...]


def terminal(trained: Trained) -> Group:
    """The classifier as the tour shows it."""
    report = trained.report
    parts: list[RenderableType] = [
        Text(network(trained)),
        "",
        Text(loss_line(report.history, len(report.classes)), BLUE.terminal),
        Text("\n".join(f"{name:<18}{value}" for name, value in facts(report))),
        "",
        confusion.terminal(confusion.rows(report.classes, report.confusion.tolist())),
        "",
        findings(trained.findings),
    ]
    for mistake in mistakes(trained):
        picture = Beside(image.terminal(mistake.image), bars.terminal(mistake.rows))
        parts += ["", Text(mistake.title, "bold"), "", picture]
    return Group(*(Padding(part, (0, 0, 0, 2)) for part in parts))


def network(trained: Trained) -> str:
    """One sentence on the network and its data."""
    hidden = trained.classifier.hidden_layer_sizes
    layers = f"a hidden layer of {', '.join(map(str, hidden))}" if hidden else "no hidden layer"
    inputs, classes = trained.features.shape[1], len(trained.report.classes)
    return (
        f"{inputs} pixels in, {layers}, {classes} logits out: trained on {trained.train_samples} "
        f"of scikit-learn's digits, measured on {trained.report.samples} that it has not seen."
    )


def facts(report: Report) -> tuple[tuple[str, str], ...]:
    """The figures that sum the report up, by name."""
    right = round(report.accuracy * report.samples)
    return (
        ("test accuracy", f"{report.accuracy:.1%} ({right} of {report.samples})"),
        ("test loss", f"{report.log_loss:.4f}"),
        ("calibration error", f"{report.calibration_error:.4f}"),
    )


def loss_line(history: Sequence[Step], classes: int) -> str:
    """The training loss in one line on a logarithmic scale, from where it starts to its end.

    >>> steps = [
    ...     Step(epoch=n, step=n, loss=loss, accuracy=0.5, gradient_norm=1.0)
    ...     for n, loss in enumerate([0.6931, 0.3, 0.1])
    ... ]
    >>> loss_line(steps, classes=2)
    'loss  0.6931 = log 2  █▅▁  0.1000 after 2 updates'
    """
    first, last = history[0], history[-1]
    end = f"{last.loss:.4f} after {last.step} updates"
    return f"loss  {first.loss:.4f} = log {classes}  {_sparkline(history)}  {end}"


def mistakes(trained: Trained) -> tuple[Mistake, ...]:
    """The most confident mistakes as they are drawn."""
    return tuple(_mistake(trained, mistake) for mistake in trained.report.mistakes)


def _mistake(trained: Trained, mistake: models.Mistake) -> Mistake:
    predicted = f"predicted {mistake.predicted} with ŷ = {mistake.confidence:.3f}"
    rows = bars.rows(
        trained.report.classes,
        mistake.logits.tolist(),
        mistake.probabilities.tolist(),
        mistake.target.tolist(),
    )
    pixels = image.image(f"A handwritten {mistake.label}", trained.pixels(mistake))
    return Mistake(f"true class {mistake.label}, {predicted}", pixels, rows)


def _sparkline(history: Sequence[Step]) -> str:
    """log(loss) of evenly chosen steps as blocks, the lowest to the highest."""
    count = min(_LINE, len(history))
    places = [round(i * (len(history) - 1) / max(1, count - 1)) for i in range(count)]
    heights = [math.log(max(history[place].loss, 1e-12)) for place in places]
    low, span = min(heights), (max(heights) - min(heights)) or 1.0
    return "".join(_BLOCKS[round((h - low) / span * (len(_BLOCKS) - 1))] for h in heights)
