"""Draw docs/images/tour.svg, the picture in the README: an excerpt of a real tour.

python docs/images/make.py
"""

from __future__ import annotations

import io
import re
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console, Group
from rich.padding import Padding
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from logitlab.course.catalog import exercise
from logitlab.course.digits import Trained, train
from logitlab.course.solution import solve
from logitlab.derivation import derive, verify
from logitlab.views import bars, classifier, derivation, image
from logitlab.views.exercise import terminal as exercise_view
from logitlab.views.flow import Flow
from logitlab.views.palette import BLUE, DARK, HUES
from logitlab.views.tour import heading

PICTURE = Path(__file__).with_name("tour.svg")
WIDTH = 92


def main() -> None:
    """Run the excerpt and write the picture."""
    console = Console(
        file=io.StringIO(),
        record=True,
        width=WIDTH,
        force_terminal=True,
        color_system="truecolor",
        highlight=False,
    )
    console.print(exercise_view(solve(exercise("6"))), end="")
    console.print(heading(2, "Why ŷ − y"))
    steps = derive().steps
    shown = [step for step in steps if step.number in (1, 3, 4, 5, 6, 7)]
    console.print(derivation.summary(verify(step) for step in shown))
    console.print(heading(3, "A network that reads digits"))
    console.print(_network(train()))
    PICTURE.write_text(_svg(console), "utf-8")


def _network(trained: Trained) -> Group:
    report = trained.report
    loss = Text(classifier.loss_line(report.history, len(report.classes)), BLUE.terminal)
    facts = Text("   ".join(f"{name} {value}" for name, value in classifier.facts(report)))
    mistake = classifier.mistakes(trained)[0]
    picture = Flow([image.terminal(mistake.image), bars.terminal(mistake.rows)])
    parts = (loss, facts, "", Text(mistake.title, "bold"), "", picture)
    return Group(*(Padding(part, (0, 0, 0, 2)) for part in parts))


def _svg(console: Console) -> str:
    """The console's record on the dark ground, in the fonts that the reader has."""
    colours = [DARK.paper, DARK.ink]
    ground, ink = (tuple(int(c[i : i + 2], 16) for i in (1, 3, 5)) for c in colours)
    theme = TerminalTheme(ground, ink, [ink] * 8)  # type: ignore[arg-type]
    layout = re.sub(r"@font-face \{\{.*?\}\}", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
    svg = console.export_svg(
        title="logitlab tour", theme=theme, code_format=layout, unique_id="tour"
    )
    for hue in HUES:
        svg = svg.replace(hue.terminal, hue.dark)
    return svg


if __name__ == "__main__":
    main()
