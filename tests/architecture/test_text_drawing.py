"""The picture in letters: the boxes that a site has, in the room that there is."""

from dataclasses import replace

import pytest

from solarrally_tui.architecture.diagram import BoxId, Diagram
from solarrally_tui.architecture.text_drawing import DETAIL, LEAST_COLUMNS, LIT, text
from solarrally_tui.computer import streams  # noqa: F401 registers the replacements for ASCII
from solarrally_tui.pricing.money import Money
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.screens.picture.captions import captions
from solarrally_tui.site.model import Site
from tests.architecture.test_diagram import SITES, drawn, site_of

SIZES = ((LEAST_COLUMNS, 9), (76, 9), (86, 13), (86, 16), (166, 17))
SHAPES = SITES | {
    "own domain": site_of("medium", domain={"name": "charging.example.com"}),
    "no hub": site_of("medium", size={"hub": False}),
}


def picture(shown: Diagram, columns: int = 166, rows: int = 17) -> list[str]:
    lines = text(shown, captions(shown, Money()), columns, rows)
    return ["".join(span.text for span in line) for line in lines]


@pytest.mark.parametrize(("columns", "rows"), SIZES)
@pytest.mark.parametrize("site", SHAPES.values(), ids=list(SHAPES))
def test_every_box_has_its_place_in_the_room(site: Site, columns: int, rows: int) -> None:
    shown = drawn(site)
    lines = picture(shown, columns, rows)
    assert 0 < len(lines) <= rows
    assert all(len(line) <= columns for line in lines)
    corners = sum(line.count("┌") for line in lines)
    assert corners == sum(line.count("┘") for line in lines)
    ways = [box for box in shown.boxes if box.id in {a.start for a in shown.arrows}]
    assert corners >= len(ways)
    assert sum(line.count("→") + line.count("↑") for line in lines) == len(shown.arrows)


def test_the_shape_is_that_of_the_templates() -> None:
    def words(name: str) -> str:
        return "\n".join(picture(drawn(SHAPES[name])))

    assert " Hub " not in words("small")
    assert " Hub " in words("large")
    assert " Hub " not in words("no hub")
    assert "─ MQTT ─" in words("small")
    assert " Firewall " not in words("no firewall")
    assert "2 NAT gateways" in words("large")
    assert "NAT instance" in words("NAT instance")
    assert "public IPs" in words("small")
    assert "charging.example.com" in words("own domain")
    assert "AWS address" in words("small")
    assert "with standby" in words("large")
    assert "20 GB" in words("small")
    assert " Archive " in words("archive")
    assert "3 functions" in words("functions")
    assert "1 endpoint" in words("functions")
    assert "─ Load balancer ─" not in words("functions")


def test_what_the_load_balancer_is_asked_in_follows_the_origin() -> None:
    (plain,) = (a for a in drawn(SITES["small"]).arrows if a.end is BoxId.BALANCER)
    (own,) = (a for a in drawn(SHAPES["own domain"]).arrows if a.end is BoxId.BALANCER)
    assert (plain.protocol, own.protocol) == ("HTTP", "HTTPS")


def test_the_hub_bears_its_own_price_and_the_tasks_theirs() -> None:
    with_hub, without = drawn(SITES["large"]), drawn(SITES["small"])
    hub, tasks = with_hub.box(BoxId.HUB), with_hub.box(BoxId.TASKS)
    assert hub is not None
    assert tasks is not None
    assert hub.monthly
    assert tasks.monthly
    assert 0 < hub.monthly < tasks.monthly
    assert without.box(BoxId.HUB) is None


def test_states_are_seen_without_colour() -> None:
    shown = drawn(SITES["small"])
    states = {BoxId.DATABASE: State.RUNNING, BoxId.MESSAGES: State.DONE, BoxId.TASKS: State.FAILED}
    small = "\n".join(picture(shown.in_states(states), 76, 9))
    assert all(sign in small for sign in ("● $", "✓ $", "✗ failed"))
    large = "\n".join(picture(shown.in_states(states)))
    assert all(words in large for words in ("● working", "✓ done", "✗ failed"))


def test_an_ascii_terminal_gets_the_same_picture() -> None:
    shown = drawn(SITES["small"]).in_states({BoxId.DATABASE: State.DONE})
    for line in picture(shown, 86, 13):
        plain = line.encode("ascii", "solarrally").decode()
        assert len(plain) == len(line)
        assert "?" not in plain


def test_what_has_no_price_is_not_free() -> None:
    shown = drawn(SITES["small"])
    boxes = tuple(replace(box, complete=False) for box in shown.boxes)
    assert "from $14" in "\n".join(picture(replace(shown, boxes=boxes)))
    assert text(shown, captions(shown, Money()), LEAST_COLUMNS - 1, 40) == ()
    assert text(shown, captions(shown, Money()), 80, 6) == ()


def test_what_the_picture_is_about_has_heavy_lines_and_the_rest_stands_back() -> None:
    lit = frozenset({BoxId.PEOPLE, BoxId.FILES})
    shown = replace(drawn(SITES["small"]), lit=lit)
    plain = "\n".join(picture(shown))
    assert plain.count("┏") == plain.count("┛") == len(lit)
    assert "┏ People ━" in plain
    assert "┏ Files, builds ━" in plain
    spans = [span for line in text(shown, captions(shown, Money()), 166, 17) for span in line]

    def tone(title: str) -> str:
        return next(span.tone for span in spans if f" {title} " in span.text)

    assert tone("People") == LIT
    assert tone("Database") == DETAIL
