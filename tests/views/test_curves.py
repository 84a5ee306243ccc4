"""The plots: SVG that stands inside a page, follows its colours and asks for nothing."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from logitlab.course.tour import Tour
from logitlab.models import CalibrationBin, Step
from logitlab.views import curves

LOSSES = [Step(n, n, loss, 0.5, 1.0, loss + 0.1) for n, loss in enumerate([0.6931, 0.3, 0.1])]
BINS = [
    CalibrationBin(0.0, 0.5, 0, float("nan"), float("nan")),
    CalibrationBin(0.5, 1.0, 9, 0.8, 0.7),
]


def plots() -> list[str]:
    return [str(curves.loss(LOSSES, classes=2)), str(curves.calibration(BINS))]


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg.replace("xlink:href", "href"))


@pytest.mark.parametrize("svg", plots(), ids=["loss", "calibration"])
def test_a_plot_is_well_formed_and_asks_for_nothing(svg: str) -> None:
    root = parsed(svg)
    assert root.get("role") == "img"
    assert "http" not in svg
    assert "<script" not in svg
    assert all(link.startswith("#") for link in re.findall(r'href="([^"]*)"', svg))


@pytest.mark.parametrize("svg", plots(), ids=["loss", "calibration"])
def test_its_colours_are_the_pages(svg: str) -> None:
    colours = re.findall(r"(?:fill|stroke): ([^;\"]*)", svg)
    assert set(colours) <= {f"var(--{name})" for name in ("ink", "blue", "green", "orange")} | {
        "none"
    }


def test_what_is_drawn_is_also_said() -> None:
    loss, calibration = (parsed(svg).get("aria-label") for svg in plots())
    assert loss == "Loss from 0.6931 (log 2) down to 0.1000 in 2 updates"
    assert calibration == "9 predictions at 80%: 70% right"


def test_two_plots_in_one_page_share_no_id() -> None:
    first, second = (set(re.findall(r'\bid="([^"]*)"', svg)) for svg in plots())
    assert first
    assert second
    assert not first & second


def test_every_use_has_its_definition() -> None:
    for svg in plots():
        ids = set(re.findall(r'\bid="([^"]*)"', svg))
        uses = set(re.findall(r'(?:href="#|url\(#)([^")]*)', svg))
        assert uses <= ids


def test_the_curve_goes_through_every_update() -> None:
    paths = [p.get("d", "") for p in parsed(plots()[0]).iter() if p.tag.endswith("path")]
    assert sum(path.count("L") == len(LOSSES) - 1 for path in paths) >= 2


def test_the_same_data_give_the_same_bytes(tour: Tour) -> None:
    report = tour.trained.report
    assert curves.loss(report.history, 10) == curves.loss(report.history, 10)
    assert curves.calibration(report.calibration) == curves.calibration(report.calibration)
