"""The HTML report: well formed, alone, accessible, and with the tour's numbers in it."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from logitlab.course.tour import Tour
from logitlab.views.report import html, is_report

VOID = {"meta", "br", "hr", "img", "input", "link"}


class Page(HTMLParser):
    """The elements of a page; an end tag that does not match is an error."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="module")
def text(tour: Tour) -> str:
    return html(tour)


@pytest.fixture(scope="module")
def page(text: str) -> Page:
    return Page(text)


def test_nothing_is_fetched(text: str, page: Page) -> None:
    fetching = {"script", "link", "img", "iframe", "object", "embed", "audio", "video", "form"}
    assert not fetching & {tag for tag, _ in page.elements}
    for _, attributes in page.elements:
        assert "src" not in attributes
        assert (attributes.get("href") or "#").startswith("#")
    assert not re.search(r"https?:|@import|url\((?!#)|//\w+\.", text)


def test_its_links_lead_somewhere_and_no_id_is_twice(page: Page) -> None:
    ids = Counter(attributes["id"] for _, attributes in page.elements if attributes.get("id"))
    assert max(ids.values()) == 1
    for _, attributes in page.elements:
        for link in ("href", "xlink:href", "aria-labelledby"):
            if attributes.get(link):
                assert str(attributes[link]).removeprefix("#") in ids


def test_it_is_light_or_dark_as_the_reader_asks_and_fits_a_phone(text: str, page: Page) -> None:
    assert "@media (prefers-color-scheme: dark)" in text
    assert {"name": "viewport", "content": "width=device-width, initial-scale=1"} in page.all(
        "meta"
    )


def test_it_can_be_read_without_seeing_it(page: Page) -> None:
    assert page.all("html") == [{"lang": "en"}]
    assert all(th.get("scope") in ("row", "col") for th in page.all("th"))
    for svg in page.all("svg"):
        assert svg.get("aria-hidden") == "true" or (svg.get("role") == "img" and svg["aria-label"])
    headings = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h[1-6]", tag)]
    assert headings[0] == 1
    assert all(b - a <= 1 for a, b in itertools.pairwise(headings))


def test_the_numbers_of_the_tour_are_in_it(tour: Tour, page: Page) -> None:
    words = " ".join(" ".join(page.text).split())
    for solved in tour.solved:
        assert " ".join(solved.answer.stdout.split()) in words
        assert all(finding.evidence in words for finding in solved.findings)
    for verified in tour.steps:
        assert verified.step.title in words
        assert verified.step.plain in "".join(page.text)
    assert f"{tour.trained.report.accuracy:.1%}" in words
    for mistake in tour.trained.report.mistakes:
        assert f"true class {mistake.label}, predicted {mistake.predicted}" in words
    cells = [t for t in page.text if re.fullmatch(r"\d+|·", t)]
    diagonal = [str(n) for n in tour.trained.report.confusion.diagonal()]
    assert Counter(diagonal) <= Counter(cells)


def test_what_was_printed_is_text_and_never_html(tour: Tour) -> None:
    attack = "<script>alert(1)</script>"
    first, *others = tour.solved
    answer = replace(first.answer, stdout=attack, names={attack: first.answer.names["x1"]})
    exercise = replace(first.exercise, title=attack, task=f"# 1 · x\n\n{attack}", solution=attack)
    attacked = replace(first, answer=answer, exercise=exercise)
    page = Page(html(replace(tour, solved=(attacked, *others))))
    assert not page.all("script")
    assert "".join(page.text).count(attack) >= 5


def test_what_does_not_hold_is_said_in_words(tour: Tour) -> None:
    first, *others = tour.solved
    findings = (replace(first.findings[0], holds=False), *first.findings[1:])
    page = Page(html(replace(tour, solved=(replace(first, findings=findings), *others))))
    assert page.text.count("not so:") == 1


def test_the_same_tour_gives_the_same_bytes(tour: Tour, text: str) -> None:
    assert html(tour) == text


def test_a_report_is_known_for_one(text: str) -> None:
    assert is_report(text)
    assert not is_report("<!doctype html><title>mine</title>")
