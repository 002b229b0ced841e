"""The sites of other accounts, by the profiles of this computer."""

from collections.abc import Callable
from typing import Any

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import OptionList

from solarrally_tui.aws.errors import AwsError
from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.sites import AccountSummary, SiteSummary
from solarrally_tui.screens.account.others import OtherAccountsScreen
from solarrally_tui.wizard.run_progress import RunProgress
from solarrally_tui.wizard.session import Session, SiteView
from tests.provisioning.engine_setup import site_named
from tests.screens.scripted.services import ME, NOBODY, Scripted, summary
from tests.screens.support import Open, screen_text, walk

SMALL, LARGE = (80, 24), (120, 40)
EXPIRED = AwsError("ExpiredToken", "The security token is expired.", "sts", "GetCallerIdentity")
UNREAD = SiteSummary("shed", "", "", Severity.UNKNOWN, "The record cannot be read.", "", None)


@pytest.fixture
def services(services: Scripted) -> Scripted:
    services.accounts.elsewhere = (
        AccountSummary("work", "111111111111", (summary(site_named("mill")), UNREAD)),
        AccountSummary("customer [/x]", "111111111111", same_as="work"),
        AccountSummary("old", error=EXPIRED),
    )
    return services


async def choose(app: App[Any], pilot: Pilot[Any]) -> str:
    existing = app.screen.query_one("#existing", OptionList)
    existing.highlighted = existing.get_option_index("accounts")
    return await walk(pilot, "tab", "enter")


async def test_a_site_of_another_account_is_opened_with_its_profile(
    at: Open, services: Scripted
) -> None:
    async with at("welcome") as (app, pilot):
        text = screen_text(app)
        assert "3 profiles on this computer" in text
        await choose(app, pilot)
        assert isinstance(app.screen, OtherAccountsScreen)
        text = screen_text(app)
        assert "deployed · us-east-1 · $" in text
        assert "? The record cannot be read." in text
        assert "the same account as work" in text
        assert "expired" in text
        await walk(pilot, "enter")
        assert services.accounts.used == [("work", None)]
        assert app.session.site.deployed == "mill"


async def test_a_profile_that_nobody_is_signed_in_with_opens_no_site(
    at: Open, services: Scripted
) -> None:
    async with at("welcome") as (app, pilot):
        services.who_answers = [NOBODY]
        await choose(app, pilot)
        await walk(pilot, "enter")
        assert not app.session.site.deployed
        assert "No usable AWS credentials" in screen_text(app)


async def test_a_run_keeps_its_credentials(at: Open, session: Session) -> None:
    async with at("welcome") as (app, pilot):
        session.running = SiteView(deployed="barn", run=RunProgress({}))
        assert "The run of barn uses these credentials" in await choose(app, pilot)
        session.running = None


@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_other_accounts(
    shown: Callable[..., bool], session: Session, size: tuple[int, int]
) -> None:
    screen = OtherAccountsScreen(session.services, session.money, ("work", "customer [/x]", "old"))
    assert shown("welcome", size, over=screen, who=ME)
