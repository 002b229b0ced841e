"""Verdicts, their order, their rendering, and judgements that need no account."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from solarrally_tui.aws.door import Door
from solarrally_tui.deployed.record import Record
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.findings.severity import Severity, worst
from solarrally_tui.health.bundle.fields import dump, load
from solarrally_tui.health.checks import check_site
from solarrally_tui.health.figures import Figure, Point
from solarrally_tui.health.layers import Layer
from solarrally_tui.health.probes.domain import judge_certificate
from solarrally_tui.health.render import table, to_json
from solarrally_tui.health.report import Check, Pending, Report
from solarrally_tui.site.files import from_answers
from solarrally_tui.text.plain import Plain

OK, UNKNOWN, WARN, FAIL = Severity.OK, Severity.UNKNOWN, Severity.WARN, Severity.FAIL
NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([], UNKNOWN),
        ([OK, OK], OK),
        ([UNKNOWN, OK], UNKNOWN),
        ([WARN, UNKNOWN, OK], WARN),
        ([OK, FAIL, WARN, UNKNOWN], FAIL),
    ],
)
def test_the_worst_verdict_wins(found: list[Severity], expected: Severity) -> None:
    assert worst(found) is expected


def example() -> Report:
    return Report(
        "one",
        (
            Check("stacks", "Stacks", OK, "All."),
            Check("database", "Database", FAIL, "Stopped."),
        ),
    )


def test_the_table_has_a_sign_and_a_word_for_every_state() -> None:
    assert len({severity.glyph for severity in Severity}) == len(Severity)
    lines = table(example()).splitlines()
    assert lines[0] == "✗ one: failing."
    assert lines[2].split() == ["✗", "failing", "Database", "Stopped."]
    assert lines[3].split() == ["✓", "ok", "Stacks", "All."]


def test_the_table_says_in_full_what_is_not_ok_and_shortly_what_is() -> None:
    report = Report(
        "one",
        (
            Check("run", "Deployment", OK, "None. The last one ended.", layer=Layer.OPERATIONS),
            Check("stacks", "Stacks", OK, "All.", layer=Layer.OPERATIONS),
            Check(
                "drift", "Drift", OK, "Nobody. Do.", layer=Layer.OPERATIONS, pending=Pending.UNUSED
            ),
            Check("alarms", "Alarms", WARN, "One. See it.", layer=Layer.OPERATIONS),
            Check("page", "Page", OK, "Served. Well.", layer=Layer.PAGE),
            Check("chargers", "Chargers", UNKNOWN, "Not seen. Why.", layer=Layer.CHARGERS),
        ),
    )
    short = table(report).splitlines()
    assert [" ".join(line.split()[2:]) for line in short[2:6]] == [
        "Alarms One. See it.",
        "Chargers Not seen. Why.",
        "Page Served.",
        "Deployment None.",
    ]
    assert short[-2] == "1 more is ok, 1 is not used. --details shows every check in full."
    assert short[-1] == "To find the cause: solarrally diagnose one"
    full = table(report, details=True)
    assert all(check.title in full and check.line in full for check in report.checks)
    assert "--details" not in full


def test_the_table_has_the_order_of_the_screen() -> None:
    titles = [line.split()[2] for line in table(example(), details=True).splitlines()[2:4]]
    assert titles == [check.title for check in example().ranked]


def test_the_json_keeps_its_promised_keys() -> None:
    told = to_json(example())
    quiet = Check("drift", "Drift", OK, "Nobody.", pending=Pending.UNUSED)
    (unused,) = to_json(Report("one", (quiet,)))["checks"]
    assert (unused["state"], unused["unused"], unused["waiting"]) == ("ok", True, False)
    assert list(told)[:3] == ["site", "health", "checks"]
    assert told["health"] == "fail"
    promised = ("id", "title", "state", "detail")
    assert [told["checks"][1][key] for key in promised] == [
        "database",
        "Database",
        "fail",
        "Stopped.",
    ]


def test_a_report_of_a_bundle_is_the_one_that_was_seen() -> None:
    course = (Point(NOW - timedelta(minutes=5), 3.5), Point(NOW, 4.5))
    figure = Figure("response_time", "Response time", 4.5, "ms", course, 2000.0)
    seen = Check("traffic", "Traffic", WARN, "Slow.", layer=Layer.APPLICATION, at=NOW, pace=60.0)
    gone = Plain(what="AWS cannot be reached.", why="No network.", next="Connect.", detail="x")
    report = Report("one", (replace(seen, figures=(figure,)),), None, NOW, gone, NOW, 0.69)
    assert load(Report, json.loads(json.dumps(dump(report)))) == report
    (figure_told,) = to_json(report)["checks"][0]["figures"]
    assert figure_told["value"] == 4.5
    assert figure_told["series"][1][1] == 4.5


def test_what_is_older_than_its_pace_allows_is_stale() -> None:
    seen = Check("page", "Page", OK, "Served.", at=NOW, pace=10.0)
    assert not seen.is_stale(NOW + timedelta(seconds=20))
    assert seen.is_stale(NOW + timedelta(seconds=30))
    assert not replace(seen, pace=0.0).is_stale(NOW + timedelta(days=9))


def test_without_a_connection_no_site_is_well() -> None:
    gone = Plain(what="AWS cannot be reached.", why="", next="")
    assert Report("one", (Check("page", "Page", OK, "Served."),), lost=gone).health is UNKNOWN


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"Status": "ISSUED", "NotAfter": NOW + timedelta(days=200)}, OK),
        ({"Status": "ISSUED", "NotAfter": NOW + timedelta(days=29)}, WARN),
        ({"Status": "ISSUED", "NotAfter": NOW - timedelta(days=2)}, FAIL),
        (
            {
                "Status": "ISSUED",
                "NotAfter": NOW + timedelta(days=50),
                "RenewalSummary": {"RenewalStatus": "PENDING_VALIDATION"},
            },
            WARN,
        ),
        (
            {
                "Status": "ISSUED",
                "NotAfter": NOW + timedelta(days=50),
                "RenewalSummary": {"RenewalStatus": "PENDING_AUTO_RENEWAL"},
            },
            OK,
        ),
        ({"Status": "PENDING_VALIDATION"}, WARN),
        ({"Status": "FAILED"}, FAIL),
    ],
)
def test_a_certificate_is_judged_by_state_and_age(told: dict[str, Any], expected: Severity) -> None:
    found = judge_certificate({"DomainName": "charging.example.com"} | told, NOW)
    assert found.severity is expected
    assert "charging.example.com" in found.line


async def test_without_a_network_everything_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "123456789012")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "none")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    answers = {"name": "one", "region": "us-east-1", "tier": "small"}
    site = from_answers(answers | {"alerts": {"email": "a@example.com"}})
    async with await Door.open("us-east-1") as door:
        found = await check_site(DeployedSite.of(Record(site, site.region, "123456789012"), door))
    assert found.health is UNKNOWN
    assert {check.severity for check in found.checks} == {UNKNOWN}
