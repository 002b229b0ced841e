"""Rules over what AWS says: genuine words name their cause, and symptoms fold into it."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from solarrally_tui.deployed.stack import Stack
from solarrally_tui.findings.severity import Severity
from solarrally_tui.findings.stack_failures import ECHOES, first_failure, last_operation
from solarrally_tui.health.checks import PROBES
from solarrally_tui.health.diagnosis.evidence import ApiCall, Evidence
from solarrally_tui.health.diagnosis.judge import causes, claims, contradicts
from solarrally_tui.health.diagnosis.model import Candidate, Sureness
from solarrally_tui.health.diagnosis.rules.registry import RULES
from solarrally_tui.health.diagnosis.rules.rule import COMMON
from solarrally_tui.health.diagnosis.sources.stacks import ended_before, first_created
from solarrally_tui.health.report import Check, Report
from tests.health.diagnosis_words import MET, Met

NOON = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)
CALL = ApiCall("service", "operation", "eu-central-1", {})
RED = Report("sun", (Check("service", "Application tasks", Severity.FAIL, "0 of 1."),))
SERVES = Report(
    "sun",
    (
        Check("service", "Application tasks", Severity.OK, "1 of 1."),
        Check("targets", "Load balancer targets", Severity.OK, "1 of 1."),
        Check("alerts", "Alert e-mail", Severity.WARN, "Nobody has confirmed."),
    ),
)


def said(met: Met, minutes: float = 0, resource: str = "Thing", stack: str = "") -> Evidence:
    return CALL.evidence(
        met.kind,
        met.words,
        state=met.state,
        resource=resource,
        stack=stack,
        time=NOON + timedelta(minutes=minutes),
    )


def one(rule: str, kind: str = "") -> Met:
    return next(met for met in MET if met.rule == rule and (not kind or met.kind == kind))


def judged(*seen: Evidence, report: Report = RED) -> tuple[Candidate, ...]:
    return causes("sun", seen, report)


@pytest.mark.parametrize("met", MET, ids=lambda met: f"{met.rule}-{met.kind}")
def test_genuine_words_name_their_cause(met: Met) -> None:
    rule = claims(said(met))
    assert rule is not None
    assert rule.id == met.rule
    (found,) = judged(said(met))
    assert found.id == met.rule
    assert found.why == met.words
    assert met.source


@pytest.mark.parametrize("met", MET, ids=lambda met: f"{met.rule}-{met.kind}")
def test_sentences_are_whole(met: Met) -> None:
    (found,) = judged(said(met, stack="solarrally-sun-app"))
    for sentence in (found.what, found.next):
        assert not re.search(r"\{|\}|  |—", sentence)
        assert sentence.strip()
    assert found.what[0].isupper()
    assert "!" not in found.what + found.next


def test_every_rule_has_a_source_and_an_id_of_its_own() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    assert all(rule.source and rule.kinds for rule in RULES)
    # That one takes a traceback (test_log_words.py).
    assert {rule.id for rule in RULES} == {met.rule for met in MET} | {"connection-failed"}


@pytest.mark.parametrize("check", [probe.id for probe in PROBES])
def test_no_check_fails_without_a_cause(check: str) -> None:
    assert judged(CALL.evidence(f"check:{check}", "Something.", state="fail", resource="Thing"))


def test_who_and_what_was_denied_are_named() -> None:
    (found,) = judged(said(one("denied")))
    assert "solarrally-sun-cloudformation/AWSCloudFormation" in found.what
    assert "iam:CreateRole" in found.what
    (boundary,) = judged(said(one("denied-boundary")))
    assert "boundary" in boundary.what
    assert "boundary" in boundary.next


@pytest.mark.parametrize("echo", ECHOES)
def test_an_echo_is_never_a_cause(echo: str) -> None:
    assert judged(CALL.evidence("stack-event", echo, state="CREATE_FAILED")) == ()


def test_what_is_well_is_never_a_cause() -> None:
    assert all(claims(replace(said(met), good=True)) is None for met in MET)


def test_the_circuit_breaker_follows_from_what_stopped_the_tasks() -> None:
    for root in (
        "out-of-memory",
        "secret-missing",
        "image-not-pulled",
        "quota-vcpu",
        "database-password",
        "container-exit",
    ):
        breaker = said(one("not-stable"), minutes=0, stack="solarrally-sun-app")
        found = judged(breaker, said(one(root), minutes=5))
        assert [each.id for each in found] == [root]
        assert breaker in found[0].effects


def test_the_line_of_the_log_stands_before_the_exit_code_that_it_explains() -> None:
    found = judged(
        said(one("container-exit"), 1),
        said(one("database-password"), 2),
        said(one("health-check"), 3),
    )
    assert [each.id for each in found] == ["database-password"]
    assert len(found[0].effects) == 2


def test_a_first_failure_stands_before_stacks_that_were_never_reached() -> None:
    found = judged(said(one("unfinished")), said(one("no-capacity", "stack-event"), 4))
    assert [each.id for each in found] == ["no-capacity"]
    alone = judged(said(one("unfinished")))
    assert [(each.id, each.sure) for each in alone] == [("unfinished", Sureness.LIKELY)]


def test_a_deployment_that_was_interrupted_explains_what_it_did_not_reach() -> None:
    follow = (said(one("no-viewer-password")), said(one("unfinished")))
    found = judged(*follow, said(one("run-interrupted")))
    assert [(each.id, each.sure) for each in found] == [("run-interrupted", Sureness.CERTAIN)]
    assert all(each in found[0].effects for each in follow)
    refused = judged(*follow, said(one("run-interrupted"), 9), said(one("resource-failed")))
    assert [each.id for each in refused] == ["resource-failed", "run-interrupted"]


def test_a_stuck_stack_tells_the_way_out_beside_what_stopped_it() -> None:
    stack = "solarrally-sun-app"
    stuck, first = one("rollback-stuck"), one("denied")
    found = judged(said(stuck, 9, "Service", stack), said(first, 1, "Role", stack))
    assert [each.id for each in found] == ["denied", "rollback-stuck"]
    assert "Then run solarrally deploy FILE again" in found[1].next
    assert "Service" in found[1].what
    alone = judged(
        said(one("delete-stuck"), 9, "Bucket", stack),
        said(one("resource-failed"), 8, "Bucket", stack),
    )
    assert [each.id for each in alone] == ["delete-stuck"]


def test_unconfirmed_alerts_explain_nothing_and_come_last() -> None:
    found = judged(said(one("alerts-unconfirmed")), said(one("no-capacity", "stack-event"), 9))
    assert [each.id for each in found] == ["no-capacity", "alerts-unconfirmed"]
    assert not found[1].effects


def test_two_unrelated_causes_both_stay_the_surest_first() -> None:
    found = judged(said(one("database-unreachable")), said(one("database-stopped")))
    assert [each.id for each in found] == ["database-stopped", "database-unreachable"]


def test_trouble_of_tasks_that_are_well_again_does_not_count() -> None:
    old = (said(one("out-of-memory")), said(one("code-broken")), said(one("health-check")))
    assert judged(*old, report=SERVES) == ()
    running = said(one("bridge-refused", "log"))
    assert [each.id for each in judged(*old, running, report=SERVES)] == ["bridge-refused"]


def test_what_tasks_met_before_the_last_good_deployment_is_over() -> None:
    before, after = said(one("out-of-memory"), 1), said(one("secret-missing"), 9)
    good = CALL.evidence(
        "deployment",
        "ECS deployment completed.",
        state="COMPLETED",
        good=True,
        time=NOON + timedelta(minutes=5),
    )
    assert [each.id for each in judged(before, good)] == []
    assert [each.id for each in judged(before, good, after)] == ["secret-missing"]


def test_the_quota_that_was_looked_up_stands_with_the_words_that_named_it() -> None:
    words = "Fargate On-Demand vCPU resource count: 6 are allowed"
    value = CALL.evidence("quota", words, facts={"rule": "quota-vcpu"})
    (found,) = judged(said(one("quota-vcpu")), value)
    assert [each.kind for each in found.evidence] == ["service-event", "quota"]


def test_a_use_that_is_measured_low_is_no_proof_where_the_cause_is_that_quota() -> None:
    low = CALL.evidence("check:quotas", "Fargate: 0 of 6 vCPUs in use.", good=True)
    assert contradicts(low, judged(said(one("quota-vcpu"))))
    assert not contradicts(low, judged(said(one("denied"))))
    assert not contradicts(replace(low, kind="check:alerts"), judged(said(one("quota-vcpu"))))


def test_one_cause_gathers_all_that_speaks_for_it_the_first_leading() -> None:
    late, early = said(one("denied"), 7, "Late"), said(one("denied"), 2, "Early")
    (found,) = judged(late, early)
    assert [each.resource for each in found.evidence] == ["Early", "Late"]


def test_the_same_evidence_gives_the_same_answer_in_any_order() -> None:
    seen = [said(met, minutes) for minutes, met in enumerate(MET)]
    assert [each.id for each in judged(*seen)] == [each.id for each in judged(*reversed(seen))]


STACK = "arn:aws:cloudformation:eu-central-1:123456789012:stack/solarrally-sun-app/1"


def event(resource: str, status: str, reason: str = "", own: bool = False) -> dict[str, str]:
    return {
        "LogicalResourceId": resource,
        "PhysicalResourceId": STACK if own else resource,
        "ResourceStatus": status,
        "ResourceStatusReason": reason,
    }


def test_only_the_last_operation_of_a_stack_counts() -> None:
    told = [
        event("app", "CREATE_IN_PROGRESS", own=True),
        event("Service", "CREATE_FAILED", "an old trouble"),
        event("app", "UPDATE_IN_PROGRESS", own=True),
        event("Twin", "UPDATE_FAILED", "Resource update cancelled"),
        event("Service", "UPDATE_FAILED", "the new trouble"),
        event("app", "UPDATE_ROLLBACK_IN_PROGRESS", own=True),
        event("app", "UPDATE_ROLLBACK_COMPLETE", own=True),
    ]
    operation = last_operation(told[::-1], STACK)
    assert operation == told[2:]
    found = first_failure(operation, STACK)
    assert found
    assert found["ResourceStatusReason"] == "the new trouble"


def test_every_placeholder_of_a_rule_has_a_value() -> None:
    for rule in RULES:
        named = set(re.findall(r"\{(\w+)\}", rule.what + rule.next))
        assert named <= COMMON | rule.defaults.keys(), rule.id


def test_a_bridge_without_its_policy_stands_before_the_lines_of_its_log() -> None:
    line = said(one("bridge-unreachable", "log"))
    symptom = said(one("telemetry-bridge"))
    (found,) = judged(symptom, line, said(one("bridge-missing"), minutes=5))
    assert found.id == "bridge-missing"
    assert found.effects == (line, symptom)
    # Alone it is a symptom, as of a first deployment that failed elsewhere.
    root = said(one("database-stopped"))
    assert judged(root, said(one("bridge-missing")))[0].id == "database-stopped"
    first, second = judged(root, line, said(one("bridge-missing")))
    assert {first.id, second.id} == {"database-stopped", "bridge-missing"}


def test_every_rule_explains_rules_that_there_are() -> None:
    assert {id_ for rule in RULES for id_ in rule.explains} <= {rule.id for rule in RULES}


def test_a_stack_of_an_earlier_site_of_the_same_name_is_no_cause() -> None:
    """A site that was destroyed leaves deleted stacks in the lists of AWS for 90 days."""
    own = [
        Stack(
            "b", "solarrally-x-bootstrap", "CREATE_COMPLETE", created="2026-01-02T12:00:00+00:00"
        ),
        Stack("n", "solarrally-x-network", "CREATE_COMPLETE", created="2026-01-02T12:01:00+00:00"),
        None,
    ]
    begun = first_created(own)
    assert begun == datetime(2026, 1, 2, 12, tzinfo=UTC)
    assert ended_before({"DeletionTime": begun - timedelta(days=1)}, begun)
    assert not ended_before({"DeletionTime": begun + timedelta(minutes=5)}, begun)
    assert not ended_before({"DeletionTime": begun}, first_created([None]))
