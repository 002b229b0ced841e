"""Verdicts, their order, their rendering, and judgements that need no account."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from solarrally_tui.aws.door import Door
from solarrally_tui.deployed.record import Record
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.findings.finding import Finding
from solarrally_tui.findings.severity import Severity, worst
from solarrally_tui.health.checks import check_site
from solarrally_tui.health.probes.domain import judge_certificate
from solarrally_tui.health.render import table, to_json
from solarrally_tui.health.report import Report
from solarrally_tui.site.files import from_answers

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
            Finding("stacks", "Stacks", OK, "All."),
            Finding("database", "Database", FAIL, "Stopped."),
        ),
    )


def test_the_table_has_a_sign_and_a_word_for_every_state() -> None:
    assert len({severity.glyph for severity in Severity}) == len(Severity)
    lines = table(example()).splitlines()
    assert lines[0].split() == ["✓", "ok", "Stacks", "All."]
    assert lines[1].split() == ["✗", "failing", "Database", "Stopped."]
    assert lines[-1] == "✗ one: failing."


def test_the_json_has_exactly_the_promised_keys() -> None:
    told = to_json(example())
    assert list(told) == ["site", "health", "checks", "telemetry"]
    assert told["health"] == "fail"
    assert told["checks"][1] == {
        "id": "database",
        "title": "Database",
        "state": "fail",
        "detail": "Stopped.",
    }


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"Status": "ISSUED", "NotAfter": NOW + timedelta(days=200)}, OK),
        ({"Status": "ISSUED", "NotAfter": NOW + timedelta(days=29)}, WARN),
        ({"Status": "ISSUED", "NotAfter": NOW - timedelta(days=2)}, FAIL),
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
