"""One managed policy of the account: brought to its document, or removed with all its versions."""

import json
from typing import Any, Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.policy.document import Policy
from solarrally_tui.site.names import SITE_TAG

MOST_VERSIONS: Final = 5
"""Versions that IAM keeps of a managed policy (IAM quotas)."""


async def ensure(door: Door, arn: str, policy: Policy, site: str, path: str = "/") -> bool:
    """Bring a policy to its document and return whether that changed anything.

    path: the path that its ARN has. Raises AwsError.
    """
    wanted = json.dumps(policy.document)
    try:
        told = await door.call("iam", "get_policy", PolicyArn=arn)
    except AwsError as error:
        if error.kind is not Kind.NOT_FOUND:
            raise
        await door.call(
            "iam",
            "create_policy",
            PolicyName=policy.name,
            PolicyDocument=wanted,
            Path=path,
            Tags=[{"Key": SITE_TAG, "Value": site}],
        )
        return True
    version = told["Policy"]["DefaultVersionId"]
    found = await door.call("iam", "get_policy_version", PolicyArn=arn, VersionId=version)
    if found["PolicyVersion"]["Document"] == json.loads(wanted):
        return False
    await _make_room(door, arn)
    await door.call(
        "iam", "create_policy_version", PolicyArn=arn, PolicyDocument=wanted, SetAsDefault=True
    )
    return True


async def remove(door: Door, arn: str) -> bool:
    """Delete a policy that nothing is attached to, and return whether it was there.

    Raises AwsError.
    """
    for version in await _others(door, arn):
        await _delete_version(door, arn, version)
    try:
        await door.call("iam", "delete_policy", PolicyArn=arn)
    except AwsError as error:
        if error.kind is Kind.NOT_FOUND:
            return False
        raise
    return True


async def _make_room(door: Door, arn: str) -> None:
    """Delete the oldest version where there is no room for one more."""
    others = await _others(door, arn)
    for version in others[: max(0, len(others) + 2 - MOST_VERSIONS)]:
        await _delete_version(door, arn, version)


async def _others(door: Door, arn: str) -> list[str]:
    """Return the versions that are not in force, oldest first; none where there is no policy."""
    try:
        told = await door.pages("iam", "list_policy_versions", "Versions", PolicyArn=arn)
    except AwsError as error:
        if error.kind is Kind.NOT_FOUND:
            return []
        raise
    others = [each["VersionId"] for each in told if not each["IsDefaultVersion"]]
    return sorted(others, key=lambda version: int(version.removeprefix("v")))


async def _delete_version(door: Door, arn: str, version: str) -> None:
    where: dict[str, Any] = {"PolicyArn": arn, "VersionId": version}
    try:
        await door.call("iam", "delete_policy_version", **where)
    except AwsError as error:
        if error.kind is not Kind.NOT_FOUND:
            raise
