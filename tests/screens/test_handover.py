"""The end of the way and what comes after: hand-over, update, destroy, and the welcome choices."""

from decimal import Decimal

from solarrally_tui.interview.draft import Draft
from solarrally_tui.provisioning.engine.outcome import Exit, Kept, Outcome
from solarrally_tui.screens.common.confirm import TypedScreen
from solarrally_tui.screens.common.exit_requests import DEMO
from solarrally_tui.screens.provision.screen import ProvisionScreen
from solarrally_tui.screens.review.screen import ReviewScreen
from solarrally_tui.screens.size.screen import SizeScreen
from solarrally_tui.screens.status.handover import HandoverScreen
from solarrally_tui.screens.status.screen import StatusScreen
from solarrally_tui.screens.welcome import WelcomeScreen
from solarrally_tui.site.tiers import Tier
from solarrally_tui.wizard.session import Session
from tests.screens.scripted import plans as scripted_plans
from tests.screens.scripted.services import Scripted
from tests.screens.support import ANSWERS, Open, screen_text, walk


async def test_the_handover_says_where_everything_is(at: Open) -> None:
    async with at("status", (120, 40), deployed="sunny-garage") as (app, pilot):
        text = await walk(pilot, "f3")
        assert "Your site sunny-garage" in text
        assert "https://d111111abcdef8.cloudfront.net" in text
        assert "ops@example.com for the API, password in the secret admin-AbCdEf" in text
        assert "about $60 a month, $54 to $78" in text
        assert "solarrally chargers add NAME --site sunny-garage" in text
        await pilot.press("down", "down", "down", "enter")
        await pilot.pause()
        assert app.clipboard.startswith("aws secretsmanager get-secret-value --region us-east-1")
        assert app.clipboard.endswith("secret:admin-AbCdEf")
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(app.screen, StatusScreen)


async def test_a_new_site_is_handed_over_once(at: Open) -> None:
    async with at("status", deployed="sunny-garage", new=True) as (app, pilot):
        assert isinstance(app.screen, HandoverScreen)
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(app.screen, StatusScreen)
        await walk(pilot, "escape")
        await walk(pilot, "ctrl+n")
        assert isinstance(app.screen, StatusScreen)


async def test_the_handover_leads_to_an_update(at: Open) -> None:
    async with at("status", deployed="sunny-garage") as (app, pilot):
        await pilot.press("f3")
        await pilot.pause()
        assert isinstance(app.screen, HandoverScreen)
        app.screen.query_one("#update").focus()
        await walk(pilot, "enter", seconds=0.2)
        assert isinstance(app.screen, ReviewScreen)


async def test_destroying_needs_the_name_typed(at: Open, services: Scripted) -> None:
    kept = (Kept("database snapshot", "sunny-garage-snapshot-1", Decimal("1.90")),)
    services.outcome = Outcome(Exit.OK, "Site sunny-garage is deleted.", kept=kept)
    async with at("status", deployed="sunny-garage") as (app, pilot):
        await pilot.press("f3")
        await pilot.pause()
        app.screen.query_one("#destroy").focus()
        await walk(pilot, "enter", seconds=0.2)
        assert isinstance(app.screen, TypedScreen)
        assert "keeps a final snapshot" in screen_text(app)
        await pilot.press(*"sunny", "enter")
        await pilot.pause()
        assert "That is not sunny-garage. Nothing was done." in screen_text(app)
        assert services.destroyed == []
        await walk(pilot, *"-garage", "enter", seconds=0.6)
        assert isinstance(app.screen, ProvisionScreen)
        assert services.destroyed == ["sunny-garage"]
        text = screen_text(app)
        assert "The site is deleted." in text
        assert "database snapshot, 1.90 USD a month" in text
        assert "sunny-garage-snapshot-1" in text
        await walk(pilot, "ctrl+n", seconds=0.2)
        assert isinstance(app.screen, WelcomeScreen)
        assert app.session.site.deployed == ""


async def test_keeping_the_site_is_one_key(at: Open, services: Scripted) -> None:
    async with at("status", deployed="sunny-garage") as (app, pilot):
        await pilot.press("f3")
        await pilot.pause()
        app.screen.query_one("#destroy").focus()
        await walk(pilot, "enter", seconds=0.2)
        await walk(pilot, "escape", seconds=0.2)
        assert isinstance(app.screen, StatusScreen)
        assert services.destroyed == []


async def test_just_prices_needs_no_name_and_no_account(at: Open, session: Session) -> None:
    session.site.draft.set("name", "")
    async with at("welcome") as (app, pilot):
        await walk(pilot, "tab", "enter")
        assert isinstance(app.screen, SizeScreen)
        assert "$60 a month" in screen_text(app)


async def test_the_simulated_account_is_offered_to_a_real_one(at: Open) -> None:
    async with at("welcome", label="") as (app, pilot):
        assert "Try it first" in screen_text(app)
        await pilot.press("tab", "end", "enter")
        await pilot.pause()
    assert app.return_value == DEMO


async def test_review_says_what_changed_since_the_site_was_deployed(
    at: Open, session: Session
) -> None:
    session.services.plans.plan = scripted_plans.SAME  # type: ignore[attr-defined]
    async with at("review", deployed="sunny-garage", before=Draft(ANSWERS)) as (app, _):
        assert "There is nothing to change." in screen_text(app)
    session.site.draft.choose_tier(Tier.MEDIUM)
    session.services.plans.plan = scripted_plans.DENIED_CALL  # type: ignore[attr-defined]
    async with at("review", (120, 40)) as (app, _):
        text = screen_text(app)
        assert "Tier: small -> medium. You can" in text
        assert "Chargers: 10 -> 100." in text
