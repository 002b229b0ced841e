"""The sales engineer: prices, a quote, a story picked from the list, and a green site, by keys."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from textual.widgets import Input, OptionList

from solarrally_tui.app import WizardApp
from solarrally_tui.commands.demonstration.headless import DEMO_SITE
from solarrally_tui.commands.demonstration.stage import SimulatedStage
from solarrally_tui.interview.draft import Draft
from solarrally_tui.interview.draft_store import DraftStore
from solarrally_tui.simulator.child import Account
from solarrally_tui.wizard.engine import real_services
from tests.clients import client
from tests.screens.support import reached, screen_text, settle, until
from tests.screens.ways.test_whole_way import press

STORY = "no-capacity"
NAME = "sales-way"


@pytest.fixture
async def wizard(
    account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[WizardApp]:
    for name, value in account.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    stage = SimulatedStage(account.endpoint_url, "happy", "instant", tmp_path)
    await stage.play("happy")
    draft = Draft(DEMO_SITE | {"name": NAME})
    yield WizardApp(
        real_services(keys=stage.keys),
        store=DraftStore(tmp_path / "drafts"),
        stage=stage,
        draft=draft,
    )
    await stage.play("happy")


# Its parts are in make test: the quote (test_quote_dialog), a story and trying again (test_stage,
# cli/test_scenarios), Deploy by keys (test_whole_way), the demonstration's chargers
# (cli/test_running_demonstration).
@pytest.mark.torture
async def test_from_prices_over_a_failure_to_green(
    account: Account, wizard: WizardApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    led = reached(monkeypatch)

    def connected() -> int:
        words = f"attributes.site:{NAME} AND connectivity.connected:true"
        return len(client(account, "iot").search_index(queryString=words)["things"])

    async with wizard.run_test(size=(120, 40)) as pilot:
        await settle(wizard, pilot)
        # Prices, and what more chargers cost in every tier.
        existing = wizard.screen.query_one("#existing", OptionList)
        existing.highlighted = existing.get_option_index("prices")
        await press(wizard, pilot, "tab", "enter")
        before = screen_text(wizard)
        assert "Small" in before
        chargers = wizard.screen.query_one("#field-size-chargers Input", Input)
        chargers.value = "100"
        await settle(wizard, pilot)
        after = screen_text(wizard)
        prices = [line for line in before.splitlines() if "a month" in line]
        assert prices
        assert not set(prices) & set(after.splitlines())
        # The quote.
        await press(wizard, pilot, "ctrl+t", *"Harbour AG", "enter")
        assert "The quote is in" in screen_text(wizard)
        (quote,) = tmp_path.rglob("*.html")
        assert "Harbour AG" in quote.read_text()
        await press(wizard, pilot, "escape")
        chargers.value = "10"
        # A story of the list, and Deploy.
        await press(wizard, pilot, "f7")
        await press(wizard, pilot, "down", "down", "down", "enter")
        assert wizard.session.stage is not None
        assert wizard.session.stage.current == STORY
        await pilot.press("ctrl+n")
        await until(wizard, pilot, f"Deploy {NAME}?")
        await pilot.press("right", "enter")
        await until(wizard, pilot, "Stopped after")
        await until(wizard, pilot, "has no capacity for Database")
        await pilot.press("enter")
        await until(wizard, pilot, "The site is up.")
        # The dashboard opens signed in, in a browser that trusts no authority of ours.
        await pilot.press("o")
        while not led:
            await pilot.pause(0.1)
        page = await asyncio.to_thread(httpx.get, led[0], follow_redirects=True)
        assert (page.status_code, page.url.host, page.url.path) == (200, "localhost", "/")
        unsigned = f"http://{led[0].partition('@')[2]}"
        assert (await asyncio.to_thread(httpx.get, unsigned)).status_code == 401
        # It moves: six chargers send until the demonstration ends. Status shows them; First charger
        # only once there is one of one's own.
        await press(wizard, pilot, "ctrl+n", "ctrl+n")
        await until(wizard, pilot, "6 demo chargers send")
        assert connected() == 6
    # Then they are gone, with their files.
    for _ in range(100):
        if not connected() and not list(tmp_path.rglob("*.key.pem")):
            break
        await asyncio.sleep(0.1)
    assert connected() == 0
    assert not list(tmp_path.rglob("*.key.pem"))
