"""What every screen and its error states look like, at 80x24 and 120x40."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from solarrally_tui.account.shared.extras import ANOMALIES, BUDGET, TRAIL, Extra, explain
from solarrally_tui.aws.errors import AwsError, Plain
from solarrally_tui.aws.patience import SILENT
from solarrally_tui.chargers.proof import HOPS, Proof
from solarrally_tui.deployed.dashboard.live_frames import Frame
from solarrally_tui.findings.severity import Severity
from solarrally_tui.findings.stack_failures import Cause
from solarrally_tui.provisioning.change.explanation import stack_failed
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.provisioning.engine.narrator import LOG_TYPE, STACK_TYPE
from solarrally_tui.provisioning.engine.outcome import Exit, Kept, Outcome, Unfinished
from solarrally_tui.provisioning.teardown.deleted_sites import DeletedSite
from solarrally_tui.wizard.engine import SIMULATED
from solarrally_tui.wizard.model import Added, SiteFacts
from solarrally_tui.wizard.plain_errors import plain_of
from solarrally_tui.wizard.run_progress import Prospects, RunProgress
from solarrally_tui.wizard.session import Session
from tests.screens.scripted.reports import NOON
from tests.screens.scripted.services import CAUSE, ME, NOBODY, STEP_IDS, Scripted, at, report  # noqa: F401

SMALL, LARGE, WALL = (80, 24), (120, 40), (200, 60)
EVSE = Added("evse-1", Path("/home/ops/solarrally/sunny-garage/evse-1"))
FOUR = Added(
    "evse-5",
    EVSE.folder.with_name("evse-5"),
    tuple(f"evse-{number}" for number in range(2, 6)),
)
PROVED = Proof(
    "evse-2",
    dict(zip(HOPS, (4.0, 18.0, 46.0, 31.0, 27.0, 92.0), strict=True)),
    frame=Frame("evse-2", NOON, NOON, 7360.0, "charging"),
)
START = 1767348000.0
Snap = Callable[..., bool]
PRICES = {"bootstrap": Decimal(1), "network": Decimal(0), "data": Decimal(18)}
PROSPECTS = Prospects(
    {"data": 620.0, "app": 145.0, "edge": 410.0, "distribution": 290.0},
    monthly=PRICES,
    unused=PRICES,
)
PLAIN = ("welcome", "account", "billing", "domain", "size", "application", "review", "status")


def half_way() -> RunProgress:
    run = RunProgress(Scripted().steps(), site="sunny-garage", clock=lambda: START)
    run.clock = lambda: START + 230
    for event in [
        at(0, "bootstrap", State.RUNNING),
        at(3, "bootstrap", State.RUNNING, "ArtifactBucket", "AWS::S3::Bucket"),
        at(33, "bootstrap", State.DONE, "ArtifactBucket", "AWS::S3::Bucket"),
        at(41, "bootstrap", State.DONE),
        at(2, "network", State.RUNNING),
        at(64, "network", State.DONE),
        at(65, "data", State.RUNNING),
        at(66, "data", State.RUNNING, "Database", "AWS::RDS::DBInstance"),
    ]:
        run.take(event)
    return run


@pytest.mark.parametrize("size", [SMALL, LARGE])
@pytest.mark.parametrize("step", PLAIN)
def test_screen(shown: Callable[..., bool], step: str, size: tuple[int, int]) -> None:
    assert shown(step, size)


@pytest.mark.parametrize("step", PLAIN[: PLAIN.index("review")])
def test_screen_on_a_projector(shown: Callable[..., bool], step: str) -> None:
    assert shown(step, WALL)


@pytest.mark.parametrize("size", [SMALL, LARGE, WALL])
def test_just_prices(shown: Callable[..., bool], session: Session, size: tuple[int, int]) -> None:
    session.site.just_prices = True
    assert shown("size", size)


@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_more_options(shown: Callable[..., bool], size: tuple[int, int]) -> None:
    assert shown("size", size, *["shift+tab"] * 5, "enter", "tab")


@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_provision_half_way(shown: Callable[..., bool], size: tuple[int, int]) -> None:
    assert shown("provision", size, run=half_way())


@pytest.mark.parametrize("size", [SMALL, LARGE, WALL])
def test_provision_with_time_and_money(shown: Callable[..., bool], size: tuple[int, int]) -> None:
    run = half_way()
    run.prospects = PROSPECTS
    for event in (
        at(66, "data", State.RUNNING, "solarrally-data", STACK_TYPE, "CREATE_IN_PROGRESS"),
        at(70, "app", State.RUNNING, reason="1 of 2 tasks run, 1 starting, 2 failed."),
        replace(at(71, "app", State.RUNNING, "Logs", "AWS::S3::Bucket"), stabilising=True),
        at(72, "app", State.FAILED, "4f1c", "AWS::ECS::Task", "Essential container exited"),
        at(73, "image-build", State.RUNNING, "image", LOG_TYPE, "Step 7/9 : RUN pip install"),
    ):
        run.take(event)
    run.clock = lambda: START + 1030
    assert shown("provision", size, run=run)


@pytest.mark.parametrize("size", [SMALL, LARGE, WALL])
@pytest.mark.parametrize("label", ["", SIMULATED], ids=["aws", "simulated"])
def test_provision_without_a_connection(
    shown: Callable[..., bool], session: Session, label: str, size: tuple[int, int]
) -> None:
    session.label = label
    run = half_way()
    run.prospects = PROSPECTS
    run.clock = lambda: START + 700
    run.take(at(700, "data", State.OUT_OF_SIGHT, reason=f"{SILENT} for 11 s."))
    run.clock = lambda: START + 1030
    assert shown("provision", size, run=run)


@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_provision_deleting(shown: Callable[..., bool], size: tuple[int, int]) -> None:
    run = RunProgress(Scripted().steps(destroys=True), destroys=True, clock=lambda: START)
    run.prospects = replace(PROSPECTS, usual={"edge": 360.0, "data": 250.0})
    for event in (
        at(0, "service-role-check", State.DONE),
        at(1, "edge", State.RUNNING),
        at(2, "edge", State.RUNNING, "Distribution", "AWS::CloudFront::Distribution"),
        at(3, "data", State.WAITING),
        at(3, "network", State.WAITING),
        at(3, "bootstrap", State.WAITING),
    ):
        run.take(event)
    run.clock = lambda: START + 100
    assert shown("provision", size, run=run)


@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_provision_waiting_for_what_aws_accepts(
    shown: Callable[..., bool], size: tuple[int, int]
) -> None:
    run = RunProgress(Scripted().steps(), clock=lambda: START)
    run.clock = lambda: START + 95
    for event in [
        at(0, "bootstrap", State.DONE),
        at(2, "network", State.DONE),
        at(65, "image-build", State.RUNNING, reason="Building. The build runs in AWS CodeBuild."),
        at(66, "data", State.WAITING, reason="Begins once AWS has begun Build the images."),
    ]:
        run.take(event)
    assert shown("provision", size, run=run)


@pytest.mark.parametrize("size", [SMALL, LARGE, WALL])
def test_provision_failed(shown: Callable[..., bool], size: tuple[int, int]) -> None:
    run = half_way()
    run.take(at(200, "data", State.FAILED))
    run.finish(Outcome(Exit.FAILED, "Failed.", CAUSE))
    assert shown("provision", size, run=run)


@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_provision_refused_before_the_database(
    shown: Callable[..., bool], size: tuple[int, int]
) -> None:
    run = half_way()
    run.take(at(200, "balancer", State.FAILED))
    words = "This AWS account currently does not support creating load balancers."
    cause = stack_failed(
        "solarrally-sunny-garage-balancer",
        "ROLLBACK_COMPLETE",
        Cause("LoadBalancer", "AWS::ElasticLoadBalancingV2::LoadBalancer", words),
    )
    stays = tuple(
        {
            "Network": Decimal("16.43"),
            "Artefacts and alerts": Decimal("1.10"),
            "Budget": Decimal(0),
        }.items()
    )
    left = Unfinished("sunny-garage", stays)
    run.finish(Outcome(Exit.FAILED, "Failed.", cause, unfinished=left))
    assert shown("provision", size, run=run)


_EXPIRED = AwsError("ExpiredToken", "The security token included in the request is expired", "", "")
_VCPUS = Cause("Service", "AWS::ECS::Service", "You've reached the limit on the number of vCPUs.")


@pytest.mark.parametrize("size", [SMALL, LARGE, WALL])
@pytest.mark.parametrize(
    "cause",
    [
        pytest.param(plain_of(_EXPIRED), id="expired"),
        pytest.param(
            stack_failed("solarrally-sunny-garage-app", "ROLLBACK_COMPLETE", _VCPUS), id="quota"
        ),
    ],
)
def test_provision_with_a_way_out(
    shown: Callable[..., bool], cause: Plain, size: tuple[int, int]
) -> None:
    run = half_way()
    run.prospects = PROSPECTS
    run.take(at(190, "data", State.DONE))
    run.take(at(200, "app", State.FAILED))
    left = Unfinished("sunny-garage", (("Database", Decimal("18.40")),))
    run.finish(Outcome(Exit.FAILED, "Failed.", cause, unfinished=left))
    who = {"who": None} if run.is_signed_out else {}
    assert shown("provision", size, run=run, **who)


def test_provision_done(shown: Callable[..., bool]) -> None:
    run = half_way()
    for step in STEP_IDS:
        run.take(at(220, step, State.DONE))
    run.finish(Outcome(Exit.OK, "Deployed."))
    assert shown("provision", SMALL, run=run, deployed="sunny-garage")


@pytest.mark.parametrize(
    ("extras", "size"),
    [((ANOMALIES,), SMALL), ((ANOMALIES,), LARGE), ((BUDGET, TRAIL, ANOMALIES), SMALL)],
    ids=["size0", "size1", "several"],
)
def test_provision_done_with_a_warning(
    shown: Callable[..., bool], extras: tuple[Extra, ...], size: tuple[int, int]
) -> None:
    run = half_way()
    for step in STEP_IDS:
        run.take(at(220, step, State.WARN if step == "budget" else State.DONE))
    refused = AwsError("AccessDeniedException", "User not enabled for cost explorer", "ce", "get")
    warnings = tuple(extra.missing(explain(refused)) for extra in extras)
    run.finish(Outcome(Exit.OK, "Deployed.", warnings=warnings))
    assert shown("provision", size, run=run, deployed="sunny-garage")


@pytest.mark.parametrize("size", [SMALL, LARGE, WALL])
@pytest.mark.parametrize(
    "state", ["asked for", "added", "proved", "several proved", "several stopped"]
)
def test_first_charger(shown: Callable[..., bool], state: str, size: tuple[int, int]) -> None:
    added = None if state == "asked for" else FOUR if state.startswith("several") else EVSE
    typed = {"charger": added.name} if added else {}
    keys = ["enter"] * state.endswith("proved")
    proofs = [PROVED] if state == "several stopped" else []
    assert shown("charger", size, *keys, charger=added, typed=typed, proofs=proofs)


@pytest.mark.parametrize("size", [SMALL, LARGE, WALL])
def test_welcome_with_draft_and_site(
    shown: Callable[..., bool], session: Session, services: Scripted, size: tuple[int, int]
) -> None:
    session.store.save(session.site.draft)
    session.site.draft.set("name", "")
    services.known_sites = ("barn", "harbour")
    services.incomplete = frozenset({"harbour"})
    backup = Kept("database snapshot", "rds:old-barn", monthly_usd=Decimal("1.94"))
    services.gone = (DeletedSite("old-barn", "ap-southeast-1", (backup,)),)
    assert shown("welcome", size)


def test_account_with_nobody_signed_in(shown: Callable[..., bool], services: Scripted) -> None:
    services.who_answers = [NOBODY]
    assert shown("account", who=None)


def test_billing_with_a_wrong_answer(shown: Callable[..., bool], session: Session) -> None:
    session.site.draft.set("alerts.email", "x[/y")
    assert shown("billing", SMALL, "ctrl+n")


def test_domain_of_ones_own(shown: Callable[..., bool], session: Session) -> None:
    session.site.draft.set("domain.name", "charging.sun.example.com")
    assert shown("domain")


def test_size_that_is_refused(shown: Callable[..., bool], session: Session) -> None:
    session.site.draft.set("size.chargers", "1000")
    session.site.draft.set("size.interval_seconds", "1")
    assert shown("size", SMALL, "ctrl+n")


def test_review_with_a_missing_answer(shown: Callable[..., bool], session: Session) -> None:
    session.site.draft.set("alerts.email", "")
    assert shown("review", SMALL, "ctrl+n")


def test_question_before_deploy(shown: Callable[..., bool]) -> None:
    assert shown("review", SMALL, "ctrl+n")


def test_help(shown: Callable[..., bool]) -> None:
    assert shown("size", SMALL, "f1")


def test_status_failing(shown: Callable[..., bool], services: Scripted) -> None:
    services.facts = SiteFacts(report(Severity.FAIL), "https://d1.cloudfront.net", "us-east-1")
    assert shown("status", deployed="sunny-garage")


def test_status_out_of_sight(
    shown: Callable[..., bool], services: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(name: str, **_: bool) -> SiteFacts:
        raise AwsError("ExpiredToken", "gone", "ssm", "get_parameter")

    monkeypatch.setattr(services, "status", refuse)
    assert shown("status", deployed="sunny-garage")


def test_narrow_terminal(shown: Callable[..., bool]) -> None:
    assert shown("size", (60, 20))


def test_light_theme(shown: Callable[..., bool], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEXTUAL_THEME", "solarrally-light")
    assert shown("size")


def test_contrast_theme(shown: Callable[..., bool], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEXTUAL_THEME", "contrast")
    assert shown("size")
