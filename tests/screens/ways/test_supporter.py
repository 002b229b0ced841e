"""--read-only in the wizard: nothing is changed, and every screen says so in words."""

import contextlib
import secrets
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from botocore import xform_name

from solarrally_tui.app import WizardApp
from solarrally_tui.aws.door import Door, is_reading
from solarrally_tui.interview.draft_store import DraftStore
from solarrally_tui.provisioning.deployment.deploy import deploy
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.screens.charger import ChargerScreen
from solarrally_tui.screens.common.messages import Go
from solarrally_tui.screens.status.screen import StatusScreen
from solarrally_tui.simulator.child import Account, Child
from solarrally_tui.site.files import from_answers
from solarrally_tui.wizard.engine import real_services
from tests.policy.operators import operator
from tests.screens.scripted.services import Scripted
from tests.screens.support import Open, screen_text, settle, until, walk

SITE = {
    "name": "red-garage",
    "region": "us-east-1",
    "tier": "small",
    "alerts": {"email": "ops@example.com"},
}


async def test_review_does_not_deploy_and_says_why(at: Open, services: Scripted) -> None:
    services.read_only = True
    async with at("review") as (app, pilot):
        assert "Simulated account · Read-only" in screen_text(app)
        assert "This session is read-only." in await walk(pilot, "ctrl+n")
        assert services.deployed == []


@contextlib.contextmanager
def fault(account: Account, target: str, message: str) -> Iterator[None]:
    url = f"{account.endpoint_url}/_solarrally/faults"
    what = {"kind": "resource", "target": target, "message": message}
    made = httpx.post(url, json=what, trust_env=False).raise_for_status().json()
    yield
    httpx.delete(f"{url}/{made['id']}", trust_env=False).raise_for_status()


@pytest.fixture
def empty_account() -> Iterator[Account]:
    """An account of its own: among the sites of other tests the list would have to be scrolled."""
    child = Child(speed="instant")
    yield operator(child.start())
    child.stop()


async def test_support_reaches_cause_and_evidence_by_keys_alone_and_changes_nothing(
    empty_account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    account, token = empty_account, secrets.token_hex(4)
    for name, value in account.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("HOME", str(tmp_path))
    words = f"You've reached the limit on the number of vCPUs you can run concurrently. {token}"
    async with await Door.open("us-east-1") as door:
        with fault(account, "solarrally-red-garage-bootstrap/ArtifactBucket", words):
            outcome = await deploy(from_answers(SITE), door, lambda _: None)
        assert outcome.exit_code is Exit.FAILED
        before = await door.pages("cloudformation", "list_stacks", "StackSummaries")
        counted(account, forget=True)
        app = WizardApp(real_services(read_only=True), store=DraftStore(tmp_path / "drafts"))
        async with app.run_test(size=(80, 24)) as pilot:
            await until(app, pilot, "red-garage")
            assert "Read-only" in screen_text(app)
            await pilot.press("tab", "enter")
            await until(app, pilot, "Find the cause")
            assert isinstance(app.screen, StatusScreen)
            await pilot.press("enter")
            await until(app, pilot, "The account's quota of processors (Fargate vCPUs) is used up.")
            assert "Next: Request a quota increase" in screen_text(app)
            await pilot.press("enter")
            await until(app, pilot, token)
            await until(app, pilot, "cloudformation describe_stack_events")
            await pilot.press("escape")
            app.post_message(Go("charger"))
            await settle(app, pilot)
            assert isinstance(app.screen, ChargerScreen)
            app.screen.add()
            await until(app, pilot, "This session is read-only.")
        writing = [call for call in counted(account) if not is_reading(operation(call))]
        assert writing == []
        assert await door.pages("cloudformation", "list_stacks", "StackSummaries") == before


def counted(account: Account, *, forget: bool = False) -> dict[str, int]:
    """Return how often the account was asked for each operation."""
    told = httpx.request(
        "DELETE" if forget else "GET", f"{account.endpoint_url}/_solarrally/calls", trust_env=False
    )
    calls: dict[str, int] = told.raise_for_status().json()["calls"]
    return calls


def operation(call: str) -> str:
    return xform_name(call.partition(".")[2])
