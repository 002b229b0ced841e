"""--read-only in the wizard: nothing is changed, and every screen says so in words."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from conftest import Open, screen_text, settle
from scripted import Scripted
from textual.pilot import Pilot
from textual.widgets import OptionList

from solarrally_tui.app import WizardApp
from solarrally_tui.aws.door import Door
from solarrally_tui.provisioning.deploy import deploy
from solarrally_tui.provisioning.outcome import Exit
from solarrally_tui.screens.charger import ChargerScreen
from solarrally_tui.screens.services import real_services
from solarrally_tui.screens.session import Go
from solarrally_tui.screens.status import StatusScreen
from solarrally_tui.screens.store import DraftStore
from solarrally_tui.simulator.child import Account, Child
from solarrally_tui.site.files import from_answers

SITE = {"name": "red-garage", "region": "us-east-1", "tier": "small",
        "alerts": {"email": "ops@example.com"}}  # fmt: skip


async def test_review_does_not_deploy_and_says_why(at: Open, services: Scripted) -> None:
    services.read_only = True
    async with at("review") as (app, pilot):
        assert "Simulated account · Read-only" in screen_text(app)
        await pilot.press("ctrl+n")
        await settle(app, pilot)
        assert "This session only reads." in screen_text(app)
        assert services.deployed == []


@contextlib.contextmanager
def fault(account: Account, target: str, message: str) -> Iterator[None]:
    url = f"{account.endpoint_url}/_solarrally/faults"
    what = {"kind": "resource", "target": target, "message": message}
    made = httpx.post(url, json=what, trust_env=False).raise_for_status().json()
    yield
    httpx.delete(f"{url}/{made['id']}", trust_env=False).raise_for_status()


async def until(app: WizardApp, pilot: Pilot[None], words: str) -> None:
    for _ in range(150):
        if words in screen_text(app):
            return
        await pilot.pause(0.2)
    pytest.fail(f"never saw {words!r}:\n{screen_text(app)}")


@pytest.fixture
def empty_account() -> Iterator[Account]:
    """An account of its own: among the sites of other tests the list would have to be scrolled."""
    child = Child(speed="instant")
    yield child.start()
    child.stop()


async def test_support_opens_a_failed_site_and_can_change_nothing(
    empty_account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = empty_account
    for name, value in account.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("HOME", str(tmp_path))
    async with await Door.open("us-east-1") as door:
        with fault(account, "solarrally-red-garage-bootstrap/ArtifactBucket", "The shelf is full."):
            outcome = await deploy(from_answers(SITE), door, lambda _: None)
        assert outcome.exit_code is Exit.FAILED
        before = await door.pages("cloudformation", "list_stacks", "StackSummaries")
        app = WizardApp(real_services(read_only=True), store=DraftStore(tmp_path / "drafts"))
        async with app.run_test(size=(160, 45)) as pilot:
            await until(app, pilot, "red-garage")
            assert "Read-only" in screen_text(app)
            sites = app.screen.query_one("#existing", OptionList)
            sites.highlighted = sites.get_option_index("site:red-garage")
            sites.focus()
            await pilot.press("enter")
            await until(app, pilot, "bootstrap is in ROLLBACK_COMPLETE")
            assert isinstance(app.screen, StatusScreen)
            app.post_message(Go("charger"))
            await settle(app, pilot)
            assert isinstance(app.screen, ChargerScreen)
            app.screen.add()
            await until(app, pilot, "This session only reads.")
        assert await door.pages("cloudformation", "list_stacks", "StackSummaries") == before
