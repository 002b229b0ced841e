"""Whole lives of sites with the role that Account creates: the boundary allows all that is needed.

Their thin sibling compares the boundary with the policies under it (tests/policy/test_escalation).
"""

from pathlib import Path
from typing import Any

import pytest

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.keys import AssumedRole, Keys, Secret
from solarrally_tui.chargers import onboarding
from solarrally_tui.deployed.site import DeployedSite, SiteStacks
from solarrally_tui.health.checks import check_site
from solarrally_tui.health.report import Severity
from solarrally_tui.provisioning.deployment.deploy import deploy
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.provisioning.identities.deployer import Deployer, once_assumable
from solarrally_tui.provisioning.identities.iam_role import boundary_of
from solarrally_tui.provisioning.identities.service_role import zones_of
from solarrally_tui.provisioning.operations.dump_import import import_dump
from solarrally_tui.provisioning.operations.rotation import rotate
from solarrally_tui.provisioning.teardown.destroy import destroy
from solarrally_tui.simulator.child import Account
from solarrally_tui.site.model import Site
from tests.clients import owner
from tests.iam_engine.recorded import compared, record, recorded
from tests.policy.operators import ADMINISTRATOR, client, user
from tests.provisioning.engine_setup import DUMP, opened, site_named
from tests.provisioning.test_permitted_site import FOREIGN_BUCKET, LARGE, foreign, still_there

NAME, HOME = "bounded", "us-east-1"
REGION_ASKED = "aws:requestedregion"
NAT_INSTANCE: dict[str, Any] = {"size": {"egress": "nat-instance"}}


async def lived(account: Account, site: Site, folder: Path) -> None:
    """Create the role with an administrator's credentials, and do everything else with it."""
    ann = user(account, "ann", [ADMINISTRATOR])
    async with opened(ann, site.region) as administrator:
        deployer = await Deployer.of(administrator, NAME, site.region)
        plan = await deployer.plan()
        await deployer.ensure(plan)
    governance = site.governance.model_copy(update={"permissions_boundary_arn": plan.boundary})
    bounded = site.model_copy(update={"governance": governance})
    keys = Keys(
        ann.environment["AWS_ACCESS_KEY_ID"], Secret(ann.environment["AWS_SECRET_ACCESS_KEY"])
    )
    async with opened(ann, site.region):
        door = await Door.open(site.region, keys=keys, role=AssumedRole(plan.arn, "test"))
        async with door:
            await once_assumable(door.identity)
            await live(bounded, door, folder)
            assert boundaries(account) == {plan.boundary}
            zones = await zones_of(SiteStacks.of(bounded, door))
            assert bool(zones) is bool(site.domain.name)
            await done(await destroy(NAME, door, lambda _: None, delete_data=True))


async def live(site: Site, door: Door, folder: Path) -> None:
    await done(await deploy(site, door, lambda _: None))
    longer = site.size.model_copy(update={"log_retention_days": 90})
    await done(await deploy(site.model_copy(update={"size": longer}), door, lambda _: None))
    deployed = await DeployedSite.open(door, NAME)
    report = await check_site(deployed)
    assert not [each for each in report.checks if each.severity is Severity.UNKNOWN]
    await done(await rotate(NAME, door, lambda _: None))
    dump = folder / "dump.sql"
    dump.write_text(DUMP)
    await done(await import_dump(NAME, dump, door, lambda _: None))
    await onboarding.add("wallbox-1", deployed, folder)


async def done(outcome: Any) -> None:
    assert outcome.exit_code is Exit.OK, (outcome.summary, outcome.cause)


def boundaries(account: Account) -> set[str]:
    """Boundaries of all roles that the deployer and CloudFormation have created."""
    iam = client(account, "iam")
    names = [role["RoleName"] for role in iam.list_roles()["Roles"] if "solarrally" in role["Arn"]]
    assert len(names) >= 8
    return {boundary_of(iam.get_role(RoleName=name)["Role"]) for name in names}


@pytest.mark.torture
@pytest.mark.timeout(600)
async def test_a_small_site_lives_within_its_boundary(own_account: Account, tmp_path: Path) -> None:
    """Every request is judged by the independent engine, too, as in test_permitted_site.py."""
    account = owner(own_account)
    foreign(account)
    record(account)
    await lived(account, site_named(NAME), tmp_path)
    assert still_there(account)
    found = compared(recorded(account))
    assert found.differences == []
    # The role is limited to the Regions of its site; sites are looked for everywhere.
    here = [one for one in found.requests if one["context"].get(REGION_ASKED, HOME) == HOME]
    denied = {(one["action"], one["resource"]) for one in here if one["effect"] != "allowed"}
    assert denied == {("s3:GetBucketTagging", f"arn:aws:s3:::{FOREIGN_BUCKET}")}


@pytest.mark.torture
@pytest.mark.timeout(600)
@pytest.mark.parametrize("answers", [LARGE, NAT_INSTANCE], ids=["every option", "nat instance"])
async def test_any_site_lives_within_its_boundary(
    own_account: Account, tmp_path: Path, answers: dict[str, Any]
) -> None:
    if answers is LARGE:
        foreign(owner(own_account))
    await lived(owner(own_account), site_named(NAME, **answers), tmp_path)
