"""Updates of an estate by change sets, and what a change set would replace."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from solarrally_tui.blueprints import of_shape
from solarrally_tui.deployed.stack import Stack
from solarrally_tui.provisioning.deployment.kept_names import suffixes
from solarrally_tui.site.model import Site
from solarrally_tui.site.names import stack_name
from solarrally_tui.stacks.facts import Volume
from tests.blueprints.estate_setup import Estate, reasons_of, settled

# Whoever replaces one of these has lost data.
PRECIOUS = {"AWS::RDS::DBInstance", "AWS::S3::Bucket", "AWS::KMS::Key"}
# A change set calls these conditional. RDS changes both in place (AWS::RDS::DBInstance, "Update
# requires": with interruptions at most), unless the engine of the database is another one.
IN_PLACE = {"BackupRetentionPeriod", "MultiAZ", "LifecycleConfiguration"}


def change(estate: Estate, site: Site, stacks: Iterable[str] | None = None) -> list[dict[str, Any]]:
    """Take an estate to other answers, stack by stack; returns every resource change.

    Storage and zones do not shrink: the engine keeps the storage and refuses fewer zones.
    """
    size, volume = site.size, estate.facts.volume
    zones = max(estate.site.size.zones, size.zones)
    estate.site = site.model_copy(update={"size": size.model_copy(update={"zones": zones})})
    kept = volume.size if volume else 0
    storage = max(kept, size.database_storage_gib)
    estate.facts = replace(
        estate.facts, volume=Volume(storage, max(storage, size.database_max_storage_gib))
    )
    deployed = {id_: _deployed(estate, id_) for id_ in ("governance", "iot", "trail")}
    estate.facts = replace(estate.facts, name_suffixes=suffixes(estate.site, deployed))
    wanted = stacks or [item.id for item in of_shape(site.size.shape)]
    return [change for stack in wanted for change in estate.bring(stack)]


def _deployed(estate: Estate, stack: str) -> Stack:
    name = stack_name(estate.site.name, stack)
    told = estate.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
    return Stack(
        told["StackId"],
        name,
        told["StackStatus"],
        touched=str(told.get("LastUpdatedTime", told["CreationTime"])),
        parameters={p["ParameterKey"]: p["ParameterValue"] for p in told["Parameters"]},
    )


def lost(changes: list[dict[str, Any]]) -> list[str]:
    """Return what holds data and would be replaced."""
    return [
        f"{each['ResourceType']} {each['LogicalResourceId']}"
        for each in changes
        if each["ResourceType"] in PRECIOUS and _replaces(each)
    ]


def _replaces(change: dict[str, Any]) -> bool:
    if change["Action"] != "Modify" or change.get("Replacement") == "False":
        return False
    targets = [detail["Target"] for detail in change["Details"]]
    moved = {t["Name"] for t in targets if t.get("RequiresRecreation") not in (None, "Never")}
    return change["Replacement"] == "True" or bool(moved - IN_PLACE)


def precious(estate: Estate) -> dict[str, str]:
    """Return the physical ids of what holds data, by stack and logical id."""
    found = {}
    for item in of_shape(estate.site.size.shape):
        cloudformation, name = estate.stacks_of(item.id), stack_name(estate.site.name, item.id)
        for each in cloudformation.list_stack_resources(StackName=name)["StackResourceSummaries"]:
            if each["ResourceType"] in PRECIOUS:
                found[f"{item.id} {each['LogicalResourceId']}"] = each["PhysicalResourceId"]
    return found


def unprotect(estate: Estate) -> None:
    """Switch the deletion protection of the database off, as a person has to."""
    name = estate.outputs["data"]["DbInstanceId"]
    estate.client("rds").modify_db_instance(
        DBInstanceIdentifier=name, DeletionProtection=False, ApplyImmediately=True
    )


def tear_down(estate: Estate) -> None:
    """Delete every stack, the last one first."""
    unprotect(estate)
    _empty(estate)
    _detach(estate)
    for item in reversed(of_shape(estate.site.size.shape)):
        cloudformation, name = estate.stacks_of(item.id), stack_name(estate.site.name, item.id)
        if item.id == "network":
            _release(estate)
        identifier = cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackId"]
        cloudformation.delete_stack(StackName=name)
        gone = settled(cloudformation, identifier)
        assert gone["StackStatus"] == "DELETE_COMPLETE", (item.id, reasons_of(cloudformation, name))


def _release(estate: Estate) -> None:
    """Delete the group that CloudFront leaves in the VPC of its VPC origins, as destroy does."""
    ec2, vpc = estate.client("ec2"), estate.outputs["network"]["VpcId"]
    for group in ec2.describe_security_groups()["SecurityGroups"]:
        if (group["VpcId"], group["GroupName"]) == (vpc, "CloudFront-VPCOrigins-Service-SG"):
            ec2.delete_security_group(GroupId=group["GroupId"])


def _detach(estate: Estate) -> None:
    """Take the bridge's certificate off its policy, which could not be deleted otherwise."""
    iot, policy = estate.client("iot"), estate.outputs["iot"]["BridgePolicyName"]
    for target in iot.list_targets_for_policy(policyName=policy)["targets"]:
        iot.detach_policy(policyName=policy, target=target)


def _empty(estate: Estate) -> None:
    s3 = estate.client("s3")
    for bucket in (
        estate.outputs["bootstrap"]["ArtifactBucketName"],
        estate.outputs["bootstrap"]["LogBucketName"],
        estate.outputs["build"]["WebBucketName"],
    ):
        told = s3.list_object_versions(Bucket=bucket)
        for each in (*told.get("Versions", []), *told.get("DeleteMarkers", [])):
            s3.delete_object(Bucket=bucket, Key=each["Key"], VersionId=each["VersionId"])
