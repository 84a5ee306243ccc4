"""The progress bar of a long fit: Rich's, imported when the first bar is drawn."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Any

from logitlab.models.train import Step

#: a fit that is done sooner than this shows no bar unless it is asked to
QUIET_SECONDS = 1.0


class ProgressBar:
    """One line with epoch, loss and accuracy, redrawn on standard error.

    With `verbose="auto"` it shows itself on a terminal only, and only after QUIET_SECONDS.
    """

    def __init__(self, verbose: bool | str, epochs: int) -> None:
        self.wanted = verbose is True or (verbose == "auto" and sys.stderr.isatty())
        self.delay = 0.0 if verbose is True else QUIET_SECONDS
        self.epochs = epochs
        self.started = time.monotonic()
        self.bar: Any = None

    def __enter__(self) -> ProgressBar:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self.bar is None:
            return
        if error is None:  # a fit that converged, or stopped early, has done all it had to
            self.bar.update(self.task, total=self.bar.tasks[0].completed)
        self.bar.stop()

    def __call__(self, step: Step) -> bool:
        """Show a Step; never asks to stop."""
        if self.wanted and time.monotonic() - self.started >= self.delay:
            self._draw(step)
        return False

    def _draw(self, step: Step) -> None:
        if self.bar is None:
            self.bar = _rich_bar()
            self.task = self.bar.add_task("fit", total=self.epochs, state="")
            self.bar.start()
        state = f"loss {step.loss:.4f}  accuracy {step.accuracy:.1%}"
        if step.validation_loss is not None:
            state += f"  validation {step.validation_loss:.4f}"
        self.bar.update(self.task, completed=step.epoch, state=state)


def _rich_bar() -> Any:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    return Progress(
        TextColumn("epoch"),
        MofNCompleteColumn(),
        BarColumn(),
        TextColumn("{task.fields[state]}"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )
