"""What the account would do to a deployment: judged from facts, then asked of a real account."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from solarrally_tui.account.preflight import checks, quotas
from solarrally_tui.account.preflight.inspection import findings
from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.aws.keys import Keys, Secret
from solarrally_tui.findings.finding import Finding, Level
from solarrally_tui.policy import deploy
from solarrally_tui.policy.questions import questions
from solarrally_tui.policy.scope import Scope
from solarrally_tui.simulator.child import Account
from solarrally_tui.site.files import from_answers
from solarrally_tui.site.model import Site

NOW = datetime(2026, 1, 2, 10, tzinfo=UTC)
TIME = (1200.0, 2100.0)
ROLE = "arn:aws:iam::123456789012:role/Deployer"


def site(**answers: object) -> Site:
    given = {
        "name": "pre-garage",
        "region": "eu-central-1",
        "tier": "small",
        "alerts": {"email": "ops@example.com"},
    }
    return from_answers(given | answers)


def test_whose_credentials_they_are_is_judged_with_a_way_out() -> None:
    root = checks.identity("arn:aws:iam::123456789012:root", "ASIA1")
    lasting = checks.identity("arn:aws:iam::123456789012:user/me", "AKIA1")
    for finding in (root, lasting):
        assert finding.level is Level.WARN
        assert "F4" in finding.fix
    assert checks.identity(ROLE, "ASIA1").level is Level.OK


@pytest.mark.parametrize(
    ("minutes", "level", "told"),
    [
        (240, Level.OK, "4 h 00 min left; deploying takes 20 to 35 min."),
        (36, Level.OK, "36 min left"),
        (34, Level.WARN, "34 min left"),
        (-3, Level.WARN, "0 min left"),
    ],
)
def test_the_session_is_held_against_the_time_of_a_deployment(
    minutes: int, level: Level, told: str
) -> None:
    finding = checks.session(NOW + timedelta(minutes=minutes), NOW, TIME)
    assert finding
    assert (finding.level, told in finding.line) == (level, True)
    assert checks.session(None, NOW, TIME) is None


@pytest.mark.parametrize(
    ("arn", "role"),
    [
        ("arn:aws:sts::123456789012:assumed-role/Deployer/me@example.com", "Deployer"),
        ("arn:aws-cn:sts::123456789012:assumed-role/AWSReservedSSO_A_0a/x", "AWSReservedSSO_A_0a"),
        ("arn:aws:iam::123456789012:user/path/me", ""),
        ("arn:aws:sts::123456789012:federated-user/me", ""),
        ("arn:aws:iam::123456789012:root", ""),
    ],
)
def test_an_assumed_role_is_mapped_to_its_role(arn: str, role: str) -> None:
    assert checks.role_name(arn) == role


def test_what_iam_cannot_simulate_is_known() -> None:
    assert checks.can_be_simulated(ROLE)
    assert checks.can_be_simulated("arn:aws:iam::123456789012:user/path/me")
    assert not checks.can_be_simulated("arn:aws:sts::123456789012:federated-user/me")
    assert not checks.can_be_simulated("arn:aws:iam::123456789012:root")


def result(action: str, decision: str, organization: bool = True) -> dict[str, object]:
    return {
        "EvalActionName": action,
        "EvalDecision": decision,
        "OrganizationsDecisionDetail": {"AllowedByOrganizations": organization},
    }


def test_refused_actions_are_named_and_advice_only() -> None:
    names = ["s3:A", "s3:B", "s3:C", "s3:D", "s3:E"]
    finding = checks.permissions([result(n, "implicitDeny") for n in names])
    assert finding.level is Level.WARN
    assert finding.line == "5 actions look refused: s3:A, s3:B, s3:C and 2 more."
    assert "advice" in finding.fix
    assert "organization" not in finding.fix
    by_law = checks.permissions([result("s3:A", "explicitDeny", False)])
    assert "Your organization forbids" in by_law.fix
    assert checks.permissions([result("s3:A", "allowed")]).level is Level.OK


@pytest.mark.parametrize(
    ("status", "level"),
    [
        ("ENABLED", Level.OK),
        ("ENABLED_BY_DEFAULT", Level.OK),
        ("DISABLED", Level.FAIL),
        ("ENABLING", Level.FAIL),
        ("DISABLING", Level.FAIL),
        ("", Level.UNKNOWN),
    ],
)
def test_a_region_that_is_switched_off_is_seen(status: str, level: Level) -> None:
    finding = checks.region("ap-east-1", status)
    assert finding.level is level
    assert bool(finding.fix) is (level is not Level.OK)


def test_a_free_plan_is_told_with_what_is_left_of_it() -> None:
    told = {
        "accountPlanType": "FREE",
        "accountPlanRemainingCredits": {"amount": 81.5, "unit": "USD"},
        "accountPlanExpirationDate": NOW + timedelta(days=40),
    }
    finding = checks.plan(told, NOW)
    assert finding.level is Level.WARN
    assert finding.line == "Free plan, 81.50 USD of credits, 40 days to go."
    assert "90 days" in finding.fix
    paid = checks.plan(told | {"accountPlanType": "PAID"}, NOW)
    assert (paid.level, paid.line) == (Level.OK, "Paid plan, 81.50 USD of credits left.")
    over = checks.plan(told | {"accountPlanStatus": "EXPIRED"}, NOW)
    assert (over.level, over.line) == (Level.FAIL, "Free plan, ended.")
    assert checks.plan({"accountPlanType": "NEW"}, NOW).level is Level.UNKNOWN
    bare = checks.plan({"accountPlanType": "FREE"}, NOW)
    assert bare.line == "Free plan, no credits."


def test_a_quota_is_wanted_used_and_judged() -> None:
    large = site(tier="large", size={"egress": "nat-per-az"})
    by_id = {want.id: want for want in quotas.wants(large, exists=False)}
    assert by_id["addresses"].amount == large.size.zones
    assert by_id["fargate"].amount == 2 * large.size.max_tasks * large.size.task_cpu / 1024
    address = by_id["addresses"]
    assert quotas.judge(address, 5, 5 - address.amount).level is Level.OK
    short = quotas.judge(address, 5, 6 - address.amount)
    assert short.level is Level.FAIL
    assert "at least 6" in short.fix
    assert {
        want.amount
        for want in quotas.wants(large, exists=True)
        if want.id in {"addresses", "networks", "databases", "storage"}
    } == {0}


def test_an_unknown_quota_is_a_warning_and_never_a_block() -> None:
    for want in quotas.wants(site(tier="large"), exists=False):
        for limit, used in ((None, None), (None, 3), (1000.0, None)):
            assert quotas.judge(want, limit, used).level in {Level.UNKNOWN, Level.OK}
    assert quotas.judge(quotas.wants(site(), exists=False)[2], None, None).level is Level.UNKNOWN


def test_what_matters_most_decides() -> None:
    levels = [Level.OK, Level.WARN, Level.UNKNOWN]
    assert checks.worst(Finding("x", "x", each, "x") for each in levels) is Level.WARN
    assert checks.worst(()) is Level.OK


@pytest.fixture
async def owner(account: Account, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Door]:
    for name, value in account.environment.items():
        monkeypatch.setenv(name, value)
    async with await Door.open("eu-central-1") as door:
        yield door


async def as_role(owner: Door, name: str, documents: list[dict[str, object]]) -> Door:
    """Make a role with policies and return a door with its temporary keys."""
    trust = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}],
    }
    await owner.call(
        "iam", "create_role", RoleName=name, AssumeRolePolicyDocument=json.dumps(trust)
    )
    for number, document in enumerate(documents):
        await owner.call(
            "iam",
            "put_role_policy",
            RoleName=name,
            PolicyName=f"p{number}",
            PolicyDocument=json.dumps(document),
        )
    arn = f"arn:aws:iam::{(await owner.identity()).account}:role/{name}"
    # Not as the owner: AWS lets the root user take no role.
    await owner.call("iam", "create_user", UserName=name)
    made = (await owner.call("iam", "create_access_key", UserName=name))["AccessKey"]
    own = Keys(made["AccessKeyId"], Secret(made["SecretAccessKey"]))
    async with await Door.open("eu-central-1", keys=own) as user:
        told = (await user.call("sts", "assume_role", RoleArn=arn, RoleSessionName="me"))[
            "Credentials"
        ]
    keys = Keys(
        told["AccessKeyId"],
        Secret(told["SecretAccessKey"]),
        Secret(told["SessionToken"]),
        told["Expiration"],
    )
    return await Door.open("eu-central-1", keys=keys)


async def looked(door: Door) -> dict[str, Finding]:
    who = await door.identity()
    asked = questions("pre-garage", who.partition, who.account)
    return {each.id: each for each in await findings(door, who, site(), asked, TIME)}


async def test_a_role_with_the_deploy_policy_passes_and_with_less_is_warned(owner: Door) -> None:
    account = (await owner.identity()).account
    documents = [p.document for p in deploy.policies(Scope("pre-garage", "aws", account))]
    async with await as_role(owner, "pre-whole", documents) as whole:
        found = await looked(whole)
        assert found["permissions"].level is Level.OK, found["permissions"]
        assert found["identity"].level is Level.OK
        assert found["session"].level is Level.OK
    async with await as_role(owner, "pre-less", documents[1:]) as less:
        found = await looked(less)
        assert found["permissions"].level is Level.WARN
        assert "look refused" in found["permissions"].line


def test_conditions_are_asked_with_a_value_that_meets_them() -> None:
    asked = {key for question in questions("abc", "aws", "1" * 12) for key in question.context}
    assert {"iam:PassedToService", "iam:AWSServiceName"} <= asked


async def test_root_has_nothing_to_simulate_and_everything_else_is_looked_at(owner: Door) -> None:
    found = await looked(owner)
    assert found["identity"].level is Level.WARN
    assert found["permissions"].line == "The root user is allowed everything."
    for quota in ("fargate", "networks", "databases", "builds", "region", "roles", "plan"):
        assert found[quota].level is Level.OK, found[quota]


async def test_what_may_not_be_asked_becomes_unknown_and_stops_nothing(
    owner: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An account whose owner refuses every question, as AWS refuses them."""
    who = await owner.identity()
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    async with await Door.open(
        "eu-central-1", keys=Keys("ASIA1", Secret("x"), Secret("y"))
    ) as door:

        async def refuse(service: str, operation: str, *_: object, **__: object) -> None:
            raise AwsError("AccessDeniedException", "no", service, operation)

        monkeypatch.setattr(door, "call", refuse)
        monkeypatch.setattr(door, "pages", refuse)
        found = await findings(door, who, site(), questions("pre-garage", "aws", who.account), TIME)
    assert {each.level for each in found} <= {Level.OK, Level.UNKNOWN, Level.WARN}
    refused = [each for each in found if each.level is Level.UNKNOWN]
    assert len(refused) >= 6
    assert all(each.fix and "may not ask" in each.line for each in refused)
