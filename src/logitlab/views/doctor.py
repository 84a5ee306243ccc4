"""What the doctor found, in the terminal and as a JSON document."""

from __future__ import annotations

from dataclasses import asdict

from rich.console import Group, RenderableType
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from logitlab import __version__
from logitlab.sandbox.acts import Finding
from logitlab.sandbox.child.acts import ACTS
from logitlab.sandbox.doctor import Diagnosis
from logitlab.sandbox.levels import Trial
from logitlab.views.palette import BLUE, GREEN, ORANGE, RED

_MEANING = {
    "full": "a stranger's code can be run",
    "landlock": "a stranger's code can be run by whoever asks for this level by name",
    "process": "for your own code only: almost nothing is refused",
    None: "nothing can be run here",
}
_ALL = {act.name: act.words for act in ACTS}
_HUES = {"full": GREEN, "landlock": ORANGE, "process": ORANGE, None: RED}


def terminal(diagnosis: Diagnosis) -> Group:
    """The level in force, the way to the next one, every act at every level, the machine."""
    pieces: list[RenderableType] = [_verdict(diagnosis)]
    pieces += [_obstacle(trial) for trial in diagnosis.trials if trial.obstacle is not None]
    if any(trial.findings for trial in diagnosis.trials):
        pieces += ["", _heading("What a submission tried"), _acts(diagnosis.trials)]
    return Group(*pieces, "", _heading("This machine"), _machine(diagnosis))


def _heading(title: str) -> Rule:
    return Rule(Text(title, style="bold"), align="left", style=BLUE.terminal)


def _verdict(diagnosis: Diagnosis) -> Text:
    level = diagnosis.level
    name = f"bold {_HUES[level].terminal}"
    return Text.assemble("level in force: ", (level or "none", name), f" — {_MEANING[level]}")


def _obstacle(trial: Trial) -> Group:
    return Group(
        "",
        Text.assemble(("✗ ", RED.terminal), (trial.level, "bold"), f": {trial.obstacle}"),
        Text(f"  to reach it: {trial.remedy}"),
    )


def _acts(trials: tuple[Trial, ...]) -> Table:
    tried = [trial for trial in trials if trial.findings]
    found = [{one.act: one for one in trial.findings} for trial in tried]
    table = Table(box=None, padding=(0, 2, 0, 0), show_edge=False)
    table.add_column("", overflow="fold")
    for trial in tried:
        table.add_column(trial.level, no_wrap=True)
    words = {act: words for act, words in _ALL.items() if any(act in row for row in found)}
    for act, text in words.items():
        cells = [_cell(row.get(act), trial.level) for row, trial in zip(found, tried, strict=True)]
        table.add_row(Text(text), *cells)
    return table


def _cell(finding: Finding | None, level: str) -> Text:
    """Refused, not refused though promised, not promised and not refused, or not attempted."""
    if finding is None:
        return Text("")
    if finding.refused:
        return Text.assemble(("✓ ", GREEN.terminal), finding.how)
    if level in finding.levels:
        return Text.assemble(("✗ ", RED.terminal), finding.how)
    return Text(f"· {finding.how}", style="dim")


def _machine(diagnosis: Diagnosis) -> Table:
    here = diagnosis.machine
    table = Table.grid(padding=(0, 2, 0, 0))
    rows = {
        "system": f"{here.system} {here.kernel}, {here.architecture}",
        "user": "root" if here.root else "an ordinary user",
        "container": here.container or "none seen",
    }
    if here.system == "linux":
        rows |= {
            "user namespaces": _yes(here.user_namespaces),
            "Landlock": f"ABI {here.landlock_abi}" if here.landlock_abi else "no",
            "seccomp": _yes(here.seccomp),
            **{name: "–" if value is None else str(value) for name, value in here.sysctls.items()},
        }
    rows |= {name: version or "not installed" for name, version in diagnosis.versions.items()}
    for name, value in rows.items():
        table.add_row(Text(name, style="dim"), Text(value))
    return table


def _yes(there: bool) -> str:
    return "yes" if there else "no"


def document(diagnosis: Diagnosis) -> dict[str, object]:
    """All that was found, ready for `json.dumps`."""
    return {
        "format": "logitlab/doctor",
        "version": 1,
        "generator": f"logitlab {__version__}",
        "level": diagnosis.level,
        "remedy": diagnosis.remedy,
        "levels": [_level(trial) for trial in diagnosis.trials],
        "machine": asdict(diagnosis.machine),
        "versions": diagnosis.versions,
    }


def _level(trial: Trial) -> dict[str, object]:
    return {
        "level": trial.level,
        "given": trial.obstacle is None,
        "obstacle": trial.obstacle,
        "remedy": trial.remedy if trial.obstacle is not None else None,
        "acts": [_act(finding, trial.level) for finding in trial.findings],
    }


def _act(finding: Finding, level: str) -> dict[str, object]:
    return {
        "act": finding.act,
        "words": finding.words,
        "promised": level in finding.levels,
        "refused": finding.refused,
        "how": finding.how,
    }
