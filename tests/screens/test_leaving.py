"""A screen is left before it was drawn, and what it had still to do is not done."""

from solarrally_tui.screens.fleet.detail import ChargerDetailScreen
from solarrally_tui.screens.fleet.screen import FleetScreen
from tests.screens.scripted.fleets import charger
from tests.screens.scripted.services import Scripted
from tests.screens.support import Open, drawn, until, walk


async def test_a_screen_that_is_left_at_once_draws_nothing_any_more(at: Open) -> None:
    async with at("status", size=(200, 60)) as (app, pilot):
        await walk(pilot, "f2", "escape")  # The first screen of all stays below the others.
        left = app.screen
        left.on_resize()  # It is to be drawn after the next layout ...
        await app.replace_screen(FleetScreen(app.session))  # ... which is that of another screen.
        await until(app, pilot, "chargers")
        await drawn(app, pilot)
        assert not left.is_attached


async def test_a_dialog_may_be_closed_before_it_was_composed(at: Open, services: Scripted) -> None:
    async with at("status") as (app, pilot):
        await walk(pilot, "f2")
        fleet = await services.fleets.open("x")
        dialog = ChargerDetailScreen(fleet, charger(1), changes=True)
        app.push_screen(dialog)
        await app.pop_screen()
        await drawn(app, pilot)
        assert not dialog.is_attached


async def test_a_key_pressed_before_a_dialog_is_composed_acts_on_all_of_it(
    at: Open, services: Scripted
) -> None:
    async with at("status") as (app, pilot):
        await walk(pilot, "f2")
        dialog = ChargerDetailScreen(await services.fleets.open("x"), charger(1), changes=True)
        app.push_screen(dialog)
        assert not dialog.query("*")
        await app.run_action("scroll_body(1)", dialog)
        assert dialog.query("#charger-lines")
        await drawn(app, pilot)
