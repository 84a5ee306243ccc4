"""What the tour says at its end, and its JSON document."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from logitlab.course.solution import Solved
from logitlab.course.tour import Tour
from logitlab.views.tour import closing, document, opening


def failing(tour: Tour) -> Tour:
    """The tour, had one requirement of its first exercise not held."""
    first, *others = tour.solved
    findings = (replace(first.findings[0], holds=False), *first.findings[1:])
    wrong: Solved = replace(first, findings=findings)
    return replace(tour, solved=(wrong, *others))


def test_the_document_is_strict_json_and_complete(tour: Tour) -> None:
    text = json.dumps(document(tour, [Path("report.html")]), allow_nan=False)
    read = json.loads(text)
    assert read["verified"] is True
    assert [one["id"] for one in read["exercises"]] == [str(n) for n in range(1, 11)]
    assert all(r["holds"] for one in read["exercises"] for r in one["requirements"])
    assert read["derivation"]["steps"]
    assert read["classifier"]["losses"][0] == tour.trained.report.history[0].loss
    assert read["files"] == ["report.html"]


def test_the_gradients_in_the_document_are_probability_minus_target(tour: Tour) -> None:
    for mistake in document(tour, [])["classifier"]["mistakes"]:  # type: ignore[index]
        pairs = zip(mistake["probabilities"], mistake["target"], strict=True)
        assert mistake["gradient"] == [p - y for p, y in pairs]


def test_one_requirement_that_fails_is_counted_and_fails_the_tour(
    tour: Tour, tmp_path: Path, printed: Callable[..., str]
) -> None:
    wrong = failing(tour)
    assert tour.verified
    assert not wrong.verified
    assert document(wrong, [])["verified"] is False
    assert "✓ 10 of 10 exercises" in printed(closing(tour, []))
    assert "✗ not verified: 9 of 10 exercises" in printed(closing(wrong, []))


def test_the_files_are_named_with_their_size(
    tour: Tour, tmp_path: Path, printed: Callable[..., str]
) -> None:
    file = tmp_path / "report.html"
    file.write_bytes(b"x" * 12_345)
    text = printed(closing(tour, [file]), width=300)
    assert f"wrote {file} (12 kB)" in text


def test_the_opening_names_the_formula(printed: Callable[..., str]) -> None:
    assert "∇L = ŷ − y" in printed(opening())
