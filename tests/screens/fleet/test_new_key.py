"""New key does what `chargers replace` does: the old key ends after the new one works."""

from pathlib import Path
from typing import Any

from textual.pilot import Pilot
from textual.widgets import Button, Input

from solarrally_tui.screens.fleet.new_key import NewKeyScreen
from tests.screens.fleet.test_fleet_snapshots import LOST
from tests.screens.scripted.fleets import three
from tests.screens.scripted.services import Scripted
from tests.screens.support import Open, until, walk
from tests.screens.test_stage import Puppets

NAME = three()[0].name


async def asked(pilot: Pilot[Any], folder: Path) -> str:
    await walk(pilot, "f2", "enter", "n")
    pilot.app.screen.query_one("#key-folder", Input).value = str(folder)
    return await walk(pilot)


async def test_the_old_key_ends_once_the_charger_connects_with_the_new_one(
    at: Open, services: Scripted, tmp_path: Path
) -> None:
    fleet = services.fleets
    async with at("status", (120, 40), deployed="x") as (app, pilot):
        assert f"New key for {NAME}" in await asked(pilot, tmp_path)
        assert fleet.given == []
        await walk(pilot, "enter")
        assert fleet.given == [(NAME, tmp_path)]
        waits = f"Waiting for {NAME} to connect with it. Both keys work."
        text = await until(app, pilot, waits)
        assert "is deleted" not in text
        fleet.connects.set()
        text = await until(app, pilot, f"{NAME} connected with its new key.")
        assert "End the old key now" not in text
        await walk(pilot, "f6", "escape")
        assert app.clipboard == str(tmp_path)


async def test_a_key_that_is_given_up_at_once_is_asked_about(
    at: Open, services: Scripted, tmp_path: Path
) -> None:
    fleet = services.fleets
    async with at("status", (120, 40), deployed="x") as (app, pilot):
        await asked(pilot, tmp_path)
        text = await walk(pilot, "enter", "shift+tab", "enter")
        assert f"End the old key of {NAME} now?" in text
        await walk(pilot, "enter")  # Enter means no
        assert fleet.ended == []
        await walk(pilot, "enter", "tab", "enter")
        await until(app, pilot, f"The old key of {NAME} is deleted.")
        assert fleet.ended == [NAME]


async def test_what_went_wrong_is_said_where_it_was_asked_for(
    at: Open, services: Scripted, tmp_path: Path
) -> None:
    fleet = services.fleets
    async with at("status", (120, 40), deployed="x") as (app, pilot):
        await asked(pilot, tmp_path)
        # A button takes no second press while it looks pressed, for a fifth of a second.
        app.screen.query_one("#create", Button).active_effect_duration = 0
        fleet.error = LOST
        await walk(pilot, "enter")
        await until(app, pilot, "AWS cannot be reached.")
        assert isinstance(app.screen, NewKeyScreen)
        assert fleet.given == []
        fleet.error = None
        await walk(pilot, "enter")
        await until(app, pilot, f"Waiting for {NAME}")
    assert fleet.given == [(NAME, tmp_path)]


async def test_in_a_demonstration_the_charger_gets_its_files_at_once(
    at: Open, services: Scripted
) -> None:
    stage = Puppets()
    async with at("status", (120, 40), stage=stage, deployed="x") as (_, pilot):
        await walk(pilot, "f2", "n", "enter")
    [(name, folder)] = services.fleets.given
    assert name == NAME
    assert folder.is_relative_to(stage.folder)
    assert stage.told == [f"send on {NAME}.json"]
