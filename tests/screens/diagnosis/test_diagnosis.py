"""The diagnosis screen: cause first, evidence one key away, all to be copied; and its doors."""

import pytest
from textual.widgets import Button, OptionList

from solarrally_tui.app import WizardApp
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.findings.severity import Severity
from solarrally_tui.provisioning.engine.outcome import Exit, Outcome
from solarrally_tui.screens.diagnosis.detail import DetailScreen
from solarrally_tui.screens.diagnosis.screen import DiagnosisScreen
from solarrally_tui.screens.provision.screen import ProvisionScreen
from solarrally_tui.screens.status.screen import StatusScreen
from solarrally_tui.wizard.model import SiteFacts
from solarrally_tui.wizard.run_progress import RunProgress
from solarrally_tui.wizard.session import Session
from tests.screens.scripted.diagnoses import FAILED, PARTLY, WELL, WITH_CAUSE
from tests.screens.scripted.reports import report
from tests.screens.scripted.services import CAUSE, Scripted
from tests.screens.support import Open, screen_text, settle, walk

FAILING = SiteFacts(report(Severity.FAIL), "https://x.example", "us-east-1")


def flat(app: WizardApp) -> str:
    """Return what is shown without the frame and the wrapping."""
    return " ".join(screen_text(app).replace("▌", " ").replace("│", " ").split())


async def test_enter_on_a_failing_site_leads_to_the_cause(at: Open, services: Scripted) -> None:
    services.facts = FAILING
    services.read_only = True
    async with at("status", deployed="sunny-garage") as (app, pilot):
        assert "Find the cause" in str(app.screen.query_one("#next", Button).label)
        await walk(pilot, "enter")
        assert isinstance(app.screen, DiagnosisScreen)
        assert services.diagnoses.asked == ["sunny-garage"]
        shown = flat(app)
        assert "quota of Fargate vCPUs is used up. Service could not start. · certain" in shown
        assert "Next: Request a quota increase" in shown
        assert "Asked 14 sources. Unknown: 4." in shown
        await walk(pilot, "escape")
        assert isinstance(app.screen, StatusScreen)


async def test_enter_shows_the_whole_words_of_aws_and_where_they_are_from(
    at: Open, services: Scripted
) -> None:
    async with at("status", (100, 40), deployed="sunny-garage") as (app, pilot):
        await walk(pilot, "f4")
        await walk(pilot, "enter")
        assert isinstance(app.screen, DetailScreen)
        shown = flat(app)
        assert "HandlerErrorCode: GeneralServiceException" in shown
        assert "[/odd]" in shown
        assert "2026-01-02 12:00:00 UTC" in shown
        assert "aws cloudformation describe-stack-events" in shown
        assert "console.aws.amazon.com" in shown
        await walk(pilot, "escape")
        assert isinstance(app.screen, DiagnosisScreen)
        assert services.diagnoses.asked == ["sunny-garage"]


@pytest.mark.parametrize(
    ("key", "start"),
    [
        ("f6", "Resource handler returned message:"),
        ("c", "aws cloudformation describe-stack-events --region us-east-1"),
        ("l", "https://us-east-1.console.aws.amazon.com/cloudformation/"),
        ("m", "## sunny-garage:"),
    ],
)
async def test_each_part_can_be_copied(at: Open, key: str, start: str) -> None:
    async with at("status", deployed="sunny-garage") as (app, pilot):
        await walk(pilot, "f4")
        await walk(pilot, key)
        assert app.clipboard.startswith(start)
        if key == "f6":
            assert app.clipboard == FAILED.words


async def test_a_line_without_a_link_says_so(at: Open) -> None:
    async with at("status", deployed="sunny-garage") as (_, pilot):
        await walk(pilot, "f4")
        assert "Nothing to copy on this line." in await walk(pilot, "down", "down", "l")


async def test_another_cause_can_be_put_on_top(at: Open) -> None:
    async with at("status", deployed="sunny-garage") as (app, pilot):
        await walk(pilot, "f4")
        await walk(pilot, "down", "down", "enter")
        shown = flat(app)
        assert "✗ Alerts reach nobody" in shown
        assert "ops@example.com has not confirmed [/x]." in shown


async def test_a_check_that_is_not_well_asks_for_its_own_cause(
    at: Open, services: Scripted
) -> None:
    services.facts = FAILING
    async with at("status", deployed="sunny-garage") as (app, pilot):
        app.screen.query_one("#checks", OptionList).focus()
        await walk(pilot, "enter")
        assert isinstance(app.screen, DiagnosisScreen)


async def test_a_check_that_is_well_shows_its_whole_detail(at: Open) -> None:
    async with at("status", deployed="sunny-garage") as (app, pilot):
        app.screen.query_one("#checks", OptionList).focus()
        assert "13 of 13 are complete." in await walk(pilot, "enter")
        assert not isinstance(app.screen, DiagnosisScreen)


async def test_a_well_site_says_so_and_what_was_looked_at(at: Open, services: Scripted) -> None:
    services.diagnoses.answer = WELL
    async with at("status", deployed="sunny-garage") as (app, pilot):
        await walk(pilot, "f4")
        assert "✓ Nothing is wrong with sunny-garage." in flat(app)
        assert "✓ Database Available, 20 GiB" in flat(app)


async def test_what_could_not_be_seen_never_counts_as_well(at: Open, services: Scripted) -> None:
    services.diagnoses.answer = PARTLY
    async with at("status", deployed="sunny-garage") as (app, pilot):
        await walk(pilot, "f4")
        assert "but not everything could be checked" in flat(app)
        assert "? Database: AWS refused the call." in flat(app)


async def test_a_session_that_ended_is_explained_and_asked_again(
    at: Open, services: Scripted
) -> None:
    services.diagnoses.answer = AwsError("ExpiredToken", "gone [/x]", "ssm", "get_parameter")
    async with at("status", deployed="sunny-garage") as (app, pilot):
        await walk(pilot, "f4")
        assert "The AWS sign-in session has expired." in flat(app)
        services.diagnoses.answer = WITH_CAUSE
        await walk(pilot, "f5")
        assert "quota of Fargate vCPUs" in flat(app)


async def test_a_stopped_deployment_leads_to_the_diagnosis_and_back(
    at: Open, services: Scripted, session: Session
) -> None:
    run = RunProgress(services.steps())
    run.finish(Outcome(Exit.FAILED, "Failed.", CAUSE))
    session.site.run = run
    async with at("provision") as (app, pilot):
        await walk(pilot, "f4")
        assert isinstance(app.screen, DiagnosisScreen)
        await walk(pilot, "escape")
        assert isinstance(app.screen, ProvisionScreen)


async def test_a_running_deployment_offers_no_diagnosis(at: Open, session: Session) -> None:
    session.site.run = RunProgress(session.services.steps())
    async with at("provision") as (app, pilot):
        await walk(pilot, "f4")
        assert isinstance(app.screen, ProvisionScreen)


async def test_destroy_is_not_even_asked_about_where_nothing_may_be_changed(
    at: Open, services: Scripted
) -> None:
    services.read_only = True
    async with at("status", deployed="sunny-garage") as (app, pilot):
        await walk(pilot, "f3")
        app.screen.query_one("#destroy", Button).press()
        await settle(app, pilot)
        await pilot.pause()
        assert "This session is read-only." in screen_text(app)
        assert "Type sunny-garage" not in screen_text(app)
        assert services.destroyed == []


@pytest.mark.parametrize("size", [(80, 24), (60, 20)])
async def test_cause_next_step_and_evidence_fit_a_small_terminal(
    at: Open, size: tuple[int, int]
) -> None:
    async with at("status", size, deployed="sunny-garage") as (app, pilot):
        await walk(pilot, "f4")
        lines = screen_text(app).splitlines()
        for words in ("quota of Fargate vCPUs", "Next:", "Evidence", "CREATE_FAILED"):
            assert any(words in line for line in lines), words
