"""Checks that a simulated account cannot turn are judged by what AWS would answer."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from solarrally_tui.aws.call_log import Call
from solarrally_tui.blueprints import CATALOGUE
from solarrally_tui.deployed.probe_reports import HubReport
from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.billed_calls import MONTH, cost, monthly
from solarrally_tui.health.diagnosis.judge import claims
from solarrally_tui.health.figures import Figure, Point, age, amount
from solarrally_tui.health.probes import app, database, money, stacks, traffic, upkeep
from solarrally_tui.site.model import Application
from solarrally_tui.stacks.template import read
from tests.blueprints.blueprint_setup import example
from tests.health.test_diagnosis_rules import CALL
from tests.health.test_telemetry import task

OK, UNKNOWN, WARN, FAIL = Severity.OK, Severity.UNKNOWN, Severity.WARN, Severity.FAIL
NOW = datetime(2026, 11, 22, tzinfo=UTC)
INSTANCE = {
    "DBInstanceStatus": "available",
    "DBInstanceClass": "db.t4g.micro",
    "AllocatedStorage": 20,
    "BackupRetentionPeriod": 7,
    "LatestRestorableTime": NOW - timedelta(minutes=5),
    "CertificateDetails": {
        "CAIdentifier": "rds-ca-rsa2048-g1",
        "ValidTill": NOW + timedelta(days=300),
    },
}


@pytest.mark.parametrize(
    ("told", "expected", "words"),
    [
        ({}, OK, "restored to 5 min ago"),
        ({"LatestRestorableTime": NOW - timedelta(hours=3)}, WARN, "3 h ago"),
        ({"BackupRetentionPeriod": 0}, WARN, "backups are off"),
        ({"DBInstanceStatus": "storage-full"}, FAIL, "storage-full"),
        (
            {"CertificateDetails": {"CAIdentifier": "old", "ValidTill": NOW + timedelta(days=9)}},
            WARN,
            "1 Dec 2026 (old)",
        ),
    ],
)
def test_a_database_is_judged_by_backup_and_certificate(
    told: dict[str, Any], expected: Severity, words: str
) -> None:
    found = database.judge_instance(INSTANCE | told, NOW)
    assert found.severity is expected
    assert words in found.line


@pytest.mark.parametrize(
    ("days", "expected"), [(900, OK), (100, WARN), (-1, WARN), (None, UNKNOWN)]
)
def test_an_engine_is_judged_by_the_end_of_its_support(
    days: int | None, expected: Severity
) -> None:
    period = {"LifecycleSupportName": "open-source-rds-standard-support"}
    lifecycles = [period | {"LifecycleSupportEndDate": NOW + timedelta(days=days)}] if days else []
    majors = [{"SupportedEngineLifecycles": lifecycles}]
    assert database.judge_support("17.4", majors, NOW).severity is expected


def _version(label: str, days: int) -> dict[str, Any]:
    return {"VersionStages": [label], "CreatedDate": NOW - timedelta(days=days)}


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        ([_version("AWSCURRENT", 30)], OK),
        ([_version("AWSCURRENT", 500)], WARN),
        ([_version("AWSCURRENT", 500), _version("solarrally-request", 0)], WARN),
        ([_version("AWSPREVIOUS", 500), _version("AWSCURRENT", 3)], OK),
        ([], UNKNOWN),
        (None, WARN),
    ],
)
def test_a_password_is_judged_by_the_age_of_the_value_in_force(
    versions: list[dict[str, Any]] | None, expected: Severity
) -> None:
    assert upkeep.judge_secrets("sun", {"database": versions}, NOW).severity is expected


@pytest.mark.parametrize(
    ("days", "opted_in", "expected"),
    [([], True, OK), ([3], True, OK), ([30, 10], True, WARN), ([1], False, WARN)],
)
def test_a_backup_plan_is_judged_by_its_newest_backup(
    days: list[int], opted_in: bool, expected: Severity
) -> None:
    points = [{"Status": "COMPLETED", "CreationDate": NOW - timedelta(days=d)} for d in days]
    assert upkeep.judge_backups(points, NOW, opted_in=opted_in).severity is expected


@pytest.mark.parametrize(
    ("pair", "commit", "expected", "words"),
    [
        (("0.1.0", "0.1.0"), "", OK, "Blueprints and application"),
        (("0.1.0", "0.2.0"), "", OK, "newer blueprints of app"),
        (("0.10.0", "0.9.0"), "", WARN, "Upgrade"),
        (("0.1.0", "0.1.0"), "a" * 40, OK, "runs commit aaaaaaa"),
        (("", "0.1.0"), "", UNKNOWN, "do not say"),
    ],
)
def test_a_release_is_judged_by_blueprints_and_commit(
    pair: tuple[str, str], commit: str, expected: Severity, words: str
) -> None:
    application = Application(commit=commit) if commit else Application()
    found = upkeep.judge_release({"app": pair}, application)
    assert found.severity is expected
    assert words in found.line


@pytest.mark.parametrize(
    ("spent", "forecast", "expected"),
    [(None, None, OK), (10, 60, OK), (10, 90, WARN), (81, 200, WARN)],
)
def test_a_budget_is_judged_by_spend_and_forecast(
    spent: int | None, forecast: int | None, expected: Severity
) -> None:
    known = {"ActualSpend": spent, "ForecastedSpend": forecast}
    told = {
        "BudgetLimit": {"Amount": "80.0", "Unit": "USD"},
        "CalculatedSpend": {
            name: {"Amount": str(value), "Unit": "USD"}
            for name, value in known.items()
            if value is not None
        },
    }
    assert money.judge_budget(told, "the whole account").severity is expected


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (4.0, "s", "4 s"),
        (125.0, "s", "2 min"),
        (7260.0, "s", "2 h 1 min"),
        (86400.0 * 9, "s", "9 days"),
        (84.6, "ms", "85 ms"),
        (2340.0, "ms", "2.3 s"),
        (6.54, "%", "6.5 %"),
        (12.5, "USD", "12.50 USD"),
        (3.0, "", "3"),
    ],
)
def test_a_figure_has_no_more_digits_than_a_glance_reads(
    value: float, unit: str, text: str
) -> None:
    assert amount(value, unit) == text
    assert Figure("x", "X", value, unit).text == text


def test_an_age_is_never_negative() -> None:
    assert age(-3) == "0 s"


def test_a_metric_a_minute_costs_what_the_price_list_says() -> None:

    once = cost([Call("cloudwatch", "get_metric_data", 0.1, parts=15), Call("ecs", "x", 0.1)])
    assert once == pytest.approx(0.00015)
    assert monthly(once, 60.0) == pytest.approx(once * MONTH / 60)


@pytest.mark.parametrize(
    ("states", "expected"),
    [((), UNKNOWN), (("NOT_CHECKED",), OK), (("IN_SYNC", "NOT_CHECKED"), OK), (("DRIFTED",), WARN)],
)
def test_drift_is_judged_by_the_last_detection(states: tuple[str, ...], expected: Severity) -> None:
    found = {f"solarrally-sun-{i}": state for i, state in enumerate(states)}
    assert stacks.judge_drift(found).severity is expected


RUNS = {"desiredCount": 1, "runningCount": 1}
UP, PARTLY, DOWN, AWAY = (
    HubReport(True, 4, 4, 1.0),
    HubReport(True, 4, 3, 1.0),
    HubReport(True, 4, 0, 90.0),
    HubReport(False, 4, 0),
)


@pytest.mark.parametrize(
    ("service", "reports", "expected", "rule"),
    [
        ({}, (), FAIL, "deleted-by-hand"),
        ({"desiredCount": 0, "runningCount": 0}, (), FAIL, "hub-down"),
        ({"desiredCount": 1, "runningCount": 0}, (UP,), FAIL, "hub-down"),
        (RUNS, (), OK, ""),
        (RUNS, (UP, UP), OK, ""),
        (RUNS, (AWAY, AWAY), FAIL, "hub-unreached"),
        (RUNS, (UP, AWAY), WARN, "hub-unreached"),
        (RUNS, (DOWN, AWAY), FAIL, "hub-unlinked"),
        (RUNS, (PARTLY, PARTLY), WARN, "hub-links"),
    ],
)
def test_a_hub_is_judged_by_its_service_and_what_tasks_report(
    service: dict[str, Any], reports: tuple[HubReport, ...], expected: Severity, rule: str
) -> None:
    found = app.judge_hub(service, [task(hub=one) for one in reports])
    assert found.severity is expected
    evidence = CALL.evidence("check:hub", found.line, state="fail", resource="Hub")
    claimed = claims(evidence) if rule else None
    assert (claimed.id if claimed else "") == rule


def test_capacity_says_when_tasks_are_added() -> None:
    site = example("medium", {"size": {"min_tasks": 2, "max_tasks": 6}})
    policy = read(next(b for b in CATALOGUE if b.id == "app").template())["Resources"][
        "CpuScaling"
    ]["Properties"]
    target = policy["TargetTrackingScalingPolicyConfiguration"]["TargetValue"]
    words = app.scaling(site.size)
    assert target == app.SCALES_OUT_ABOVE
    assert f"above {target} % CPU" in words
    assert words.endswith("from 2 to 6.")
    fixed = site.size.model_copy(update={"max_tasks": 2})
    assert app.scaling(fixed) == ""


def test_what_to_do_about_several_stacks_is_said_once() -> None:
    again, more = "Run it again.", "Run it again. It asks first."
    judged = [
        stacks.Judged(FAIL, "A is missing.", again),
        stacks.Judged(FAIL, "B failed.", more),
        stacks.Judged(FAIL, "C is missing.", again),
        stacks.Judged(FAIL, "D is another site's."),
    ]
    assert stacks.together(judged) == (
        "A is missing. B failed. C is missing. Run it again. It asks first. D is another site's."
    )


@pytest.mark.parametrize(
    ("requests", "milliseconds", "words"),
    [
        (1.0, (), "Too few requests to judge how long they take. 0.2 requests a minute"),
        (5.0, (84.0,), "95 % of requests take less than 84 ms. 1 request a minute"),
    ],
)
def test_the_time_of_requests_is_said_where_it_was_measured(
    requests: float, milliseconds: tuple[float, ...], words: str
) -> None:
    measured = tuple(Point(NOW, value) for value in milliseconds)
    found = traffic.judged((Point(NOW, requests),), measured, (), 1)
    assert found.severity is OK
    assert found.line.startswith(words)
