"""The diagram of a site: every billed service is in a box, and the boxes add up to the estimate."""

import importlib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from solarrally_tui.architecture.diagram import (
    OF_SERVICES,
    OUTSIDE,
    BoxId,
    Diagram,
    box_of,
    diagram,
)
from solarrally_tui.architecture.drawing import TONES, svg
from solarrally_tui.architecture.layout import Caption
from solarrally_tui.pricing.estimate import estimate
from solarrally_tui.pricing.metering.resources import resources
from solarrally_tui.pricing.price_book.store import book
from solarrally_tui.pricing.service_names import SERVICES
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.site.files import from_answers
from solarrally_tui.site.model import Site

SVG = "{http://www.w3.org/2000/svg}"


def site_of(tier: str = "small", region: str = "us-east-1", **more: Any) -> Site:
    answers = {"name": "barn", "region": region, "tier": tier, "alerts": {"email": "a@example.com"}}
    return from_answers(answers | more)


def drawn(site: Site) -> Diagram:
    cost = estimate(site)
    return diagram(site, resources(site), cost.lines, cost.unknown)


SITES = {
    "small": site_of(),
    "large": site_of("large", "sa-east-1"),
    "no firewall": site_of(size={"waf": "off"}),
    "NAT instance": site_of("medium", "eu-central-1", size={"egress": "nat-instance"}),
    "archive": site_of("medium", devices={"archive_days": 30}),
    "vault": site_of("medium", governance={"backup_plan_days": 35}),
    "functions": site_of(size={"shape": "functions"}),
}


def test_every_billed_service_has_a_box() -> None:
    """A service of the price book without one would be shown as something else."""
    of_book = {price.service for _, price in book().rows() if price.service in SERVICES}
    assert (SERVICES.keys() | of_book) <= OF_SERVICES.keys()


@pytest.mark.parametrize("name", SITES)
def test_the_boxes_add_up_to_the_estimate(name: str) -> None:
    cost, shown = estimate(SITES[name]), drawn(SITES[name])
    assert shown.monthly == cost.expected > 0
    assert shown.box(BoxId.OTHER) is None
    billed = {box_of(line.service, line.resource) for line in cost.lines if line.monthly}
    assert billed <= {box.id for box in shown.boxes}
    assert all((box.monthly is None) == (box.id in OUTSIDE) for box in shown.boxes)


def facts(name: str, box: BoxId) -> Mapping[str, str | int]:
    found = drawn(SITES[name]).box(box)
    assert found
    return found.facts


def test_a_box_is_there_with_its_resources_only() -> None:
    assert drawn(SITES["small"]).box(BoxId.FIREWALL)
    assert drawn(SITES["no firewall"]).box(BoxId.FIREWALL) is None
    assert drawn(SITES["small"]).box(BoxId.ARCHIVE) is None
    assert drawn(SITES["archive"]).box(BoxId.ARCHIVE)
    for site in SITES.values():
        declared = {(one.stack, one.id) for one in resources(site)}
        shown = drawn(site)
        assert {part for box in shown.boxes for part in box.resources} <= declared
        there = {box.id for box in shown.boxes}
        assert all({arrow.start, arrow.end} <= there for arrow in shown.arrows)


def test_facts_are_those_of_the_site() -> None:
    assert facts("small", BoxId.DATABASE)["zones"] == 1
    assert facts("large", BoxId.DATABASE)["zones"] == 2
    assert facts("large", BoxId.NETWORK)["nat_gateways"] == 2
    assert facts("NAT instance", BoxId.NETWORK)["nat_instances"] == 1
    tasks = drawn(SITES["large"]).box(BoxId.TASKS)
    assert tasks
    assert tasks.count == 3
    assert facts("small", BoxId.FIREWALL)["rules"] == 3
    assert facts("functions", BoxId.FUNCTIONS) == {"memory_mib": 512, "tables": 2}
    assert facts("functions", BoxId.NETWORK)["endpoints"] == 1


def test_a_site_has_the_boxes_of_its_shape() -> None:
    of_tasks = {BoxId.TASKS, BoxId.BALANCER}
    of_functions = {BoxId.FUNCTIONS, BoxId.QUEUE, BoxId.API}
    for name, has, lacks in (
        ("small", of_tasks, of_functions),
        ("functions", of_functions, of_tasks),
    ):
        there = {box.id for box in drawn(SITES[name]).boxes}
        assert has <= there
        assert not there & lacks
    ways = {(one.start, one.end): one.protocol for one in drawn(SITES["functions"]).arrows}
    assert ways[BoxId.MESSAGES, BoxId.QUEUE] == "rule"
    assert ways[BoxId.QUEUE, BoxId.FUNCTIONS] == "batches"
    assert ways[BoxId.API, BoxId.FUNCTIONS] == "events"


def test_what_has_no_price_marks_its_box() -> None:
    class Unpriced:
        service, resource, minor = "AmazonRDS", "Database", False

    site = SITES["small"]
    shown = diagram(site, resources(site), (), [Unpriced()])
    assert [box.id for box in shown.boxes if not box.complete] == [BoxId.DATABASE]


def pictured(name: str, text: str = "<b>&\"'") -> ET.Element:
    shown = drawn(SITES[name])
    captions = {box.id: Caption(f"{box.id} {text}", (text,), text) for box in shown.boxes}
    return ET.fromstring(svg(shown, captions, text, text, text))


@pytest.mark.parametrize("name", SITES)
def test_the_picture_is_plain_svg_that_holds_its_boxes(name: str) -> None:
    root = pictured(name)
    assert {element.tag for element in root.iter()} == {
        SVG + tag for tag in ("svg", "defs", "marker", "path", "rect", "text")
    }
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    boxes = [
        tuple(float(box.attrib[key]) for key in ("x", "y", "width", "height"))
        for box in root.iter(SVG + "rect")
    ]
    assert all(x >= 0 and y >= 0 and x + w <= width and y + h <= height for x, y, w, h in boxes)
    for at, (x, y, w, h) in enumerate(boxes[1:], 1):
        for left, top, wide, high in boxes[at + 1 :]:
            assert x + w <= left or left + wide <= x or y + h <= top or top + high <= y
    assert len(boxes) == 1 + len(drawn(SITES[name]).boxes)


def test_a_picture_of_states_says_them_in_words_and_colours() -> None:
    shown = drawn(SITES["large"])
    states = {BoxId.HUB: State.RUNNING, BoxId.DATABASE: State.FAILED, BoxId.NETWORK: State.DONE}
    captions = {box.id: Caption(box.id.value) for box in shown.boxes}
    plain = svg(shown, captions, "", "", "")
    drawing = svg(shown.in_states(states), captions, "", "", "")
    assert "● working" in drawing
    assert "✗ failed" in drawing
    assert all(word not in plain for word in ("working", "failed"))
    assert drawing.count(TONES[State.FAILED.tone]) > plain.count(TONES[State.FAILED.tone])


def test_words_that_are_too_long_are_cut_within_their_box() -> None:
    texts = [text.text or "" for text in pictured("small", "W" * 200).iter(SVG + "text")]
    assert any(text.endswith("…") for text in texts)


def test_amounts_that_do_not_belong_anywhere_are_not_lost() -> None:
    class Charged:
        stack, resource, service, monthly = "x", "y", "AmazonNewThing", Decimal(3)

    site = SITES["small"]
    shown = diagram(site, resources(site), [Charged()])
    other = shown.box(BoxId.OTHER)
    assert other
    assert other.monthly == shown.monthly == 3


def test_the_picture_of_the_readme_is_that_of_the_templates(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2] / "tools"))
    tool: Any = importlib.import_module("site_picture")
    assert tool.TARGET.read_text(encoding="utf-8") == tool.picture(), "run tools/generate.py"
