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
from solarrally_tui.policy import deploy
from solarrally_tui.policy.scope import Scope
from solarrally_tui.provisioning.identities.deployer import ROOT_CANNOT, Deployer
from solarrally_tui.simulator.child import Account
from solarrally_tui.site.files import from_answers
from solarrally_tui.site.model import Site
from solarrally_tui.wizard.engine import real_services
from tests.policy.operators import ADMINISTRATOR

ANN, BOB = "arn:aws:iam::123456789012:user/ann", "arn:aws:iam::123456789012:user/bob"
SITE = "role-garage"


def site() -> Site:
    return from_answers(
        {
            "name": SITE,
            "region": "us-east-1",
            "tier": "small",
            "alerts": {"email": "ops@example.com"},
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
    plan = DeployerPlan(SITE, "1" * 12, "arn:aws:iam::1:role/solarrally/x", ANN, ("p",))
    lines = pure.snippet(plan, "eu-west-1", "work", "shared-credentials-file").splitlines()
    assert lines == [
        f"[profile solarrally-{SITE}]",
        f"role_arn = {plan.arn}",
        "source_profile = work",
        "duration_seconds = 14400",
        "region = eu-west-1",
    ]
    assert "credential_source = Environment" in pure.snippet(plan, "eu-west-1", "", "env")


def test_no_policy_of_a_site_reaches_the_role() -> None:
    """The names that CloudFormation may change do not take in the deployer."""
    name = f"arn:aws:iam::123456789012:role{pure.PATH}{pure.role_name(SITE)}"
    assert not name.startswith(f"arn:aws:iam::123456789012:role/solarrally-{SITE}")
    assert pure.path_of(pure.role_name(SITE)) == pure.PATH
    assert pure.path_of("Admin") == "/"


@pytest.fixture
async def owner(account: Account, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Door]:
    for name, value in account.environment.items():
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
        plan = await services.accounts.deployer(SITE)
        assert (plan.exists, plan.has_mfa, plan.mfa_serial) == (False, False, "")
        assert plan.trusted.endswith(":user/role-ann")
        taken = await services.accounts.use_deployer(plan, "us-east-1", None)
        assert taken.changed[0] == plan.name
        assert set(taken.changed[1:]) == set(plan.policies)
        assert plan.arn in taken.snippet
        who = await services.who("us-east-1")
        assert f":assumed-role/{plan.name}/solarrally-{SITE}" in who.arn
        assert who.source == "assume-role"
        assert who.renewed
        door = await services.accounts._at(None)  # type: ignore[attr-defined]
        _, until = await door.credential_facts()
        assert until > datetime.now(UTC) + timedelta(hours=3)
        found = {each.id: each for each in await services.accounts.findings(site())}
        assert found["permissions"].severity is Severity.OK, found["permissions"].line
        assert found["identity"].severity is Severity.OK
        assert found["session"].line.startswith("Renewed")
    finally:
        await services.close()
    wanted = deploy.policies(Scope(SITE, "aws", plan.account))
    assert await attached(owner, plan.name) == {each.name: each.document for each in wanted}
    other = real_services(keys=await user(owner, "role-bob"))
    try:
        again = await other.accounts.deployer(SITE)
        assert again.exists
        assert (await other.accounts.use_deployer(again, "us-east-1", None)).changed == (plan.name,)
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
        plan = await services.accounts.deployer("mfa-garage")
        assert (plan.has_mfa, plan.mfa_serial) == (True, serial)
        with pytest.raises(AwsError, match="MultiFactorAuthentication"):
            await services.accounts.use_deployer(plan, "us-east-1", Secret("000000"))
        assert (await services.who("us-east-1")).arn.endswith(":user/role-mfa")
        taken = await services.accounts.use_deployer(plan, "us-east-1", Secret("123456"))
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
        await (await Deployer.of(owner, SITE)).plan()
    assert root.value.code == ROOT_CANNOT
    reader = real_services(keys=await user(owner, "role-reader"), read_only=True)
    try:
        plan = await reader.accounts.deployer("read-garage")
        with pytest.raises(AwsError) as refused:
            await reader.accounts.use_deployer(plan, "us-east-1", None)
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
