"""The catalogue: a folder is an exercise, in the deck's order."""

from __future__ import annotations

import pytest

from logitlab.course.catalog import exercise, exercises
from logitlab.errors import ParameterError


def test_the_ten_assignments_are_in_the_decks_order() -> None:
    assert [one.id for one in exercises()][:10] == [str(number) for number in range(1, 11)]


def test_each_folder_is_one_exercise() -> None:
    folder = exercise("1").folder.parent
    folders = {path.name for path in folder.iterdir() if path.is_dir()} - {"__pycache__"}
    assert folders == {one.folder.name for one in exercises()}


def test_an_unknown_exercise_names_those_that_exist() -> None:
    with pytest.raises(ParameterError, match="one of 1, 2, 3"):
        exercise("11")
