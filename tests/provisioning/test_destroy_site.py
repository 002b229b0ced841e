"""Taking sites down on an account of their own, so that what is left can be counted."""

import asyncio
import json
import os
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from solarrally_tui.account.shared import singletons
from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.aws.poll import poll
from solarrally_tui.chargers.intake import migration
from solarrally_tui.chargers.intake.roster import Entry
from solarrally_tui.chargers.onboarding import Details, Onboarding, add, create_type_group
from solarrally_tui.cli import main
from solarrally_tui.deployed import kept_evidence, record
from solarrally_tui.deployed.dashboard.site_http import browsable
from solarrally_tui.deployed.kept_evidence import KeptEvidence
from solarrally_tui.deployed.site import DeployedSite, SiteStacks
from solarrally_tui.domains import certificates
from solarrally_tui.pricing.advice.situations import after_destroy
from solarrally_tui.provisioning.engine.events import Event, State
from solarrally_tui.provisioning.engine.outcome import Exit, Kept, Outcome
from solarrally_tui.provisioning.teardown.deleted_sites import DeletedSite, deleted_sites
from solarrally_tui.provisioning.teardown.destroy import delete_kept, destroy
from solarrally_tui.provisioning.teardown.losses import Losses, losses
from solarrally_tui.simulator.child import Account
from solarrally_tui.site.names import SITE_TAG
from tests.provisioning.engine_setup import Heard, deployed, fault, site_named


async def destroyed(name: str, door: Door, *, delete_data: bool) -> tuple[Outcome, Heard]:
    heard = Heard()
    return await destroy(name, door, heard.append, delete_data=delete_data), heard


def _was_found_again(found: tuple[DeletedSite, ...], kept: tuple[Kept, ...]) -> None:
    """Without its name, and apart from a vault of another site that is deleted, too."""
    gone, other = found
    assert (gone.name, gone.region, gone.kept) == ("going", "eu-central-1", kept)
    assert gone.monthly_usd == sum(one.monthly_usd or 0 for one in kept)
    assert (other.name, [one.what for one in other.kept]) == ("going-on", ["backup vault"])


async def test_data_survives_until_it_is_named(
    own_door: Door, own_owner: Door, tmp_path: Path
) -> None:
    site = site_named(
        "going",
        region="eu-central-1",
        size={"backup_copy_region": "eu-west-1"},
        governance={"backup_plan_days": 35},
        devices={"archive_days": 30},
        alerts={"email": "ops@example.com", "monthly_budget_usd": 90},
    )
    outcome, _ = await deployed(site, own_door)
    assert outcome.exit_code is Exit.OK, outcome.cause
    site = await DeployedSite.open(own_door, "going")
    hers = own_owner.with_region("eu-central-1")
    await add("left-wall", site, tmp_path / "left")
    await create_type_group(site, "box")
    onboarding = await Onboarding.begin(site)
    await onboarding.add("right-wall", tmp_path / "right", Details("box"))
    place = tmp_path / "bridge"
    await migration.begin([Entry("old-wall")], "{name}", site, place, PurePosixPath(place))
    await _versioned_rubbish(hers, outcome.outputs["trail"]["AuditBucketName"])
    await _backed_up(hers, outcome.outputs["data"]["DbInstanceId"])
    # Of other sites, however alike their names are.
    for other in ("solarrally-going-on-0a1b2c3d", "solarrally-going"):
        await hers.call("backup", "create_backup_vault", BackupVaultName=other)

    failure = KeptEvidence("app", "e1", "2026-11-29T10:00:00Z", ({"words": "no"},))
    await kept_evidence.write(own_door, "going", failure)

    elsewhere = own_door.with_region("ap-south-1")
    known = await losses(elsewhere, "going")
    assert known.address == browsable(outcome.outputs["edge"]["Url"])
    assert known.address.startswith("http://localhost:")
    first, heard = await destroyed("going", elsewhere, delete_data=False)
    assert first.exit_code is Exit.OK, first.cause
    assert set(heard.states().values()) <= {State.DONE, State.UNCHANGED}
    kept = {item.what: item.monthly_usd for item in first.kept}
    wanted = {
        "database snapshot",
        "audit log bucket",
        "telemetry archive bucket",
        "backup vault",
        "database backups in eu-west-1",
    }
    assert set(kept) == wanted
    assert all(title in heard.last("kept-data").reason for title in wanted)
    _was_said_before(known, heard.last("chargers").reason, kept)
    for what in ("database snapshot", "backup vault", "database backups in eu-west-1"):
        price = kept[what]
        assert price is not None
        assert price >= Decimal("1.9"), what
    left = await left_of("going", hers)
    assert set(left) == {"buckets", "snapshots", "vaults", "copies"}

    assert await kept_evidence.read(own_door, "going") == ()
    _was_found_again(await deleted_sites(elsewhere), first.kept)

    for what in ("database snapshot", "telemetry archive bucket"):
        identifier = next(item.identifier for item in first.kept if item.what == what)
        assert await delete_kept("going", elsewhere, identifier) == (1, ())
        assert await delete_kept("going", elsewhere, identifier) == (0, ())
    left = await left_of("going", hers)
    assert set(left) == {"buckets", "vaults", "copies"}
    assert len(left["buckets"]) == 1

    second, _ = await destroyed("going", elsewhere, delete_data=True)
    assert (second.exit_code, second.kept) == (Exit.OK, ())
    others = ["solarrally-going-on-0a1b2c3d", "solarrally-going"]
    assert await left_of("going", hers) == {"vaults": others}
    assert [one.name for one in await deleted_sites(hers)] == ["going-on"]
    third, _ = await destroyed("going", elsewhere, delete_data=True)
    assert (third.exit_code, third.changed) == (Exit.OK, False)
    assert "no site named going" in third.summary
    for other in others:
        await hers.call("backup", "delete_backup_vault", BackupVaultName=other)


def _was_said_before(known: Losses, deleted: str, kept: dict[str, Decimal | None]) -> None:
    """What was known before the deletion is what the deletion then did."""
    assert deleted.startswith(f"{known.chargers} chargers, ")
    assert known.site is not None
    left = {one.what: one.monthly for one in after_destroy(known.site)}
    assert len(left) == len(kept)
    assert left["Final database snapshot, at most"] == kept["database snapshot"]


async def _backed_up(door: Door, database: str) -> None:
    """Do what the backup plan does every week."""
    response = await door.call("rds", "describe_db_instances", DBInstanceIdentifier=database)
    (vault,) = await door.pages("backup", "list_backup_vaults", "BackupVaultList")
    assert vault["BackupVaultName"].startswith("solarrally-going-")
    await door.call(
        "backup",
        "start_backup_job",
        BackupVaultName=vault["BackupVaultName"],
        ResourceArn=response["DBInstances"][0]["DBInstanceArn"],
        IamRoleArn="arn:aws:iam::123456789012:role/backup",
    )


async def test_shared_settings_stay_while_another_site_uses_them(
    own_door: Door, own_owner: Door
) -> None:
    for name in ("first-one", "second-one"):
        await singletons.ensure(own_door, _needs(name))
        await record.write(own_door, site_named(name), "123456789012")
    await destroyed("first-one", own_door, delete_data=True)
    assert await _indexing(own_door) == "REGISTRY"
    assert (await singletons.ensure(own_door, _needs("second-one"))).created == ()
    await destroyed("second-one", own_door, delete_data=True)
    assert await _indexing(own_door) == "OFF"
    response = await own_owner.call("ssm", "describe_parameters")
    assert response["Parameters"] == []


async def test_settings_from_before_are_never_released(own_door: Door, own_owner: Door) -> None:
    wanted = {"thingIndexingMode": "REGISTRY", "thingConnectivityIndexingMode": "STATUS"}
    await own_owner.call("iot", "update_indexing_configuration", thingIndexingConfiguration=wanted)
    created = (await singletons.ensure(own_door, _needs("guest-site"))).created
    assert "the fleet index" not in created
    assert (await singletons.release(own_door, "guest-site", [])).removed
    assert await _indexing(own_door) == "REGISTRY"
    off = {"thingIndexingMode": "OFF"}
    await own_owner.call("iot", "update_indexing_configuration", thingIndexingConfiguration=off)


async def test_an_incomplete_site_is_found_without_its_record_and_deleted(
    own_door: Door, own_owner: Door, own_account: Account
) -> None:
    target = "solarrally-half-done-data/Database"
    with fault(own_account, kind="resource", target=target, message="no room"):
        outcome, _ = await deployed(site_named("half-done"), own_door)
    assert outcome.exit_code is Exit.FAILED
    await record.delete(own_door, "half-done")
    await _cut_off("half-done", own_door, after="build")
    gone, _ = await destroyed("half-done", own_door, delete_data=True)
    assert gone.exit_code is Exit.OK, gone.cause
    assert await left_of("half-done", own_owner) == {}


async def test_buckets_of_others_whose_tags_are_refused_do_not_stop_it(
    own_door: Door, own_owner: Door, own_account: Account
) -> None:
    await record.write(own_door, site_named("sunny"), "123456789012")
    others = ("solarrally-by-the-sea-trail-auditbucket-a1", "solarrally-sunny-photos")
    for other in others:
        await own_owner.call("s3", "create_bucket", "us-east-1", Bucket=other)
    with fault(own_account, kind="refuse", target="s3.GetBucketTagging"):
        gone, heard = await destroyed("sunny", own_door, delete_data=True)
    assert gone.exit_code is Exit.OK, gone.cause
    assert heard.last("kept-data").state in {State.DONE, State.UNCHANGED}
    # Only the name of this one allows that it is the site's: it is named, and never deleted.
    assert [(item.what, item.identifier) for item in gone.kept] == [
        ("bucket whose tags cannot be read", "solarrally-sunny-photos")
    ]
    for other in others:
        await own_owner.call("s3", "delete_bucket", Bucket=other)


async def test_groups_of_sites_whose_names_begin_alike_stay_and_are_not_named(
    own_door: Door, own_owner: Door
) -> None:
    for name in ("sunny", "sunny-side"):
        await record.write(own_door, site_named(name), "123456789012")
    others = {"solarrally-sun_type_box", "solarrally-sunny-side", "solarrally-sunny-side_type_box"}
    for group in {*others, "solarrally-sunny_type_box"}:
        await own_owner.call("iot", "create_thing_group", thingGroupName=group)
    logs = [f"/aws/codebuild/solarrally-{name}-image" for name in ("sunny", "sunny-side")]
    for group in logs:
        await own_owner.call("logs", "create_log_group", logGroupName=group)
    gone, _ = await destroyed("sunny", own_door, delete_data=True)
    assert gone.exit_code is Exit.OK, gone.cause
    assert [kept.identifier for kept in gone.kept] == logs[:1]
    left = await own_owner.pages("iot", "list_thing_groups", "thingGroups")
    assert {group["groupName"] for group in left} == others
    for group in others:
        await own_owner.call("iot", "delete_thing_group", thingGroupName=group)
    for group in logs:
        await own_owner.call("logs", "delete_log_group", logGroupName=group)
    await record.delete(own_door, "sunny-side")


async def test_certificates_of_others_whose_tags_are_refused_do_not_stop_it(
    own_door: Door, own_owner: Door, own_account: Account
) -> None:
    for domain in ("one.example.com", "two.example.com"):
        await own_owner.call(
            "acm", "request_certificate", "us-east-1", DomainName=domain, ValidationMethod="DNS"
        )
    with fault(own_account, kind="refuse", target="acm.ListTagsForCertificate", times=1):
        assert await certificates.tagged(own_door, "sunny", "us-east-1") == []
    with (
        fault(own_account, kind="refuse", target="acm.ListTagsForCertificate"),
        pytest.raises(AwsError),
    ):
        await certificates.tagged(own_door, "sunny", "us-east-1")


async def _cut_off(site: str, door: Door, *, after: str) -> None:
    """Start a teardown and let it die when one step is done."""
    heard, reached = Heard(), asyncio.Event()

    def listen(event: Event) -> None:
        heard.append(event)
        if (event.step, event.state) == (after, State.DONE):
            reached.set()

    task = asyncio.ensure_future(destroy(site, door, listen, delete_data=True))
    await reached.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_destroy_ends_where_a_security_group_is_gone(own_owner: Door) -> None:
    group = {"Type": "AWS::EC2::SecurityGroup", "Properties": {"GroupDescription": "database"}}
    rule = {
        "GroupId": {"Fn::GetAtt": ["Group", "GroupId"]},
        "IpProtocol": "tcp",
        "FromPort": 5432,
        "ToPort": 5432,
        "CidrIp": "10.0.0.0/16",
    }
    ingress = {"Type": "AWS::EC2::SecurityGroupIngress", "Properties": rule}
    template = {
        "Resources": {"Group": group, "Rule": ingress},
        "Outputs": {"Id": {"Value": {"Fn::GetAtt": ["Group", "GroupId"]}}},
    }
    stacks = SiteStacks("groupless", own_owner)
    await own_owner.call(
        "cloudformation",
        "create_stack",
        StackName=stacks.name("data"),
        TemplateBody=json.dumps(template),
        Tags=[{"Key": SITE_TAG, "Value": "groupless"}],
    )

    async def created() -> str | None:
        return (await stacks.outputs("data")).get("Id")

    await own_owner.call(
        "ec2", "delete_security_group", GroupId=await poll(created, every=0.1, limit=30.0)
    )
    gone, heard = await destroyed("groupless", own_owner, delete_data=True)
    assert gone.exit_code is Exit.OK, gone.cause
    assert any("Trying again" in event.reason for event in heard.of("data"))
    assert await stacks.find("data") is None


async def test_an_unknown_site_is_named(own_door: Door) -> None:
    outcome, heard = await destroyed("nobody", own_door, delete_data=False)
    assert (outcome.exit_code, outcome.changed) == (Exit.OK, False)
    assert "no site named nobody" in outcome.summary
    assert heard == []


@pytest.mark.parametrize("options", [(), ("--yes",), ("--yes", "--delete-data", "nobody")])
def test_the_command_refuses_an_unknown_site_before_it_says_what_goes(
    options: tuple[str, ...],
    own_account: Account,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in own_account.environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as ended:
        main(["destroy", "nobody", *options])
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert "There is no site named nobody" in said
    assert "Deleted:" not in said


async def left_of(site: str, door: Door) -> dict[str, list[str]]:
    """Return everything that carries a site's name, found without the engine's own search."""
    found: dict[str, list[str]] = {}
    for region in ("us-east-1", "eu-central-1", "eu-west-1"):
        for what, (service, operation, key, name) in _LISTS.items():
            items = await door.pages(service, operation, key, region, **_MORE.get(what, {}))
            ours = [name(item) for item in items if f"solarrally-{site}" in str(name(item))]
            if ours:
                found[what] = sorted({*found.get(what, ()), *ours}, reverse=True)
        things = await door.pages(
            "iot", "list_things", "things", region, attributeName="site", attributeValue=site
        )
        certificates = await door.pages("iot", "list_certificates", "certificates", region)
        if things:
            found.setdefault("things", []).extend(item["thingName"] for item in things)
        if certificates:
            found.setdefault("certificates", []).append(str(len(certificates)))
    if site in await record.names(door):
        found["record"] = [site]
    return found


_LISTS: dict[str, tuple[str, str, str, Callable[[Any], Any]]] = {
    "stacks": ("cloudformation", "describe_stacks", "Stacks", lambda i: i["StackName"]),
    "buckets": ("s3", "list_buckets", "Buckets", lambda i: i["Name"]),
    "secrets": ("secretsmanager", "list_secrets", "SecretList", str),
    "log groups": ("logs", "describe_log_groups", "logGroups", lambda i: i["logGroupName"]),
    "databases": ("rds", "describe_db_instances", "DBInstances", str),
    "snapshots": (
        "rds",
        "describe_db_snapshots",
        "DBSnapshots",
        lambda i: i["DBInstanceIdentifier"],
    ),
    "clusters": ("ecs", "list_clusters", "clusterArns", str),
    "repositories": ("ecr", "describe_repositories", "repositories", str),
    "policies": ("iot", "list_policies", "policies", lambda i: i["policyName"]),
    "groups": ("iot", "list_thing_groups", "thingGroups", lambda i: i["groupName"]),
    "alarms": ("cloudwatch", "describe_alarms", "MetricAlarms", lambda i: i["AlarmName"]),
    "roles": ("iam", "list_roles", "Roles", lambda i: i["RoleName"]),
    "role's policies": ("iam", "list_policies", "Policies", lambda i: i["PolicyName"]),
    "vaults": ("backup", "list_backup_vaults", "BackupVaultList", lambda i: i["BackupVaultName"]),
    "copies": (
        "rds",
        "describe_db_instance_automated_backups",
        "DBInstanceAutomatedBackups",
        lambda i: i["DBInstanceIdentifier"],
    ),
    "topics": ("sns", "list_topics", "Topics", lambda i: i["TopicArn"]),
}
_MORE: dict[str, dict[str, Any]] = {
    "secrets": {"IncludePlannedDeletion": True},
    "role's policies": {"Scope": "Local"},
}


def _needs(site: str) -> singletons.SettingsWanted:
    return singletons.SettingsWanted(
        site=site,
        email="ops@example.com",
        anomaly_detection=True,
        iot_log=True,
        fleet_index=True,
        github=True,
    )


async def _indexing(door: Door) -> str:
    response = await door.call("iot", "get_indexing_configuration")
    return str(response["thingIndexingConfiguration"]["thingIndexingMode"])


async def _versioned_rubbish(door: Door, bucket: str) -> None:
    for body in (b"one", b"two"):
        await door.call("s3", "put_object", Bucket=bucket, Key="AWSLogs/x", Body=body)
    await door.call("s3", "delete_object", Bucket=bucket, Key="AWSLogs/x")
