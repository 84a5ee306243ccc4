"""The doctor: tries every level on this machine, and says what is in the way of a better one."""

from __future__ import annotations

import platform
import sys
from dataclasses import dataclass, replace
from importlib import metadata

from logitlab.errors import SandboxError
from logitlab.sandbox import levels, machine
from logitlab.sandbox.levels import LEVELS, Level, Trial

_PACKAGES = ("logitlab", "torch", "numpy", "scikit-learn")


@dataclass(frozen=True)
class Diagnosis:
    """What each level met, strongest first, and the machine on which it did."""

    trials: tuple[Trial, ...]
    machine: machine.Machine
    versions: dict[str, str | None]  # None: not installed

    @property
    def level(self) -> Level | None:
        """The level in force: the strongest that has no obstacle; None where nothing can run."""
        return next((one.level for one in self.trials if one.obstacle is None), None)

    @property
    def remedy(self) -> str | None:
        """What to do to reach the next better level; None at the best."""
        better: str | None = None
        for trial in self.trials:
            if trial.obstacle is None:
                break
            better = trial.remedy
        return better


def diagnose() -> Diagnosis:
    """Try every level, each with a launcher of its own: some seconds. Raises nothing of its own."""
    trials = tuple(_tried(level) for level in LEVELS)
    return Diagnosis(trials, machine.examine(), _versions())


def _tried(level: Level) -> Trial:
    trial, launcher = levels.try_level(level)
    if launcher is None:
        return trial
    launcher.close()
    if level != "process" or sys.platform != "linux":
        return trial
    try:  # it promises nothing: what it refuses all the same is told
        launcher, findings = levels.attempt(level)
    except (SandboxError, OSError):
        return trial
    launcher.close()
    return replace(trial, findings=findings)


def _versions() -> dict[str, str | None]:
    return {"python": platform.python_version()} | {name: _version(name) for name in _PACKAGES}


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None
