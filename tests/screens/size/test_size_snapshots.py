"""What the Size screen looks like where it explains the money."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from textual.pilot import Pilot

from solarrally_tui.pricing.metering.estimate_lines import Estimate, UnpricedLine
from solarrally_tui.pricing.money import Money
from solarrally_tui.site.model import Site
from solarrally_tui.wizard.session import Session
from tests.screens.scripted.services import Scripted, priced
from tests.screens.support import app_at, settle, walk

SMALL, LARGE, HUGE = (80, 24), (120, 40), (200, 60)
TO_BARS = ("shift+tab",) * 6
Shown = Callable[..., bool]


@pytest.fixture
def shown(snap_compare: Callable[..., bool], session: Session) -> Shown:
    def compare(size: tuple[int, int], *keys: str) -> bool:
        app = app_at("size", session)

        async def ready(pilot: Pilot[None]) -> None:
            await settle(app, pilot)
            for key in keys:
                await walk(pilot, key)
            for field in app.screen.query("Input"):  # a dialog's own, where keys opened one
                field.cursor_blink = False  # type: ignore[attr-defined]

        return snap_compare(app, terminal_size=size, run_before=ready)

    return compare


def incomplete(site: Site) -> Estimate:
    """Return an estimate that lacks a price that matters."""
    gap = UnpricedLine(
        "iot",
        "Archive",
        "AWS::KinesisFirehose::DeliveryStream",
        "AmazonKinesisFirehose",
        "Data ingested",
        "The price table has none.",
    )
    return replace(priced(site), unknown=(gap,))


@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_a_share_is_explained(shown: Shown, size: tuple[int, int]) -> None:
    assert shown(size, *TO_BARS, "right")


@pytest.mark.parametrize("size", [SMALL, LARGE, HUGE])
def test_every_line(shown: Shown, size: tuple[int, int]) -> None:
    assert shown(size, "f3", "down")


@pytest.mark.parametrize("size", [SMALL, LARGE, HUGE])
def test_the_curve(shown: Shown, size: tuple[int, int]) -> None:
    assert shown(size, "ctrl+g")


def test_another_currency(shown: Shown) -> None:
    keys = ("ctrl+g", "tab", "tab", "enter", "ctrl+u", *"EUR", "tab", "x", "enter")
    assert shown(SMALL, *keys)


@pytest.mark.parametrize("size", [SMALL, LARGE, HUGE])
def test_amounts_in_another_currency(shown: Shown, session: Session, size: tuple[int, int]) -> None:
    session.money = Money("EUR", Decimal("0.92"), "2026-11-29")
    assert shown(size)


@pytest.mark.parametrize("size", [SMALL, LARGE, HUGE])
def test_more_options(shown: Shown, size: tuple[int, int]) -> None:
    assert shown(size, *("tab",) * 9, "enter", "tab", "tab")


def test_at_least(shown: Shown, services: Scripted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "estimate", incomplete)
    assert shown(SMALL)


def test_a_line_without_a_price(
    shown: Shown, services: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "estimate", incomplete)
    assert shown(SMALL, "f3", "end")


@pytest.mark.parametrize("size", [SMALL, LARGE, HUGE])
def test_too_many_chargers(shown: Shown, size: tuple[int, int]) -> None:
    assert shown(size, "tab", "ctrl+u", *"5000")
