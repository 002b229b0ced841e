"""One managed policy of the account: brought to its document, or deleted with all its versions."""

import json
from typing import Any, Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import Kind, tolerate
from solarrally_tui.deployed.ownership import owner, refuse_foreign
from solarrally_tui.policy.document import Policy
from solarrally_tui.site.names import SITE_TAG

MOST_VERSIONS: Final = 5
"""Versions that IAM keeps of a managed policy (IAM quotas)."""


async def ensure(door: Door, arn: str, policy: Policy, site: str, path: str) -> bool:
    """Bring a policy to its document and return whether that changed anything.

    path: the path that its ARN has. Raises ForeignResourceError for a policy of somebody else, and
    AwsError.
    """
    wanted = json.dumps(policy.document)
    present = await _find_own(door, arn, site)
    if present is None:
        await door.call(
            "iam",
            "create_policy",
            PolicyName=policy.name,
            PolicyDocument=wanted,
            Path=path,
            Tags=[{"Key": SITE_TAG, "Value": site}],
        )
        return True

    async def in_force() -> dict[str, Any] | None:
        now = await door.call("iam", "get_policy", PolicyArn=arn)
        current = now["Policy"]["DefaultVersionId"]
        version = await door.call("iam", "get_policy_version", PolicyArn=arn, VersionId=current)
        document = version["PolicyVersion"]["Document"]
        return version if document == json.loads(wanted) else None

    if await in_force():
        return False
    # IAM refuses one version more than it keeps.
    others = await _other_versions(door, arn)
    for version in others[: max(0, len(others) + 2 - MOST_VERSIONS)]:
        await _delete_version(door, arn, version)
    # Done twice, it would be one version too many.
    await door.once(
        "iam",
        "create_policy_version",
        in_force,
        PolicyArn=arn,
        PolicyDocument=wanted,
        SetAsDefault=True,
    )
    return True


async def delete(door: Door, arn: str, site: str) -> bool:
    """Delete a policy that is attached to nothing, and return whether it existed.

    Raises ForeignResourceError for a policy of somebody else, and AwsError.
    """
    if await _find_own(door, arn, site) is None:
        return False
    for version in await _other_versions(door, arn):
        await _delete_version(door, arn, version)
    with tolerate(Kind.NOT_FOUND):
        await door.call("iam", "delete_policy", PolicyArn=arn)
        return True
    return False


async def _find_own(door: Door, arn: str, site: str) -> dict[str, Any] | None:
    response = await door.find("iam", "get_policy", PolicyArn=arn)
    policy: dict[str, Any] | None = response and response["Policy"]
    if policy:
        refuse_foreign(f"policy {policy['PolicyName']}", site, owner(policy.get("Tags")))
    return policy


async def _other_versions(door: Door, arn: str) -> list[str]:
    """Return the versions that are not in force, oldest first; none where there is no policy."""
    with tolerate(Kind.NOT_FOUND):
        versions = await door.pages("iam", "list_policy_versions", "Versions", PolicyArn=arn)
        others = [v["VersionId"] for v in versions if not v["IsDefaultVersion"]]
        return sorted(others, key=lambda version: int(version.removeprefix("v")))
    return []


async def _delete_version(door: Door, arn: str, version: str) -> None:
    with tolerate(Kind.NOT_FOUND):
        await door.call("iam", "delete_policy_version", PolicyArn=arn, VersionId=version)
