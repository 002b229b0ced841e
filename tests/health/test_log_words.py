"""What the lines of real programs show, alone and in whole logs; calm logs show nothing."""

import json
import random

import pytest

from solarrally_tui.health.diagnosis.evidence import ApiCall
from solarrally_tui.health.diagnosis.judge import claims
from solarrally_tui.health.diagnosis.log_lines import reports_error, telling
from solarrally_tui.health.diagnosis.pasted import explain, explain_log
from solarrally_tui.health.diagnosis.rules.registry import RULES
from tests.health.log_words import CALM, PRINTED, TRACEBACK
from tests.health.met import Met

LINES = [met for met in PRINTED if met.kind == "log"]
REASONS = [met for met in PRINTED if met.kind == "task"]
CALL = ApiCall("logs", "get_log_events", "eu-central-1", {})
ASYNCPG = "/venv/lib/python3.11/site-packages/asyncpg/connect_utils.py"
AIOMQTT = "/venv/lib/python3.11/site-packages/aiomqtt/client.py"
HTTPX = "/venv/lib/python3.11/site-packages/httpx/_transports/default.py"
REFUSED = "ConnectionRefusedError: [Errno 111] Connection refused"


def shown(text: str) -> str:
    found = explain_log(text)
    return found.cause if found else ""


@pytest.mark.parametrize("met", LINES, ids=lambda met: f"{met.rule} {met.words[-30:]}")
def test_a_line_shows_its_cause(met: Met) -> None:
    assert reports_error(met.words), "the source drops the line"
    claimed = claims(CALL.evidence("log", met.words))
    assert claimed is not None
    assert claimed.id == met.rule
    assert shown(met.words) == met.rule
    # As `aws logs tail` and the console print it, and among calm lines.
    assert shown(f"2026-11-29T06:13:14.123000+00:00 task/backend/4230 {met.words}") == met.rule
    started = "INFO:     Started server process [1]"
    assert shown("\n".join([started, met.words, *CALM[:3]])) == met.rule


@pytest.mark.parametrize("met", REASONS, ids=lambda met: f"{met.rule} {met.words[-30:]}")
def test_a_reason_of_a_stopped_task_shows_its_cause(met: Met) -> None:
    claimed = claims(CALL.evidence("task", met.words, state="TaskFailedToStart"))
    assert claimed is not None
    assert claimed.id == met.rule
    pasted = explain(met.words)
    assert pasted is not None
    assert pasted.cause == met.rule


@pytest.mark.parametrize("line", CALM)
def test_a_calm_line_shows_nothing(line: str) -> None:
    assert shown(line) == ""
    assert explain_log("\n".join(CALM)) is None


@pytest.mark.parametrize(
    ("file", "last", "cause"),
    [
        (ASYNCPG, REFUSED, "database-unreachable"),
        (ASYNCPG, "TimeoutError", "database-unreachable"),
        (ASYNCPG, "asyncio.exceptions.TimeoutError: timed out", "database-unreachable"),
        (AIOMQTT, REFUSED, "broker-unreachable"),
        (
            AIOMQTT,
            "aiomqtt.exceptions.MqttError: [Errno 111] Connection refused",
            "broker-unreachable",
        ),
        (HTTPX, REFUSED, "connection-failed"),
        (
            HTTPX,
            "ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED]",
            "connection-failed",
        ),
        ("/venv/websockets/legacy/protocol.py", "ConnectionResetError: [Errno 104] reset", ""),
        ("/venv/uvicorn/server.py", "asyncio.exceptions.CancelledError", ""),
        ("/app/main.py", "ImportError: cannot import name 'x' from 'y'", "code-broken"),
    ],
)
def test_a_traceback_shows_what_its_last_line_and_its_files_say(
    file: str, last: str, cause: str
) -> None:
    text = TRACEBACK.format(file=file, last=last)
    assert shown(text) == cause
    in_a_group = "\n".join(f"  | {line}" for line in text.splitlines())
    assert shown(f"  + Exception Group Traceback\n{in_a_group}") == cause
    stamped = "\n".join(
        f"2026-11-29T06:13:14.000000+00:00 task/backend/4230 {line}" for line in text.splitlines()
    )
    assert shown(stamped) == cause


def test_lines_of_source_in_a_traceback_are_no_failure() -> None:
    lines = TRACEBACK.format(file=ASYNCPG, last="ValueError: x").splitlines()
    assert [told.words for told in telling(lines)] == [
        "ValueError: x",
        "ERROR:    Application startup failed. Exiting.",
    ]


@pytest.mark.parametrize(
    ("lines", "cause"),
    [
        (
            [
                "WARNING database not reachable: [Errno 111] Connection refused, retry in 1 s",
                "INFO connected to database after 2 attempts",
            ],
            "",
        ),
        (
            [
                REFUSED,
                "INFO:     Application startup complete.",
            ],
            "",
        ),
        (
            [
                "INFO:     Application startup complete.",
                REFUSED,
            ],
            "database-unreachable",
        ),
        (
            [
                "ERROR asyncpg: Connection refused on port 5432",
                "INFO MQTT client connected to broker",
            ],
            "database-unreachable",
        ),
        (
            [
                'InvalidPasswordError: password authentication failed for user "a"',
                "INFO connected to database",
            ],
            "database-password",
        ),
    ],
)
def test_what_was_connected_again_later_is_over(lines: list[str], cause: str) -> None:
    assert shown("\n".join(lines)) == cause


def test_the_cause_is_found_wherever_it_stands_among_calm_lines() -> None:
    chance = random.Random(7)
    for met in LINES:
        lines = [*CALM, met.words]
        chance.shuffle(lines)
        assert shown("\n".join(lines)) == met.rule, lines


def test_every_rule_about_logs_says_who_prints_it_and_how_that_was_checked() -> None:
    of_logs = [rule for rule in RULES if rule.kinds[0] == "log"]
    assert len(of_logs) > 25
    for rule in of_logs:
        assert rule.printed_by, rule.id
        assert rule.checked.startswith(("measured", "source", "documented", "not checked")), rule.id
    # That one takes a traceback.
    assert {met.rule for met in LINES} >= {rule.id for rule in of_logs} - {"connection-failed"}


def test_a_bridge_that_only_tries_again_cannot_reach_aws_iot() -> None:
    """Lines of mosquitto 2.0.22 while iptables drops packets to port 8883."""
    tries = [
        f"2026-11-29T05:{minute}: Connecting bridge aws-iot (x.iot.us-east-1.amazonaws.com:8883)"
        for minute in ("41:59", "43:05", "44:10", "45:20")
    ]
    assert shown("\n".join(tries)) == "bridge-unreachable"
    assert shown("\n".join(tries[:2])) == ""
    assert shown("\n".join([*tries, "Bridge connected."])) == ""
    closed = "2026-11-29T05:46:00: Client local.x closed its connection."
    assert shown("\n".join([*tries, closed])) == "bridge-closed"


@pytest.mark.parametrize(
    ("reports", "cause"),
    [
        ([(1, 1), (0, 1), (1, 1)], ""),
        ([(1, 1), (1, 0)], ""),
        ([(1, 1), (0, 1), (0, 1)], "database-unreachable"),
        ([(1, 1), (1, 0), (1, 0)], "bridge-unreachable"),
        ([(0, 1), (1, 0)], ""),
    ],
)
def test_a_probe_that_reports_a_link_as_down_twice_shows_it(
    reports: list[tuple[int, int]], cause: str
) -> None:
    head = '{"_aws": {"CloudWatchMetrics": []}'
    lines = [f'{head}, "DatabaseReachable": {d}, "BridgeLinked": {b}}}' for d, b in reports]
    assert shown("\n".join(lines)) == cause


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        ('InvalidPasswordError: password authentication failed for user "solarrally"', "password"),
        ("gaierror: [Errno -2] Name or service not known", "unreachable"),
        ("TimeoutError: ", "unreachable"),
        ("AnErrorOfTomorrow: nobody knows these words", "unreachable"),
    ],
)
def test_a_probe_tells_why_the_database_is_out_of_reach(error: str, cause: str) -> None:
    report = {"_aws": {"CloudWatchMetrics": []}, "DatabaseReachable": 0, "BridgeLinked": 1}
    line = json.dumps(report | {"DatabaseError": error})
    assert shown(f"{line}\n{line}") == f"database-{cause}"
    well = json.dumps(report | {"DatabaseReachable": 1})
    assert shown(f"{line}\n{line}\n{well}") == ""
