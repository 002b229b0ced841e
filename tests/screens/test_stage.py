"""A demonstration: scenario and pace by keys, and the dashboard."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from solarrally_tui.app import WizardApp
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.aws.keys import Keys, Secret
from solarrally_tui.provisioning.engine.outcome import Exit, Outcome
from solarrally_tui.screens.account.screen import AccountScreen
from solarrally_tui.screens.common.exit_requests import RESTART
from solarrally_tui.screens.provision.screen import ProvisionScreen
from solarrally_tui.screens.review.screen import ReviewScreen
from solarrally_tui.screens.scenario import ScenarioScreen
from solarrally_tui.screens.size.screen import SizeScreen
from solarrally_tui.screens.welcome import WelcomeScreen
from solarrally_tui.site.repaired_name import next_name
from solarrally_tui.wizard.run_progress import RunProgress
from solarrally_tui.wizard.session import Session, SiteView
from tests.screens.scripted.services import ME, PASSWORDS, VIEWERS, Scripted
from tests.screens.support import Open, deleted, reached, screen_text, settle, until, walk


@dataclass
class Tale:
    id: str
    title: str
    text: str
    answers: Mapping[str, Any] = field(default_factory=dict)
    screen: str = "welcome"
    keys: Keys | None = None
    needs_new_site: bool = False


MASTER = Keys("ASIAEXAMPLE", Secret("never shown"), source="sso")


@dataclass
class Puppets:
    """A stage that notes what it is told."""

    scenarios: tuple[Tale, ...] = (
        Tale("happy", "All goes well", "To a green site."),
        Tale(
            "dns", "DNS is slow", "A name waits [/x].", {"domain.name": "a.example.com"}, "domain"
        ),
        Tale("person", "Somebody else", "Account says who.", {}, "account", MASTER),
    )
    current: str = "happy"
    pace: str = "30x"
    folder: Path = Path("/home/ops/demo")
    told: list[str] = field(default_factory=list)

    @property
    def answers(self) -> Mapping[str, Any]:
        return self._tale.answers

    @property
    def _tale(self) -> Tale:
        return next(tale for tale in self.scenarios if tale.id == self.current)

    @property
    def screen(self) -> str:
        return self._tale.screen

    @property
    def keys(self) -> Keys | None:
        return self._tale.keys

    sets_records = "The demonstration adds them."
    portal = "https://sunny-garage.awsapps.com/start", "us-east-1"

    def is_other_person(self, scenario: str) -> bool:
        return (scenario == "person") is not (self.current == "person")

    async def play(self, scenario: str) -> None:
        self.current = scenario

    async def sign_in(self) -> None:
        self.told.append("sign in")

    def begun(self) -> None:
        self.told.append("begun")

    async def pause(self) -> None:
        self.pace = "paused"

    async def faster(self) -> None:
        self.pace = "60x"

    async def normal(self) -> None:
        raise OSError("the account is gone [/x]")

    async def charge(self, site: str) -> None:
        self.told.append(f"charge {site}")
        await asyncio.Event().wait()

    def chargers(self, site: str) -> frozenset[str]:
        return frozenset({f"{site}-1"})

    async def send_on(self, site: str, settings: Path) -> None:
        self.told.append(f"send on {settings.name}")


def said(app: WizardApp) -> str:
    return "\n".join(notification.message for notification in app._notifications)


async def test_the_pace_is_shown_and_changed_by_keys(at: Open) -> None:
    async with at("welcome", stage=Puppets()) as (app, pilot):
        assert "Simulated account 30x" in screen_text(app)
        for key, words in (("f9", "60x"), ("f8", "paused")):
            await walk(pilot, key)
            assert f"Simulated account {words}" in screen_text(app)
        await walk(pilot, "shift+f9")
        assert app.is_running


async def test_f10_begins_the_demonstration_anew_after_a_question(at: Open) -> None:
    async with at("welcome", stage=Puppets()) as (app, pilot):
        await pilot.press("f10")
        await pilot.pause()
        await pilot.press("escape")
        await pilot.pause()
        assert app.is_running
        await pilot.press("f10")
        await pilot.pause()
        await pilot.press("right", "enter")
        await pilot.pause()
    assert app.return_value == RESTART


async def test_a_scenario_is_picked_from_a_list_and_brings_its_answers(
    at: Open, session: Session
) -> None:
    stage = Puppets()
    async with at("size", stage=stage) as (app, pilot):
        await pilot.press("f7")
        await pilot.pause()
        assert isinstance(app.screen, ScenarioScreen)
        assert "To a green site." in screen_text(app)
        await pilot.press("down")
        await pilot.pause()
        assert "A name waits [/x]." in screen_text(app)
        await walk(pilot, "enter")
        assert stage.current == "dns"
        assert session.site.draft.text("domain.name") == "a.example.com"
        await walk(pilot, "f7", "up", "enter")
        assert session.site.draft.text("domain.name") == ""


async def test_a_scenario_of_a_new_site_begins_one_beside_the_deployed_one(
    at: Open, services: Scripted, session: Session
) -> None:
    services.known_sites = ("sunny-garage", "sunny-garage-2")
    full = Tale("full", "No capacity", "The database fails.", {}, "review", needs_new_site=True)
    stage = Puppets((Tale("happy", "All goes well", "To a green site."), full))
    async with at("status", stage=stage, deployed="sunny-garage") as (app, pilot):
        assert "Enter begins one beside sunny-garage." in await walk(pilot, "f7", "down")
        await walk(pilot, "enter")
        assert (session.site.name, session.site.deployed) == ("sunny-garage-3", "")
        assert isinstance(app.screen, ReviewScreen)


def test_the_name_of_another_site_is_free_and_short_enough() -> None:
    assert next_name("barn", {"barn", "barn-2"}) == "barn-3"
    assert next_name("a" * 20, ()) == f"{'a' * 18}-2"


async def test_a_scenario_leads_to_its_screen_and_signs_in_whom_it_is_about(
    at: Open, services: Scripted
) -> None:
    async with at("size", stage=Puppets()) as (app, pilot):
        await walk(pilot, "f7", "down", "down", "enter")
        assert isinstance(app.screen, AccountScreen)
        assert said(app) == "", "the room would know the ending"
        assert services.accounts.used == [(None, MASTER)]


async def test_nobody_else_signs_in_while_a_run_is_under_way(
    at: Open, services: Scripted, session: Session
) -> None:
    stage = Puppets()
    async with at("size", stage=stage, running=session.site) as (app, pilot):
        await walk(pilot, "f7", "down", "down", "enter")
        assert "It signs in as somebody else" in said(app)
        assert not services.accounts.used
        # Another story of the same person may begin meanwhile, and the screen stays.
        shown = await walk(pilot, "f7", "down", "enter")
        assert (stage.current, type(app.screen)) == ("dns", SizeScreen)
        assert "Scenario dns." in shown


async def test_a_real_account_has_no_stage(at: Open) -> None:
    async with at("size") as (app, pilot):
        await walk(pilot, "f7", "f8", "f9")
        assert not isinstance(app.screen, ScenarioScreen)


async def test_o_opens_the_dashboard(at: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    led = reached(monkeypatch)
    async with at("status", stage=Puppets(), deployed="sunny-garage") as (_, pilot):
        await walk(pilot, "o", seconds=0.5)
    assert led == [f"https://viewer:{PASSWORDS[VIEWERS]}@d111111abcdef8.cloudfront.net/signin"]


async def test_quitting_says_what_is_gone_with_the_demonstration(at: Open) -> None:
    async with at("size", stage=Puppets()) as (app, pilot):
        text = " ".join((await walk(pilot, "ctrl+q", seconds=0.3)).split())
        assert "Your answers are deleted with" in text
        await walk(pilot, "escape", seconds=0.1)
        assert app.is_running
        app.session.ran = {"barn": SiteView(), "mill": SiteView(), "gone": deleted("gone")}
        text = " ".join((await walk(pilot, "ctrl+q", seconds=0.3)).split())
        assert "The sites barn, mill, and your answers, are deleted with" in text
        await walk(pilot, "right", "enter", seconds=0.2)
        assert not app.is_running


async def test_an_untouched_demonstration_ends_without_a_question(at: Open) -> None:
    async with at("welcome", stage=Puppets()) as (app, pilot):
        assert isinstance(app.screen, WelcomeScreen)
        assert "deleted when you quit" in app.screen.about()
        await walk(pilot, "ctrl+q", seconds=0.2)
        assert not app.is_running


async def test_the_stage_hears_that_deploy_has_begun(at: Open) -> None:
    stage = Puppets()
    async with at("review", stage=stage) as (_, pilot):
        await pilot.press("ctrl+n")
        await pilot.pause()
        await pilot.press("right", "enter")
        for _ in range(600):
            await pilot.pause(0.1)
            if stage.told:
                break
    assert stage.told[0] == "begun"


def signed_out() -> RunProgress:
    """Return a deployment that lost its sign-in on the way."""
    run = RunProgress(Scripted().steps(), site="sunny-garage")
    expired = AwsError("ExpiredToken", "The token is expired", "cloudformation", "describe_stacks")
    run.finish(Outcome(Exit.OUT_OF_SIGHT, expired.plain.what, expired.plain))
    return run


async def test_the_stage_signs_in_again_after_a_session_has_ended_and_the_run_continues(
    at: Open, session: Session, services: Scripted
) -> None:
    stage, known, stopped = Puppets(), services.who_answers[0], signed_out()
    services.who_answers = [AwsError("ExpiredToken", "gone", "sts", "x"), known]
    async with at("provision", stage=stage, run=stopped, who=None) as (app, pilot):
        assert "Signed out. AWS continues." in screen_text(app)
        await pilot.press("enter")
        for _ in range(600):
            await pilot.pause(0.1)
            if "begun" in stage.told:
                break
        assert stage.told[:2] == ["sign in", "begun"]
        assert session.who is not None
        assert session.site.run is not stopped


async def test_a_new_sign_in_continues_the_run_that_waits_for_it(
    at: Open, session: Session, services: Scripted
) -> None:
    known = services.who_answers[0]
    services.who_answers = [AwsError("ExpiredToken", "gone", "sts", "x"), known]
    async with at("provision", run=signed_out(), who=None) as (app, pilot):
        text = await walk(pilot, "enter")
        assert "The AWS sign-in session has expired." in text
        await walk(pilot, "f5")
        assert session.who is not None
        await until(app, pilot, "The site is up.")
        assert len(services.deployed) == 1


async def test_who_comes_back_without_a_sign_in_is_asked_again_and_nothing_begins(
    at: Open, session: Session, services: Scripted
) -> None:
    expired = AwsError("ExpiredToken", "gone", "sts", "x")
    services.who_answers = [expired, expired]
    async with at("provision", run=signed_out(), who=None) as (app, pilot):
        await walk(pilot, "enter")
        text = await walk(pilot, "escape")
        assert "Sign in, below." in text
        assert services.deployed == []
        session.who = ME
        screen = app.screen
        assert isinstance(screen, ProvisionScreen)
        screen.met()
        await settle(app, pilot)
        assert services.deployed == []
