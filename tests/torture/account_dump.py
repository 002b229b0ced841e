"""What an account holds, in a form that is equal for two accounts with the same history of changes.

Ids that AWS invents are left out; what a person would count, find or pay for is in.
"""

import contextlib
import json
import re
from typing import Any, Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import Kind, tolerate

Dump = dict[str, Any]

_INVENTED: Final = re.compile(
    r"[0-9a-f]{8}-[0-9a-f-]{27}|(?<![a-z0-9])[0-9a-f]{8,}|-[0-9A-Za-z]{12,13}$"
)
_REGIONS: Final = ("us-east-1", "eu-central-1", "eu-west-1")
_NUMBERS: Final = re.compile(r"\d{10,}")


def plain(text: str) -> str:
    """Return a name without what AWS invented in it."""
    return _NUMBERS.sub("#", _INVENTED.sub("#", text))


async def dump(door: Door) -> Dump:
    """Return what an account holds. Raises AwsError."""
    found: Dump = {}
    for region in _REGIONS:
        there = door.with_region(region)
        for part in (_stacks, _iot, _secrets, _logs, _codebuild, _topics, _rds, _tasks, _rest):
            for key, value in (await part(there)).items():
                if value:
                    found[f"{region} {key}"] = value
    home = door.with_region("us-east-1")
    for part in (_buckets, _parameters, _roles, _costs):
        found |= {key: value for key, value in (await part(home)).items() if value}
    return json.loads(json.dumps(found, sort_keys=True, default=str))  # type: ignore[no-any-return]


def difference(one: Dump, other: Dump) -> list[str]:
    """Return in lines what is only in one, or different."""
    return [
        f"{key}: {one.get(key)} / {other.get(key)}"[:600]
        for key in sorted({*one, *other})
        if one.get(key) != other.get(key)
    ]


async def _stacks(door: Door) -> Dump:
    found: Dump = {}
    listed = await door.pages("cloudformation", "describe_stacks", "Stacks")
    for stack in listed:
        name = stack["StackName"]
        resources = await door.pages(
            "cloudformation", "list_stack_resources", "StackResourceSummaries", StackName=name
        )
        held = [
            f"{r['LogicalResourceId']} {r['ResourceType']} {r['ResourceStatus']}"
            for r in resources
            if r["ResourceStatus"] != "DELETE_COMPLETE"
        ]
        sets = await door.pages("cloudformation", "list_change_sets", "Summaries", StackName=name)
        # How a stack came to be complete is its history, not its state.
        found[f"stack {name}"] = [
            stack["StackStatus"].replace("UPDATE_", "CREATE_"),
            sorted(line.replace("UPDATE_", "CREATE_") for line in held),
            sum(one.get("ExecutionStatus") == "AVAILABLE" for one in sets),
        ]
    return found


async def _iot(door: Door) -> Dump:
    certificates = []
    for item in await door.pages("iot", "list_certificates", "certificates"):
        arn = item["certificateArn"]
        policies = await door.pages("iot", "list_attached_policies", "policies", target=arn)
        things = await door.pages("iot", "list_principal_things", "things", principal=arn)
        certificates.append([item["status"], [p["policyName"] for p in policies], things])
    things = await door.pages("iot", "list_things", "things")
    return {"certificates": sorted(certificates), "things": sorted(t["thingName"] for t in things)}


async def _secrets(door: Door) -> Dump:
    found: Dump = {}
    for secret in await door.pages("secretsmanager", "list_secrets", "SecretList"):
        versions = secret.get("SecretVersionsToStages") or {}
        labels = sorted(label for labels in versions.values() for label in labels)
        value: dict[str, Any] = {}
        with tolerate(Kind.NOT_FOUND):
            response = await door.call("secretsmanager", "get_secret_value", SecretId=secret["ARN"])
            with contextlib.suppress(ValueError):  # a password alone
                value = json.loads(response.get("SecretString") or "{}")
        # Whether there was a version before the present one is history.
        labels = [label for label in labels if label != "AWSPREVIOUS"]
        # The simulated account's attachment of a database leaves one out that AWS writes.
        keys = sorted(k for k in value if value[k] and k != "dbInstanceIdentifier")
        found[f"secret {plain(secret['Name'])}"] = [labels, keys]
    return found


async def _logs(door: Door) -> Dump:
    groups = await door.pages("logs", "describe_log_groups", "logGroups")
    return {"log groups": sorted(plain(g["logGroupName"]) for g in groups)}


async def _codebuild(door: Door) -> Dump:
    found: Dump = {}
    for project in await door.pages("codebuild", "list_projects", "projects"):
        ids = await door.pages("codebuild", "list_builds_for_project", "ids", projectName=project)
        if ids:
            response = await door.call("codebuild", "batch_get_builds", ids=ids[:100])
            found[f"builds {project}"] = sorted(b["buildStatus"] for b in response["builds"])
    return found


async def _topics(door: Door) -> Dump:
    found: Dump = {}
    for topic in await door.pages("sns", "list_topics", "Topics"):
        arn = topic["TopicArn"]
        given = await door.pages(
            "sns", "list_subscriptions_by_topic", "Subscriptions", TopicArn=arn
        )
        found[f"topic {plain(arn)}"] = sorted(f"{s['Protocol']} {s['Endpoint']}" for s in given)
    return found


async def _rds(door: Door) -> Dump:
    instances = await door.pages("rds", "describe_db_instances", "DBInstances")
    snapshots = await door.pages("rds", "describe_db_snapshots", "DBSnapshots")
    return {
        "databases": sorted(
            f"{plain(i['DBInstanceIdentifier'])} {i['DBInstanceStatus']} {i['DeletionProtection']}"
            for i in instances
        ),
        "snapshots": len(snapshots),
    }


async def _tasks(door: Door) -> Dump:
    found: Dump = {}
    for cluster in await door.pages("ecs", "list_clusters", "clusterArns"):
        for service in await door.pages("ecs", "list_services", "serviceArns", cluster=cluster):
            response = await door.call(
                "ecs", "describe_services", cluster=cluster, services=[service]
            )
            described = response["services"][0]
            found[f"service {plain(service)}"] = [
                described["desiredCount"],
                len(described["deployments"]),
            ]
    return found


async def _rest(door: Door) -> Dump:
    """What has no stack to hold it where a run was interrupted."""
    certificates = await door.pages("acm", "list_certificates", "CertificateSummaryList")
    vaults = await door.pages("backup", "list_backup_vaults", "BackupVaultList")
    groups = await door.pages("ec2", "describe_security_groups", "SecurityGroups")
    copies = await door.pages(
        "rds", "describe_db_instance_automated_backups", "DBInstanceAutomatedBackups"
    )
    return {
        "public certificates": sorted(c["DomainName"] for c in certificates),
        "vaults": sorted(plain(vault["BackupVaultName"]) for vault in vaults),
        "security groups": sorted(plain(group["GroupName"]) for group in groups),
        "automated backups": len(copies),
    }


async def _buckets(door: Door) -> Dump:
    found: Dump = {}
    for bucket in (await door.call("s3", "list_buckets")).get("Buckets") or ():
        name = bucket["Name"]
        versions = await door.pages("s3", "list_object_versions", "Versions", Bucket=name)
        # Earlier versions of the same are history, which the bucket's lifecycle ends.
        keys = sorted(plain(version["Key"]) for version in versions if version["IsLatest"])
        # What AWS's services log there depends on the minute.
        found[f"bucket {plain(name)}"] = [
            key for key in keys if not key.startswith(("AWSLogs/", "buckets/"))
        ]
    return found


async def _parameters(door: Door) -> Dump:
    given = await door.pages(
        "ssm", "get_parameters_by_path", "Parameters", Path="/solarrally", Recursive=True
    )
    # How the last run ended has its time.
    kept = [p for p in given if not p["Name"].endswith("/last")]
    return {f"parameter {p['Name']}": plain(p["Value"]) for p in kept}


async def _roles(door: Door) -> Dump:
    found: Dump = {}
    for role in await door.pages("iam", "list_roles", "Roles"):
        attached = await door.pages(
            "iam", "list_attached_role_policies", "AttachedPolicies", RoleName=role["RoleName"]
        )
        inline = await door.pages(
            "iam", "list_role_policies", "PolicyNames", RoleName=role["RoleName"]
        )
        found[f"role {plain(role['RoleName'])}"] = [
            sorted(plain(p["PolicyName"]) for p in attached),
            sorted(inline),
        ]
    policies = await door.pages("iam", "list_policies", "Policies", Scope="Local")
    providers = await door.call("iam", "list_open_id_connect_providers")
    return found | {
        "policies": sorted(plain(p["PolicyName"]) for p in policies),
        "providers": len(providers.get("OpenIDConnectProviderList") or ()),
    }


async def _costs(door: Door) -> Dump:
    monitors = await door.call("ce", "get_anomaly_monitors")
    given = await door.call("ce", "get_anomaly_subscriptions")
    origins = await door.call("cloudfront", "list_vpc_origins")
    zones = await door.pages("route53", "list_hosted_zones", "HostedZones")
    return {
        "vpc origins": len(origins["VpcOriginList"].get("Items") or ()),
        "zones": sorted(zone["Name"] for zone in zones),
        "monitors": len(monitors.get("AnomalyMonitors") or ()),
        "subscriptions": sorted(s["SubscriptionName"] for s in given["AnomalySubscriptions"]),
    }
