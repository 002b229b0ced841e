"""The way out of long-lived keys: a role with exactly the deploy policy, made and taken."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from solarrally_tui.account import deployer_role as pure
from solarrally_tui.account.deployer_role import DeployerPlan
from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.aws.keys import AssumedRole, Keys, Secret
from solarrally_tui.findings.severity import Severity
from solarrally_tui.policy import boundary, deploy, service_role
from solarrally_tui.policy.scope import Scope
from solarrally_tui.provisioning.identities.deployer import ROOT_CANNOT, Deployer
from solarrally_tui.provisioning.identities.iam_role import boundary_of
from solarrally_tui.simulator.child import Account
from solarrally_tui.site.files import from_answers
from solarrally_tui.site.model import Site
from solarrally_tui.site.names import SITE_TAG
from solarrally_tui.wizard.engine import real_services
from tests import clients
from tests.policy.operators import ADMINISTRATOR

ANN, BOB = "arn:aws:iam::123456789012:user/ann", "arn:aws:iam::123456789012:user/bob"
SITE = "role-garage"


def site(boundary: str) -> Site:
    return from_answers(
        {
            "name": SITE,
            "region": "us-east-1",
            "tier": "small",
            "alerts": {"email": "ops@example.com"},
            "governance": {"permissions_boundary_arn": boundary},
        }
    )


def principals(trust: dict[str, Any]) -> dict[str, Any]:
    return {each["Sid"]: each["Principal"]["AWS"] for each in trust["Statement"]}


def test_whoever_was_trusted_stays_and_who_was_deleted_goes() -> None:
    first = pure.trust(None, ANN, mfa=False)
    assert principals(first) == {"Operators": ANN}
    both = pure.trust(first, BOB, mfa=True)
    assert principals(both) == {"Operators": ANN, "OperatorsWithMfa": BOB}
    assert both["Statement"][1]["Condition"] == {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    assert principals(pure.trust(both, ANN, mfa=True)) == {"OperatorsWithMfa": [ANN, BOB]}
    assert pure.trust(both, BOB, mfa=True) == both
    gone = json.loads(json.dumps(first).replace(ANN, "AIDAQ3EGRNDEXAMPLE"))
    assert principals(pure.trust(gone, BOB, mfa=False)) == {"Operators": BOB}


def test_the_profile_says_how_to_take_it_again() -> None:
    plan = DeployerPlan(
        SITE, "1" * 12, "arn:aws:iam::1:role/solarrally/x", ANN, ("p",), "eu-west-1", "b"
    )
    lines = pure.snippet(plan, "work", "shared-credentials-file").splitlines()
    assert lines == [
        f"[profile solarrally-{SITE}]",
        f"role_arn = {plan.arn}",
        "source_profile = work",
        "duration_seconds = 14400",
        "region = eu-west-1",
    ]
    assert "credential_source = Environment" in pure.snippet(plan, "", "env")


def test_no_policy_of_a_site_reaches_the_role() -> None:
    """The names that CloudFormation may change do not take in the deployer."""
    name = f"arn:aws:iam::123456789012:role{pure.PATH}{pure.role_name(SITE)}"
    assert not name.startswith(f"arn:aws:iam::123456789012:role/solarrally-{SITE}")
    assert pure.path_of(pure.role_name(SITE)) == pure.PATH
    assert pure.path_of("Admin") == "/"


@pytest.fixture
async def owner(account: Account, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Door]:
    for name, value in clients.owner(account).environment.items():
        monkeypatch.setenv(name, value)
    async with await Door.open("us-east-1") as door:
        yield door


async def user(owner: Door, name: str) -> Keys:
    """Make an administrator with a long-lived key."""
    await owner.call("iam", "create_user", UserName=name)
    policy = json.dumps(ADMINISTRATOR)
    await owner.call(
        "iam", "put_user_policy", UserName=name, PolicyName="all", PolicyDocument=policy
    )
    made = (await owner.call("iam", "create_access_key", UserName=name))["AccessKey"]
    return Keys(made["AccessKeyId"], Secret(made["SecretAccessKey"]))


async def attached(owner: Door, role: str) -> dict[str, Any]:
    found = {}
    told = await owner.call("iam", "list_attached_role_policies", RoleName=role)
    for each in told["AttachedPolicies"]:
        policy = (await owner.call("iam", "get_policy", PolicyArn=each["PolicyArn"]))["Policy"]
        version = await owner.call(
            "iam",
            "get_policy_version",
            PolicyArn=policy["Arn"],
            VersionId=policy["DefaultVersionId"],
        )
        found[policy["PolicyName"]] = version["PolicyVersion"]["Document"]
    return found


async def test_the_wizard_makes_the_role_works_with_it_and_may_do_it_again(owner: Door) -> None:
    services = real_services(keys=await user(owner, "role-ann"))
    try:
        plan = await services.accounts.deployer(SITE, "us-east-1", "")
        assert (plan.exists, plan.has_mfa, plan.mfa_serial) == (False, False, "")
        assert plan.trusted.endswith(":user/role-ann")
        taken = await services.accounts.use_deployer(plan, None)
        assert taken.changed[0] == pure.boundary_name(SITE)
        assert set(taken.changed[1:]) == {plan.name, *plan.policies}
        assert plan.arn in taken.snippet
        who = await services.who("us-east-1")
        assert f":assumed-role/{plan.name}/solarrally-{SITE}" in who.arn
        assert who.source == "assume-role"
        assert who.renewed
        # A command that the wizard runs works with that role, too, and not with the person's keys.
        lent = (await services.access()).keys
        async with await Door.open(keys=lent) as other:
            assert (await other.identity()).arn == who.arn
        door = await services.accounts._at(None)  # type: ignore[attr-defined]
        _, until = await door.credential_facts()
        assert until > datetime.now(UTC) + timedelta(hours=3)
        found = {each.id: each for each in await services.accounts.findings(site(""))}
        assert "iam:CreateRole" in found["permissions"].line
        asked = await services.accounts.findings(site(plan.boundary))
        found = {each.id: each for each in asked}
        assert found["permissions"].severity is Severity.OK, found["permissions"].line
        assert found["identity"].severity is Severity.OK
        assert found["session"].line.startswith("Renewed")
    finally:
        await services.close()
    scope = Scope(SITE, "aws", plan.account, "us-east-1", boundary=plan.boundary)
    wanted = deploy.policies(scope)
    assert await attached(owner, plan.name) == {each.name: each.document for each in wanted}
    other = real_services(keys=await user(owner, "role-bob"))
    try:
        again = await other.accounts.deployer(SITE, "us-east-1", "")
        assert again.exists
        assert (await other.accounts.use_deployer(again, None)).changed == (plan.name,)
        await other.accounts.use(None, await user(owner, "role-eve"))
        nobody = AssumedRole(plan.arn, "eve")
        eve = await Door.open("us-east-1", keys=await key_of(owner, "role-eve"), role=nobody)
        with pytest.raises(AwsError) as stranger:
            await eve.identity()
        assert stranger.value.kind is Kind.DENIED
        await eve.close()
    finally:
        await other.close()


async def key_of(owner: Door, name: str) -> Keys:
    made = (await owner.call("iam", "create_access_key", UserName=name))["AccessKey"]
    return Keys(made["AccessKeyId"], Secret(made["SecretAccessKey"]))


async def test_a_user_with_mfa_takes_it_with_a_code_only(owner: Door) -> None:
    keys = await user(owner, "role-mfa")
    made = await owner.call("iam", "create_virtual_mfa_device", VirtualMFADeviceName="role-mfa")
    serial = made["VirtualMFADevice"]["SerialNumber"]
    await owner.call(
        "iam",
        "enable_mfa_device",
        UserName="role-mfa",
        SerialNumber=serial,
        AuthenticationCode1="123456",
        AuthenticationCode2="654321",
    )
    services = real_services(keys=keys)
    try:
        plan = await services.accounts.deployer("mfa-garage", "us-east-1", "")
        assert (plan.has_mfa, plan.mfa_serial) == (True, serial)
        with pytest.raises(AwsError, match="MultiFactorAuthentication"):
            await services.accounts.use_deployer(plan, Secret("000000"))
        assert (await services.who("us-east-1")).arn.endswith(":user/role-mfa")
        taken = await services.accounts.use_deployer(plan, Secret("123456"))
        assert f"mfa_serial = {serial}" in taken.snippet
        coded = await services.who("us-east-1")
        assert ":assumed-role/" in coded.arn
        assert not coded.renewed
        assert coded.expires
        assert coded.expires > datetime.now(UTC) + timedelta(hours=3)
        shown = repr((vars(services), plan, taken))
        assert keys.secret.reveal() not in shown
    finally:
        await services.close()
    async with await Door.open(
        "us-east-1", keys=keys, role=AssumedRole(plan.arn, "without")
    ) as without:
        with pytest.raises(AwsError) as refused:
            await without.identity()
        assert refused.value.kind is Kind.DENIED


async def test_the_root_user_is_told_and_read_only_refuses(owner: Door) -> None:
    with pytest.raises(AwsError) as root:
        await (await Deployer.of(owner, SITE, "us-east-1")).plan()
    assert root.value.code == ROOT_CANNOT
    reader = real_services(keys=await user(owner, "role-reader"), read_only=True)
    try:
        plan = await reader.accounts.deployer("read-garage", "us-east-1", "")
        with pytest.raises(AwsError) as refused:
            await reader.accounts.use_deployer(plan, None)
        assert refused.value.kind is Kind.READ_ONLY
        assert ":user/role-reader" in (await reader.who("us-east-1")).arn
    finally:
        await reader.close()
    with pytest.raises(AwsError):
        await owner.call("iam", "get_role", RoleName=pure.role_name("read-garage"))


async def test_a_profile_that_wants_a_code_is_refused_in_the_wizard_in_words(
    owner: Door, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "config"
    config.write_text(
        "[profile base]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = x\n"
        f"[profile coded]\nrole_arn = {ANN.replace('user', 'role')}\nsource_profile = base\n"
        "mfa_serial = arn:aws:iam::123456789012:mfa/ann\n"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name, raising=False)
    services = real_services("coded")
    with pytest.raises(AwsError, match="code of an MFA device") as refused:
        await services.who("us-east-1")
    assert refused.value.kind is Kind.LOCAL
    assert "Line 7 of" in refused.value.plain.why
    await services.close()


async def test_the_boundary_holds_for_the_role_and_for_what_the_site_has_already(
    owner: Door,
) -> None:
    keys, name = await user(owner, "role-bound"), "bound-garage"
    trust = json.dumps(service_role.TRUST)
    tags = [{"Key": SITE_TAG, "Value": name}]
    own = {
        f"solarrally-{name}-cloudformation": "/",
        "TaskRole-A1": f"/solarrally/{name}/",
        "TaskRole-B1": "/solarrally/other-garage/",
    }
    for role, path in own.items():
        await owner.call(
            "iam",
            "create_role",
            RoleName=role,
            Path=path,
            AssumeRolePolicyDocument=trust,
            Tags=tags,
        )
    services = real_services(keys=keys)
    try:
        plan = await services.accounts.deployer(name, "eu-central-1", "")
        assert plan.boundary.endswith(f":policy/solarrally/solarrally-{name}-boundary")
        taken = await services.accounts.use_deployer(plan, None)
    finally:
        await services.close()
    assert set(taken.changed) == {
        *list(own)[:2],
        plan.name,
        *plan.policies,
        f"solarrally-{name}-boundary",
    }
    bounds = {role: await boundary_of_role(owner, role) for role in (*own, plan.name)}
    assert bounds.pop("TaskRole-B1") == ""
    assert set(bounds.values()) == {plan.boundary}
    version = await owner.call("iam", "get_policy_version", PolicyArn=plan.boundary, VersionId="v1")
    scope = Scope(name, "aws", plan.account, "eu-central-1")
    assert version["PolicyVersion"]["Document"] == boundary.policy(scope).document


async def test_a_boundary_of_the_organisation_is_used_as_it_is(owner: Door) -> None:
    keys = await user(owner, "role-org")
    document = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
    }
    made = await owner.call(
        "iam", "create_policy", PolicyName="company", PolicyDocument=json.dumps(document)
    )
    services = real_services(keys=keys)
    try:
        plan = await services.accounts.deployer("org-garage", "eu-central-1", made["Policy"]["Arn"])
        taken = await services.accounts.use_deployer(plan, None)
    finally:
        await services.close()
    assert set(taken.changed) == {plan.name, *plan.policies}
    assert await boundary_of_role(owner, plan.name) == made["Policy"]["Arn"]


async def boundary_of_role(owner: Door, role: str) -> str:
    return boundary_of((await owner.call("iam", "get_role", RoleName=role))["Role"])
