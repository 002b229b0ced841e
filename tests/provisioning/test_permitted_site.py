"""Whole lives of sites under the printed policies alone, judged by an independent engine, too.

Other sites' things with names like ours are in the account, and nothing touches them.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from solarrally_tui.aws.door import Door
from solarrally_tui.chargers import onboarding
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.checks import check_site
from solarrally_tui.health.diagnosis.examine import examine
from solarrally_tui.provisioning.deployment.deploy import deploy
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.provisioning.operations.dump_import import import_dump
from solarrally_tui.provisioning.operations.rotation import rotate
from solarrally_tui.provisioning.operations.users import Request, carry_out
from solarrally_tui.provisioning.teardown.destroy import destroy
from solarrally_tui.simulator.child import Account, Child
from solarrally_tui.site.model import Site
from tests.iam_engine.recorded import Comparison, compared, record, recorded
from tests.policy.operators import ADMINISTRATOR, client, deployer, supporter
from tests.provisioning.engine_setup import DUMP, opened, site_named

NAME = "permit"
FOREIGN_BUCKET = "solarrally-permit-2--audit"
FOREIGN_SECRET = "solarrally-permit-2-app-AdminSecret"
FOREIGN_GROUP = "/aws/codebuild/solarrally-permit-2-image"
SUPPORT = "arn:aws:iam::123456789012:role/support"
BOUNDARY = "arn:aws:iam::123456789012:policy/boundary"
MEDIUM = {"tier": "medium", "domain": {"name": "charging.example.com"}}
LARGE: dict[str, Any] = {
    "tier": "large",
    "domain": {"name": "charging.example.com", "origin": "public-alb"},
    "size": {
        "egress": "nat-per-az",
        "zones": 3,
        "interface_endpoints": True,
        "flow_logs": True,
        "fargate_spot": True,
        "probe": True,
        "multi_az": True,
        "database_logs": True,
        "database_monitoring": True,
        "backup_copy_region": "eu-west-1",
    },
    "devices": {"fault_alarm": True, "archive_days": 30, "fleet_provisioning": True},
    "alerts": {
        "email": "ops@example.com",
        "health_check": True,
        "billing_alarm": True,
        "monthly_budget_usd": 3000,
    },
    "governance": {
        "github_repository": "owner/name",
        "backup_plan_days": 35,
        "support_principal_arn": SUPPORT,
        "permissions_boundary_arn": BOUNDARY,
    },
}
OPERATOR = f"arn:aws:iam::123456789012:user/deploys-{NAME}"
DENIED = [f"{OPERATOR}: s3:GetBucketTagging on arn:aws:s3:::{FOREIGN_BUCKET}"]
"""All that a life is refused: destroy asks whose the buckets are, and a denial says enough."""


@pytest.fixture
def empty_account() -> Iterator[Account]:
    """An account that no other test sees."""
    child = Child(speed="instant")
    yield child.start()
    child.stop()


def foreign(account: Account) -> None:
    """What other sites and people have in the same account."""
    client(account, "s3").create_bucket(Bucket=FOREIGN_BUCKET)
    client(account, "secretsmanager").create_secret(Name=FOREIGN_SECRET, SecretString="theirs")
    client(account, "logs").create_log_group(logGroupName=FOREIGN_GROUP)
    client(account, "route53").create_hosted_zone(Name="example.com", CallerReference="theirs")
    iam = client(account, "iam")
    trust = json.dumps({"Version": "2012-10-17", "Statement": []})
    iam.create_role(RoleName="support", AssumeRolePolicyDocument=trust)
    iam.create_policy(PolicyName="boundary", PolicyDocument=json.dumps(ADMINISTRATOR))


def still_there(account: Account) -> bool:
    buckets = client(account, "s3").list_buckets()["Buckets"]
    groups = client(account, "logs").describe_log_groups(logGroupNamePrefix=FOREIGN_GROUP)
    secret = client(account, "secretsmanager").get_secret_value(SecretId=FOREIGN_SECRET)
    return (
        FOREIGN_BUCKET in {bucket["Name"] for bucket in buckets}
        and len(groups["logGroups"]) == 1
        and secret["SecretString"] == "theirs"
    )


async def done(outcome: Any) -> None:
    assert outcome.exit_code is Exit.OK, (outcome.summary, outcome.cause)


async def looked_at(door: Door, *, unknown: set[str]) -> None:
    """Status and diagnosis, in which no check is unknown but these."""
    site = await DeployedSite.open(door, NAME)
    report = await check_site(site)
    found = {each.id for each in report.checks if each.severity is Severity.UNKNOWN}
    assert found <= unknown, found
    await examine(site)


async def lived(account: Account, site: Site, folder: Path) -> Comparison:
    """Deploy, change, look, rotate, import, add a charger and destroy, and judge every request."""
    foreign(account)
    record(account)
    async with opened(deployer(account, site.name), site.region) as door:
        await done(await deploy(site, door, lambda _: None))
        louder = site.size.model_copy(update={"log_retention_days": 90})
        changed = site.model_copy(update={"size": louder})
        await done(await deploy(changed, door, lambda _: None))
        await looked_at(door, unknown=set())
        await done(await rotate(NAME, door, lambda _: None))
        dump = folder / "dump.sql"
        dump.write_text(DUMP)
        await done(await import_dump(NAME, dump, door, lambda _: None))
        assert await carry_out(Request("list"), await DeployedSite.open(door, NAME))
        await onboarding.add("wallbox-1", await DeployedSite.open(door, NAME), folder)
        async with opened(supporter(account, site.name), site.region) as helper:
            # No supporter may read the password of the dashboard, which live telemetry needs.
            await looked_at(helper, unknown={"live"})
        await done(await destroy(NAME, door, lambda _: None, delete_data=True))
    assert still_there(account)
    return compared(recorded(account))


@pytest.mark.torture
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "answers", [{}, MEDIUM, LARGE], ids=["small", "medium with a domain", "every option"]
)
async def test_any_site_lives_under_the_printed_policies(
    empty_account: Account, tmp_path: Path, answers: dict[str, Any]
) -> None:
    found = await lived(empty_account, site_named(NAME, **answers), tmp_path)
    assert found.differences == []
    assert [one for one in found.denied if "/supports-" not in one] == DENIED
    print(found.counts)


@pytest.mark.torture
async def test_a_new_site_takes_over_the_snapshot_of_another_one(empty_account: Account) -> None:
    rds = client(empty_account, "rds")
    rds.create_db_instance(
        DBInstanceIdentifier="old-garage",
        DBInstanceClass="db.t4g.micro",
        Engine="postgres",
        EngineVersion="17.5",
        AllocatedStorage=20,
        MasterUsername="solarrally",
        MasterUserPassword="x" * 20,
    )
    rds.create_db_snapshot(DBInstanceIdentifier="old-garage", DBSnapshotIdentifier="old-snapshot")
    site = site_named(NAME, size={"database_snapshot": "old-snapshot"})
    record(empty_account)
    async with opened(deployer(empty_account, NAME)) as door:
        await done(await deploy(site, door, lambda _: None))
        await done(await destroy(NAME, door, lambda _: None, delete_data=True))
    found = compared(recorded(empty_account))
    assert found.differences == []
    assert any("RestoreDBInstanceFromDBSnapshot" in one["action"] for one in found.requests)
    assert found.denied == []
