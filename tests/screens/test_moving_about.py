"""Going somewhere and back: letters at fields, the rail, Escape; leaving for the shell."""

import re
from pathlib import Path

import pytest
from textual.events import Key
from textual.widgets import Input, OptionList, TabbedContent, Tabs

from solarrally_tui.app import WizardApp
from solarrally_tui.interview.draft import Draft
from solarrally_tui.interview.draft_store import DraftStore
from solarrally_tui.interview.trail import Place
from solarrally_tui.provisioning.engine.outcome import Exit, Outcome
from solarrally_tui.screens.billing import BillingScreen
from solarrally_tui.screens.common.footer_keys import FooterEntry, fitting
from solarrally_tui.screens.common.help import HelpScreen
from solarrally_tui.screens.fleet.screen import FleetScreen
from solarrally_tui.screens.provision.screen import ProvisionScreen
from solarrally_tui.screens.review.screen import ReviewScreen
from solarrally_tui.screens.status.journal import HistoryList
from solarrally_tui.screens.status.screen import StatusScreen
from solarrally_tui.screens.widgets.jump import JumpScreen
from solarrally_tui.wizard.session import Session, SiteView
from tests.screens.scripted.services import ME, Scripted
from tests.screens.support import ANSWERS, Open, screen_text, settle, until, walk
from tests.screens.test_snapshots import half_way
from tests.screens.test_stage import Puppets


def said(app: WizardApp) -> list[str]:
    return [notification.message for notification in app._notifications]


async def test_a_letter_leads_to_a_field(at: Open) -> None:
    async with at("billing") as (app, pilot):
        await walk(pilot, "ctrl+o", "s")
        assert app.focused is app.screen.query_one("#field-alerts-monthly-budget-usd Input", Input)


async def test_of_two_letters_at_once_the_first_one_leads(at: Open) -> None:
    async with at("billing") as (app, pilot):
        await walk(pilot, "ctrl+o")
        for letter in "sd":
            app.screen.post_message(Key(letter, letter))
        await settle(app, pilot)
        assert app.focused is app.screen.query_one("#field-alerts-monthly-budget-usd Input", Input)


async def test_a_letter_leads_to_a_step_of_the_rail(at: Open) -> None:
    async with at("size", (120, 40)) as (app, pilot):
        await walk(pilot, "ctrl+o")
        assert isinstance(app.screen, JumpScreen)
        letters = {target.name: letter for letter, target in app.screen.targets.items()}
        assert "provision" not in letters
        await walk(pilot, letters["billing"])
        assert isinstance(app.screen, BillingScreen)


async def test_a_letter_leads_to_a_line_of_a_short_list(at: Open) -> None:
    async with at("welcome", stage=Puppets()) as (app, pilot):
        await walk(pilot, "ctrl+o")
        (letter,) = re.findall(r"^ ?(\w) *Scenario", screen_text(app), re.MULTILINE)
        await walk(pilot, letter)
        listed = app.focused
        assert isinstance(listed, OptionList)
        assert listed.highlighted_option is not None
        assert listed.highlighted_option.id == "scenario"


async def test_a_digit_opens_a_tab_of_status_as_on_review(at: Open) -> None:
    async with at("status", deployed="sunny-garage") as (app, pilot):
        assert re.search(r"1 Checks +2 Picture +3 History +4 Logs", screen_text(app))
        await walk(pilot, "3")
        assert app.screen.query_one(TabbedContent).active == "look-history"
        assert isinstance(app.focused, HistoryList)  # its rows take Enter and the arrows
        await walk(pilot, "9")
        assert app.screen.query_one(TabbedContent).active == "look-history"


async def test_tabs_that_are_taken_away_look_for_their_line_in_vain(at: Open) -> None:
    async with at("status", deployed="sunny-garage") as (app, _):
        tabs = app.screen.query_one(Tabs)
        await tabs.remove_children()
        tabs._highlight_active()


async def test_the_rail_leads_back_and_not_ahead(at: Open) -> None:
    async with at("size", (120, 40)) as (app, pilot):
        await pilot.click("#rail", offset=(6, 8))
        await settle(app, pilot)
        assert said(app) == ["Provision comes later. Next leads there."]
        await pilot.click("#rail", offset=(6, 3))
        await settle(app, pilot)
        assert isinstance(app.screen, BillingScreen)


async def test_a_terminal_that_cannot_wait_is_named(at: Open) -> None:
    async with at("welcome") as (app, pilot):
        await walk(pilot, "ctrl+z")
        assert said(app) == ["This terminal cannot put a program in the background."]


@pytest.mark.parametrize("step", ["account", "size", "status"])
async def test_help_needs_no_scrolling_on_a_large_terminal(at: Open, step: str) -> None:
    async with at(step, (200, 60), deployed="x" if step == "status" else "") as (app, pilot):
        await walk(pilot, "f1")
        assert isinstance(app.screen, HelpScreen)
        assert app.screen.query_one(".dialog-body").max_scroll_y == 0


def test_what_does_not_fit_is_behind_more() -> None:
    keys = [FooterEntry(f"f{n}", f"f{n}", "Something long") for n in range(2, 7)]
    quits, more = FooterEntry("ctrl+q", "^q", "Quit"), FooterEntry("ctrl+p", "^p", "More")
    shown = fitting([*keys, quits], 60, more)
    assert [entry.key for entry in shown] == ["f2", "f3", "ctrl+q", "ctrl+p"]
    assert sum(entry.columns for entry in shown) <= 60
    assert fitting([*keys, quits], 200, more)[-2:] == (quits, more)


async def test_escape_leads_back_to_the_fleet_that_a_charger_was_added_from(at: Open) -> None:
    async with at("status", deployed="sunny-garage") as (app, pilot):
        text = await walk(pilot, "f2")
        assert "Fleet" in text
        assert "Escape leads" not in text
        app.session.site.trail = (Place("charger"), *app.session.site.trail)
        await walk(pilot, "a", "escape")
        assert isinstance(app.screen, FleetScreen)
        await walk(pilot, "escape")
        assert isinstance(app.screen, StatusScreen)


async def test_review_shows_what_stopped_a_run_and_leads_to_it(at: Open) -> None:
    run = half_way()
    run.finish(Outcome(Exit.FAILED, "The database was not created."))
    async with at("review", run=run) as (app, pilot):
        assert "Deployment: ✗ Stopped after" in screen_text(app)
        await walk(pilot, "d")
        assert isinstance(app.screen, ProvisionScreen)
        await walk(pilot, "escape")
        assert isinstance(app.screen, ReviewScreen)


async def test_review_follows_a_run_until_it_ends(at: Open) -> None:
    async with at("review", run=half_way()) as (app, pilot):
        text = screen_text(app)
        assert "Deployment: ● 2 of 13 steps done" in text
        assert "Watch it" in text
        assert app.session.site.run is not None
        app.session.site.run.finish(Outcome(Exit.OK, "Deployed."))
        await until(app, pilot, "Deployment: ✓ The site is up.")
        # The button is drawn after the headline, once its new name has been laid out.
        while "Watch it" in screen_text(app):
            await pilot.pause(0.05)


def test_a_site_whose_answers_are_in_aws_leaves_no_draft(tmp_path: Path) -> None:
    site = SiteView(Draft(ANSWERS), "sunny-garage", Draft(ANSWERS))
    session = Session(Scripted(), DraftStore(tmp_path), site=site)
    session.remember("review")
    assert not session.store.holds("sunny-garage")
    site.draft.set("size.chargers", 7)
    session.remember("review")
    assert session.store.holds("sunny-garage")


@pytest.mark.parametrize(
    ("exit_code", "state"), [(Exit.FAILED, "failed"), (Exit.WAITING_FOR_YOU, "open")]
)
def test_a_deployment_that_failed_is_marked_so(tmp_path: Path, exit_code: Exit, state: str) -> None:
    run = half_way()
    run.finish(Outcome(exit_code, "The database was not created."))
    site = SiteView(Draft(ANSWERS), run=run)
    session = Session(Scripted(), DraftStore(tmp_path), site=site)
    assert session.state_of("provision") == state


def test_provision_is_at_work_while_its_run_is(tmp_path: Path) -> None:
    site = SiteView(Draft(ANSWERS), run=half_way())
    session = Session(Scripted(), DraftStore(tmp_path), site=site)
    assert session.state_of("provision") == "running"


def test_account_has_no_tick_while_it_would_stop_a_deployment(tmp_path: Path) -> None:
    site = SiteView(Draft(ANSWERS), seen={"account"})
    session = Session(Scripted(), DraftStore(tmp_path), site=site, who=ME)
    assert session.state_of("account") == "done"
    site.account_stops = True
    assert session.state_of("account") == "stops"


def test_a_site_that_is_not_in_aws_any_more_has_no_tick_beside_provision(tmp_path: Path) -> None:
    site = SiteView(Draft(ANSWERS), "sunny-garage", Draft(ANSWERS), url="https://x")
    session = Session(Scripted(), DraftStore(tmp_path), site=site)
    assert session.state_of("provision") == "done"
    site.vanish()
    assert (session.state_of("provision"), site.url) == ("open", "")
