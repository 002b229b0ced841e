"""The billing screen: budget, thresholds, and whether alerts arrive."""

import math
from dataclasses import replace

from solarrally_tui.account.billing_alerts import Delivery
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.pricing.metering.estimate_lines import Estimate, UnpricedLine
from solarrally_tui.screens.billing import BillingScreen
from solarrally_tui.screens.domain.screen import DomainScreen
from solarrally_tui.screens.widgets.field import Field
from solarrally_tui.site.model import Site
from solarrally_tui.wizard.session import Session
from tests.screens.scripted.services import Scripted, priced
from tests.screens.support import Open, said, screen_text, walk

BUDGET = "#field-alerts-monthly-budget-usd"


def incomplete(site: Site) -> Estimate:
    """An estimate that lacks a price that matters."""
    return replace(priced(site), unknown=(UnpricedLine("AmazonRDS", "storage", "no price"),))


async def test_without_all_prices_a_budget_has_to_be_typed(at: Open, services: Scripted) -> None:
    services.estimate = incomplete  # type: ignore[method-assign]
    async with at("billing") as (app, pilot):
        assert "Enter a budget: this program has no prices of this Region" in screen_text(app)
        assert "the high estimate)" not in screen_text(app)
        await walk(pilot, "ctrl+n")
        assert isinstance(app.screen, BillingScreen)
        assert "A budget is needed here." in screen_text(app)
        assert app.screen.query_one(BUDGET, Field).input.has_focus
        await walk(pilot, *"90", "enter")
        assert isinstance(app.screen, DomainScreen)
        assert app.session.site.draft.site().alerts.monthly_budget_usd == 90


async def test_a_changed_size_proposes_anew_and_a_typed_budget_stays(
    at: Open, session: Session
) -> None:
    session.site.draft.set("tier", "medium")
    async with at("billing") as (app, pilot):
        high = math.ceil(priced(session.site.draft.site()).high)
        assert f"{high} (the high estimate)" in screen_text(app)
        app.screen.query_one(BUDGET, Field).input.value = "120"
        await pilot.pause()
        session.site.draft.set("tier", "large")
        assert session.site.draft.site().alerts.monthly_budget_usd == 120


async def test_a_wrong_threshold_is_explained_and_an_empty_one_is_usual(at: Open) -> None:
    async with at("billing", (80, 30)) as (app, pilot):
        for name, text, told in (
            ("warn-percent", "100", "99"),
            ("forecast-percent", "0", "1"),
            ("warn-percent", "x", ""),
        ):
            field = app.screen.query_one(f"#field-alerts-{name}", Field)
            assert not field.has_class("-wrong")
            field.input.value = text
            await walk(pilot, "ctrl+n")
            assert isinstance(app.screen, BillingScreen)
            assert field.has_class("-wrong")
            assert told in screen_text(app)
            field.input.value = ""
            await walk(pilot)
        await walk(pilot, "ctrl+n")
        assert isinstance(app.screen, DomainScreen)
        assert app.session.site.draft.site().alerts.warn_percent == 80


async def test_the_alarm_is_asked_only_where_the_metric_is(at: Open, session: Session) -> None:
    async with at("billing", (80, 30)) as (app, _):
        assert "several times a day" in screen_text(app)
    session.site.draft.set("region", "eu-central-1")
    async with at("billing", (80, 30)) as (app, _):
        assert "several times a day" not in screen_text(app)


async def test_a_confirmed_address_gets_a_test_message(at: Open, services: Scripted) -> None:
    services.billing.told = Delivery.CONFIRMED
    async with at("billing", (80, 30)) as (app, pilot):
        text = screen_text(app)
        assert "ops@example.com has confirmed." in text
        assert "Send e-mail ^y" in text
        await walk(pilot, "ctrl+y")
        assert services.billing.sent == [("test", "sunny-garage", "us-east-1")]
        assert "A test message is on its way." in screen_text(app)


async def test_an_address_that_has_not_confirmed_is_asked_again(
    at: Open, services: Scripted
) -> None:
    services.billing.told = Delivery.PENDING
    async with at("billing") as (app, pilot):
        assert said(app) == "ops@example.com has not confirmed."
        assert "AWS sends its confirmation again." in await walk(pilot, "ctrl+y")
        assert services.billing.sent == [("again", "sunny-garage", "us-east-1", "ops@example.com")]
        services.billing.told = Delivery.CONFIRMED
        await walk(pilot, "f5")
        assert "has not confirmed" not in screen_text(app)
        await pilot.press("pagedown")
        assert "has confirmed" in screen_text(app)


async def test_before_it_is_deployed_it_says_what_will_happen(at: Open) -> None:
    async with at("billing", (120, 50)) as (app, pilot):
        text = screen_text(app)
        assert "AWS asks ops@example.com to confirm when you deploy." in text
        assert "Billing metrics" not in text
        text = await walk(pilot, "f3")
        assert "Uses your monitor Default-Services-Monitor." in text
        assert "Send e-mail ^y" not in text


async def test_read_only_sends_nothing_and_a_refusal_is_said(at: Open, services: Scripted) -> None:
    services.billing.told = Delivery.CONFIRMED
    services.billing.refused = AwsError("AccessDenied", "no", "sns", "publish")
    async with at("billing") as (_, pilot):
        assert "AWS refused the call." in await walk(pilot, "ctrl+y")
        services.read_only, services.billing.refused = True, None
        assert "This session is read-only." in await walk(pilot, "ctrl+y")
        assert services.billing.sent == []


async def test_what_is_not_known_stops_nothing(at: Open, services: Scripted) -> None:
    services.billing.told = AwsError("ReadTimeoutError", "late", "sns", "list")
    async with at("billing", (80, 30)) as (app, pilot):
        assert "It is unknown whether alerts arrive. AWS cannot be reached." in screen_text(app)
        await walk(pilot, "ctrl+n")
        assert isinstance(app.screen, DomainScreen)


async def test_without_an_account_it_says_so(at: Open) -> None:
    async with at("billing", (80, 30), who=None) as (app, _):
        assert "You are not signed in to AWS." in screen_text(app)
