"""Nothing in a stranger's text moves, colours, hides or reorders what a terminal shows."""

from hypothesis import given
from hypothesis import strategies as st

from logitlab.sandbox.printable import printable


def test_what_a_terminal_would_obey_is_gone():
    text = (
        "\x1b[31;1mred\x1b[0m \x1b]0;title\a \x9b2J a\rb\x00c\x7f\b \u202eright\u2066 \ud800\u2028"
    )
    assert printable(text) == "red ]0;title 2J abc right "


@given(st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp"])))
def test_what_people_write_stays(text):
    assert printable(f"\t{text}\n") == f"\t{text}\n"


def test_joined_emoji_stay():
    assert printable("👩\u200d🔬") == "👩\u200d🔬"
