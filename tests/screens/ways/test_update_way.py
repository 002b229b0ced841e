"""A deployed site gets a larger tier through Status, Hand-over and Review, on the real engine."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from solarrally_tui.app import WizardApp
from solarrally_tui.interview.draft_store import DraftStore
from solarrally_tui.provisioning.engine.events import Event
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.screens.common.messages import OpenSite
from solarrally_tui.screens.review.screen import ReviewScreen
from solarrally_tui.screens.status.handover import HandoverScreen
from solarrally_tui.simulator.child import Account
from solarrally_tui.site.files import from_answers
from solarrally_tui.site.tiers import Tier
from solarrally_tui.wizard.engine import real_services
from tests.clients import client
from tests.screens.support import ANSWERS, settle, until

NAME = "grown-home"


def deaf(_: Event) -> None:
    """Take no notice."""


@pytest.mark.torture
async def test_a_site_grows_through_review(
    account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in account.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("HOME", str(tmp_path))
    services = real_services()
    first = await services.deploy(from_answers(ANSWERS | {"name": NAME}), deaf)
    assert first.exit_code is Exit.OK, first.cause

    wizard = WizardApp(services, store=DraftStore(tmp_path / "drafts"))
    async with wizard.run_test(size=(120, 40)) as pilot:
        await settle(wizard, pilot)
        wizard.session.who = await services.who("us-east-1")
        wizard.post_message(OpenSite(NAME))
        await until(wizard, pilot, "Checked at")
        await pilot.press("h")
        await until(wizard, pilot, f"Hand-over of {NAME}")
        assert isinstance(wizard.screen, HandoverScreen)
        await pilot.click("#update")
        await until(wizard, pilot, "There is nothing to change.")
        assert isinstance(wizard.screen, ReviewScreen)

        wizard.session.site.draft.choose_tier(Tier.MEDIUM)
        await pilot.press("f5")
        await until(wizard, pilot, "more than now")
        await pilot.press("2")
        shown = await until(wizard, pilot, "Restarts the database")
        assert "Size: small → medium." in shown
        await pilot.press("ctrl+n")
        await until(wizard, pilot, f"Deploy {NAME}?")
        await pilot.press("right", "enter")
        await until(wizard, pilot, "The site is up.")
    assert _parameters(account)["InstanceClass"] == "db.t4g.small"
    await services.close()


def _parameters(account: Account) -> Mapping[str, str]:
    cloudformation = client(account, "cloudformation")
    (stack,) = cloudformation.describe_stacks(StackName=f"solarrally-{NAME}-data")["Stacks"]
    return {each["ParameterKey"]: each["ParameterValue"] for each in stack["Parameters"]}
