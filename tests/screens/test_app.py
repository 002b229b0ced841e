"""What belongs to the app: services, crashes, the palette, quick start-up."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Static

from solarrally_tui.aws.errors import AwsError
from solarrally_tui.interview.draft import Draft
from solarrally_tui.interview.draft_store import DraftStore
from solarrally_tui.interview.steps import STEPS
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.provisioning.engine.narrator import STACK_TYPE
from solarrally_tui.screens.domain.screen import DomainScreen
from solarrally_tui.wizard.engine import account_label
from solarrally_tui.wizard.session import Session, SiteView
from tests.screens.scripted.services import ME, Scripted
from tests.screens.scripted.services import at as event_at
from tests.screens.support import ANSWERS, Open, app_at, screen_text, settle, until, walk
from tests.screens.test_stage import Puppets


@pytest.mark.parametrize(
    ("url", "label"),
    [
        ("", ""),
        ("http://127.0.0.1:4599", "Simulated account"),
        ("http://localhost:4599", "Simulated account"),
        ("https://proxy.example.com", "Not AWS itself"),
    ],
)
def test_an_account_that_is_not_aws_is_labelled(
    monkeypatch: pytest.MonkeyPatch, url: str, label: str
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", url)
    assert account_label() == label


async def test_a_crash_names_the_place_and_no_value(session: Session) -> None:
    app = app_at("welcome", session)
    secret = "AKIA-very-secret"
    try:
        raise RuntimeError(secret)
    except RuntimeError:
        app._fatal_error()
    words = str(app._exit_renderables[-1])
    assert "RuntimeError at" in words
    assert "test_app.py" in words
    assert secret not in words


async def test_every_step_is_in_the_command_palette(session: Session) -> None:
    app = app_at("welcome", session)
    async with app.run_test() as pilot:
        await settle(app, pilot)

        def listed() -> set[str]:
            return {command.title for command in app.get_system_commands(app.screen)}

        ahead = {"Go to Provision", "Go to First charger", "Go to Status"}
        steps = {f"Go to {step.title}" for step in STEPS}
        assert steps & listed() == steps - ahead
        # Not under the name of a draft either, before any of it is in the account.
        session.in_account = frozenset({"sunny-garage"})
        assert steps <= listed()
        go = next(c for c in app.get_system_commands(app.screen) if c.title == "Go to Domain")
        go.callback()
        await pilot.pause()
        await settle(app, pilot)
        assert isinstance(app.screen, DomainScreen)


async def test_a_site_whose_answers_cannot_be_read_still_shows_its_status(
    at: Open, services: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(name: str) -> dict[str, Any]:
        raise AwsError("AccessDenied", "no [/x]", "ssm", "get_parameter")

    services.known_sites = ("barn",)
    monkeypatch.setattr(services, "answers", refuse)
    async with at("welcome") as (_, pilot):
        assert "The site is well." in await walk(pilot, "tab", "enter")


async def test_a_deployed_site_leaves_no_draft(at: Open, session: Session) -> None:
    async with at("review") as (_, pilot):
        await walk(pilot, "ctrl+n", "right", "enter", seconds=0.5)
        await walk(pilot, "ctrl+n")
        assert session.store.all() == ()


def test_the_first_screen_needs_no_boto3_and_no_simulator() -> None:
    code = (
        "import sys, solarrally_tui.app, solarrally_tui.screens.welcome;"
        "print([m for m in ('boto3', 'botocore', 'solarrally_tui.simulator', 'questionary',"
        " 'jinja2', 'httpx', 'cryptography', 'paho') if m in sys.modules])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path.cwd()
    )
    assert ran.stdout.strip() == "[]"


async def test_a_disk_that_takes_no_answers_is_told_once_and_stops_nothing(
    services: Scripted, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    full = DraftStore(tmp_path / "file" / "drafts")
    session = Session(services, full, site=SiteView(Draft(ANSWERS)), who=ME)
    app = app_at("account", session)
    async with app.run_test(size=(100, 40)) as pilot:
        await walk(pilot, "ctrl+n")
        await walk(pilot, "escape")
        (told,) = app._notifications
        assert told.title == "Your answers are not saved"
        assert "Not a directory" in told.message
        assert "Your answers could not be saved." in app.last_words(ValueError())
        assert "They could not be saved. Not a directory" in await walk(pilot, "ctrl+q")


def test_answers_that_were_saved_are_called_so(session: Session) -> None:
    app = app_at("account", session)
    assert "Your answers are saved." in app.last_words(None)
    assert session.store.load("sunny-garage")


def test_a_crash_promises_no_answers_of_a_demonstration_which_deletes_them(
    session: Session,
) -> None:
    session.stage = Puppets()
    told = app_at("account", session).last_words(ValueError())
    assert told == "Internal error in solarrally: ValueError.\n"


@pytest.fixture
def running(services: Scripted) -> Scripted:
    """A deployment that does not end: the network is being created, the rest waits."""
    begun = event_at(3, "network", State.RUNNING, "network", STACK_TYPE, "CREATE_IN_PROGRESS")
    services.events = (
        event_at(1, "record", State.DONE),
        event_at(2, "network", State.RUNNING),
        begun,
    )
    services.hold.clear()
    return services


async def test_leaving_a_run_says_what_it_means_and_how_to_continue(
    at: Open, running: Scripted, capsys: pytest.CaptureFixture[str]
) -> None:
    async with at("review") as (app, pilot):
        await walk(pilot, "ctrl+n", "right", "enter", seconds=0.5)
        await walk(pilot, "ctrl+q", seconds=0.0)
        shown = await until(app, pilot, "Delete what is there")
        assert "Leave while the run is not finished?" in shown
        words = str(app.screen.query_one(".dialog-body Static", Static).content)
        assert "AWS finishes what it has begun: Network. 12 of 14 steps wait until" in words
        assert app.is_running
        await walk(pilot, "escape", seconds=0.2)
        assert "Leave while" not in screen_text(app)
        await walk(pilot, "ctrl+q", seconds=0.0)
        await until(app, pilot, "Delete what is there")
        await walk(pilot, "right", "enter", seconds=0.2)
    captured = capsys.readouterr()
    printed = " ".join((captured.out + captured.err).split())
    assert "The run of sunny-garage is not finished." in printed
    assert "solarrally destroy sunny-garage" in printed


async def test_what_a_new_site_has_by_now_can_be_deleted_with_its_name(
    at: Open, running: Scripted
) -> None:
    async with at("review") as (app, pilot):
        await walk(pilot, "ctrl+n", "right", "enter", seconds=0.5)
        await walk(pilot, "ctrl+q", seconds=0.0)
        await until(app, pilot, "Delete what is there")
        await walk(pilot, "right", "right", "enter", seconds=0.0)
        await until(app, pilot, "Type sunny-garage to confirm.")
        await walk(pilot, *"sunny-garage", "enter", seconds=0.5)
        assert running.destroyed
