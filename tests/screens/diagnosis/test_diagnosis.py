"""The diagnosis screen: cause first, evidence one key away, all to be copied; and its doors."""

import re
from dataclasses import replace

import pytest
from textual.widgets import Button, OptionList

from solarrally_tui.app import WizardApp
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.diagnosis.evidence import Evidence
from solarrally_tui.health.diagnosis.model import Candidate, Sureness, Unknown
from solarrally_tui.health.diagnosis.rules.registry import RULES
from solarrally_tui.health.diagnosis.rules.rule import Rule
from solarrally_tui.provisioning.engine.outcome import Exit, Outcome
from solarrally_tui.screens.common.next_steps import in_the_wizard
from solarrally_tui.screens.common.words import READ_ONLY
from solarrally_tui.screens.diagnosis.detail import DetailScreen
from solarrally_tui.screens.diagnosis.next_step import FLEET, has_stopped, next_step, way_of
from solarrally_tui.screens.diagnosis.parts import diagnosed_parts
from solarrally_tui.screens.diagnosis.rows import Fold, rows
from solarrally_tui.screens.diagnosis.screen import DiagnosisScreen
from solarrally_tui.screens.provision.screen import ProvisionScreen
from solarrally_tui.screens.review.screen import ReviewScreen
from solarrally_tui.screens.status.check_detail import CheckScreen
from solarrally_tui.screens.status.screen import StatusScreen
from solarrally_tui.text.plain import Instead, Plain
from solarrally_tui.wizard.model import SiteFacts
from solarrally_tui.wizard.run_progress import RunProgress
from solarrally_tui.wizard.session import Session
from tests.screens.scripted.diagnoses import FAILED, PARTLY, REFUSED, WELL, WITH_CAUSE
from tests.screens.scripted.reports import report
from tests.screens.scripted.services import CAUSE, Scripted
from tests.screens.support import Open, screen_text, settle, walk

_COMMAND = re.compile(
    r"solarrally (?:chargers|policy|deploy|rotate|alerts|source|logs|diagnose|rollback|status)\b"
    r"|the same command|\b[Rr]un (?:deploy|destroy)\b"
)
_COMMANDS_ONLY = {
    "telemetry-rejected": "chargers check",
    "telemetry-was-rejected": "chargers check",
}
"""Rules whose next step only a command does: the wizard has no button for it."""
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
        assert "quota of Fargate vCPUs is used up. Service could not start. Certain: AWS" in shown
        assert "Next: Request a quota increase" in shown
        assert "Asked 14 sources." in shown
        await walk(pilot, "escape")
        assert isinstance(app.screen, StatusScreen)


@pytest.mark.parametrize(
    ("columns", "said"), [(80, "Database and it…"), (120, "Database and its events")]
)
async def test_the_source_that_was_asked_last_is_cut_only_where_it_has_no_room(
    at: Open, columns: int, said: str
) -> None:
    async with at("status", (columns, 40), deployed="sunny-garage") as (app, pilot):
        await walk(pilot, "f4")
        assert isinstance(app.screen, DiagnosisScreen)
        app.screen._progress(11, 19, "Database and its events")
        await pilot.pause()
        assert f"Asked 11 of 19 sources: {said}" in flat(app)


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
        assert "Stacks" in await walk(pilot, "end", "enter")
        assert "13 of 13 are complete." in await walk(pilot, "down", "enter")
        assert isinstance(app.screen, CheckScreen)


async def test_a_well_site_says_so_and_what_was_looked_at(at: Open, services: Scripted) -> None:
    services.diagnoses.answer = WELL
    async with at("status", deployed="sunny-garage") as (app, pilot):
        await walk(pilot, "f4")
        assert "✓ Nothing is wrong with sunny-garage." in flat(app)
        assert "14 sources were read at" in flat(app)
        assert "✓ Database Available, 20 GiB" in flat(app)
        await walk(pilot, "enter")
        assert "2 things are well. Enter shows each." in flat(app)
        assert "Available, 20 GiB" not in flat(app)


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
        await walk(pilot, "h")
        app.screen.query_one("#destroy", Button).press()
        await settle(app, pilot)
        await pilot.pause()
        assert READ_ONLY in [notification.message for notification in app._notifications]
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


def cause(id_: str, next_: str, kind: str = "stack-event") -> Candidate:
    evidence = Evidence(kind, "words")
    return Candidate(id_, "What.", Sureness.CERTAIN, next_, "source", (evidence,))


@pytest.mark.parametrize(
    ("candidate", "place"),
    [
        (cause("x", "Raise it, then run deploy again."), "review"),
        (cause("x", "Run solarrally deploy FILE again. It creates one."), "review"),
        (cause("run-interrupted", "Run solarrally deploy FILE again."), "review"),
        (cause("alerts-unconfirmed", "Open the e-mail."), "billing"),
        (cause("chargers-offline", "Check power."), FLEET),
        (cause("x", "Create the record.", "dns-proof"), "domain"),
        (cause("x", "Open the console."), None),
    ],
)
def test_where_the_wizard_does_the_next_step(candidate: Candidate, place: str | None) -> None:
    way = way_of(candidate)
    assert (way.place if way else None) == place


def test_every_rule_that_says_deploy_again_has_the_button() -> None:
    told = [rule for rule in RULES if re.search(r"[Rr]un (solarrally )?deploy again", rule.next)]
    assert len(told) > 5
    for rule in told:
        assert way_of(cause(rule.id, rule.next)) is not None, rule.id
        assert "run deploy again" not in in_the_wizard(rule.next).lower()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_the_wizard_names_no_command_of_ours_as_the_next_step(rule: Rule) -> None:
    said = next_step(cause(rule.id, rule.next))
    found = _COMMAND.search(said)
    assert bool(found) is (rule.id in _COMMANDS_ONLY), said


def test_stacks_have_the_names_of_the_parts_and_aws_has_its_own_words() -> None:
    stack = "solarrally-sunny-garage-edge"
    told = replace(
        WITH_CAUSE.causes[0], what=f"The stack {stack} is stuck.", next=f"See {stack}-logs."
    )
    said = diagnosed_parts(replace(WITH_CAUSE, causes=(told,))).causes[0]
    assert (said.what, said.next) == ("Web address is stuck.", f"See {stack}-logs.")
    assert said.effects[0].resource == "Web address"
    assert stack in said.effects[0].words


async def test_the_button_does_the_next_step(at: Open) -> None:
    async with at("status", deployed="sunny-garage") as (app, pilot):
        await walk(pilot, "f4")
        assert "Review and deploy" in str(app.screen.query_one("#next", Button).label)
        await walk(pilot, "ctrl+n")
        assert isinstance(app.screen, ReviewScreen)


async def test_nothing_is_said_twice_or_cut(at: Open, services: Scripted) -> None:
    words = "2 chargers are registered, none is connected to AWS IoT. No telemetry arrives."
    next_ = "Check power and network of the chargers. " + "Then look at each of them. " * 6
    offline = replace(
        cause("chargers-offline", next_.strip(), "check:telemetry"),
        what=f"No charger is connected: {words}",
        evidence=(Evidence("check:telemetry", words, resource="Telemetry", state="warn"),),
    )
    services.diagnoses.answer = replace(WITH_CAUSE, causes=(offline,))
    async with at("status", deployed="sunny-garage") as (app, pilot):
        await walk(pilot, "f4")
        shown = flat(app)
        assert shown.count(words) == 1
        assert shown.count(next_.strip()) == 1
        assert "…" not in shown.partition("Unknown")[0]


@pytest.mark.parametrize("width", [64, 76, 110, 150])
def test_no_line_is_wider_than_the_list(width: int) -> None:
    for row in rows(WITH_CAUSE, 0, width):
        assert max(map(len, row.shown.plain.splitlines())) <= width


def test_a_check_has_its_sign_and_words_are_not_said_again_among_the_effects() -> None:
    failed = Evidence("stack-event", "No capacity.", resource="Database", state="CREATE_FAILED")
    effects = (
        replace(
            failed, words="ROLLBACK_COMPLETE\nDatabase: No capacity.", state="ROLLBACK_COMPLETE"
        ),
        Evidence("check:stacks", "One is missing.", resource="Stacks", state="fail"),
        Evidence("alarm", "Nobody can sign in.", resource="solarrally-x-Alarm-1", state="ALARM"),
    )
    one = replace(WITH_CAUSE.causes[0], evidence=(failed,), effects=effects)
    told = [row.shown.plain for row in rows(replace(WITH_CAUSE, causes=(one,)), 0, 76)]
    assert told[:6] == [
        "Evidence",
        "Database CREATE_FAILED  No capacity.",
        "Effects",
        "Database ROLLBACK_COMPLETE",
        "✗ Stacks  One is missing.",
        "Alarm  Nobody can sign in.",
    ]
    many = replace(WITH_CAUSE, causes=(replace(one, effects=(*effects, *effects)),))
    told = [row.shown.plain for row in rows(many, 0, 76)]
    assert told[2:5] == [
        "Effects",
        "6 other findings follow from this. Enter lists them.",
        "Unknown",
    ]
    opened = rows(many, 0, 76, unfolded={Fold.EFFECTS})
    assert [row.shown.plain for row in opened][4] == "Database ROLLBACK_COMPLETE"


async def test_a_cause_that_stopped_the_deployment_has_the_buttons_and_words_of_provision(
    at: Open, services: Scripted
) -> None:
    plain = Plain(
        what="Database could not be created.",
        why="AWS has none.",
        next="Wait. Or use another size.",
        detail=FAILED.words,
        instead=Instead("use another class", {"size.database_class": None}),
    )
    run = RunProgress({"data": "Database"}, site="sunny-garage")
    run.finish(Outcome(Exit.FAILED, "Stopped.", cause=plain))
    async with at("provision", run=run, deployed="sunny-garage") as (app, pilot):
        label = str(app.screen.query_one("#other-answer", Button).label)
        await walk(pilot, "f4")
        assert isinstance(app.screen, DiagnosisScreen)
        assert str(app.screen.query_one("#other-answer", Button).label) == label
        assert label == " Use db.t3.micro "
        buttons = app.screen.query("#ways Button").results(Button)
        assert [(button.id, button.variant) for button in buttons] == [
            ("other-answer", "primary"),
            ("quota", "default"),
            ("again", "default"),
        ]
        shown = flat(app)
        assert "Next: Use db.t3.micro" in shown
        assert "the button below does it and tries again. Or: Wait." in shown
        assert "the same size on another processor" in shown
        first, other = WITH_CAUSE.causes
        assert (has_stopped(first, run), has_stopped(other, run)) == (plain, None)
        await pilot.click("#other-answer")
        await settle(app, pilot)
        assert isinstance(app.screen, ProvisionScreen)
        assert services.deployed[-1].size.database_class == "db.t3.micro"


async def test_a_quota_leads_to_its_page_first_on_both_screens(
    at: Open, services: Scripted
) -> None:
    run = RunProgress({"app": "Application"}, site="sunny-garage")
    plain = Plain(what="Stopped.", why="Quota.", next="Request more.", detail=FAILED.words)
    run.finish(Outcome(Exit.FAILED, "Stopped.", cause=plain))
    async with at("provision", run=run, deployed="sunny-garage") as (app, pilot):
        assert app.focused is app.screen.query_one("#quota")
        await walk(pilot, "f4")
        assert app.screen.query_one("#quota", Button).variant == "primary"
        assert app.screen.query_one("#again", Button).variant == "default"
        await pilot.click("#quota")
        await settle(app, pilot)
        assert "servicequotas" in app.clipboard


def test_what_is_healthy_has_names() -> None:
    raw = [
        Evidence("target", "healthy", resource="10.86.90.138:8000", good=True),
        Evidence("distribution", "Status: Deployed", resource="EXYIE1KK8DP84F", good=True),
        Evidence("check:telemetry", "Waiting.", resource="Telemetry", state="waiting", good=True),
    ]
    well = replace(WELL, fine=tuple(raw))
    assert [row.folds for row in rows(well, 0, 76)] == [None, Fold.WELL]
    told = rows(well, 0, 76, unfolded={Fold.WELL})[1:]
    assert [row.shown.plain for row in told[1:]] == [
        "○ Telemetry                Waiting.",
        "✓ Load balancer target     It is healthy.",
        "✓ CloudFront distribution  It is deployed and enabled.",
    ]
    assert ("Resource", "10.86.90.138:8000") in told[2].facts


def test_what_is_not_there_for_the_cause_is_one_line_until_it_is_opened() -> None:
    missing = [
        Unknown(title, f"The stack {stack} does not exist yet.")
        for title, stack in (("Tasks", "app"), ("Load balancer", "app"), ("Page", "edge"))
    ]
    told = replace(WITH_CAUSE, unknown=(REFUSED, *missing))
    folded = [row.shown.plain for row in rows(told, 0, 100)]
    assert any(line.startswith("? CloudTrail, refused calls") for line in folded)
    assert ("? 3 checks wait for what is not created yet. Enter lists them.") in folded
    assert not any("does not exist yet" in line for line in folded)
    opened = [row.shown.plain for row in rows(told, 0, 100, unfolded=[Fold.UNKNOWN])]
    assert "? Tasks, Load balancer: The stack app does not exist yet." in opened
