"""Levels of isolation, decided by trying: one is given if all that it promises was refused."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import Literal

from logitlab.errors import SandboxError
from logitlab.sandbox import acts, machine
from logitlab.sandbox.launch import Launcher
from logitlab.sandbox.sight import check_outside, check_readable_by_others, masked, visible
from logitlab.sandbox.spare import Spares
from logitlab.sandbox.zygote import Zygote

__all__ = ["LEVELS", "WALLS", "Level", "Trial", "check_outside", "launch", "strongest", "try_level"]

Level = Literal["full", "landlock", "process"]
LEVELS: tuple[Level, ...] = ("full", "landlock", "process")  # strongest first
WALLS: dict[Level, frozenset[str]] = {
    "full": frozenset({"namespaces", "rlimits", "capabilities", "landlock", "seccomp", "watchdog"}),
    "landlock": frozenset({"rlimits", "capabilities", "landlock", "seccomp", "watchdog"}),
    "process": frozenset({"rlimits", "watchdog"}),
}


@dataclass(frozen=True)
class Trial:
    """What a level met: `obstacle` says why it is not to be had, and is None where it is."""

    level: Level
    obstacle: str | None
    remedy: str = ""
    findings: tuple[acts.Finding, ...] = ()


def strongest(weakest: Level) -> tuple[Level, Launcher]:
    """Start the strongest level that this machine gives, and `weakest` at least.

    Raises SandboxError where none is accepted: what each level met, and what to do.
    """
    met = []
    for level in LEVELS[: LEVELS.index(weakest) + 1]:
        trial, launcher = try_level(level)
        if launcher is not None:
            return level, launcher
        met.append(trial)
    raise SandboxError(
        "isolation",
        got="; ".join(f"{trial.level}: {trial.obstacle}" for trial in met),
        expected=f"a sandbox of level {weakest!r} at least",
        hint="; ".join(
            [*(f"for {one.level}: {one.remedy}" for one in met), "see `logitlab doctor`"]
        ),
    )


def try_level(level: Level) -> tuple[Trial, Launcher | None]:
    """Start a level, and have a child attempt all that it promises to refuse.

    The launcher is None, and nothing is left running, where one of its promises was not kept.
    The level `process` promises nothing, and nothing is attempted.
    """
    if level != "process" and sys.platform != "linux":
        obstacle = f"it needs Linux, and this is {sys.platform}"
        return Trial(level, obstacle, machine.remedy(level, obstacle)), None
    try:
        if level == "process":
            return Trial(level, None), launch(level)
        launcher, findings = attempt(level)
    except (SandboxError, OSError) as error:
        obstacle = str(error.got if isinstance(error, SandboxError) else error)
        return Trial(level, obstacle, machine.remedy(level, obstacle)), None
    not_kept = acts.broken(findings, level)
    if not not_kept:
        return Trial(level, None, findings=findings), launcher
    launcher.close()
    told = ", ".join(f"“{one.words}”: {one.how}" for one in not_kept)
    obstacle = f"not refused: {told}"
    return Trial(level, obstacle, machine.remedy(level, obstacle), findings), None


def attempt(level: Level) -> tuple[Launcher, tuple[acts.Finding, ...]]:
    """Start a level, and have a child attempt what it promises to refuse: on Linux only.

    The level `process` promises nothing, and all is attempted.

    Raises SandboxError, or an OSError of its own targets, where the level cannot be started.
    """
    with acts.Range(masked(), visible()) as targets:
        launcher = launch(level)
        try:
            return launcher, targets.attempt(launcher, level)
        except BaseException:
            launcher.close()
            raise


def launch(level: Level) -> Launcher:
    """Start what runs submissions at `level`, untried. Raises SandboxError or OSError if not."""
    if level == "process":
        return Spares()
    if os.geteuid() == 0:
        check_readable_by_others(along_the_way=level != "full")
    return Zygote(WALLS[level], visible(), masked())
