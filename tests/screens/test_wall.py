"""Status and the display for a wall: what they say at each size, and what when they are blind."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import Mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.pilot import Pilot
from textual.widgets import Static, TabbedContent

from solarrally_tui.chargers.fleet.charger import Charger
from solarrally_tui.deployed import fleet_index
from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.figures import Figure
from solarrally_tui.health.layers import Layer
from solarrally_tui.health.logs import SOURCES
from solarrally_tui.health.report import Check, Pending, Report
from solarrally_tui.health.wall import courses, tiles
from solarrally_tui.screens.common.line_input import LineInput
from solarrally_tui.screens.fleet.screen import FleetScreen
from solarrally_tui.screens.status.check_detail import CheckScreen
from solarrally_tui.screens.status.check_table import CheckTable, beginning
from solarrally_tui.screens.status.journal import log_note
from solarrally_tui.screens.status.kiosk import KioskApp
from solarrally_tui.screens.status.kiosk_text import before, display, figures
from solarrally_tui.screens.status.wall_text import (
    ACROSS,
    courses_in,
    figures_in,
    foot,
    layers,
    verdict,
    verdict_words,
)
from solarrally_tui.text.large_letters import PIXELS, has_letters, large, rows, width
from solarrally_tui.text.plain import Plain
from solarrally_tui.text.sparkline import curve, scale, sparkline
from solarrally_tui.wizard.demo_stage import Stage, played
from solarrally_tui.wizard.model import SiteFacts
from solarrally_tui.wizard.session import Session
from tests.screens.scripted.fleets import charger
from tests.screens.scripted.reports import NOON, report
from tests.screens.scripted.services import Scripted
from tests.screens.support import Open, app_at, screen_text, until, walk

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


def text_of(told: Report, size: tuple[int, int]) -> str:
    lines = display(SiteFacts(told, URL, "us-east-1"), NOON, *size)
    return "\n".join(line.plain for line in lines)


@pytest.mark.parametrize("width", [98, 166, 196])
def test_no_line_of_the_tiles_is_wider_than_the_display(width: int) -> None:
    text = layers(report(Severity.FAIL), NOON, width).plain
    assert max(map(len, text.splitlines())) <= width
    assert "✗ Database" in text


def test_without_a_connection_nothing_is_green() -> None:
    told = lost()
    facts = SiteFacts(told, URL, "us-east-1")
    assert "No connection to AWS since 11:51:00" in verdict(facts).plain
    assert "✓" not in layers(told, NOON, 166).plain
    assert "as of 11:59:56" in layers(told, NOON, 166).plain
    shown = text_of(told, (166, 40))
    assert "✓" not in shown
    assert "What is shown was seen at 11:59:56." in shown


def test_what_is_older_than_its_pace_looks_old() -> None:
    later = NOON + timedelta(minutes=10)
    assert {tile.stale_since for tile in tiles(report(), later)} == {NOON - timedelta(seconds=4)}
    assert "✓" not in layers(report(), later, 166).plain


def test_a_verdict_that_nobody_renews_is_no_verdict() -> None:
    """A display whose rounds do not end, and a report from a file."""
    later = NOON + timedelta(minutes=10)
    facts = SiteFacts(report(), URL, "us-east-1")
    assert verdict(facts, now=later).plain.startswith("? Old  As of 11:59:56: ✓ OK")
    days = verdict(facts, now=NOON + timedelta(days=3)).plain
    assert days.startswith("? Old  As of 2 Jan 2026 11:59:56: ✓ OK")
    shown = "\n".join(line.plain for line in display(facts, later, 116, 37))
    assert "✓" not in shown
    assert "What is shown was seen at 11:59:56." in shown
    assert "All is well" not in shown


def test_a_course_has_gaps_where_there_was_no_value() -> None:
    later = NOON + timedelta(minutes=60)
    (first, *_) = courses(report(), later)
    assert first.figure.id == "response_time"
    assert first.values[-12:] == (None,) * 12
    assert sparkline(first.values, 36).endswith("·" * 12)


def young() -> Report:
    told = report()
    return replace(
        told,
        checks=tuple(
            replace(check, figures=tuple(replace(f, series=f.series[-2:]) for f in check.figures))
            for check in told.checks
        ),
    )


def test_a_site_in_its_first_minutes_has_no_course_yet() -> None:
    assert len(courses(report(), NOON)) == 5
    assert courses(young(), NOON) == ()


async def test_a_young_site_lists_its_checks_where_its_courses_will_be(
    at: Open, services: Scripted
) -> None:
    services.facts = SiteFacts(young(), URL, "us-east-1")
    async with at("status", (200, 60), deployed="sunny-garage") as (app, pilot):
        assert "Stacks" in screen_text(app)
        app.screen.query_one("#checks").focus()
        assert "Stacks" not in await walk(pilot, *["up"] * 3, "enter")
    async with at("status", (120, 40), deployed="sunny-garage") as (app, _):
        assert "Stacks" not in screen_text(app)


async def test_escape_hides_the_checks_of_a_part_before_it_leaves(at: Open) -> None:
    async with at("status", (80, 24), deployed="sunny-garage") as (app, pilot):
        table = app.screen.query_one(CheckTable)
        few = table.option_count
        table.fold(f"part-{Layer.OPERATIONS.value}")
        assert table.option_count > few
        await walk(pilot, "escape")
        assert table.option_count == few
        assert table.is_attached


async def test_a_slash_leads_to_the_filter_of_the_logs_and_escape_to_their_lines(at: Open) -> None:
    async with at("status", (120, 40), deployed="sunny-garage") as (app, pilot):
        await walk(pilot, "slash", *"po")
        assert app.screen.query_one("#log-words", LineInput).value == "po"
        await walk(pilot, "escape")
        assert app.focused is app.screen.query_one("#log-lines")


async def test_only_the_tab_of_the_checks_says_that_enter_opens_a_part(at: Open) -> None:
    async with at("status", (200, 60), deployed="sunny-garage") as (app, pilot):
        assert "Enter opens a part." in screen_text(app)
        assert "Enter opens a part." not in await walk(pilot, "3")
        assert "Enter opens a part." in await walk(pilot, "1")


def test_what_the_live_line_has_newer_is_in_no_tile() -> None:
    shown = layers(report(), NOON, 166).plain
    assert "43 kW now" in shown
    assert layers(report(), NOON, 166, without={"power"}).plain == shown.replace(
        "43 kW now", " " * len("43 kW now")
    )


def test_a_demonstration_says_that_no_person_confirmed_the_alerts() -> None:
    alerts = Check("alerts", "Alert e-mail", Severity.OK, "Alerts go to a@b.example.")
    told = replace(report(), checks=(*report().checks, alerts))
    assert [check.line for check in played(told).checks[:-1]] == [c.line for c in report().checks]
    assert "No person did" in played(told).checks[-1].line
    failing = replace(told, checks=(replace(alerts, severity=Severity.FAIL),))
    assert played(failing) == failing


def test_the_lowest_block_is_zero_and_the_newest_value_is_on_the_right() -> None:
    assert sparkline([0, None, 4, 8], 6) == "··▁·▅█"
    assert sparkline([], 3) == "···"
    assert sparkline([5.0], 0) == ""


def test_a_curve_fills_a_width_and_keeps_gaps() -> None:
    assert curve([0, None, 4, 8], 8, 2) == ("    ⣀⣀⡟⠛", "⣤⣤··⠉⠉⠁ ")
    assert curve([8.0, 1.0], 2, 4) == ("⠛⡇", " ⡇", " ⡇", " ⠛")
    assert curve([], 3, 2) == ("   ", "···")
    assert curve([1.0] * 9, 3, 1) == ("███",)
    assert {len(line) for line in curve([1.0, 2.0, None], 50, 8)} == {50}


@pytest.mark.parametrize("width", [98, 116, 136, 166])
def test_no_figure_of_a_tile_is_cut(width: int) -> None:
    told = report()
    whole = layers(told, NOON, 236).plain
    assert "…" not in whole
    shown = layers(told, NOON, width).plain
    assert "…" not in shown
    assert sorted(re.findall(r"\w+", shown)) == sorted(re.findall(r"\w+", whole))


@pytest.mark.parametrize("width", range(10, 60, 10))
def test_a_row_shows_whole_figures_only(width: int) -> None:
    assert layers(report(), NOON, ACROSS - 1).plain == ""
    whole = [figures_in(tile, 200).plain.split("   ") for tile in tiles(report(), NOON)]
    for tile, figures_ in zip(tiles(report(), NOON), whole, strict=True):
        shown = figures_in(tile, width).plain
        assert len(shown) <= width
        assert not shown or shown.split("   ") == figures_[: len(shown.split("   "))]


WAITING = "1 charger is registered. Waiting for its first own message."


def waiting() -> Report:
    """Return a site whose only charger has not sent on its own yet."""

    def of(check: Check) -> Check:
        if check.id == "telemetry":
            figures_ = tuple(
                replace(one, value=values[one.id], series=()) if one.id in values else one
                for one in check.figures
            )
            return replace(check, line=WAITING, pending=Pending.WAITING, figures=figures_)
        return replace(check, pending=Pending.WAITING) if check.id == "chargers" else check

    values = {
        "chargers_online": 0.0,
        "chargers_registered": 1.0,
        "power": None,
        "solar": None,
        "messages_minute": 0.0,
        "last_message": None,
    }
    told = report()
    return replace(told, checks=tuple(map(of, told.checks)))


def test_what_is_waited_for_is_neither_green_nor_a_warning() -> None:
    told = waiting()
    assert told.health is Severity.OK
    shown = verdict(SiteFacts(told, URL, "us-east-1")).plain
    assert shown.startswith(f"○ Waiting  {WAITING}")
    assert [tile.sign.glyph for tile in tiles(told, NOON)] == ["○", "○", "✓", "✓", "✓", "✓"]
    worse = replace(told, checks=(*told.checks, report(Severity.FAIL).of(told.checks[4].layer)[0]))
    assert verdict(SiteFacts(worse, URL, "us-east-1")).plain.startswith("✗ Failing")


def test_the_foot_says_when_the_checks_were_and_a_rounded_cost() -> None:
    told = replace(report(), at=NOON, monthly_cost=13.1)
    assert foot(told, all_month=False) == (
        "Checked at 11:59:56. Checks cost $13 a month at most if this stays open."
    )
    assert foot(lost()).startswith("Tried at 11:59:56.")


def test_courses_are_charts_with_axes_where_there_is_room_and_lines_where_not() -> None:
    lines = courses_in(report(), NOON, 76, 5).plain
    assert "84 ms" in lines
    assert "0 to 200 ms" in lines
    assert "0 to 100 %" in lines
    assert max(map(len, lines.splitlines())) <= 76
    charts = courses_in(report(), NOON, 166, 20).plain.splitlines()
    assert max(map(len, charts)) <= 166
    assert len(charts) <= 20
    first = [line[:52] for line in charts[:9]]
    assert first[0].split() == ["Response", "time", "84", "ms"]
    assert first[1].startswith("200 ms ")
    assert first[4].startswith("100 ms ")
    assert first[7].split()[0] == "0"
    assert first[8].split() == ["09:00", "10:00", "11:00", "now"]
    assert sum("\u2800" < dots < "\u28ff" for line in first[1:8] for dots in line) > 40
    assert courses_in(report(), NOON, 166, 0).plain == ""


@pytest.mark.parametrize(
    ("room", "said"),
    [
        (80, "CPU 4 %, 6 connections, 17 GiB left. It is enough."),
        (40, "CPU 4 %, 6 connections, 17 GiB left."),
        (30, "CPU 4 %, 6 connections, …"),
        (12, "CPU 4 %, …"),
        (7, "CPU 4…"),
    ],
)
def test_a_line_ends_with_a_sentence_or_a_clause_where_it_can(room: int, said: str) -> None:
    assert beginning("CPU 4 %, 6 connections, 17 GiB left. It is enough.", room) == said


@pytest.mark.parametrize(
    ("values", "top"),
    [
        ([157], 200),
        ([43.2, None], 50),
        ([0.3], 0.5),
        ([100], 100),
        ([1], 1),
        ([0, None], 0),
        ([], 0),
    ],
)
def test_a_scale_is_a_round_number_above_all_values(values: list[float | None], top: float) -> None:
    assert scale(values) == top


def test_a_course_that_begins_has_few_dots() -> None:
    assert sparkline([None] * 30 + [1.0, 2.0], 32) == "···▅█".rjust(32)
    assert sparkline([None] * 9, 9) == "···".rjust(9)
    assert curve([None] * 6 + [1.0, 1.0], 8, 2) == ("      ⠛⠛", "   ···  ")


def test_large_figures_name_what_they_count() -> None:
    told = [(one.number, one.name) for one in figures(report())]
    online = [("5/6", "chargers online"), ("4", "seconds since a message")]
    assert told == [("43", "kW now"), ("61", "% from the sun"), *online]
    assert [one.name for one in figures(report(), short=True)][1::2] == [
        "% sun",
        "s since a message",
    ]
    told = [(one.number, one.name) for one in figures(waiting())]
    assert told == [("-", "kW now"), ("0/1", "chargers online"), ("-", "no message seen")]


@pytest.mark.parametrize("word", ["NO CONNECTION", "WAITING", *(s.word.upper() for s in Severity)])
def test_every_verdict_has_large_letters_of_every_size(word: str) -> None:
    assert has_letters(word)
    for across, down in ((1, 1), (2, 3), (4, 4)):
        lines = large(word, across, down)
        assert len(lines) == rows(down)
        assert {len(line) for line in lines} == {width(word, across)}
    assert len(large(word, 1, 2)) == PIXELS


@settings(deadline=None, max_examples=60)
@given(
    st.integers(30, 260),
    st.integers(8, 80),
    st.sampled_from(["ok", "fail", "lost", "waiting", "many"]),
)
def test_the_display_fits_every_terminal(columns: int, lines: int, kind: str) -> None:
    shown = text_of(KINDS[kind](), (columns, lines)).split("\n")
    assert len(shown) == lines
    assert max(map(len, shown)) <= columns


@pytest.mark.parametrize("size", [(30, 8), (76, 21), (196, 57)])
def test_before_the_first_report_it_is_checking(size: tuple[int, int]) -> None:
    lines = [line.plain for line in before(*size)]
    assert len(lines) <= size[1]
    assert max(map(len, lines)) <= size[0]
    assert "█" in lines[0] or lines[0] == "CHECKING"


def many() -> Report:
    told = report()
    counts = {"chargers_online": 9870.0, "chargers_registered": 10_000.0}
    return replace(
        told,
        checks=tuple(
            replace(
                check,
                figures=tuple(
                    replace(one, value=counts.get(one.id, one.value)) for one in check.figures
                ),
            )
            for check in told.checks
        ),
    )


KINDS: dict[str, Callable[[], Report]] = {
    "ok": report,
    "fail": lambda: report(Severity.FAIL),
    "lost": lost,
    "waiting": waiting,
    "many": many,
    "young": young,
}


@pytest.mark.parametrize("size", [(76, 21), (116, 37), (196, 57)])
@pytest.mark.parametrize("kind", KINDS)
def test_verdict_and_figures_are_large_and_grow(size: tuple[int, int], kind: str) -> None:
    told = KINDS[kind]()
    shown = text_of(told, size).split("\n")
    high = {76: 4, 116: 7, 196: 14}[size[0]] // (1 + (kind in {"lost", "many"} and size[0] > 76))
    large = [any(block in line for block in "█▀▄") for line in shown]
    assert all(large[:high])
    figures = large.index(True, large.index(False))
    assert all(large[figures : figures + high])


def test_names_are_large_where_figures_are_and_small_elsewhere() -> None:
    """A wall is read from across a room; a small terminal from a chair."""
    names = ("chargers online", "Application")
    assert not [name for name in names if name in text_of(young(), (196, 57))]
    assert all(name in text_of(young(), (116, 37)) for name in names)


@pytest.mark.parametrize(
    ("size", "lines"),
    [
        ((76, 21), ()),
        ((116, 37), ("1 CHARGER IS", "OFFLINE.")),
        ((196, 57), ("THE SITE IS WELL.", "1 CHARGER IS OFFLINE.")),
    ],
)
def test_what_ok_does_not_say_is_large_beside_it_where_that_has_room(
    size: tuple[int, int], lines: tuple[str, ...]
) -> None:
    shown = text_of(report(), size)
    for line in lines:
        assert all(row.rstrip() in shown for row in large(line, 1, 1))
    # Said once: small only where it is not large.
    assert ("1 charger is offline." in shown) == (not lines)


def test_a_verdict_is_whole_on_a_small_display() -> None:
    told = report()
    line = "2 of 10 chargers are not connected, 1 has never been, and 3 have never sent anything."
    bad = replace(told.checks[0], severity=Severity.WARN, line=line)
    shown = text_of(replace(told, checks=(bad, *told.checks[1:])), (76, 21))
    assert "never sent anything." in " ".join(shown.split())


def test_names_of_aws_do_not_stand_on_a_wall() -> None:
    told = report()
    line = "solarrally-sunny-garage-data is UPDATE_ROLLBACK_FAILED."
    bad = replace(told.checks[0], severity=Severity.FAIL, line=line)
    shown = text_of(replace(told, checks=(bad, *told.checks[1:])), (76, 21))
    assert "Stacks: data is UPDATE_ROLLBACK_FAILED." in shown
    assert "solarrally-" not in shown


@pytest.fixture
def drawn(
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
def test_display(drawn: Callable[..., bool], size: tuple[int, int]) -> None:
    assert drawn(report(), size)


@pytest.mark.parametrize("size", [(80, 24), (200, 60)], ids=str)
def test_display_failing(drawn: Callable[..., bool], size: tuple[int, int]) -> None:
    assert drawn(report(Severity.FAIL), size)


def test_display_without_connection(drawn: Callable[..., bool]) -> None:
    assert drawn(lost(), (120, 40))


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)], ids=str)
def test_display_of_a_young_site(drawn: Callable[..., bool], size: tuple[int, int]) -> None:
    assert drawn(young(), size)


def test_display_of_a_site_that_waits(drawn: Callable[..., bool]) -> None:
    assert drawn(waiting(), (120, 40))


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)], ids=str)
@pytest.mark.parametrize("kind", ["ok", "fail", "lost", "waiting", "young"])
def test_status(
    shown: Callable[..., bool], services: Scripted, kind: str, size: tuple[int, int]
) -> None:
    services.facts = SiteFacts(KINDS[kind](), URL, "us-east-1")
    assert shown("status", size, deployed="sunny-garage", label="")


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)], ids=str)
def test_live_power(shown: Callable[..., bool], services: Scripted, size: tuple[int, int]) -> None:
    """Its words and chart name no moment: the clock that it looks at is the real one."""
    services.facts, fleet = SiteFacts(report(), URL, "us-east-1"), services.fleets
    fleet.send(100)
    fleet.remember()
    now = datetime.now(UTC)
    fleet.sight.last = {
        name: replace(frame, arrived=now) for name, frame in fleet.sight.last.items()
    }
    assert shown("status", size, deployed="sunny-garage", label="")


@pytest.mark.parametrize("size", [(120, 40), (200, 60)], ids=str)
@pytest.mark.parametrize("tab", ["3", "4"])
def test_tab_of_status(
    shown: Callable[..., bool], services: Scripted, tab: str, size: tuple[int, int]
) -> None:
    services.facts = SiteFacts(report(), URL, "us-east-1")
    assert shown("status", size, tab, deployed="sunny-garage", label="")


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)], ids=str)
@pytest.mark.parametrize("id_", ["chargers", "database", "budget"])
def test_check_in_full(
    shown: Callable[..., bool], services: Scripted, id_: str, size: tuple[int, int]
) -> None:
    services.facts, services.fleets.chargers = SiteFacts(report(), URL, "us-east-1"), away()
    (check,) = (one for one in report().checks if one.id == id_)
    asked = ("rds describe-db-instances", "cloudwatch get-metric-data")
    dialog = CheckScreen(
        replace(check, asked=asked), NOON - timedelta(hours=1), services.fleets, "sunny-garage"
    )
    assert shown("status", size, deployed="sunny-garage", label="", over=dialog)


def away() -> tuple[Charger, ...]:
    """Return chargers that are away for several reasons, and some that send."""
    ended = NOON - timedelta(hours=2)
    proved = {fleet_index.PROVED: fleet_index.until(ended)}
    return (
        charger(3, "CONNECTION_LOST"),
        replace(charger(4, "CLIENT_INITIATED_DISCONNECT"), since=ended, attributes=proved),
        charger(5, None),
        *(charger(number) for number in range(6, 12)),
    )


async def test_a_check_that_is_well_names_the_chargers_and_leads_to_them(
    at: Open, services: Scripted
) -> None:
    services.facts, services.fleets.chargers = SiteFacts(report(), URL, "us-east-1"), away()
    async with at("status", (120, 40), deployed="sunny-garage") as (app, pilot):
        app.screen.query_one("#checks").focus()
        text = await walk(pilot, "home", "enter")
        assert "harbour-0003   ▲ offline: connection lost" in text
        assert "harbour-0004   ○ not switched on yet" in text
        assert "harbour-0005   ○ not switched on yet" in text
        assert "harbour-0006" not in text
        assert "Fleet" in await walk(pilot, "enter")
        assert isinstance(app.screen, FleetScreen)


async def test_a_check_of_the_application_leads_to_its_log(at: Open, services: Scripted) -> None:
    services.facts = SiteFacts(report(), URL, "us-east-1")
    async with at("status", (120, 40), deployed="sunny-garage") as (app, pilot):
        app.screen.query_one("#checks").focus()
        await walk(pilot, "home", "down", "down", "enter", "down", "enter", "enter")
        assert app.screen.query_one("#looks", TabbedContent).active == "look-logs"


async def test_nothing_of_a_display_scrolls_and_q_ends_it(services: Scripted) -> None:
    services.facts = SiteFacts(report(Severity.FAIL), URL, "us-east-1")
    app = KioskApp(services, "sunny-garage")
    async with app.run_test() as pilot:
        for size in ((80, 24), (120, 40), (200, 60)):
            await pilot.resize_terminal(*size)
            await pilot.pause(0.3)
            assert app.screen.max_scroll_y == app.screen.max_scroll_x == 0, size
            display = str(app.screen.query_one("#kiosk-display", Static).content)
            assert display.count("\n") + 4 == size[1]
        await pilot.press("q")
        await pilot.pause()
        assert not app.is_running


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
        assert "kW at 11:59" in text
        assert "No connection to AWS since 12:00:00" in text
        assert "123456789012" not in text


async def open_tab(pilot: Pilot[Any], tab: str) -> str:
    pilot.app.screen.query_one("#looks").active = tab  # type: ignore[attr-defined]
    return await walk(pilot)


async def test_the_tabs_show_history_and_logs(at: Open, services: Scripted) -> None:
    services.facts = SiteFacts(report(), URL, "us-east-1")
    async with at("status", (120, 40), deployed="sunny-garage") as (app, pilot):
        text = await open_tab(pilot, "look-history")
        lines = text.splitlines()
        assert "? codebuild: these credentials may not read it." in text
        assert "✓ 10:00:00" in text
        assert re.search(r"41 min 00 s +Deployment +Begun by ops on laptop", text)
        assert re.search(r"● 31 Dec 12:00 +Images +Being built", text)
        row = next(at for at, line in enumerate(lines) if "was unable to place a" in line)
        assert lines[row + 1].index("task [/x].") == lines[row].index("The service was")
        text = await open_tab(pilot, "look-logs")
        assert "power_w is missing [/x]" in text
        assert "3 lines in the last hour, 1 of them with an error (▲). The backend writes" in text
        assert "▲ WARNING Invalid telemetry" in text
        app.screen.query_one("#log-words").focus()
        text = await walk(pilot, *"invalid")
        assert services.journals.asked[-1] == ("backend", "invalid")
        assert "1 line with invalid" in text
        assert "startup complete" not in screen_text(app)
        text = await walk(pilot, *"zzz")
        assert "No line with invalidzzz" in text
        assert "Invalid telemetry" not in text


def test_a_log_without_lines_says_when_there_would_be_some() -> None:
    tells = SOURCES["build"].tells
    assert log_note((), "", tells, "in the last hour").plain == (
        "No line in the last hour. They write only while the images or the dashboard are built."
    )


async def test_on_a_short_terminal_a_tab_gets_the_room_of_the_tiles(
    at: Open, services: Scripted
) -> None:
    services.facts = SiteFacts(report(), URL, "us-east-1")
    async with at("status", (80, 24), deployed="sunny-garage") as (_, pilot):
        text = await open_tab(pilot, "look-logs")
        assert "storage free" not in text
        assert "power_w is missing [/x]" in " ".join(text.split())
        assert "storage free" in await open_tab(pilot, "look-checks")


async def test_on_arrival_the_last_results_are_there_at_once_with_their_time(
    at: Open, services: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    services.facts = SiteFacts(report(Severity.WARN), URL, "us-east-1")
    async with at("status", (120, 40), deployed="sunny-garage") as (app, pilot):
        assert "▲ Warning" in screen_text(app)
        hold = asyncio.Event()

        async def slow(name: str, **_: bool) -> SiteFacts:
            await hold.wait()
            return services.facts

        monkeypatch.setattr(services, "status", slow)
        await walk(pilot, "f4")
        await pilot.press("escape")
        text = await until(app, pilot, "As of 11:59:56: ▲ Warning")
        assert "Checking …" in text
        assert "✓ ok" in text  # as it was at that time
        assert "? old" not in text
        hold.set()
        text = await until(app, pilot, "Checked at 11:59:56.")
        assert "As of" not in text


async def test_the_first_round_begins_on_no_blank_page(
    services: Scripted, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold = asyncio.Event()

    async def slow(name: str, **_: bool) -> SiteFacts:
        await hold.wait()
        return services.facts

    monkeypatch.setattr(services, "status", slow)
    session.site.deployed, session.site.url = "sunny-garage", URL
    app = app_at("status", session)
    async with app.run_test(size=(80, 24)) as pilot:
        text = await until(app, pilot, "○ Database")
        assert "Checking …" in text
        assert URL in text
        hold.set()
        await until(app, pilot, "Checked at")


@pytest.mark.parametrize("staged", [True, False])
async def test_a_simulated_account_that_has_stopped_is_no_matter_of_networks(
    at: Open, services: Scripted, session: Session, staged: bool
) -> None:
    services.facts = SiteFacts(lost(), URL, "us-east-1")
    stage = Mock(spec=Stage, pace="30x", current="happy") if staged else None
    async with at("status", (120, 40), deployed="sunny-garage", stage=stage) as (app, _):
        text = " ".join(screen_text(app).replace("▌", " ").split())
        assert "✗ No connection to AWS since 11:51:00." in text
        assert "The simulated account has stopped." in text
        assert ("Press F10" in text) is staged
        assert "network" not in text
    session.label = ""
    async with at("status", (120, 40), deployed="sunny-garage") as (app, _):
        assert "The network of this computer has no way to it." in screen_text(app)


@pytest.mark.parametrize(
    ("told", "edge"),
    [(report(), "-well"), (report(Severity.WARN), "-warning"), (report(Severity.FAIL), "-trouble")],
    ids=["ok", "warning", "failing"],
)
async def test_the_edge_of_the_card_has_the_colour_of_the_verdict(
    at: Open, services: Scripted, told: Report, edge: str
) -> None:
    services.facts = SiteFacts(told, URL, "us-east-1")
    async with at("status", deployed="sunny-garage") as (app, _):
        card = app.screen.query_one("#verdict")
        assert {"-well", "-warning", "-trouble"} & card.classes == {edge}


@pytest.mark.parametrize(
    ("online", "new", "words"),
    [
        (6.0, 0.0, "All is well."),
        (2.0, 4.0, "All is well. 4 chargers are not switched on yet."),
        (5.0, None, "The site is well. 1 charger is offline."),
        (
            3.0,
            1.0,
            "The site is well. 2 chargers are offline. 1 charger is not switched on yet.",
        ),
    ],
)
def test_chargers_that_are_not_connected_are_told_in_the_words_of_fleet(
    online: float, new: float | None, words: str
) -> None:
    counts = {"chargers_online": online, "chargers_registered": 6.0, "chargers_new": new}
    figures = tuple(Figure(name, name, value) for name, value in counts.items())
    told = report()
    checks = tuple(replace(check, figures=(), severity=Severity.OK) for check in told.checks)
    seen = replace(told, checks=(replace(checks[0], figures=figures), *checks[1:]))
    assert verdict_words(seen) == words
