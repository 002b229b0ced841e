"""One site after the other: nothing of the first may show while the second is open."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from solarrally_tui.app import WizardApp
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.interview.draft import Draft
from solarrally_tui.interview.draft_store import DraftStore
from solarrally_tui.provisioning.engine.outcome import Exit, Outcome
from solarrally_tui.screens.common.messages import Go, OpenSite
from solarrally_tui.screens.status.screen import StatusScreen
from solarrally_tui.screens.welcome import WelcomeScreen
from solarrally_tui.wizard.model import SiteFacts, Who
from solarrally_tui.wizard.session import Session
from tests.screens.scripted.services import ME, PASSWORDS, VIEWERS, Scripted
from tests.screens.support import ANSWERS, Open, reached, screen_text, settle, walk

BARN = "https://d111111abcdef8.cloudfront.net"
SIGNED_IN = f"https://viewer:{PASSWORDS[VIEWERS]}@d111111abcdef8.cloudfront.net/signin"


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch) -> Scripted:
    """Two deployed sites, of which AWS answers for the barn only."""
    scripted = Scripted()
    scripted.known_sites = ("barn", "mill")
    status, answers = scripted.status, scripted.answers

    async def of_the_barn(name: str, **_: bool) -> SiteFacts:
        if name == "mill":
            raise AwsError("AccessDenied", "no", "ssm", "get_parameter")
        return await status(name)

    async def answers_of_the_barn(name: str) -> Any:
        if name == "mill":
            raise AwsError("AccessDenied", "no", "ssm", "get_parameter")
        return await answers(name)

    monkeypatch.setattr(scripted, "status", of_the_barn)
    monkeypatch.setattr(scripted, "answers", answers_of_the_barn)
    return scripted


async def show(app: WizardApp, pilot: Pilot[None], step: str) -> None:
    app.post_message(Go(step))
    await pilot.pause()
    await settle(app, pilot)


async def open_site(app: WizardApp, pilot: Pilot[None], name: str) -> None:
    """Choose a site from the list of Welcome."""
    await show(app, pilot, "welcome")
    assert isinstance(app.screen, WelcomeScreen)
    listed = app.screen.query_one("#existing")
    listed.focus()
    listed.highlighted = listed.get_option_index(f"site:{name}")  # type: ignore[attr-defined]
    await walk(pilot, "enter")
    assert isinstance(app.screen, StatusScreen)


async def dashboards(app: WizardApp, pilot: Pilot[None], monkeypatch: Any) -> list[str]:
    """Return what O opens."""
    led = reached(monkeypatch)
    await walk(pilot, "o")
    return led


async def test_o_and_f6_never_lead_to_the_dashboard_of_another_site(
    at: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with at("welcome") as (app, pilot):
        await open_site(app, pilot, "barn")
        assert await dashboards(app, pilot, monkeypatch) == [SIGNED_IN]
        await walk(pilot, "f6")
        assert app.clipboard == BARN
        app.copy_to_clipboard("")
        await open_site(app, pilot, "mill")
        assert await dashboards(app, pilot, monkeypatch) == []
        notes = [note.message for note in app._notifications]
        assert notes[-1].startswith("There is no dashboard address yet.")
        await walk(pilot, "f6")
        assert app.clipboard == ""


async def test_a_charger_belongs_to_its_site(at: Open, tmp_path: Path) -> None:
    async with at("welcome", (120, 40)) as (app, pilot):
        await open_site(app, pilot, "barn")
        await show(app, pilot, "charger")
        app.screen.query_one("#field-folder Input").value = str(tmp_path)  # type: ignore[attr-defined]
        assert "evse-1 is registered." in await walk(pilot, "enter")
        assert "The page shows evse-1." in await walk(pilot, "enter")
        await open_site(app, pilot, "mill")
        assert "○ First charger" in screen_text(app)
        await show(app, pilot, "charger")
        text = screen_text(app)
        assert "is registered" not in text
        assert "The page shows" not in text
        assert str(tmp_path) not in text


async def test_a_deployment_that_ends_late_changes_its_own_site_only(
    at: Open, services: Scripted, store: DraftStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    services.hold.clear()
    services.outcome = Outcome(Exit.OK, "Deployed.", outputs={"edge": {"Url": "https://late"}})
    store.save(Draft(ANSWERS | {"name": "mill"}, "size"))
    async with at("review") as (app, pilot):
        await walk(pilot, "ctrl+n", "right", "enter", seconds=0.3)
        await open_site(app, pilot, "mill")
        services.hold.set()
        await pilot.pause(0.3)
        assert await dashboards(app, pilot, monkeypatch) == []
        assert store.load("mill") is not None


async def test_a_removal_that_ends_late_closes_its_own_site_only(
    at: Open, services: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    removed = asyncio.Event()

    async def destroy(name: str, emit: Any, **_: Any) -> Outcome:
        await removed.wait()
        return services.outcome

    monkeypatch.setattr(services, "destroy", destroy)
    async with at("welcome", (120, 40)) as (app, pilot):
        await open_site(app, pilot, "barn")
        await walk(pilot, "h")
        app.screen.query_one("#destroy").focus()
        await walk(pilot, "enter", seconds=0.2)
        await walk(pilot, *"barn", "enter", seconds=0.3)
        await open_site(app, pilot, "mill")
        assert "✓ Provision" in screen_text(app)
        removed.set()
        await pilot.pause(0.3)
        await show(app, pilot, "status")
        assert "✓ Provision" in screen_text(app)


async def test_who_we_are_told_late_leaves_the_region_of_an_open_site(
    at: Open, services: Scripted, store: DraftStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered = asyncio.Event()

    async def who(region: str | None, *, fresh: bool = False) -> Who:
        await answered.wait()
        return Who(ME.account, ME.arn, ME.source, "eu-west-3")

    monkeypatch.setattr(services, "who", who)
    app = WizardApp(services, store=store)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause(0.3)
        app.post_message(OpenSite("mill"))
        await pilot.pause(0.3)
        answered.set()
        await pilot.pause(0.3)
        await show(app, pilot, "charger")
        assert "eu-west-3" not in screen_text(app)


async def test_welcome_proposes_a_name_that_no_site_has_and_opens_the_site_that_has_it(
    at: Open, session: Session
) -> None:
    session.site.draft.set("name", "barn")
    async with at("welcome") as (app, pilot):
        field = app.screen.query_one("#field-name Input", Input)
        assert session.site.draft.name == field.value == "barn-2"
        field.value = "barn"
        await settle(app, pilot)
        assert "barn exists. Start opens it; another name starts a new site." in screen_text(app)
        await walk(pilot, "enter")
        assert isinstance(app.screen, StatusScreen)
        assert session.site.deployed == "barn"
