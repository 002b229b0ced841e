"""The display of a site: what it says at each width, and what it says when it is blind."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from textual.pilot import Pilot

from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.report import Report
from solarrally_tui.health.wall import courses, tiles
from solarrally_tui.screens.status.kiosk import KioskApp
from solarrally_tui.screens.status.large_words import ROWS, large
from solarrally_tui.screens.status.wall_text import (
    layers,
    lines_of_checks,
    listed,
    numbers,
    verdict,
)
from solarrally_tui.text.plain import Plain
from solarrally_tui.text.sparkline import bars, sparkline
from solarrally_tui.wizard.model import SiteFacts
from tests.screens.scripted.reports import NOON, report
from tests.screens.scripted.services import Scripted
from tests.screens.support import Open, screen_text, walk

URL = "https://charging.example.com"
GONE = Plain(
    what="AWS cannot be reached.", why="The network of this computer has no way to it.", next=""
)


def lost() -> Report:
    return replace(report(), lost=GONE, lost_since=NOON - timedelta(minutes=9))


def test_the_tiles_follow_the_way_of_the_data() -> None:
    shown = tiles(report(), NOON)
    assert [tile.layer.value for tile in shown] == [
        "chargers",
        "iot",
        "application",
        "database",
        "page",
        "operations",
    ]
    assert all(tile.stale_since is None for tile in shown)


@pytest.mark.parametrize("width", [40, 76, 96, 166, 196])
def test_no_line_of_the_tiles_is_wider_than_the_display(width: int) -> None:
    text = layers(report(Severity.FAIL), NOON, width).plain
    assert max(map(len, text.splitlines())) <= width
    assert "Storage is full" in " ".join(text.split())


def test_without_a_connection_nothing_is_green() -> None:
    told = lost()
    facts = SiteFacts(told, URL, "us-east-1")
    assert "No connection to AWS since 11:51:00" in verdict(facts).plain
    shown = f"{layers(told, NOON, 166).plain}\n{listed(told.checks, 166, NOON, old=True).plain}"
    assert "✓" not in shown
    assert "as of 11:59:56" in shown


def test_what_is_older_than_its_pace_looks_old() -> None:
    later = NOON + timedelta(minutes=10)
    assert {tile.stale_since for tile in tiles(report(), later)} == {NOON - timedelta(seconds=4)}
    assert "✓" not in layers(report(), later, 80).plain


def test_a_course_has_gaps_where_there_was_no_value() -> None:
    later = NOON + timedelta(minutes=60)
    (first, *_) = courses(report(), later)
    assert first.figure.id == "response_time"
    assert first.values[-12:] == (None,) * 12
    assert sparkline(first.values, 36).endswith("·" * 12)


def test_the_lowest_block_is_zero_and_the_newest_value_is_on_the_right() -> None:
    assert sparkline([0, None, 4, 8], 6) == "··▁·▅█"
    assert sparkline([], 3) == "···"
    assert sparkline([5.0], 0) == ""


def test_bars_fill_a_width_and_keep_gaps() -> None:
    assert bars([0, None, 4, 8], 8, 2) == ("      ██", "▁▁··████")
    assert bars([8.0, 1.0], 2, 4) == ("█ ", "█ ", "█ ", "█▄")
    assert bars([], 3, 2) == ("   ", "···")
    assert bars([1.0] * 9, 3, 1) == ("███",)
    assert {len(line) for line in bars([1.0, 2.0, None], 50, 8)} == {50}


@pytest.mark.parametrize("width", [98, 116, 136, 166])
def test_no_figure_of_a_tile_is_cut(width: int) -> None:
    told = report()
    whole = layers(told, NOON, 236).plain
    assert "…" not in whole
    shown = layers(told, NOON, width).plain
    assert "…" not in shown
    assert sorted(re.findall(r"\w+", shown)) == sorted(re.findall(r"\w+", whole))


@pytest.mark.parametrize("width", range(30, 96, 5))
def test_a_row_shows_whole_figures_only(width: int) -> None:
    for line in layers(report(), NOON, width).plain.splitlines():
        assert "…" not in line


@pytest.mark.parametrize("height", [36, 44, 50, 60, 80])
@pytest.mark.parametrize("checks", [1, 4])
async def test_bars_leave_room_for_every_check(
    services: Scripted, height: int, checks: int
) -> None:
    told = report()
    services.facts = SiteFacts(replace(told, checks=told.checks * checks), URL, "us-east-1")
    app = KioskApp(services, "sunny-garage")
    async with app.run_test(size=(200, height)) as pilot:
        await pilot.pause(0.3)
        courses_, under = (app.screen.query_one(f"#{id_}") for id_ in ("courses", "kiosk-checks"))
        wanted = lines_of_checks(len(told.checks) * checks, 196)
        assert courses_.size.height <= 2 or under.size.height >= wanted


def test_large_numbers_name_what_they_count() -> None:
    assert numbers(report())[:2] == (("5", "of 6 chargers online"), ("43", "kW now"))


@pytest.mark.parametrize("severity", Severity)
def test_every_verdict_has_large_letters(severity: Severity) -> None:
    assert large(severity.word).count("\n") == ROWS - 1
    assert large("12 m²") == "12 m²"


@pytest.fixture
def display(
    snap_compare: Callable[..., bool], services: Scripted
) -> Callable[[Report, tuple[int, int]], bool]:
    """Compare the display of a report with its picture."""

    def compare(told: Report, size: tuple[int, int]) -> bool:
        services.facts = SiteFacts(told, URL, "us-east-1")

        async def ready(pilot: Pilot[None]) -> None:
            await pilot.pause(0.3)
            await pilot.app.workers.wait_for_complete()
            await pilot.pause(0.3)

        app = KioskApp(services, "sunny-garage")
        return snap_compare(app, terminal_size=size, run_before=ready)

    return compare


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)], ids=str)
def test_display(display: Callable[..., bool], size: tuple[int, int]) -> None:
    assert display(report(), size)


def test_display_failing(display: Callable[..., bool]) -> None:
    assert display(report(Severity.FAIL), (200, 60))


def test_display_without_connection(display: Callable[..., bool]) -> None:
    assert display(lost(), (120, 40))


async def test_a_display_goes_on_when_a_round_fails(services: Scripted) -> None:
    services.facts = SiteFacts(report(), URL, "us-east-1")
    app = KioskApp(services, "sunny-garage")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause(0.3)
        assert "kW now" in "\n".join(s.text for s in app.screen._compositor.render_strips())

        async def refuse(name: str, **_: bool) -> SiteFacts:
            raise RuntimeError("something nobody expects")

        services.status = refuse  # type: ignore[method-assign]
        app.screen.check()  # type: ignore[attr-defined]
        await pilot.pause(0.3)
        text = "\n".join(strip.text for strip in app.screen._compositor.render_strips())
        assert "kW now" in text
        assert "123456789012" not in text


async def open_tab(pilot: Pilot[Any], tab: str) -> str:
    pilot.app.screen.query_one("#looks").active = tab  # type: ignore[attr-defined]
    return await walk(pilot)


async def test_the_tabs_show_deployments_events_and_logs(at: Open, services: Scripted) -> None:
    services.facts = SiteFacts(report(), URL, "us-east-1")
    async with at("status", (120, 40), deployed="sunny-garage") as (app, pilot):
        text = await open_tab(pilot, "look-deployments")
        assert "Revision 3: COMPLETED" in text
        assert "? codebuild: these credentials may not read it." in text
        assert "unable to place a task [/x]" in await open_tab(pilot, "look-events")
        assert "power_w is missing [/x]" in await open_tab(pilot, "look-logs")
        app.screen.query_one("#log-words").focus()
        text = await walk(pilot, *"invalid")
        assert services.journals.asked[-1] == ("backend", "invalid")
        assert "1 lines with invalid" in text
        assert "startup complete" not in screen_text(app)


async def test_on_a_short_terminal_a_tab_gets_the_room_of_the_tiles(
    at: Open, services: Scripted
) -> None:
    services.facts = SiteFacts(report(), URL, "us-east-1")
    async with at("status", (80, 24), deployed="sunny-garage") as (_, pilot):
        text = await open_tab(pilot, "look-logs")
        assert "storage free" not in text
        assert "power_w is missing" in text
        assert "storage free" in await open_tab(pilot, "look-checks")
