"""Things flow like words, and nothing is wider than the console."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rich.text import Text

from logitlab.views.flow import Beside, Flow


def lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.splitlines()]


def test_items_stay_on_a_line_while_they_fit(printed: Callable[..., str]) -> None:
    flow = Flow([Text("aaaa"), Text("bbbb"), Text("cccc")])
    assert lines(printed(flow, width=18)) == ["aaaa   bbbb   cccc"]
    assert lines(printed(flow, width=17)) == ["aaaa   bbbb", "", "cccc"]
    assert lines(printed(flow, width=4)) == ["aaaa", "", "bbbb", "", "cccc"]


def test_two_things_are_side_by_side_only_if_both_fit(printed: Callable[..., str]) -> None:
    beside = Beside(Text("aaaa"), Flow([Text("bbbbbb"), Text("cccccc")]))
    assert lines(printed(beside, width=22)) == ["aaaa   bbbbbb   cccccc"]
    assert lines(printed(beside, width=14)) == ["aaaa   bbbbbb", "", "       cccccc"]
    assert lines(printed(beside, width=12)) == ["aaaa", "", "bbbbbb", "", "cccccc"]


@pytest.mark.parametrize("width", [7, 20, 80])
def test_an_empty_flow_is_nothing(width: int, printed: Callable[..., str]) -> None:
    assert printed(Flow([]), width=width).strip() == ""
