"""The fleet screen reads as far as somebody looks, and says what it does not know."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot
from textual.widgets import Input, TabbedContent

from solarrally_tui.app import WizardApp
from solarrally_tui.chargers.fleet.overview import Overview
from solarrally_tui.chargers.fleet.search import Among, Search
from solarrally_tui.deployed.fleet_index import Fleet
from solarrally_tui.screens.fleet.counts import columns_of, fitting
from solarrally_tui.screens.fleet.screen import FleetScreen
from solarrally_tui.screens.fleet.table import ChargerTable
from solarrally_tui.screens.fleet.text import GAP, Count, ends_tell, headings, layout, row, total
from solarrally_tui.screens.status import screen as status
from solarrally_tui.screens.status.check_table import CheckTable
from solarrally_tui.screens.status.wall import Courses
from solarrally_tui.screens.widgets import live_power
from solarrally_tui.screens.widgets.live_power import LivePower
from tests.screens.fleet.test_fleet_snapshots import LOST
from tests.screens.scripted.fleets import charger, many, three
from tests.screens.scripted.services import Scripted
from tests.screens.support import Open, said, screen_text, until, walk


async def opened(pilot: Pilot[Any]) -> ChargerTable:
    await walk(pilot, "f2")
    return pilot.app.screen.query_one(ChargerTable)


async def searched(pilot: Pilot[Any], text: str) -> str:
    await walk(pilot, "slash")
    # At once: keys one by one may come slower than they are waited for.
    pilot.app.screen.query_one("#fleet-words", Input).value = text
    return await walk(pilot, seconds=0.5)


@pytest.mark.parametrize("width", range(20, 200))
def test_columns_fill_the_width_and_no_more(services: Scripted, width: int) -> None:
    columns = layout(width)
    used = sum(size + GAP for _, size in columns) - GAP
    assert used <= width or len(columns) == 1
    services.fleets.send(2)
    for one in three():
        line = row(one, services.fleets.sight, columns)
        assert sum(cell_len(cell.text) for cell in line) == used
    assert headings(columns).cell_length == used


def test_columns_go_in_a_sensible_order() -> None:
    shown = [len(layout(width)) for width in range(20, 200)]
    assert shown == sorted(shown)
    assert [column.heading for column, _ in layout(50)] == ["Charger", "State", "Last seen"]
    assert [column.heading for column, _ in layout(75)][-1] == "Certificate"
    assert len(layout(110)) == 7


def test_ends_of_certificates_are_a_column_where_they_differ_or_are_near() -> None:
    later, soon = date(2049, 12, 31), date(2026, 12, 31)
    same = [replace(charger(number), certificate_ends=later) for number in range(3)]
    today = date(2026, 11, 30)
    assert not ends_tell(same, today)
    assert ends_tell([*same, replace(same[0], certificate_ends=None)], today)
    assert ends_tell([replace(one, certificate_ends=soon) for one in same], today)
    assert "Certificate" not in headings(layout(110, ends=False)).plain


def test_counts_without_room_follow_as_text_and_an_amount_stays_large() -> None:
    shown = [
        Count("9", "chargers"),
        Count("1", "offline"),
        Count("1", "revoked"),
        Count("30", "kW"),
    ]
    assert fitting(shown, 200) == (tuple(shown), ())
    large, rest = fitting(shown, columns_of(shown) - 1)
    assert [one.name for one in large] == ["chargers", "offline", "kW"]
    assert [one.name for one in rest] == ["revoked"]


async def test_pages_are_read_as_one_scrolls(at: Open, services: Scripted) -> None:
    fleet = services.fleets
    fleet.chargers = many(5000)
    async with at("status", (80, 24), deployed="x") as (_, pilot):
        table = await opened(pilot)
        assert fleet.pages == 1
        await walk(pilot, *("pagedown",) * 7)
        assert fleet.pages == 2
        assert table.chosen
        text = await walk(pilot, "end")
        assert fleet.pages == 50
        assert table.chosen == fleet.chargers[-1]
        assert "Listed 5,000." in text
        assert fleet.chargers[-1].name in text
        assert fleet.chargers[0].name in await walk(pilot, "home")


async def test_the_first_chargers_show_while_the_others_are_counted(
    at: Open, services: Scripted
) -> None:
    fleet = services.fleets
    fleet.chargers = many(5000)
    fleet.counts.clear()
    async with at("status", (80, 24), deployed="x") as (app, pilot):
        await pilot.press("f2")
        text = await until(app, pilot, "Read 100, counting the others.")
        assert fleet.chargers[0].name in text
        fleet.counts.set()
        text = await until(app, pilot, "Read 100 of 5,000.")
        assert "5,000 chargers" in text


async def test_a_search_asks_once_and_escape_leads_back(at: Open, services: Scripted) -> None:
    fleet = services.fleets
    fleet.chargers = many(5000)
    async with at("status", (80, 24), deployed="x") as (app, pilot):
        await opened(pilot)
        text = await searched(pilot, "offline 05")
        assert fleet.searches == [Search(), Search(("05",), Among.OFFLINE)]
        assert "harbour-0500" in text
        assert "harbour-0001" not in text
        await walk(pilot, "escape")
        assert isinstance(app.focused, ChargerTable)
        assert "Checks" in await walk(pilot, "escape")


async def test_what_no_name_contains_is_said_without_asking(at: Open, services: Scripted) -> None:
    async with at("status", (80, 24), deployed="x") as (_, pilot):
        await opened(pilot)
        assert 'can contain b"' in await searched(pilot, 'b"')


async def test_a_page_that_fails_is_read_again_when_somebody_scrolls(
    at: Open, services: Scripted
) -> None:
    fleet = services.fleets
    fleet.chargers = many(500)
    async with at("status", (80, 24), deployed="x") as (_, pilot):
        table = await opened(pilot)
        fleet.error = LOST
        text = " ".join((await walk(pilot, "end")).split())
        assert "The next page was not read. AWS cannot" in text
        assert table.chosen is None
        fleet.error = None
        await walk(pilot, "up")
        assert table.chosen == fleet.chargers[-2]


async def test_messages_show_as_they_arrive(at: Open, services: Scripted) -> None:
    async with at("status", (80, 24), deployed="x") as (_, pilot):
        await opened(pilot)
        assert "✓ sending" not in screen_text(cast("WizardApp", pilot.app))
        services.fleets.send(2)
        text = await walk(pilot, seconds=1.2)
        assert "✓ sending" in text
        assert "✓ 1 sending" in text


async def test_the_page_that_cannot_be_asked_is_named(at: Open, services: Scripted) -> None:
    services.fleets.sight.unseen["page"] = "these credentials may not read it."
    async with at("status", (120, 40), deployed="x") as (_, pilot):
        await opened(pilot)
        told = said(cast("WizardApp", pilot.app))
        assert "The page: these credentials may not read it." in told


async def test_a_charger_opens_and_its_name_is_copied(at: Open, services: Scripted) -> None:
    async with at("status", (120, 40), deployed="x") as (_, pilot):
        await opened(pilot)
        text = await walk(pilot, "enter")
        assert "name used twice" in text
        assert "DUPLICATE_CLIENTID" not in text
        assert "8f3a8f3a8f3a, active" in text
        await walk(pilot, "escape", "f6")
        assert pilot.app.clipboard == three()[0].name


async def test_revoking_asks_first_and_says_what_was_seen(at: Open, services: Scripted) -> None:
    fleet, name = services.fleets, three()[0].name
    async with at("status", (120, 40), deployed="x") as (_, pilot):
        await opened(pilot)
        text = await walk(pilot, "x")
        assert f"Revoke {name}?" in text
        assert "cannot come back" in text
        await walk(pilot, "enter")  # Enter means no
        assert fleet.revoked == []
        text = " ".join((await walk(pilot, "x", "tab", "enter")).split())
        assert fleet.revoked == [name]
        assert f"{name} is revoked and not connected." in text
        # In the list and among the counts, before the index shows it.
        assert text.count("· revoked") == 2
        cast("FleetScreen", pilot.app.screen).read()  # As once the index has caught up.
        assert f"{name} is revoked. Listed 3" in " ".join((await walk(pilot)).split())
        fleet.error = LOST
        text = await walk(pilot, "x", "tab", "enter")
        assert f"{name} is not revoked." in text
        assert "AWS cannot be reached." in text


async def test_removing_needs_the_name(at: Open, services: Scripted) -> None:
    fleet, name = services.fleets, three()[0].name
    async with at("status", (80, 24), deployed="x") as (_, pilot):
        await opened(pilot)
        assert "Nothing was done." in await walk(pilot, "delete", *"harb", "enter")
        assert fleet.removed == []
        await walk(pilot, *name.removeprefix("harb"), "enter")
        assert fleet.removed == [name]
        chosen = pilot.app.screen.query_one(ChargerTable).chosen
        assert chosen is not None
        assert chosen.name != name


async def test_the_cursor_stays_at_its_charger_when_the_list_is_read_again(
    at: Open, services: Scripted
) -> None:
    fleet = services.fleets
    async with at("status", (120, 40), deployed="x") as (app, pilot):
        await opened(pilot)
        table = app.screen.query_one(ChargerTable)
        await walk(pilot, "down")
        chosen = fleet.chargers[1]
        fleet.chargers = (fleet.chargers[2], fleet.chargers[0], chosen)
        await walk(pilot, "f5")
        assert (table.cursor, table.chosen) == (2, chosen)
        fleet.chargers = fleet.chargers[:2]
        await walk(pilot, "f5")
        assert table.cursor == 0


async def test_who_may_only_read_changes_nothing(at: Open, services: Scripted) -> None:
    services.read_only = True
    async with at("status", (80, 24), deployed="x") as (_, pilot):
        await opened(pilot)
        assert not {"a", "n", "x", "delete"} & pilot.app.screen.active_bindings.keys()
        await walk(pilot, "a", "n", "x", "delete")
        assert isinstance(pilot.app.screen, FleetScreen)
        text = await walk(pilot, "enter")
        assert "Charger harbour-0007" in text
        assert "New key" not in text
        assert "Revoke" not in text
    assert services.fleets.revoked == services.fleets.removed == services.fleets.given == []


async def test_the_status_below_draws_and_reads_nothing(
    at: Open, services: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(status, "FOLLOW_SECONDS", 0.05)
    monkeypatch.setattr(live_power, "DRAW_SECONDS", 0.05)
    fleet, asked = services.fleets, services.journals.asked
    fleet.send(2)
    async with at("status", (80, 24), deployed="x") as (app, pilot):
        app.screen.query_one("#looks", TabbedContent).active = "look-logs"
        await pilot.pause(0.5)
        below = app.screen.query_one(LivePower)
        assert len(asked) > 1
        assert below.kilowatts is not None
        await opened(pilot)
        before, below.kilowatts = len(asked), None
        await pilot.pause(0.4)
        assert below.kilowatts is None
        assert len(asked) == before


async def test_a_small_terminal_keeps_its_rows_for_the_checks(
    at: Open, services: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_power, "DRAW_SECONDS", 0.05)
    services.fleets.send(2)
    async with at("status", (120, 40), deployed="x") as (app, pilot):
        live, courses = app.screen.query_one(LivePower), app.screen.query_one(Courses)
        while live.kilowatts is None:
            await pilot.pause(0.05)
        assert live.size.height
        assert courses.size.height
        high = courses.size.height
        await pilot.resize_terminal(80, 24)
        while courses.size.height == high:
            await pilot.pause(0.05)
        assert courses.size.height < high
        assert app.screen.query_one(CheckTable).size.height >= 5
        await pilot.resize_terminal(120, 40)
        while not (live.size.height and courses.size.height == high):
            await pilot.pause(0.05)


async def test_no_style_is_parsed_twice(
    at: Open, services: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with at("status", (80, 24), deployed="x") as (app, pilot):
        sources = [Path(path).resolve() for path, _ in app.stylesheet.source]
        styles = [path for path in sources if path.suffix == ".tcss"]
        assert len(styles) == len(set(styles)) > 10
        # What Textual does on meeting a screen whose styles it does not know.
        monkeypatch.setattr(app.stylesheet, "reparse", pytest.fail)
        await opened(pilot)
        assert "harbour-0001" in await walk(pilot, "down", "enter")


def test_revoked_chargers_have_a_count_of_their_own() -> None:
    some = Overview(Fleet(10, 7), revoked=1)
    assert (total(some).number, total(some).name) == ("10", "chargers")
