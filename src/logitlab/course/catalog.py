"""The catalogue finds the exercises: each folder in `exercises/` is one, in the folders' order.

A folder holds

    task.md         the task; its first line is `# ID · Title`
    solution.py     the solved solution: the plain script that a learner would write
    explanation.md  one or two lines on the solution
    oracle.py       NAMES of the deck, which an answer binds; REQUIREMENTS, a tuple of functions
                    `Answer -> str` (see `course.oracle`): the name is the check's id, the
                    docstring's first line its statement; and OWN, where our solution claims more
                    than the deck asks
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path

from logitlab.course.exercise import Exercise
from logitlab.course.oracle import Oracle
from logitlab.errors import ParameterError
from logitlab.grading.check import Check

_FOLDER = Path(__file__).with_name("exercises")


@cache
def exercises() -> tuple[Exercise, ...]:
    """Every exercise, in the deck's order.

    >>> [exercise.id for exercise in exercises()]
    ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10']
    """
    return tuple(read(task.parent) for task in sorted(_FOLDER.glob("*/task.md")))


def exercise(id: str) -> Exercise:
    """The exercise of that id.

    >>> exercise("6").title
    'Sums by column and by row'

    Raises:
        ParameterError: no exercise has the id.
    """
    found = {exercise.id: exercise for exercise in exercises()}
    if id not in found:
        raise ParameterError(
            "exercise", got=repr(id), expected=f"one of {', '.join(found)}", hint="give its number"
        )
    return found[id]


def read(folder: Path) -> Exercise:
    """Read one exercise from its folder, which is a package under `logitlab.course.exercises`."""
    task = (folder / "task.md").read_text("utf-8")
    id, title = task.partition("\n")[0].removeprefix("# ").split(" · ", 1)
    oracle = import_module(f"logitlab.course.exercises.{folder.name}.oracle")
    return Exercise(
        id=id,
        title=title,
        task=task,
        explanation=(folder / "explanation.md").read_text("utf-8").strip(),
        solution=(folder / "solution.py").read_text("utf-8"),
        folder=folder,
        names=oracle.NAMES,
        checks=tuple(_check(function) for function in oracle.REQUIREMENTS),
        own=tuple(_check(function) for function in getattr(oracle, "OWN", ())),
    )


def _check(function: Oracle) -> Check:
    statement = (function.__doc__ or "").partition("\n")[0].rstrip(".")
    review = getattr(function, "review", False)
    return Check(id=function.__name__, statement=statement, verify=function, review=review)
