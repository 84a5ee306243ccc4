"""The table of attacks: each row can be true, and the page that shows it is current."""

from logitlab.sandbox.child.walls import WALLS
from logitlab.sandbox.evidence import STATUSES
from tests.hostile.attack import OUTER
from tests.hostile.table import ATTACKS, page
from tests.hostile.world import ROOT


def test_the_page_of_attacks_is_current() -> None:
    path = ROOT / "docs" / "reference" / "attacks.md"
    current = "run: python -m tests.hostile > docs/reference/attacks.md"
    assert path.read_text(encoding="utf-8") == page(), current


def test_each_row_names_statuses_and_walls_that_there_are() -> None:
    for attack in ATTACKS:
        ends = {attack.status(level) for level in ("full", "landlock", "process")} - {None}
        assert ends
        assert ends <= set(STATUSES) - {"sandbox_error"}, attack.name
        assert set(attack.walls.split()) <= WALLS | OUTER, attack.name


def test_no_two_attacks_share_a_name() -> None:
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS)
