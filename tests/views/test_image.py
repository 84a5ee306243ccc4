"""Small grey images in characters that need no colour."""

from __future__ import annotations

from logitlab.views.image import image, terminal


def test_more_ink_is_a_darker_character() -> None:
    text = terminal(image("a ramp", [[0, 4, 8, 12, 16]])).plain
    assert text == "  ░░▒▒▓▓██"


def test_an_empty_image_is_blank() -> None:
    assert terminal(image("nothing", [[0, 0], [0, 0]])).plain.split() == []
