"""What the account would do to a deployment: judged from facts, then asked of a real account."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from solarrally_tui.account import billing_alerts
from solarrally_tui.account.preflight import account_plan, checks, quotas
from solarrally_tui.account.preflight.inspection import findings
from solarrally_tui.account.preflight.spending import spending
from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.aws.keys import Keys, Secret
from solarrally_tui.findings.finding import Finding
from solarrally_tui.findings.severity import Severity, worst
from solarrally_tui.policy import deploy
from solarrally_tui.policy.scope import Scope
from solarrally_tui.policy.simulation_questions import deploy_questions
from solarrally_tui.simulator.child import Account
from solarrally_tui.site.files import from_answers
from solarrally_tui.site.model import Site
from solarrally_tui.site.tiers import Egress
from tests import clients

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
        assert finding.severity is Severity.WARN
        assert "Account" in finding.fix
    assert checks.identity(ROLE, "ASIA1").severity is Severity.OK


@pytest.mark.parametrize(
    ("minutes", "level", "told"),
    [
        (240, Severity.OK, "4 h 00 min left; deploying takes 20 to 35 min."),
        (36, Severity.OK, "36 min left"),
        (34, Severity.WARN, "34 min left"),
        (-3, Severity.WARN, "0 min left"),
    ],
)
def test_the_session_is_held_against_the_time_of_a_deployment(
    minutes: int, level: Severity, told: str
) -> None:
    finding = checks.session(NOW + timedelta(minutes=minutes), NOW, TIME)
    assert finding
    assert (finding.severity, told in finding.line) == (level, True)
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
    assert finding.severity is Severity.WARN
    assert finding.line == "You lack 5 permissions, it seems: s3:A, s3:B, s3:C and 2 more."
    assert "advice" in finding.fix
    assert "organization" not in finding.fix
    by_law = checks.permissions([result("s3:A", "explicitDeny", False)])
    assert "Your organization forbids" in by_law.fix
    assert checks.permissions([result("s3:A", "allowed")]).severity is Severity.OK


@pytest.mark.parametrize(
    ("status", "level"),
    [
        ("ENABLED", Severity.OK),
        ("ENABLED_BY_DEFAULT", Severity.OK),
        ("DISABLED", Severity.FAIL),
        ("ENABLING", Severity.FAIL),
        ("DISABLING", Severity.FAIL),
        ("", Severity.UNKNOWN),
    ],
)
def test_a_region_that_is_switched_off_is_seen(status: str, level: Severity) -> None:
    finding = checks.region("ap-east-1", status)
    assert finding.severity is level
    assert bool(finding.fix) is (level is not Severity.OK)


def test_a_free_plan_is_told_with_what_is_left_of_it() -> None:
    told = {
        "accountPlanType": "FREE",
        "accountPlanRemainingCredits": {"amount": 81.5, "unit": "USD"},
        "accountPlanExpirationDate": NOW + timedelta(days=40),
    }
    finding = account_plan.judge(told, NOW)
    assert finding.severity is Severity.WARN
    assert finding.line == "Free plan, $81.50 of credits, 40 days left."
    assert "90 days" in finding.fix
    paid = account_plan.judge(told | {"accountPlanType": "PAID"}, NOW)
    assert (paid.severity, paid.line) == (Severity.OK, "Paid plan, $81.50 of credits left.")
    over = account_plan.judge(told | {"accountPlanStatus": "EXPIRED"}, NOW)
    assert (over.severity, over.line) == (Severity.FAIL, "Free plan, expired.")
    assert account_plan.judge({"accountPlanType": "NEW"}, NOW).severity is Severity.UNKNOWN
    bare = account_plan.judge({"accountPlanType": "FREE"}, NOW)
    assert bare.line == "Free plan, no credits."


def test_a_quota_is_wanted_used_and_judged() -> None:
    large = site(tier="large", size={"egress": "nat-per-az"})
    by_id = {want.id: want for want in quotas.needs(large, exists=False)}
    assert by_id["addresses"].amount == large.size.zones
    assert by_id["fargate"].amount == 2 * large.size.max_tasks * large.size.task_cpu / 1024
    address = by_id["addresses"]
    assert quotas.judge(address, 5, 5 - address.amount).severity is Severity.OK
    short = quotas.judge(address, 5, 6 - address.amount)
    assert short.severity is Severity.FAIL
    assert "at least 6" in short.fix
    assert {
        want.amount
        for want in quotas.needs(large, exists=True)
        if want.id in {"addresses", "networks", "databases", "storage"}
    } == {0}


def test_an_unknown_quota_is_a_warning_and_never_a_block() -> None:
    for want in quotas.needs(site(tier="large"), exists=False):
        for limit, used in ((None, None), (None, 3), (1000.0, None)):
            assert quotas.judge(want, limit, used).severity in {Severity.UNKNOWN, Severity.OK}
    fargate = quotas.needs(site(), exists=False)[0]
    assert quotas.judge(fargate, None, None).wants_attention
    assert not quotas.judge(fargate, 1000.0, None).wants_attention


def test_what_matters_most_decides() -> None:
    levels = [Severity.OK, Severity.WARN, Severity.UNKNOWN]
    assert worst(levels, Severity.OK) is Severity.WARN
    assert worst((), Severity.OK) is Severity.OK


@pytest.fixture
async def owner(account: Account, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Door]:
    for name, value in clients.owner(account).environment.items():
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
    asked = deploy_questions("pre-garage", who.partition, who.account, "eu-central-1")
    return {each.id: each for each in await findings(door, who, site(), asked, TIME)}


async def test_a_role_with_the_deploy_policy_passes_and_with_less_is_warned(owner: Door) -> None:
    account = (await owner.identity()).account
    scope = Scope("pre-garage", "aws", account, "eu-central-1")
    documents = [p.document for p in deploy.policies(scope)]
    async with await as_role(owner, "pre-whole", documents) as whole:
        found = await looked(whole)
        assert found["permissions"].severity is Severity.OK, found["permissions"]
        assert found["identity"].severity is Severity.OK
        assert found["session"].severity is Severity.OK
    async with await as_role(owner, "pre-less", documents[1:]) as less:
        found = await looked(less)
        assert found["permissions"].severity is Severity.WARN
        assert "You lack" in found["permissions"].line


def test_conditions_are_asked_with_a_value_that_meets_them() -> None:
    asked = {
        key
        for question in deploy_questions("abc", "aws", "1" * 12, "eu-west-1")
        for key in question.context
    }
    assert {"iam:PassedToService", "iam:AWSServiceName", "aws:RequestedRegion"} <= asked


async def test_root_has_nothing_to_simulate_and_everything_else_is_looked_at(owner: Door) -> None:
    found = await looked(owner)
    assert found["identity"].severity is Severity.WARN
    assert found["permissions"].line == "Every action is allowed."
    for quota in ("networks", "databases", "builds", "region", "roles", "plan"):
        assert found[quota].severity is Severity.OK, found[quota]
    balancers = found["balancers"]
    assert "allowed; what is in use AWS does not say." in balancers.line
    assert (balancers.severity, balancers.wants_attention) == (Severity.UNKNOWN, False)


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
        found = await findings(
            door, who, site(), deploy_questions("pre-garage", "aws", who.account, "eu-west-1"), TIME
        )
    assert {each.severity for each in found} <= {Severity.OK, Severity.UNKNOWN, Severity.WARN}
    refused = [each for each in found if each.severity is Severity.UNKNOWN]
    assert len(refused) >= 6
    assert all(each.fix and "may not read it" in each.line for each in refused)


async def test_cost_explorer_that_was_never_opened_is_a_warning_beforehand(
    owner: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(service: str, operation: str, *_: object, **__: object) -> None:
        words = "User not enabled for cost explorer access"
        raise AwsError("AccessDeniedException", words, service, operation)

    assert (await spending(owner)).severity is Severity.OK
    monkeypatch.setattr(owner, "call", refuse)
    found = await spending(owner)
    assert (found.severity, found.line) == (
        Severity.WARN,
        "Cost Explorer has never been opened in this account.",
    )
    assert "alerts.anomaly_detection = false" in found.fix
    monkeypatch.setattr(owner, "pages", refuse)
    alerts = await billing_alerts.inspect(owner, "", "ops@example.com")
    (same,) = (each for each in alerts.findings if each.id == "monitor")
    assert (same.severity, same.line, same.fix) == (found.severity, found.line, found.fix)


@pytest.mark.parametrize("egress", list(Egress))
def test_every_way_to_the_internet_has_its_quotas(egress: Egress) -> None:
    """A NAT instance was a KeyError."""
    needs = {each.id: each for each in quotas.needs(site(size={"egress": egress}), exists=False)}
    assert bool(needs["addresses"].least) is (egress in {Egress.NAT_SINGLE, Egress.NAT_PER_AZ})
    assert bool(needs["instances"].least) is (egress is Egress.NAT_INSTANCE)


def test_a_quota_of_zero_stops_and_only_what_the_deployment_needs_does() -> None:
    fargate = quotas.needs(site(tier="large"), exists=False)[0]
    released = quotas.judge(fargate, 0, None)
    assert released.severity is Severity.FAIL
    assert "ask AWS to verify the account" in released.fix
    assert quotas.ASKS_AWS in released.fix
    # Enough to begin with, too little for the largest size.
    assert quotas.judge(fargate, fargate.amount - 1, 0).severity is Severity.WARN
    assert quotas.judge(fargate, fargate.least - 1, 0).severity is Severity.FAIL


def test_a_region_without_iot_stops() -> None:
    assert checks.without_iot("mx-central-1")
    assert checks.without_iot("eu-central-1") is None
    assert checks.arm_builds(site()) is None
    assert checks.arm_builds(site(region="eu-west-3"))
    assert checks.arm_builds(site(region="eu-west-3", size={"architecture": "x86_64"})) is None
